"""Comparison and progress over HTTP: whole answers, and what holds on every address."""

from __future__ import annotations

import json
from datetime import date
from urllib.parse import parse_qs

import pytest
from django.http import QueryDict

from policies.filters import ComparisonFilters, ProgressFilters
from policies.models import Observation, Plan, Target
from policies.views import ComparisonView
from publishing.caching import ANSWERS
from publishing.editing import editing
from publishing.errors import NotFound
from tests import factories as make
from tests.http.registry import queries
from tests.http.test_strictness import errors

COMPARE = "/v1/compare/?indicator=capacity"


@pytest.fixture
def cities(db):
    """Two cities that measure alike, one that does not; Hangzhou's plan of 2024 aims at 50 by 2025 and strives for 80."""
    with editing():
        capacity = make.indicator("capacity", name_en="Capacity", unit=make.unit(), higher_is_better=True)
        for name in ("hangzhou", "ningbo", "wenzhou"):
            make.city(name)
        plan = make.plan("hangzhou-plan", jurisdiction_id="hangzhou", period_start="2024")
        make.target(plan, "near", value=50, due="2025", indicator=capacity)
        make.target(plan, "far", value=90, due="2027", indicator=capacity)
        make.target(plan, "stretch", value=80, due="2025", indicator=capacity, is_stretch=True)
        make.target(make.plan("ningbo-plan", jurisdiction_id="ningbo"), "near", value=30, due="2026", indicator=capacity)
        make.target(Plan.objects.get(pk="ningbo-plan"), "firms", value=500, due="2027", indicator=capacity, scope="firms", is_published=False)

        def seen(name, period, value, **columns):
            make.observation(f"{name}.{period}", jurisdiction_id=name, indicator=capacity, period=period, value=value, comparator="eq", **columns)

        seen("hangzhou", "2023", 20)
        seen("hangzhou", "2025", 40)
        seen("hangzhou", "2026", 70, kind="forecast")
        seen("hangzhou", "2025-12", 99, reliability="disputed")
        seen("ningbo", "2025", 40)
        seen("wenzhou", "2025", 700, scope="firms")
        seen("wenzhou", "2024", 5, is_published=False)


@pytest.fixture
def today(monkeypatch):
    """Sets the clock."""
    return lambda day: monkeypatch.setattr(ProgressFilters, "today", staticmethod(lambda: day))


def test_comparison_puts_targets_beside_observations_and_ranks_like_with_like(cities, client):
    answer = client.get(f"{COMPARE}&jurisdiction=hangzhou,ningbo,wenzhou,china").json()

    records = {path: client.get(f"/v1/{path}/").json() for path in ("targets/hangzhou-plan.near", "observations/hangzhou.2025")}
    rows = {row["jurisdiction"]["id"]: row for row in answer["rows"]}
    assert {**answer, "rows": None} == {
        "indicator": {"id": "capacity", "name_en": "Capacity", "name_zh": None},
        "unit": "count",
        "scales": [
            {"unit": "count", "basis": "level", "per": None, "scope": None, "targets": 4, "observations": 5},
            {"unit": "count", "basis": "level", "per": None, "scope": "firms", "targets": 0, "observations": 1},
        ],
        "rows": None,
    }
    assert list(rows) == ["china", "hangzhou", "ningbo", "wenzhou"]
    assert rows["china"] == {
        "jurisdiction": {"id": "china", "name_en": "Name of china", "name_zh": None},
        "targets": [],
        "observation": None,
        "gap": None,
        "gap_to": None,
        "observation_rank": None,
        "target_rank": None,
        "series": [],
    }
    assert rows["hangzhou"]["targets"][0] == records["targets/hangzhou-plan.near"]
    assert rows["hangzhou"]["observation"] == records["observations/hangzhou.2025"]
    assert [point["id"].rpartition(".")[2] for point in rows["hangzhou"]["series"]] == ["near", "stretch", "far", "2023", "2025", "2025-12", "2026"]
    assert rows["hangzhou"]["series"][0] == {
        "resource": "targets",
        "id": "hangzhou-plan.near",
        "time": "2025",
        "comparator": "gte",
        "normalized_value": 50,
        "normalized_unit": "count",
        "basis": "level",
        "per": None,
        "scope": None,
        "kind": None,
        "is_stretch": False,
        "reliability": "reported",
    }
    assert {name: (row["gap"], row["gap_to"], row["observation_rank"], row["target_rank"]) for name, row in rows.items() if name != "china"} == {
        "hangzhou": (10, "hangzhou-plan.near", {"place": 1, "of": 2}, {"place": 1, "of": 2}),
        "ningbo": (-10, "ningbo-plan.near", {"place": 1, "of": 2}, {"place": 2, "of": 2}),
        "wenzhou": (None, None, {"place": 1, "of": 1}, None),
    }


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ("", {"hangzhou": (3, 4), "ningbo": (1, 1), "wenzhou": (0, 1)}),
        ("&jurisdiction=china&within=true", {"china": (0, 0), "hangzhou": (3, 4), "ningbo": (1, 1), "wenzhou": (0, 1)}),
        ("&scope=firms", {"wenzhou": (0, 1)}),
        ("&scope__isnull=true&due__gte=2026&period=2026", {"hangzhou": (1, 1), "ningbo": (1, 0)}),
        ("&reliability=disputed", {"hangzhou": (0, 1)}),
        ("&kind=forecast&is_stretch=true", {"hangzhou": (1, 1)}),
        ("&basis=growth", {}),
    ],
)
def test_comparison_is_narrowed(cities, client, asked, rows):
    answer = client.get(f"{COMPARE}{asked}").json()

    found = {
        row["jurisdiction"]["id"]: tuple(sum(point["resource"] == name for point in row["series"]) for name in ("targets", "observations"))
        for row in answer["rows"]
    }
    assert found == rows


def test_comparison_of_too_much_is_refused_with_advice(cities, client, monkeypatch):
    monkeypatch.setattr(ComparisonView, "most_rows", 3)

    (error,) = errors(client.get(COMPARE))

    assert error["detail"] == "It has more than 3 targets: name jurisdictions, or narrow it by due, period, basis or scope."
    assert client.get(f"{COMPARE}&jurisdiction=ningbo").status_code == 200


def test_indicator_that_is_deleted_meanwhile_is_404(db):
    with pytest.raises(NotFound):
        ComparisonView().find({"indicator": "gone", "filters": ComparisonFilters(QueryDict(), Target.objects.none())})


def test_progress_shows_target_observation_ratio_verdict_rule_and_start(cities, client, today):
    today(date(2026, 1, 1))

    far, near, _, ningbo = client.get("/v1/progress/").json()["results"]

    assert near == {
        "target": client.get("/v1/targets/hangzhou-plan.near/").json(),
        "observation": client.get("/v1/observations/hangzhou.2025/").json(),
        "ratio": 0.8,
        "verdict": "missed",
        "rule": "The due date is past, and the last comparable figure, of the three months before it, is not what the target asks for.",
        "start": {
            "value": 20,
            "on": "2023-12-31",
            "observation": {"id": "hangzhou.2023", "name_en": "capacity of hangzhou, 2023", "name_zh": None},
        },
        "start_ratio": 20 / 30,
    }
    assert (far["verdict"], far["ratio"], far["start_ratio"]) == ("behind", 40 / 90, 20 / 70)
    assert (ningbo["verdict"], ningbo["start"], ningbo["start_ratio"]) == ("met", None, None)
    assert [row["target"]["id"] for row in client.get("/v1/progress/?verdict=missed,behind&ordering=-due").json()["results"]] == [
        "hangzhou-plan.far",
        "hangzhou-plan.near",
        "hangzhou-plan.stretch",
    ]
    assert client.get("/v1/progress/?verdict=ahead").json()["count"] == 0


def test_verdict_turns_at_midnight_and_caches_are_told(cities, client, today):
    address = "/v1/progress/?id=hangzhou-plan.near&fields=verdict"
    today(date(2126, 1, 1))
    with editing():
        Target.objects.filter(pk="hangzhou-plan.near").update(due="2126")
        Observation.objects.filter(pk="hangzhou.2025").update(period="2126")
    before = client.get(address)

    today(date(2127, 1, 1))
    after = client.get(address, headers={"If-None-Match": before["ETag"]})

    assert [answer.json()["results"] for answer in (before, after)] == [[{"verdict": "behind"}], [{"verdict": "missed"}]]
    assert after["Last-Modified"] == "Wed, 01 Jan 2127 00:00:00 GMT"
    assert client.get(address, headers={"If-Modified-Since": before["Last-Modified"]}).status_code == 200
    assert client.get(address, headers={"If-None-Match": after["ETag"]}).status_code == 304


def test_progress_goes_on_page_by_page_and_shows_the_fields_asked_for(cities, client):
    address = "/v1/progress/?page_size=3&ordering=-due&fields=verdict,target.id,start.observation.id"
    first = client.get(address).json()
    second = client.get(first["next"]).json()

    assert first["results"][0] == {"target": {"id": "hangzhou-plan.far"}, "verdict": "behind", "start": {"observation": {"id": "hangzhou.2023"}}}
    assert (first["count"], len(first["results"]), len(second["results"]), second["next"]) == (4, 3, 1, None)
    (error,) = errors(client.get("/v1/targets/", {"ordering": "-due", "cursor": parse_qs(first["next"])["cursor"][0]}))
    assert error["parameter"] == "cursor"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        # 1. the latest revision  2. the count  3. the page  4. its targets with what tells on them  5. the documents  6. the revision still
        ("/v1/progress/?page_size=1", 6),
        ("/v1/progress/?page_size=200&verdict=met,no_data", 6),
        # 1. the latest revision  2. the indicator is known  3. it  4. targets  5. observations  6. documents  7. the revision still
        (COMPARE, 7),
        # and  that the jurisdictions are known  the jurisdictions named
        (f"{COMPARE}&jurisdiction=hangzhou,ningbo", 9),
    ],
)
def test_answer_takes_as_many_queries_whatever_it_shows(cities, client, address, expected):
    assert queries(client, address) == expected
    # The latest revision: it still stands.
    assert queries(client, address) == 1
    ANSWERS.clear()


def test_bodies_are_the_published_documents(cities, client):
    """What an answer shows of a record is its document, byte for byte."""
    answer = client.get("/v1/progress/?id=hangzhou-plan.near").content.decode()

    assert json.dumps(client.get("/v1/targets/hangzhou-plan.near/").json(), ensure_ascii=False, separators=(",", ":")) in answer
