"""The admin: every row is found and edited there, and its page says where the API serves it."""

import json
import re
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission, User

from cities.models import City, Jurisdiction
from companies.models import Presence
from policies.models import Measure, MeasureTerm, Plan, PlanEvent, PlanRelation, Target
from publishing.admin.widgets import Finder
from publishing.models import Document, Fixture, NameWord, Revision, SearchEntry, Tally
from reference.models import Source, Topic, Unit
from tests.admin.pages import adding, changing, deleting, errors, filled_in, listing, post, save

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]

HISTORY = (Document, Fixture, NameWord, Revision, SearchEntry, Tally)
OURS = [model for app in ("reference", "cities", "companies", "policies", "publishing") for model in apps.get_app_config(app).get_models()]
EDITED = [model for model in OURS if model not in HISTORY]

every_edited_model = pytest.mark.parametrize("model", EDITED, ids=lambda model: model._meta.label_lower)


def a_row(model):
    return model._default_manager.published().order_by("pk").first()


def body(resource, record):
    return json.loads(Document.objects.current().bodies().get(resource=resource, record=record).body)


def test_every_model_is_registered():
    assert [model for model in OURS if not admin.site.is_registered(model)] == []


def test_no_plural_is_misspelt():
    plurals = [str(model._meta.verbose_name_plural) for model in OURS]

    assert [plural for plural in plurals if re.search("[^aeiou]ys$", plural)] == []


def test_lists_show_figures_with_their_digits_in_threes(editor):
    for term in MeasureTerm.objects.all():
        term.rate_percent, term.cap_amount = "12.5", 5_000_000
        term.save()

    measures, terms = (editor.get(listing(model)).content.decode() for model in (Measure, MeasureTerm))

    assert " 250,000,000 CNY<" in measures
    assert (">12.5<" in terms, ">5,000,000<" in terms, ".0000" in terms) == (True, True, False)


def test_term_without_words_is_called_by_its_figures():
    bare = {"rate_percent": Decimal("20.0000"), "cap_amount": Decimal("1000000.0000")}

    assert str(MeasureTerm(**bare)) == "20% up to 1,000,000"
    assert str(MeasureTerm(cap_amount=bare["cap_amount"])) == "up to 1,000,000"
    assert str(MeasureTerm(threshold="500 P", **bare)) == "500 P"


@every_edited_model
def test_every_relation_is_found_as_one_types(editor, model):
    page = editor.get(changing(a_row(model)))
    forms = [page.context["adminform"].form, *(form for inline in page.context["inline_admin_formsets"] for form in inline.formset.forms)]

    boxes = [
        (form.fields[field.name].widget, field)
        for form in forms
        for field in (*form._meta.model._meta.fields, *form._meta.model._meta.many_to_many)
        if field.is_relation and field.name in form.fields and not form.fields[field.name].widget.is_hidden
    ]
    assert [field for box, field in boxes if not isinstance(box.widget, Finder)] == []
    assert [field for _, field in boxes if not admin.site.get_model_admin(field.related_model).search_fields] == []


@every_edited_model
def test_no_filter_lists_the_rows_of_a_relation(model):
    assert [name for name in admin.site.get_model_admin(model).list_filter if model._meta.get_field(name).is_relation] == []


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
def test_rows_are_found_in_both_languages(editor, model, term, found):
    page = editor.get(listing(model), {"q": term})

    assert [row.pk for row in page.context["cl"].result_list] == found


def test_finder_offers_what_it_finds(editor):
    asked = {"app_label": "policies", "model_name": "plan", "field_name": "jurisdiction", "term": "城市1"}

    offered = editor.get("/admin/autocomplete/", asked)

    assert offered.json() == {"results": [{"id": "city-1", "text": "City 1"}], "pagination": {"more": False}}


@every_edited_model
def test_saving_a_page_as_it_is_changes_nothing(editor, model):
    """What a form shows is what it sends, to the last digit and in order."""
    before = list(Document.objects.values_list("resource", "record", "body"))

    save(editor, a_row(model))

    assert list(Document.objects.values_list("resource", "record", "body")) == before


def test_a_city_is_published_as_city_and_jurisdiction(editor):
    fields = {"id": "hangzhou", "name_en": "Hangzhou", "level": "city", "parent": "province-0"}

    assert post(editor, adding(City), fields) is None

    assert body("cities", "hangzhou") == body("jurisdictions", "hangzhou")
    assert body("cities", "hangzhou")["name_en"] == "Hangzhou"


def test_a_province_is_no_city(editor):
    page = post(editor, adding(City), {"id": "zhejiang", "name_en": "Zhejiang", "level": "province", "parent": "china"})

    assert list(errors(page)) == ["level"]
    assert {row.level for row in editor.get(listing(City)).context["cl"].result_list} == {"city"}


def test_terms_are_kept_in_the_order_of_their_numbers(editor):
    measure = Measure.objects.get(pk="plan-0.measure-0")
    at = "measures-0-terms"

    save(
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


def test_a_term_can_be_taken_out(editor):
    measure = Measure.objects.get(pk="plan-0.measure-0")

    save(editor, measure.plan, **{"measures-0-terms-0-DELETE": "on"})

    assert list(measure.terms.values_list("position", "condition")) == [(1, "Condition 2")]


def test_terms_are_numbered_on_the_page_of_their_measure_too(editor):
    measure = Measure.objects.get(pk="plan-0.measure-0")

    save(editor, measure, **{"terms-0-position": "9"})

    assert list(measure.terms.values_list("position", "condition")) == [(1, "Condition 2"), (2, "Condition 1")]


@pytest.mark.parametrize(("model", "pk"), [(Plan, "plan-0"), (Unit, "USD"), (City, "city-0"), (Target, "plan-0.target-0")])
def test_an_id_is_given_once(editor, model, pk):
    row = model._default_manager.get(pk=pk)

    save(editor, row, **{row._meta.pk.name: "another"})

    assert not model._default_manager.filter(pk="another").exists()
    assert model._default_manager.filter(pk=pk).exists()


@pytest.mark.parametrize(
    ("row", "served"),
    [
        (lambda: Plan.objects.get(pk="plan-0"), ["/v1/plans/plan-0/"]),
        (lambda: City.objects.get(pk="city-0"), ["/v1/cities/city-0/", "/v1/jurisdictions/city-0/"]),
        (lambda: Jurisdiction.objects.get(pk="china"), ["/v1/jurisdictions/china/"]),
        (lambda: PlanEvent.objects.filter(plan="plan-1").first(), ["/v1/plans/plan-1/"]),
        (lambda: MeasureTerm.objects.filter(measure="plan-1.measure-0").first(), ["/v1/measures/plan-1.measure-0/"]),
        (lambda: PlanRelation.objects.get(plan="plan-1", other="plan-0"), ["/v1/plans/plan-0/", "/v1/plans/plan-1/"]),
        (lambda: Presence.objects.filter(company="company-0").first(), ["/v1/companies/company-0/"]),
        (lambda: Unit.objects.get(pk="CNY"), []),
    ],
    ids=["plan", "city", "country", "event", "term", "relation", "presence", "unit"],
)
def test_a_row_is_linked_to_the_records_that_show_it(editor, row, served):
    page = editor.get(changing(row()))

    assert sorted(address for address, _ in page.context["publication"].served) == served
    assert [address for address in served if f'<a href="{address}">' not in page.content.decode()] == []


@pytest.mark.parametrize("model", HISTORY, ids=lambda model: model.__name__.lower())
def test_nobody_edits_history(editor, model):
    row = model._default_manager.first()

    answers = [editor.get(adding(model)), editor.post(changing(row)), editor.post(deleting(row), {"post": "yes"})]
    page = editor.post(listing(model), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}, follow=True)

    assert editor.get(changing(row)).status_code == 200
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert page.status_code == 200
    assert model._default_manager.filter(pk=row.pk).exists()


@every_edited_model
def test_who_may_only_look_sees_the_page_and_changes_nothing(client, db, model):
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(reader)
    row = a_row(model)

    page = client.get(changing(row))

    assert page.status_code == 200
    assert client.post(changing(row), filled_in(page)).status_code == 403


def test_who_may_edit_a_plan_but_not_its_measures_leaves_them_as_they_are(client, db):
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=("change_plan", "view_measure")))
    client.force_login(clerk)
    plan = Plan.objects.get(pk="plan-0")

    save(client, plan, status="in_force", **{"measures-0-statement": "Other.", "measures-0-terms-0-condition": "Other."})

    assert body("plans", "plan-0")["status"] == "in_force"
    assert body("measures", "plan-0.measure-0")["statement"] == "Measure 0 is taken."
    assert body("measures", "plan-0.measure-0")["terms"][0]["condition"] == "Condition 1"
