"""The admin: every row can be edited there, a save is a revision, and what cannot be saved is said on the page."""

import json

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db import connection

from cities.models import City, Institution, Jurisdiction
from companies.models import Company, Presence
from policies.models import Measure, MeasureTerm, Observation, Plan, PlanEvent, PlanRelation, Target
from publishing.admin.widgets import Finder
from publishing.editing import editing
from publishing.models import Document, Fixture, Revision
from reference.models import Source, Topic, Unit
from tests.admin.pages import adding, changing, deleting, errors, filled_in, listing

HISTORY = {Revision, Document, Fixture}
OURS = [model for app in ("reference", "cities", "companies", "policies", "publishing") for model in apps.get_app_config(app).get_models()]
EDITED = [model for model in OURS if model not in HISTORY]

# Inside a test's own transaction all that is saved is one revision.
in_transactions_of_its_own = pytest.mark.django_db(transaction=True)
every_edited_model = pytest.mark.parametrize("model", EDITED, ids=lambda model: model._meta.label_lower)


def body(resource, record):
    """What the API serves of this record, or None."""
    document = Document.objects.current().bodies().filter(resource=resource, record=record).first()
    return document and json.loads(document.body)


def last_revision():
    revision = Revision.objects.first()
    return revision.actor, revision.comment, sorted(f"{document.action} {document.record}" for document in revision.documents.all())


def post(editor, url, fields):
    """Save a form; the page it answers with if it was refused, else None."""
    answer = editor.post(url, fields)
    assert answer.status_code in {200, 302}
    return answer if answer.status_code == 200 else None


def refused(editor, row, **changes):
    """What the page of this row says when it is saved with these changes, having changed nothing."""
    before = list(Revision.objects.values_list("number"))
    page = post(editor, changing(row), filled_in(editor.get(changing(row))) | changes)
    assert page is not None
    assert list(Revision.objects.values_list("number")) == before
    return errors(page)


def saved(editor, row, **changes):
    page = post(editor, changing(row), filled_in(editor.get(changing(row))) | changes)
    assert page is None, errors(page)


def a_plan(**changes):
    """What a browser sends to add a plan with one row in each of its inlines."""
    counts = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    inlines = ("events", "outgoing", "targets", "measures", "measures-0-terms")
    return {
        **{f"{prefix}-{name}": count for prefix in inlines for name, count in counts.items()},
        "id": "hangzhou-2030",
        "name_en": "Hangzhou 2030",
        "name_zh": "杭州2030",
        "jurisdiction": "city-0",
        "kind": "action_plan",
        "status": "issued",
        "sources": ["gazette"],
        "reliability": "reported",
        "is_published": "on",
        "events-0-kind": "published",
        "events-0-date": "2025-03",
        "outgoing-0-kind": "replaces",
        "outgoing-0-other": "plan-0",
        "targets-0-id": "hangzhou-2030.compute",
        "targets-0-statement": "Compute reaches 40 EFLOPS.",
        "targets-0-comparator": "gte",
        "targets-0-value": "40",
        "targets-0-unit": "EFLOPS",
        "targets-0-basis": "level",
        "targets-0-sources": ["gazette"],
        "targets-0-reliability": "reported",
        "targets-0-is_published": "on",
        "measures-0-id": "hangzhou-2030.vouchers",
        "measures-0-statement": "Vouchers pay for compute.",
        "measures-0-instrument": "voucher",
        "measures-0-sources": ["gazette"],
        "measures-0-reliability": "reported",
        "measures-0-is_published": "on",
        "measures-0-terms-0-condition": "small firms",
        "measures-0-terms-0-rate_percent": "50",
        **changes,
    }


def test_every_model_is_registered():
    assert [model for model in (*OURS, City) if not admin.site.is_registered(model)] == []


@every_edited_model
def test_every_relation_is_found_as_one_types(editor, world, model):
    row = model._default_manager.published().order_by("pk").first()
    page = editor.get(changing(row))
    forms = [page.context["adminform"].form, *(form for inline in page.context["inline_admin_formsets"] for form in inline.formset.forms)]

    relations = [
        (form, field) for form in forms for field in (*form._meta.model._meta.fields, *form._meta.model._meta.many_to_many) if field.is_relation
    ]
    shown = [(form[field.name].field.widget, field) for form, field in relations if field.name in form.fields]
    boxes = [(widget.widget, field) for widget, field in shown if not widget.is_hidden]

    assert [field for widget, field in boxes if not isinstance(widget, Finder)] == []
    assert [field for _, field in boxes if not admin.site.get_model_admin(field.related_model).search_fields] == []


@every_edited_model
def test_no_filter_lists_the_rows_of_a_relation(model):
    filters = [name for name in admin.site.get_model_admin(model).list_filter if isinstance(name, str)]

    assert [name for name in filters if model._meta.get_field(name).is_relation] == []


@pytest.mark.parametrize(
    ("model", "term", "found"),
    [
        (Jurisdiction, "城市1", ["city-1"]),
        (Jurisdiction, "City 1", ["city-1"]),
        (Jurisdiction, "town city 1", ["city-1"]),
        (Plan, "方案2", ["plan-2"]),
        (Plan, "programme plan-2", ["plan-2"]),
        (Target, "Target 1 plan-2", ["plan-2.target-1"]),
        (Source, "公报", ["gazette"]),
        (Topic, "主题0", ["topic-0"]),
        (Unit, "美元", ["USD"]),
    ],
)
def test_rows_are_found_in_both_languages(editor, world, model, term, found):
    page = editor.get(listing(model), {"q": term})

    assert [row.pk for row in page.context["cl"].result_list] == found


def test_finder_offers_what_it_finds(editor, world):
    offered = editor.get("/admin/autocomplete/", {"app_label": "policies", "model_name": "plan", "field_name": "jurisdiction", "term": "城市1"})

    assert offered.json() == {"results": [{"id": "city-1", "text": "City 1"}], "pagination": {"more": False}}


@every_edited_model
def test_saving_a_page_as_it_is_changes_nothing(editor, world, model):
    """What a form shows is what it sends, to the last digit and in order."""
    row = model._default_manager.published().order_by("pk").first()
    before = list(Document.objects.values_list("resource", "record", "body"))

    saved(editor, row)

    assert list(Document.objects.values_list("resource", "record", "body")) == before


@in_transactions_of_its_own
def test_saving_a_plan_with_all_its_rows_is_one_revision(editor, world):
    number = Revision.objects.first().number

    assert post(editor, adding(Plan), a_plan(why="Issued today.")) is None

    assert Revision.objects.first().number == number + 1
    assert last_revision() == (
        "editor",
        "Issued today.",
        ["changed plan-0", "created hangzhou-2030", "created hangzhou-2030.compute", "created hangzhou-2030.vouchers"],
    )
    plan = body("plans", "hangzhou-2030")
    assert plan["issued_on"] == "2025-03"
    assert plan["events"] == [{"kind": "published", "date": "2025-03"}]
    assert plan["relations"] == [{"kind": "replaces", "plan": {"id": "plan-0", "name_en": "Plan 0", "name_zh": "方案0"}}]
    assert [(target["id"], target["value"], target["normalized_value"]) for target in plan["targets"]] == [
        ("hangzhou-2030.compute", 40, 40_000_000_000)
    ]
    assert plan["measures"][0]["terms"] == [{"condition": "small firms", "rate_percent": 50, "cap_amount": None, "cap_per": None, "threshold": None}]


@in_transactions_of_its_own
def test_without_a_reason_the_revision_says_what_was_changed(editor, world):
    saved(editor, Plan.objects.get(pk="plan-1"), status="in_force", **{"targets-0-due": "2028"})

    actor, comment, documents = last_revision()
    assert (actor, comment) == ("editor", "Changed Status. Changed Due for target “Target 0 is reached.”.")
    assert documents == ["changed plan-1", "changed plan-1.target-0"]


def test_a_city_is_published_as_city_and_jurisdiction(editor, world):
    fields = {"id": "hangzhou", "name_en": "Hangzhou", "level": "city", "parent": "province-0"}

    assert post(editor, adding(City), fields) is None

    assert body("cities", "hangzhou") == body("jurisdictions", "hangzhou")
    assert body("cities", "hangzhou")["name_en"] == "Hangzhou"


def test_cities_are_no_provinces(editor, world):
    page = post(editor, adding(City), {"id": "zhejiang", "name_en": "Zhejiang", "level": "province", "parent": "china"})

    assert list(errors(page)) == ["level"]
    assert {row.level for row in editor.get(listing(City)).context["cl"].result_list} == {"city"}


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
        ({"targets-0-id": "plan-0.target-0"}, {"targets-0-id": ["Its id starts with its owner's: hangzhou-2030.…"]}),
        ({"measures-0-amount": "5"}, {"measures-0-amount": ["An amount needs a comparator and a currency, and neither stands without an amount."]}),
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
        ({"outgoing-0-other": "hangzhou-2030"}, {"outgoing-0-other": ["Select a valid choice. That choice is not one of the available choices."]}),
        (
            {"id": "plan-0", "targets-0-id": "plan-0.compute", "measures-0-id": "plan-0.vouchers", "outgoing-0-other": "plan-1"},
            {"id": ["Plan with this Id already exists."]},
        ),
        ({"id": "Hangzhou 2030"}, {"id": ["Use lower-case ASCII letters, digits and single hyphens; a dot joins an owner's id and its own part."]}),
        ({"period_start": "2027", "period_end": "2025"}, {"period_end": ["The period ends before it starts."]}),
        ({"aliases": "Hangzhou 2030"}, {"aliases": ["Already a name of it: Hangzhou 2030."]}),
        ({"why": "?" * 501}, {"why": ["Ensure this value has at most 500 characters (it has 501)."]}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_faults_are_said_where_they_are(editor, world, changes, said):
    page = post(editor, adding(Plan), a_plan(**changes))

    assert errors(page) == said
    assert not Plan.objects.filter(pk="hangzhou-2030").exists()


def test_a_term_is_kept_in_order(editor, world):
    measure = Measure.objects.get(pk="plan-0.measure-0")
    at = "measures-0-terms"

    saved(
        editor,
        measure.plan,
        **{
            f"{at}-TOTAL_FORMS": "4",
            f"{at}-0-position": "2",
            f"{at}-1-position": "1",
            f"{at}-2-condition": "last",
            f"{at}-3-condition": "first",
            f"{at}-3-position": "1",
        },
    )

    assert list(measure.terms.values_list("position", "condition")) == [(1, "Condition 2"), (2, "first"), (3, "Condition 1"), (4, "last")]
    assert [term["condition"] for term in body("measures", measure.pk)["terms"]] == ["Condition 2", "first", "Condition 1", "last"]


def test_a_term_can_be_taken_out(editor, world):
    measure = Measure.objects.get(pk="plan-0.measure-0")

    saved(editor, measure.plan, **{"measures-0-terms-0-DELETE": "on"})

    assert list(measure.terms.values_list("position", "condition")) == [(1, "Condition 2")]


def test_terms_are_numbered_on_the_page_of_their_measure_too(editor, world):
    measure = Measure.objects.get(pk="plan-0.measure-0")

    saved(editor, measure, **{"terms-0-position": "9"})

    assert list(measure.terms.values_list("position", "condition")) == [(1, "Condition 2"), (2, "Condition 1")]


def test_what_only_the_database_refuses_is_said_in_the_form(editor, world):
    """Each row is well as it stands; written one after the other, they are the same for a moment."""
    plan = Plan.objects.get(pk="plan-0")

    said = refused(editor, plan, name_en="Typed", **{"events-0-date": "2025-02", "events-1-date": "2025-01"})

    assert [name for name in said if name != "events-0-__all__"] != []
    assert list(plan.events.values_list("date", flat=True)) == ["2025-01", "2025-02"]


def test_two_rows_alike_are_refused(editor, world):
    company = Company.objects.get(pk="company-0")
    twin = {"jurisdiction": "city-2", "kind": "factory", "sources": ["gazette"], "reliability": "reported", "is_published": "on"}
    twins = {f"presences-{number}-{name}": value for number in (2, 3) for name, value in twin.items()}

    said = refused(editor, company, **twins, **{"presences-TOTAL_FORMS": "4"})

    assert len(said["__all__"]) == 1
    assert said["__all__"][0].startswith("The database refuses it.")


def test_what_publication_refuses_is_said_in_the_form(editor, world):
    observation = Observation.objects.get(pk="city-0.indicator-0.2020")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM policies_observation_sources WHERE observation_id = %s", [observation.pk])

    said = refused(editor, Unit.objects.get(pk="EFLOPS"), factor="5")

    assert said == {"__all__": [f"Without a source, so not published: {observation.pk}."]}


def test_a_row_that_is_gone_is_not_made_again(editor, world):
    plan = Plan.objects.get(pk="plan-0")
    fields = filled_in(editor.get(changing(plan)))
    Target.objects.get(pk="plan-0.target-0").delete()

    page = post(editor, changing(plan), fields)

    assert errors(page)["targets"] == ["A row is gone: somebody moved or deleted it since you opened the page. Open the page again."]
    assert not Target.objects.filter(pk="plan-0.target-0").exists()


@pytest.mark.parametrize(("model", "pk"), [(Plan, "plan-0"), (Unit, "USD"), (City, "city-0"), (Target, "plan-0.target-0")])
def test_an_id_is_given_once(editor, world, model, pk):
    row = model._default_manager.get(pk=pk)

    assert row._meta.pk.name not in editor.get(changing(row)).context["adminform"].form.fields
    saved(editor, row, **{row._meta.pk.name: "another"})

    assert not model._default_manager.filter(pk="another").exists()


def test_an_inline_row_keeps_its_id(editor, world):
    said = refused(editor, Plan.objects.get(pk="plan-0"), **{"targets-0-id": "plan-0.another"})

    assert list(said) == ["targets"]
    assert not Target.objects.filter(pk="plan-0.another").exists()


def test_a_target_cannot_leave_the_plan_that_its_id_names(editor, world):
    said = refused(editor, Target.objects.get(pk="plan-0.target-0"), plan="plan-1")

    assert said == {"__all__": ["Its id starts with its owner's: plan-1.…"]}


IN_USE = [(Source, "source-0"), (Topic, "topic-0"), (Institution, "institution-0"), (Company, "company-0"), (Jurisdiction, "city-0"), (Unit, "CNY")]


@pytest.mark.parametrize(("model", "pk"), IN_USE)
def test_a_row_in_use_is_not_deleted_and_the_page_says_who_uses_it(editor, world, model, pk):
    row = model._default_manager.get(pk=pk)

    single = editor.post(deleting(row), {"post": "yes"})
    several = editor.post(listing(model), {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})

    assert single.context["protected"]
    assert several.context["protected"]
    assert model._default_manager.filter(pk=pk).exists()


def test_plans_protect_the_topics_that_they_name(editor, world):
    with editing():
        Topic.objects.create(id="robots", name_en="Robots", definition="Machines.")
        Plan.objects.get(pk="plan-1").topics.add("robots")

    page = editor.get(deleting(Topic.objects.get(pk="robots")))

    assert page.context["protected"] == ['Plan: <a href="/admin/policies/plan/plan-1/change/">Plan 1</a>']


@in_transactions_of_its_own
def test_deleting_a_plan_retires_its_records(editor, world):
    plan = Plan.objects.get(pk="plan-2")

    assert editor.post(deleting(plan), {"post": "yes"}).status_code == 302

    actor, comment, documents = last_revision()
    assert (actor, comment) == ("editor", "Deleted plan Plan 2.")
    assert [line for line in documents if line.startswith("retired")] == [
        "retired plan-2",
        *(f"retired plan-2.{what}-{number}" for what in ("measure", "target") for number in (0, 1)),
    ]


@in_transactions_of_its_own
def test_deleting_several_is_one_revision(editor, world):
    number = Revision.objects.first().number
    observations = list(Observation.objects.values_list("pk", flat=True))

    editor.post(listing(Observation), {"action": "delete_selected", "_selected_action": observations, "post": "yes"})

    assert Revision.objects.first().number == number + 1
    assert last_revision() == ("editor", "Deleted 3 observations.", [f"retired {pk}" for pk in observations])


@in_transactions_of_its_own
def test_the_page_links_the_record_and_lists_its_revisions(editor, world):
    plan = Plan.objects.get(pk="plan-0")
    saved(editor, plan, status="in_force", why="It holds now.")

    publication = editor.get(changing(plan)).context["publication"]

    assert publication.served == [("/v1/plans/plan-0/", Revision.objects.first().number)]
    assert publication.hidden is None
    assert [(document.action, document.revision.actor, document.revision.comment) for document in publication.documents] == [
        ("changed", "editor", "It holds now."),
        ("created", "maker", "In the beginning."),
    ]


def test_the_page_shows_that_link(editor, world):
    page = editor.get(changing(Plan.objects.get(pk="plan-0")))

    assert '<a href="/v1/plans/plan-0/">' in page.content.decode()


@pytest.mark.parametrize(
    ("row", "served"),
    [
        (lambda: City.objects.get(pk="city-0"), ["/v1/cities/city-0/", "/v1/jurisdictions/city-0/"]),
        (lambda: Jurisdiction.objects.get(pk="china"), ["/v1/jurisdictions/china/"]),
        (lambda: PlanEvent.objects.filter(plan="plan-1").first(), ["/v1/plans/plan-1/"]),
        (lambda: MeasureTerm.objects.filter(measure="plan-1.measure-0").first(), ["/v1/measures/plan-1.measure-0/"]),
        (lambda: PlanRelation.objects.get(plan="plan-1", other="plan-0"), ["/v1/plans/plan-0/", "/v1/plans/plan-1/"]),
        (lambda: Presence.objects.filter(company="company-0").first(), ["/v1/companies/company-0/"]),
        (lambda: Unit.objects.get(pk="CNY"), []),
    ],
    ids=["city", "country", "event", "term", "relation", "presence", "unit"],
)
def test_a_row_is_linked_to_where_it_is_shown(editor, world, row, served):
    publication = editor.get(changing(row())).context["publication"]

    assert sorted(address for address, _ in publication.served) == served


@in_transactions_of_its_own
@pytest.mark.parametrize(
    ("unpublished", "looked_at", "reason"),
    [
        ("plan-1", ("plan-1", Plan), "“Is published” is off."),
        ("plan-1", ("plan-1.target-0", Target), "Its plan is not published."),
    ],
)
def test_the_page_says_why_there_is_no_record(editor, world, unpublished, looked_at, reason):
    fields = filled_in(editor.get(changing(Plan.objects.get(pk=unpublished))))
    del fields["is_published"]
    post(editor, changing(Plan.objects.get(pk=unpublished)), fields)
    pk, model = looked_at

    publication = editor.get(changing(model._default_manager.get(pk=pk))).context["publication"]

    assert publication.served == []
    assert publication.hidden == reason
    assert publication.documents[0].action == "retired"


@pytest.mark.parametrize("model", sorted(HISTORY, key=lambda model: model.__name__))
def test_nobody_edits_history(editor, world, model):
    row = model._default_manager.first()

    assert editor.get(changing(row)).status_code == 200
    answers = [editor.get(adding(model)), editor.post(changing(row), {}), editor.post(deleting(row), {"post": "yes"})]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert "delete_selected" not in dict(editor.get(listing(model)).context["cl"].model_admin.get_actions(editor.get(listing(model)).wsgi_request))


@every_edited_model
def test_who_may_only_look_sees_the_page_and_changes_nothing(client, world, model):
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(reader)
    row = model._default_manager.published().order_by("pk").first()

    assert client.get(changing(row)).status_code == 200
    assert client.post(changing(row), {}).status_code == 403


@every_edited_model
def test_no_request_is_answered_with_500(editor, world, model):
    """Hand-written addresses, forms that no browser sends, and letters that no database takes."""
    row = model._default_manager.published().order_by("pk").first()
    filled = filled_in(editor.get(changing(row)))
    values = [name for name in filled if not name.endswith("_FORMS")]
    queries = [
        {name: value} for name in ("q", "o", "p", "pk", "pk__in", "pk__regex", "id__exact", "nonsense", "e") for value in ("\x00", "(", "9" * 30, "")
    ]
    forms = [{}, *(filled | dict.fromkeys(values, value) for value in ("\x00", "9" * 30, "nonsense"))]
    # What follows a fault would fail for that fault's sake inside this test's own transaction.
    editor.raise_request_exception = False

    statuses = {editor.get(listing(model), query).status_code for query in queries}
    statuses |= {editor.get(adding(model), dict.fromkeys(filled, value)).status_code for value in ("\x00", "(", "9" * 30)}
    statuses |= {editor.post(url, form).status_code for url in (adding(model), changing(row)) for form in forms}
    statuses |= {
        editor.post(listing(model), {"action": action, "_selected_action": [key]}).status_code
        for action in ("delete_selected", "nonsense")
        for key in ("\x00", "9" * 30, "nonsense", "")
    }
    statuses |= {
        editor.get(f"{listing(model)}{key}/{page}/").status_code for key in ("%00", "9" * 30, "nonsense") for page in ("change", "delete", "history")
    }

    assert {status for status in statuses if status >= 500} == set()
