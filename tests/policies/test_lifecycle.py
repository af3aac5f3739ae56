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


def test_plan_that_was_repealed_on_the_first_of_days_is_derived():
    repealed = {"repealed": PartialDate.parse("0001")}

    assert end(repealed, ["0001-01-01"]) == "0001-01-01"
