"""An id is for good; a record that is moved is found by its old one."""

import pytest
from django.core.exceptions import ValidationError

from cities.models import Jurisdiction
from companies.models import Company, Presence
from policies.models import Observation, Plan, Target
from publishing.identity import Move, move, successor
from publishing.models import Document, Revision
from reference.models import Source
from tests import factories as make
from tests.publishing import invariant

pytestmark = pytest.mark.django_db(transaction=True)


def test_renamed_record_lives_on_under_its_new_id():
    plan = make.plan("old", name_en="The plan")
    make.event(plan)

    moves = move(plan, "new", actor="editor")

    assert moves == [Move(Plan, "old", "new", merged=False)]
    assert list(Plan.objects.values_list("id", "name_en", "issued_on")) == [("new", "The plan", "2025-03-05")]
    assert documents("plans") == {"old": ("moved", "new"), "new": ("created", None)}
    assert Revision.objects.latest("number").actor == "editor"
    invariant.check()


def test_move_is_one_revision():
    plan = make.plan("old")
    make.target(plan)
    before = Revision.objects.count()

    move(plan, "new")

    assert Revision.objects.count() == before + 1


def test_all_that_points_at_a_renamed_record_follows_it():
    city = make.city("old")
    district = make.city("district", level="district", parent=city)
    company = make.company(headquarters=city)
    presence = make.presence(company, jurisdiction=city)
    target = make.target(make.plan(), own_jurisdiction=city)

    move(city, "new")

    for row, column in ((district, "parent"), (company, "headquarters"), (presence, "jurisdiction"), (target, "own_jurisdiction")):
        row.refresh_from_db()
        assert getattr(row, f"{column}_id") == "new"
    assert target.jurisdiction_id == "new"
    invariant.check()


def test_links_follow_a_renamed_record():
    source = make.source("old")
    holder = make.plan("holder", sources=[source])

    move(source, "new")

    assert [other.pk for other in holder.sources.all()] == ["new"]
    invariant.check()


def test_facts_that_bear_their_owners_id_move_along():
    plan = make.plan("old")
    make.target(plan, "compute")
    make.measure(plan, "vouchers")
    bystander = make.plan("old-age-care")
    make.target(bystander, "beds")

    moves = move(plan, "new")

    assert {(each.old, each.new) for each in moves} == {("old", "new"), ("old.compute", "new.compute"), ("old.vouchers", "new.vouchers")}
    assert documents("targets") == {"old.compute": ("moved", "new.compute"), "new.compute": ("created", None), "old-age-care.beds": ("created", None)}
    assert successor("measures", "old.vouchers") == "new.vouchers"
    invariant.check()


def test_merged_record_leaves_its_names_and_links_to_its_successor():
    shared, own = make.source("shared"), make.source("own")
    duplicate = make.company("duplicate", name_en="Zhipu", name_zh="智谱", aliases=["Z.ai", "Zhipu AI"], sources=[shared, own])
    company = make.company("company", name_en="Zhipu AI", aliases=["Z.ai"], sources=[shared])

    moves = move(duplicate, "company")

    assert moves == [Move(Company, "duplicate", "company", merged=True)]
    company.refresh_from_db()
    assert company.aliases == ["Z.ai", "Zhipu", "智谱"]
    assert {source.pk for source in company.sources.all()} == {"shared", "own"}
    assert documents("companies") == {"duplicate": ("moved", "company"), "company": ("changed", None)}
    invariant.check()


def test_of_two_rows_that_become_the_same_one_is_dropped():
    duplicate, company = make.company("duplicate"), make.company("company")
    for owner in (duplicate, company):
        make.presence(owner, jurisdiction=make.city())
    make.presence(duplicate, jurisdiction=make.city("elsewhere"))

    move(duplicate, "company")

    assert sorted(Presence.objects.values_list("company", "jurisdiction")) == [("company", "city"), ("company", "elsewhere")]
    invariant.check()


def test_fact_whose_id_is_taken_moves_along_with_a_number():
    duplicate, plan = make.plan("duplicate"), make.plan("plan")
    make.target(duplicate, "compute", value=100)
    make.target(plan, "compute", value=200)

    move(duplicate, "plan")

    assert list(Target.objects.order_by("id").values_list("id", "plan", "value")) == [("plan.compute", "plan", 200), ("plan.compute-2", "plan", 100)]
    assert successor("targets", "duplicate.compute") == "plan.compute-2"
    invariant.check()


def test_observations_of_a_merged_company_move_along():
    duplicate = make.company("duplicate")
    make.company("company")
    make.observation("duplicate.indicator.2024", company=duplicate)

    move(duplicate, "company")

    assert list(Observation.objects.values_list("id", "company")) == [("company.indicator.2024", "company")]
    invariant.check()


def test_merged_records_no_longer_refer_to_each_other():
    draft, final = make.plan("draft"), make.plan("final")
    make.relation(final, "finalises", draft)
    final.contradicts.add(draft)

    move(draft, "final")

    final.refresh_from_db()
    assert not final.outgoing.exists()
    assert not final.contradicts.exists()
    invariant.check()


def test_record_merged_into_one_that_points_at_it_hands_on_where_it_pointed():
    first = make.source("first")
    copy = make.source("copy", original=first)
    make.source("copy-of-copy", original=copy)

    move(copy, "copy-of-copy")

    assert Source.objects.get(pk="copy-of-copy").original_id == "first"
    invariant.check()


def test_merge_that_would_put_a_place_within_itself_moves_nothing():
    province = make.province()
    city = make.city(parent=province)
    make.city("district", level="district", parent=city)

    with pytest.raises(ValidationError):
        move(province, "district")

    assert set(Jurisdiction.objects.values_list("id", "parent")) == {
        ("china", None),
        ("province", "china"),
        ("city", "province"),
        ("district", "city"),
    }
    invariant.check()


def test_id_that_was_moved_twice_leads_to_the_last():
    move(make.plan("first"), "second")
    move(Plan.objects.get(), "third")

    assert successor("plans", "first") == successor("plans", "second") == "third"
    assert successor("plans", "third") is None


def test_id_that_was_moved_leads_nowhere_once_its_successor_is_retired():
    move(make.plan("first"), "second")
    Plan.objects.get().delete()

    assert successor("plans", "first") is None
    assert successor("plans", "unknown") is None


def test_move_can_be_taken_back():
    move(make.plan("first"), "second")
    move(Plan.objects.get(), "first")

    assert documents("plans") == {"first": ("created", None), "second": ("moved", "first")}
    invariant.check()


def test_id_that_another_record_had_is_refused():
    make.plan("retired").delete()
    plan = make.plan()

    with pytest.raises(ValidationError, match="never used again"):
        move(plan, "retired")


def test_record_that_was_never_published_leaves_no_trace_of_its_old_id():
    hidden = make.plan("hidden", is_published=False)
    province = make.province()

    move(hidden, "still-hidden")
    move(province, "renamed")

    assert documents("plans") == {}
    assert documents("cities") == {}
    assert documents("jurisdictions") == {"china": ("created", None), "province": ("moved", "renamed"), "renamed": ("created", None)}


@pytest.mark.parametrize("new_id", ["Upper", "with space", "", "plan.target"])
def test_id_that_cannot_be_is_refused(new_id):
    target = make.target(make.plan())

    with pytest.raises(ValidationError):
        move(target, new_id)

    assert list(Target.objects.values_list("id", flat=True)) == ["plan.target"]


def test_fact_is_not_renamed_away_from_its_owner():
    target = make.target(make.plan())

    with pytest.raises(ValidationError):
        move(target, "other.target")

    assert documents("targets") == {"plan.target": ("created", None)}
    invariant.check()


def documents(resource):
    current = Document.objects.current().filter(resource=resource)
    return {record: (action, heir) for record, action, heir in current.values_list("record", "action", "successor")}
