"""What a hit shows: its names, how well it answers, and the passages that do."""

from __future__ import annotations

import pytest

from publishing.editing import editing
from tests import factories as make


@pytest.fixture
def plans(db):
    with editing():
        land = make.country("china", name_zh="中国")
        city = make.city("shenzhen", name_en="Shenzhen", name_zh="深圳市", parent=land)
        make.topic("compute", name_en="Compute", name_zh="算力", definition="Machines that compute.")
        one = make.plan(
            "terminals",
            name_en="Plan <for> computing",
            name_zh="算力产业计划",
            aliases=["Tailored intelligence"],
            jurisdiction=city,
            summary="Of 2025.",
        )
        make.target(one, statement="Shenzhen has computed much.")


SHOWN = {
    # The words of the name as they stand in it, whatever form they were asked for in; its markup escaped.
    "compute for plan": [
        ("plans", "terminals", 0.9, "<mark>Plan</mark> &lt;<mark>for</mark>&gt; <mark>computing</mark>"),
        (
            "targets",
            "terminals.target",
            0.325,
            "Shenzhen has <mark>computed</mark> much. … <mark>Plan</mark> &lt;<mark>for</mark>&gt; <mark>computing</mark>",
        ),
    ],
    "computed much": [("targets", "terminals.target", 0.25, "Shenzhen has <mark>computed</mark> <mark>much</mark>.")],
    # Two Chinese letters, and a name that nobody should have used.
    "算力产业": [
        ("plans", "terminals", 0.766, "<mark>算力产业</mark>计划"),
        ("targets", "terminals.target", 0.1, "<mark>算力产业</mark>计划"),
    ],
    "tailored intelligence": [("plans", "terminals", 1.0, "<mark>Tailored intelligence</mark>")],
    # Either language beside the other.
    "算力 2025": [("plans", "terminals", 0.25, "<mark>算力</mark>产业计划 … Of <mark>2025</mark>.")],
    # A slip in a word that occurs nowhere, and what it was taken for.
    "Shenzen much": [("targets", "terminals.target", 0.25, "<mark>Shenzhen</mark> has computed <mark>much</mark>.")],
    "shen zhen china": [],
}


@pytest.mark.parametrize(("asked", "hits"), SHOWN.items())
def test_hit_shows_what_was_found_and_how_well(plans, client, asked, hits):
    answer = client.get("/v1/search/", {"q": asked}).json()

    assert [(hit["resource"], hit["id"], hit["score"], hit["highlight"]) for hit in answer["results"]] == hits


def test_hit_is_shown_as_a_reference_to_it(plans, client):
    assert client.get("/v1/search/?q=深圳&resource=cities").json() == {
        "count": 1,
        "count_is_exact": True,
        "next": None,
        "previous": None,
        "results": [
            {"resource": "cities", "id": "shenzhen", "name_en": "Shenzhen", "name_zh": "深圳市", "score": 0.766, "highlight": "<mark>深圳</mark>市"}
        ],
    }
