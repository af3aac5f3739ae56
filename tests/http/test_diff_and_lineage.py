"""The difference of two plans and the lineage of one over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from policies import lineage
from policies.models import Plan
from publishing.caching import ANSWERS
from publishing.editing import editing
from publishing.identity import move
from tests import factories as make
from tests.http.registry import queries
from tests.http.test_strictness import errors

FINAL = "/v1/plans/final/diff/"


@pytest.fixture
def plans(db):
    """A national plan, a province's and a city's that implement it, the city's draft and its edition of before; and what nobody may see."""
    with editing():
        for name in ("national", "province", "final", "draft", "old", "district", "other", "hidden"):
            make.plan(name, is_published=name != "hidden")
        for name, kind, other in (
            ("province", "implements", "national"),
            ("other", "implements", "national"),
            ("final", "implements", "province"),
            ("final", "finalises", "draft"),
            ("final", "replaces", "old"),
            ("draft", "replaces", "old"),
            ("district", "part_of", "final"),
            ("hidden", "implements", "final"),
            ("final", "replaces", "hidden"),
        ):
            make.relation(Plan.objects.get(pk=name), kind, Plan.objects.get(pk=other))
        draft, final = Plan.objects.get(pk="draft"), Plan.objects.get(pk="final")
        make.target(draft, "capacity", value=40, due="2025", indicator=make.indicator("capacity"))
        make.target(draft, "firms", value=700, due="2025", indicator=make.indicator("firms"))
        make.target(draft, "fallen", due="2025", indicator=make.indicator("fallen"))
        make.target(draft, "never", due="2025", indicator=make.indicator("never"), is_published=False)
        make.target(final, "compute", value=50, due="2025-12", indicator=make.indicator("capacity"))
        make.target(final, "firms", value=700, due="2025", indicator=make.indicator("firms"))
        make.target(final, "new", due="2025", indicator=make.indicator("new"))
        make.measure(draft, "vouchers", amount_comparator="eq", amount=200, currency=make.currency())
        make.measure(final, "coupons", amount_comparator="eq", amount=250, currency=make.currency(), statement="What vouchers does.")


def reference(id_: str) -> dict[str, Any]:
    return {"id": id_, "name_en": f"Name of {id_}", "name_zh": None}


def test_difference_shows_what_became_of_a_draft(plans, client):
    def record(path):
        return client.get(f"/v1/{path}/").json()

    assert client.get(FINAL).json() == {
        "from": reference("draft"),
        "to": reference("final"),
        "targets": {
            "added": [record("targets/final.new")],
            "dropped": [record("targets/draft.fallen")],
            "changed": [{"before": record("targets/draft.capacity"), "after": record("targets/final.compute"), "direction": "raised"}],
            "unchanged": [record("targets/final.firms")],
        },
        "measures": {
            "added": [],
            "dropped": [],
            "changed": [{"before": record("measures/draft.vouchers"), "after": record("measures/final.coupons"), "direction": "raised"}],
            "unchanged": [],
        },
        "chain": [
            {"from": reference("old"), "to": reference("draft"), "kind": "replaces"},
            {"from": reference("draft"), "to": reference("final"), "kind": "finalises"},
        ],
    }


def test_any_two_plans_can_be_compared(plans, client):
    answer = client.get("/v1/plans/draft/diff/?against=final").json()

    assert (answer["from"]["id"], answer["to"]["id"], [step["from"]["id"] for step in answer["chain"]]) == ("final", "draft", ["old"])
    assert [pair["direction"] for pair in [*answer["targets"]["changed"], *answer["measures"]["changed"]]] == ["lowered", "lowered"]
    assert client.get("/v1/plans/draft/diff/").json()["from"] == reference("old")


def test_plan_with_nothing_before_it_is_404_and_a_wrong_one_400(plans, client):
    nothing = client.get("/v1/plans/national/diff/")

    assert (nothing.status_code, nothing["Content-Type"]) == (404, "application/problem+json")
    assert nothing.json()["detail"] == "It finalises and replaces no published plan: name the one to compare it with, as `against`."
    assert [error["detail"] for error in errors(client.get(f"{FINAL}?against=hidden&x=1"))] == ["No such parameter.", "No such plan."]
    assert [error["detail"] for error in errors(client.get(f"{FINAL}?against=final"))] == ["A plan does not differ from itself."]
    assert [client.get(f"/v1/plans/{id_}/{word}/").status_code for id_ in ("hidden", "nowhere") for word in ("diff", "lineage")] == [404] * 4


def test_lineage_leads_up_and_down_and_to_the_editions_and_not_to_siblings(plans, client):
    answer = client.get("/v1/plans/final/lineage/").json()

    assert [(node["id"], node["side"], node["distance"]) for node in answer["nodes"]] == [
        ("final", "itself", 0),
        ("district", "below", 1),
        ("draft", "edition", 1),
        ("old", "edition", 1),
        ("province", "above", 1),
        ("national", "above", 2),
    ]
    assert answer["nodes"][1] == {
        **reference("district"),
        "jurisdiction": reference("china"),
        "kind": "action_plan",
        "status": "issued",
        "issued_on": None,
        "side": "below",
        "distance": 1,
    }
    assert [(edge["from"], edge["kind"], edge["to"]) for edge in answer["edges"]] == [
        ("district", "part_of", "final"),
        ("draft", "replaces", "old"),
        ("final", "finalises", "draft"),
        ("final", "implements", "province"),
        ("final", "replaces", "old"),
        ("province", "implements", "national"),
    ]
    assert answer["is_complete"] is True
    below = client.get("/v1/plans/national/lineage/").json()["nodes"]
    assert [(node["id"], node["side"]) for node in below] == [
        ("national", "itself"),
        ("other", "below"),
        ("province", "below"),
        ("final", "below"),
        ("district", "below"),
    ]


def test_lineage_goes_round_in_no_circle(plans, client):
    with editing():
        for name, kind, other in (("national", "implements", "district"), ("old", "finalises", "final"), ("province", "replaces", "national")):
            make.relation(Plan.objects.get(pk=name), kind, Plan.objects.get(pk=other))

    for name in ("national", "final", "old"):
        nodes = [node["id"] for node in client.get(f"/v1/plans/{name}/lineage/").json()["nodes"]]
        assert sorted(nodes) == sorted(set(nodes))
        assert len(client.get(f"/v1/plans/{name}/diff/?against=other").json()["chain"]) <= 3


@pytest.mark.parametrize(("bound", "found"), [({"MOST": 3}, 3), ({"DEEPEST": 1}, 5)])
def test_lineage_that_is_cut_says_so(plans, client, monkeypatch, bound, found):
    for name, value in bound.items():
        monkeypatch.setattr(lineage, name, value)

    answer = client.get("/v1/plans/final/lineage/").json()

    assert (len(answer["nodes"]), answer["is_complete"]) == (found, False)
    assert {edge[end] for edge in answer["edges"] for end in ("from", "to")} <= {node["id"] for node in answer["nodes"]}


def test_moved_plan_is_answered_with_its_address_of_today_and_a_retired_one_is_gone(transactional_db, client):
    for name in ("final", "old", "other"):
        make.plan(name)
    move(Plan.objects.get(pk="final"), "final-2025")
    Plan.objects.get(pk="other").delete()

    for word, query in (("diff", "?against=old"), ("lineage", "")):
        moved = client.get(f"/v1/plans/final/{word}/{query}")
        assert (moved.status_code, moved["Location"]) == (308, f"http://testserver/v1/plans/final-2025/{word}/{query}")
        assert client.get(f"/v1/plans/other/{word}/").status_code == 410


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        # 1. the plan is published  2. the latest revision  3.–5. the editions before it  6. both plans  7. targets  8. measures  9. terms
        # 10. documents  11. the revision still
        (FINAL, 11),
        # and that the other is known
        (f"{FINAL}?against=national", 12),
        # 1. the plan is published  2. the latest revision  3.–5. a step each, the last to nowhere  6. relations  7. plans  8. the revision still
        ("/v1/plans/final/lineage/", 8),
        ("/v1/plans/district/lineage/", 9),
    ],
)
def test_answer_takes_a_bounded_number_of_queries(plans, client, address, expected):
    assert queries(client, address) == expected
    # The plan is published, the latest revision still stands, and the other plan is known.
    assert queries(client, address) == 2 + ("against" in address)
    answer = client.get(address)
    assert (client.head(address)["ETag"], client.post(address).status_code) == (answer["ETag"], 405)
    assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    ANSWERS.clear()
