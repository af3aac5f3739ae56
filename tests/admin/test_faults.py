"""What cannot be saved or deleted in the admin is said on the page, at the box that is at fault."""

import pytest
from django.db import connection

from cities.models import Institution, Jurisdiction
from companies.models import Company
from policies.models import Observation, Plan, Target
from publishing.editing import editing
from publishing.models import Document
from reference.models import Source, Topic, Unit
from tests.admin.pages import a_plan, adding, changing, deleting, errors, filled_in, listing, post

pytestmark = pytest.mark.usefixtures("world")


def refused(editor, row, **changes):
    """What the page of this row says when it is saved with these changes, having changed nothing."""
    before = list(Document.objects.values_list("resource", "record", "body"))
    page = post(editor, changing(row), filled_in(editor.get(changing(row))) | changes)
    assert page is not None
    assert list(Document.objects.values_list("resource", "record", "body")) == before
    return errors(page)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sources": []}, {"sources": ["This field is required."]}),
        ({"targets-0-sources": []}, {"targets-0-sources": ["This field is required."]}),
        (
            {"targets-0-comparator": "range"},
            {"targets-0-__all__": ["A range has an upper bound above its value; nothing else has one."]},
        ),
        (
            {"targets-0-value": ""},
            {"targets-0-__all__": ["An undisclosed or qualitative quantity has no value; any other has one."]},
        ),
        ({"targets-0-unit": ""}, {"targets-0-__all__": ["A value needs a unit."]}),
        ({"targets-0-value": "1e999"}, {"targets-0-value": ["Ensure that there are no more than 22 digits in total."]}),
        ({"targets-0-due": "2025-02-30"}, {"targets-0-due": ["2025-02-30 is not in the calendar."]}),
        ({"targets-0-id": "compute"}, {"targets-0-id": ["Its id starts with its owner's: hangzhou-2030.…"]}),
        (
            {"measures-0-amount": "5"},
            {"measures-0-amount": ["An amount needs a comparator and a currency, and neither stands without an amount."]},
        ),
        (
            {"measures-0-terms-0-rate_percent": "many"},
            {"measures-0-__all__": ["Please correct the measure terms below."], "measures-0-terms-0-rate_percent": ["Enter a number."]},
        ),
        (
            {"measures-0-terms-0-condition": "", "measures-0-terms-0-rate_percent": "", "measures-0-terms-0-cap_per": "year"},
            {
                "measures-0-__all__": ["Please correct the measure terms below."],
                "measures-0-terms-0-rate_percent": ["A term says a condition, a rate, a cap or a threshold."],
            },
        ),
        (
            {"id": "plan-0", "targets-0-id": "plan-0.compute", "measures-0-id": "plan-0.vouchers", "outgoing-0-other": "plan-1"},
            {"id": ["Plan with this Id already exists."]},
        ),
        ({"period_start": "2027", "period_end": "2025"}, {"period_end": ["The period ends before it starts."]}),
        ({"aliases": "Hangzhou 2030"}, {"aliases": ["Already a name of it: Hangzhou 2030."]}),
        ({"jurisdiction": "atlantis"}, {"jurisdiction": ["Select a valid choice. That choice is not one of the available choices."]}),
        ({"why": "?" * 501}, {"why": ["Ensure this value has at most 500 characters (it has 501)."]}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_faults_are_said_where_they_are(editor, changes, said):
    page = post(editor, adding(Plan), a_plan(**changes))

    assert errors(page) == said
    assert not Plan.objects.filter(pk="hangzhou-2030").exists()


def test_a_target_stays_with_the_plan_that_its_id_names(editor):
    said = refused(editor, Target.objects.get(pk="plan-0.target-0"), plan="plan-1")

    assert said == {"__all__": ["Its id starts with its owner's: plan-1.…"]}


def test_a_plan_is_not_related_to_itself(editor):
    said = refused(editor, Plan.objects.get(pk="plan-0"), **{"outgoing-0-other": "plan-0"})

    assert said == {"outgoing-0-other": ["A plan has no relation to itself."]}


def test_an_inline_row_keeps_its_id(editor):
    said = refused(editor, Plan.objects.get(pk="plan-0"), **{"targets-0-id": "plan-0.another"})

    assert said == {"targets": ["A row is gone: somebody moved or deleted it since you opened the page. Open the page again."]}


def test_a_row_that_is_gone_is_not_made_again(editor):
    plan = Plan.objects.get(pk="plan-0")
    target = Target.objects.get(pk="plan-0.target-0")
    with editing():
        target.contradicts.clear()
    fields = filled_in(editor.get(changing(plan)))
    with editing():
        target.delete()

    page = post(editor, changing(plan), fields)

    assert errors(page) == {"targets": ["A row is gone: somebody moved or deleted it since you opened the page. Open the page again."]}
    assert not Target.objects.filter(pk="plan-0.target-0").exists()


def test_the_same_event_twice_is_refused(editor):
    said = refused(editor, Plan.objects.get(pk="plan-0"), **{"events-1-date": "2025-01"})

    assert said == {"events-1-__all__": ["Plan event with this Plan, Kind and Date already exists."]}


def test_what_only_the_database_sees_is_said_in_the_form(editor):
    """To a unique constraint two presences without a name differ, so that no form compares them."""
    company = Company.objects.get(pk="company-0")
    twin = {"jurisdiction": "city-2", "kind": "factory", "sources": ["gazette"], "reliability": "reported", "is_published": "on"}
    twins = {f"presences-{number}-{name}": value for number in (2, 3) for name, value in twin.items()}

    said = refused(editor, company, **twins, **{"presences-TOTAL_FORMS": "4"})

    assert [name for name in said if name != "presences"] == ["__all__"]
    assert said["__all__"][0].startswith("The database refuses it.")


def test_what_publication_refuses_is_said_in_the_form(editor):
    observation = Observation.objects.get(pk="city-0.indicator-0.2020")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM policies_observation_sources WHERE observation_id = %s", [observation.pk])

    said = refused(editor, Unit.objects.get(pk="EFLOPS"), factor="5")

    assert said == {"__all__": [f"Without a source, so not published: {observation.pk}."]}


IN_USE = [
    (Source, "source-0"),
    (Topic, "topic-0"),
    (Institution, "institution-0"),
    (Company, "company-0"),
    (Jurisdiction, "city-0"),
    (Unit, "CNY"),
]


@pytest.mark.parametrize(("model", "pk"), IN_USE)
def test_a_row_in_use_is_not_deleted_and_the_page_says_who_uses_it(editor, model, pk):
    row = model._default_manager.get(pk=pk)

    single = editor.post(deleting(row), {"post": "yes"})
    several = editor.post(listing(model), {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})

    assert single.context["protected"]
    assert several.context["protected"]
    assert model._default_manager.filter(pk=pk).exists()


def test_plans_protect_the_topics_that_they_name(editor):
    with editing():
        topic = Topic.objects.create(id="robots", name_en="Robots", definition="Machines.")
        Plan.objects.get(pk="plan-1").topics.add(topic)

    page = editor.get(deleting(topic))

    assert page.context["protected"] == ['Plan: <a href="/admin/policies/plan/plan-1/change/">Plan 1</a>']
