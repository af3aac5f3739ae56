"""Names to ids: candidates by score, one by its address or many in a body, and nothing of what is not published."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publishing.licensing import LICENSE
from tests.http.registry import queries
from tests.http.test_schemathesis import CHECKS, bounded
from tests.http.world import SECRETS, UNPUBLISHED

RESOLVE = "/v1/resolve/"
EMPTY = "Empty: give a value or leave the parameter out."
NAMES = [
    "Hangzhou AI plan, 2025 edition", "highland plan", "Hangzho", "杭州", "hangzhoushi", "智能算力", "tailored technology", "unitree", "yushu keji",
    "Beijing rules", "hangzhou-2025", "plans/hangzhou-2025", "a,b", "OR NEAR( * \"'", "的", "x" * 300,
]  # fmt: skip


def post(client, body, **headers):
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(RESOLVE, content, content_type="application/json", headers=headers or None)


def ids(response):
    return [(one["resource"], one["id"]) for one in response.json()["candidates"]]


def errors(response):
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
    return {error["parameter"]: error["detail"] for error in response.json()["errors"]}


def test_name_gives_its_candidates_most_likely_first(world, client):
    response = client.get(RESOLVE, {"name": "Hangzhou AI plan", "resource": "plans", "limit": "2"})

    assert response.json() == {
        "candidates": [
            {
                "resource": "plans",
                "id": "hangzhou-2025",
                "name_en": "Hangzhou AI plan, 2025 edition",
                "name_zh": "杭州市加快建设人工智能创新高地实施方案(2025年版)",
                "score": 0.95,
                "matched": "Hangzhou AI plan, 2025 edition",
            },
            {
                "resource": "plans",
                "id": "hangzhou-draft",
                "name_en": "Hangzhou AI plan, draft",
                "name_zh": None,
                "score": 0.93,
                "matched": "Hangzhou AI plan, draft",
            },
        ]
    }


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("杭州市", ("cities", "hangzhou")),
        ("Hangchow", ("cities", "hangzhou")),
        ("Hangzou City", ("cities", "hangzhou")),
        ("zhejiangsheng", ("jurisdictions", "zhejiang")),
        ("yushu keji", ("companies", "unitree")),
        ("Unitree Inc", ("companies", "unitree")),
        ("tailored intelligent technologies", ("topics", "embodied")),
        ("杭州加快建设AI创新高地实施方案", ("plans", "hangzhou-2025")),
        ("hangzhou-2025", ("plans", "hangzhou-2025")),
        ("plans/hangzhou-2025", ("plans", "hangzhou-2025")),
    ],
)
def test_name_as_people_write_it_finds_its_record(world, client, name, found):
    assert ids(client.get(RESOLVE, {"name": name}))[0] == found


@pytest.mark.parametrize("name", ["Hangzhou", "hangzhou", "杭州", "Hangzou"])
def test_what_two_resources_show_is_found_in_each_that_is_named_else_once(world, client, name):
    city, jurisdiction = ("cities", "hangzhou"), ("jurisdictions", "hangzhou")

    assert ids(client.get(RESOLVE, {"name": name, "resource": "cities,jurisdictions"}))[:2] == [city, jurisdiction]
    assert ids(client.get(RESOLVE, {"name": name, "resource": "jurisdictions"}))[0] == jurisdiction
    unnamed = ids(client.get(RESOLVE, {"name": name, "limit": 50}))
    assert [record for record in unnamed if record in {city, jurisdiction}] == [city]
    assert ids(client.get(RESOLVE, {"name": "jurisdictions/hangzhou"}))[0] == jurisdiction


def test_usually_unmeant_resources_are_looked_through_where_they_are_named(world, client):
    assert ids(client.get(RESOLVE, {"name": "ÄTHER report", "resource": "sources"})) == [("sources", "annual")]
    assert ("sources", "annual") not in ids(client.get(RESOLVE, {"name": "ÄTHER report"}))


def test_batch_finds_for_each_name_what_it_finds_alone(world, client):
    asked = [{"name": name} for name in NAMES] + [{"name": name, "resource": "plans,cities"} for name in NAMES]

    results = post(client, {"queries": asked, "limit": 3}).json()["results"]

    assert results == [{"query": one["name"], **client.get(RESOLVE, {**one, "limit": "3"}).json()} for one in asked]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=4), st.randoms())
def test_any_names_get_ordered_candidates(world, client, names, random):
    response = post(client, {"queries": [{"name": name} for name in names]})

    if response.status_code == 400:
        assert set(errors(response).values()) <= {"Not text.", EMPTY}
        return
    for result in response.json()["results"]:
        scores = [one["score"] for one in result["candidates"]]
        assert scores == sorted(scores, reverse=True)
        assert all(0.3 <= score <= 1 for score in scores)


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("", {"name": "It is needed."}),
        ("name=", {"name": EMPTY}),
        ("name=%00", {"name": "Not text."}),
        ("name=a&name=b", {"name": "Give it once."}),
        (
            "name=x&resource=plants,targets&limit=51&names=y",
            {"resource": "Not one of the allowed values."} | {"limit": "A whole number from 1 to 50."} | {"names": "No such parameter."},
        ),
    ],
)
def test_query_that_is_not_well_asked_is_refused_with_all_its_faults(world, client, query, faults):
    assert errors(client.get(f"{RESOLVE}?{query}")) == faults


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        (b" ", {"body": "Not JSON"}),
        (b'{"queries": [', {"body": "Not JSON"}),
        (b"\xff", {"body": "Not JSON"}),
        ([], {"body": "Not an object."}),
        ({}, {"queries": "It is needed."}),
        ({"queries": "x"}, {"queries": "Not a list."}),
        ({"queries": [{"name": "x"}] * 101}, {"queries": "Give at most 100."}),
        ({"queries": [1, {}, {"name": 7}]}, {"queries[0]": "Not an object.", "queries[1].name": "It is needed.", "queries[2].name": "Not text."}),
        ({"queries": [{"name": "\0"}, {"name": " "}]}, {"queries[0].name": "Not text.", "queries[1].name": EMPTY}),
        (
            {"queries": [{"name": "x" * 301, "resource": "plants"}]},
            {"queries[0].name": "Too long: at most 300 letters.", "queries[0].resource": "Not one of the allowed values."},
        ),
        ({"queries": [], "limit": 2.5, "more": 1}, {"limit": "A whole number from 1 to 50.", "more": "No such member."}),
        ({"queries": [], "limit": True}, {"limit": "A whole number from 1 to 50."}),
    ],
)  # fmt: skip
def test_body_that_is_not_well_asked_is_refused_with_all_its_faults_and_their_places(world, client, body, faults):
    found = errors(post(client, body))

    assert {place: detail.partition(":")[0] if detail.startswith("Not JSON") else detail for place, detail in found.items()} == faults


def test_body_of_another_kind_or_size_is_a_problem(world, client):
    assert client.post(RESOLVE, {"name": "x"}).status_code == 415
    assert client.post(RESOLVE, "{}", content_type="text/plain").status_code == 415
    assert post(client, b" " * 3_000_000).status_code == 413
    assert errors(client.post(f"{RESOLVE}?name=x", "{}", content_type="application/json")) == {"name": "No such parameter."}


def test_answer_to_a_body_says_what_it_is_a_state_of_and_has_no_validators(world, client):
    headers = post(client, {"queries": []}).headers

    assert (headers["Dataset-Revision"], headers["Link"], headers["Cache-Control"]) == ("1", LICENSE, "no-cache")
    assert not {"ETag", "Last-Modified"} & set(headers)


def test_answer_to_an_address_has_validators(world, client):
    known = client.get(f"{RESOLVE}?name=hangzhou").headers["ETag"]

    assert client.get(f"{RESOLVE}?name=hangzhou", headers={"If-None-Match": known}).status_code == 304


def test_pages_on_other_sites_may_ask_with_a_body(world, client):
    origin = {"Origin": "https://analyst.example"}
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}

    allowed = client.options(RESOLVE, headers=origin | asked).headers
    answered = post(client, {"queries": []}, **origin)

    assert "POST" in allowed["Access-Control-Allow-Methods"].split(", ")
    assert "content-type" in allowed["Access-Control-Allow-Headers"].split(", ")
    assert (answered.status_code, answered.headers["Access-Control-Allow-Origin"]) == (200, "*")


def test_nothing_unpublished_is_a_candidate(world, client):
    asked = [
        *SECRETS,
        "Hidden Company",
        "Hidden plan",
        "隐藏计划",
        "Hidden bureau",
        *UNPUBLISHED.values(),
        *(f"{name}/{id_}" for name, id_ in UNPUBLISHED.items()),
    ]

    text = post(client, {"queries": [{"name": name} for name in asked]}).content.decode()

    found = [candidate for result in json.loads(text)["results"] for candidate in result["candidates"]]
    assert [secret for secret in SECRETS if secret in json.dumps(found, ensure_ascii=False)] == []


def test_name_takes_at_most_eight_queries_and_many_hardly_more(world, client):
    # 1. the revision  2. entries by words  3. entries that are named by id  4. the entries  5. the revision again
    assert queries(client, f"{RESOLVE}?name=hangzhou") == 5
    # 6. the names' words near to a mistyped one  7. entries by those  (8. all words but one, where each by itself is in too many names)
    assert queries(client, f"{RESOLVE}?name=hangzou") == 7
    with CaptureQueriesContext(connection) as captured:
        post(client, {"queries": [{"name": name} for name in NAMES * 6]})
    assert len(captured) <= 8


def test_operations_are_as_the_contract_says(world, contract):
    for method in ("GET", "POST"):

        @bounded
        @given(contract[RESOLVE][method].as_strategy())
        def answer(case):
            case.call_and_validate(checks=CHECKS)

        answer()
