"""What follows from a plan's events and relations: its dates, and when it held."""

from __future__ import annotations

import pytest

from policies.lifecycle import end
from policies.models import Plan, PlanRelation
from publishing.editing import editing
from publishing.partial_dates import PartialDate
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_plan_that_a_thousand_others_relate_to_is_derived():
    columns = {"name_en": "Name", "kind": "notice", "status": "issued", "is_published": False}
    with editing():
        national, place = make.plan("national"), make.city()
        others = Plan.objects.bulk_create(Plan(id=f"plan-{number}", jurisdiction=place, **columns) for number in range(1_001))
        PlanRelation.objects.bulk_create(PlanRelation(plan=other, kind="implements", other=national) for other in others)

    assert national.incoming.count() == 1_001


def held(name: str) -> tuple[str | None, str | None]:
    plan = Plan.objects.get(pk=name)
    return plan.in_force_from, plan.in_force_until


def test_draft_that_was_published_never_held_once_it_is_finalised():
    with editing():
        old, draft, final = make.plan("old"), make.plan("draft", status="superseded"), make.plan("final")
        make.event(old, date="2020-01-01")
        make.event(draft, "published", "2025-01-01")
        make.event(final, date="2025-06-01")
        make.relation(draft, "replaces", old)
    assert (held("draft"), held("old")) == (("2025-01-01", None), ("2020-01-01", "2024-12-31"))

    with editing():
        finalises = make.relation(final, "finalises", draft)
    assert (held("draft"), held("old")) == ((None, None), ("2020-01-01", None))

    with editing():
        Plan.objects.filter(pk="final").update(is_published=False)
    assert (held("draft"), held("old")) == (("2025-01-01", None), ("2020-01-01", "2024-12-31"))

    with editing():
        Plan.objects.filter(pk="final").update(is_published=True)
    with editing():
        finalises.delete()
    assert (held("draft"), held("old")) == (("2025-01-01", None), ("2020-01-01", "2024-12-31"))


def test_draft_that_was_finalised_did_not_hold_by_what_was_known_then_either(db, client):
    with editing():
        draft, final = make.plan("draft", status="superseded"), make.plan("final")
        make.event(draft, "published", "2025-01-01")
        make.event(final, date="2025-06-01")
        make.relation(final, "finalises", draft)
    with editing():
        Plan.objects.filter(pk__in=("draft", "final")).update(summary="Another.")

    for asked in ("", "&as_of=1"):
        answer = client.get(f"/v1/plans/?in_force_on=2025-07-01&fields=id{asked}").json()
        assert answer["results"] == [{"id": "final"}]


def test_plan_that_was_repealed_on_the_first_of_days_is_derived():
    repealed = {"repealed": PartialDate.parse("0001")}

    assert end(repealed, ["0001-01-01"]) == "0001-01-01"
