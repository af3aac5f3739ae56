"""A save in the admin, with all its inlines, is one transaction and one revision."""

import json

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User

from policies.models import Observation, Plan, Target
from publishing.models import Document, Revision
from reference.models import Source
from tests.admin.pages import a_plan, adding, changing, deleting, filled_in, listing, post, save
from tests.admin.world import make_world

# Inside a test's own transaction all that is saved would be one revision.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def world(transactional_db):
    make_world(2)


def last_revision():
    revision = Revision.objects.latest("number")
    return revision.actor, revision.comment, sorted(f"{document.action} {document.record}" for document in Document.objects.filter(revision=revision))


def test_saving_a_plan_with_all_its_rows_is_one_revision(editor):
    assert post(editor, adding(Plan), a_plan(why="Issued today.")) is None

    assert Revision.objects.latest("number").number == 2
    assert last_revision() == (
        "editor",
        "Issued today.",
        ["changed plan-0", "created hangzhou-2030", "created hangzhou-2030.compute", "created hangzhou-2030.vouchers"],
    )
    plan = json.loads(Document.objects.get(resource="plans", record="hangzhou-2030").body)
    assert plan["issued_on"] == "2025-03"
    assert plan["events"] == [{"kind": "published", "date": "2025-03"}]
    assert plan["relations"] == [{"kind": "replaces", "plan": {"id": "plan-0", "name_en": "Plan 0", "name_zh": "方案0"}}]
    assert [(target["value"], target["normalized_value"]) for target in plan["targets"]] == [(40, 40_000_000_000)]
    assert [measure["terms"] for measure in plan["measures"]] == [
        [{"condition": "small firms", "rate_percent": 50, "cap_amount": None, "cap_per": None, "threshold": None}]
    ]


def test_without_a_reason_the_revision_says_what_was_changed(editor):
    save(editor, Plan.objects.get(pk="plan-1"), status="in_force", **{"targets-0-due": "2028"})

    assert last_revision() == (
        "editor",
        "Changed Status. Changed Due for target “Target 0 is reached.”.",
        ["changed plan-1", "changed plan-1.target-0"],
    )


def test_saving_a_page_as_it_is_makes_no_revision(editor):
    save(editor, Plan.objects.get(pk="plan-1"))

    assert Revision.objects.latest("number").number == 1


def test_a_form_with_a_fault_makes_no_revision(editor):
    assert post(editor, adding(Plan), a_plan(sources=[])) is not None

    assert Revision.objects.latest("number").number == 1


def test_deleting_a_plan_retires_its_records(editor):
    assert editor.post(deleting(Plan.objects.get(pk="plan-2")), {"post": "yes"}).status_code == 302

    actor, comment, documents = last_revision()
    assert (actor, comment) == ("editor", "Deleted plan Plan 2.")
    assert [line for line in documents if line.startswith("retired")] == [
        "retired plan-2",
        *(f"retired plan-2.{what}-{number}" for what in ("measure", "target") for number in (0, 1)),
    ]


def test_a_comment_on_a_long_name_is_shortened(editor):
    source = Source.objects.create(id="long", title="长" * 500, kind="news", language="zh")

    editor.post(deleting(source), {"post": "yes"})

    assert last_revision() == ("editor", f"Deleted source {'长' * 484}…", ["retired long"])


def test_deleting_several_is_one_revision(editor):
    observations = list(Observation.objects.values_list("pk", flat=True))

    editor.post(listing(Observation), {"action": "delete_selected", "_selected_action": observations, "post": "yes"})

    assert last_revision() == ("editor", "Deleted 3 observations.", [f"retired {pk}" for pk in observations])


def test_the_page_of_a_row_lists_its_revisions(editor):
    plan = Plan.objects.get(pk="plan-0")
    save(editor, plan, status="in_force", why="It holds now.")

    publication = editor.get(changing(plan)).context["publication"]

    assert publication.served == [("/v1/plans/plan-0/", 2)]
    assert publication.hidden is None
    assert [(document.action, document.revision.actor, document.revision.comment) for document in publication.documents] == [
        ("changed", "editor", "It holds now."),
        ("created", "maker", "In the beginning."),
    ]


@pytest.mark.parametrize(
    ("model", "pk", "reason"),
    [(Plan, "plan-1", "“Is published” is off."), (Target, "plan-1.target-0", "Its plan is not published.")],
)
def test_the_page_of_a_row_says_why_there_is_no_record(editor, model, pk, reason):
    plan = Plan.objects.get(pk="plan-1")
    fields = filled_in(editor.get(changing(plan)))
    del fields["is_published"]
    post(editor, changing(plan), fields)

    publication = editor.get(changing(model.objects.get(pk=pk))).context["publication"]

    assert publication.served == []
    assert publication.hidden == reason
    assert [document.action for document in publication.documents] == ["retired", "created"]


@pytest.mark.parametrize("app", ["reference", "cities", "companies", "policies", "publishing", "webhooks"])
def test_no_request_is_answered_with_500(editor, app):
    """Hand-written addresses, forms that no browser sends, and letters that no database takes."""
    editor.raise_request_exception = False

    models = [model for model in admin.site._registry if model._meta.app_label == app and model not in {User, Group}]
    answers = [answer for model in models for answer in (*strange_lists(editor, model), *strange_pages(editor, model), *strange_saves(editor, model))]

    assert [answer.request["PATH_INFO"] for answer in answers if answer.status_code >= 500] == []


STRANGE = ("\x00", "(", "9" * 30)


def strange_lists(editor, model):
    for value in STRANGE:
        for name in ("q", "p", "pk__in", "pk__regex", "nonsense"):
            yield editor.get(listing(model), {name: value})
        yield editor.post(listing(model), {"action": "delete_selected", "_selected_action": [value], "post": "yes"})


def strange_pages(editor, model):
    for key in ("%00", "(", "9" * 30):
        for page in ("change", "delete", "history"):
            yield editor.get(f"{listing(model)}{key}/{page}/")
    for value in STRANGE:
        yield editor.get(adding(model), {field.name: value for field in (*model._meta.fields, *model._meta.many_to_many)})
        finder = {"app_label": "policies", "model_name": "plan", "field_name": "topics"}
        yield editor.get("/admin/autocomplete/", {**finder, "term": value, "page": value})


def strange_saves(editor, model):
    row = model._default_manager.order_by("-pk").first()
    page = editor.get(changing(row))
    fields = filled_in(page) if page.context and page.context["adminform"] else {}
    values = [name for name in fields if not name.endswith("_FORMS")]
    for form in ({}, *(fields | dict.fromkeys(values, value) for value in (*STRANGE, ""))):
        yield editor.post(adding(model), form)
        yield editor.post(changing(row), form)
