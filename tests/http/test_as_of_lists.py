"""Lists as of a past day: the records of then, filtered, ordered and cut into pages by what they said then."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pytest
from django.core.management import call_command
from django.test import Client
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from cities.models import Jurisdiction
from companies.models import Company, Presence, Product
from policies.models import Measure, Plan, PlanEvent, PlanRelation, Target
from publishing import then
from publishing.editing import editing
from publishing.identity import move
from publishing.models import Revision
from publishing.resources import RESOURCES
from reference.models import Indicator, Source, Topic
from tests.http import world as worlds
from tests.http.naive import World, admitted
from tests.http.registry import NAMES, columns, every_resource, queries
from tests.http.test_filters import questions
from tests.http.test_ordering import ordered
from tests.http.test_pagination import assert_visits_all

REVISIONS = (1, 2, 3)
of_a_sort = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
Worlds = dict[int, World]


@pytest.fixture(scope="module")
def _worlds(django_db_setup, django_db_blocker) -> Iterator[Worlds]:
    with django_db_blocker.unblock():
        found = {}
        for number, write in enumerate((worlds.build, change, change_again), start=1):
            write()
            found[number] = World({name: Client().get(f"/v1/{name}/?page_size=200").json()["results"] for name in RESOURCES})
            found[number].is_past = True
        yield found
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def past(_worlds, db) -> Worlds:
    """The world after each of three revisions: all records as they were shown then, by resource."""
    return _worlds


def change() -> None:
    """Much changes: names, the tree of places, figures, links, the life of plans; some things go, some are moved, some come."""
    with editing():
        Jurisdiction.objects.filter(pk="binjiang").update(parent_id="ningbo")
        Jurisdiction.objects.filter(pk="guangdong").update(name_en="Canton", name_zh=None)
        Indicator.objects.filter(pk="industry-output").update(name_en="Output of the industry")
        Topic.objects.filter(pk="compute").update(aliases=["Calculation"], parent_id=None)
        Source.objects.filter(pk="daily").update(publisher=None, published_on="2025-04-01")
        PlanEvent.objects.filter(plan="hangzhou-2025", kind="effective").update(date="2025-09-01")
        PlanEvent.objects.filter(plan="beijing-rules", kind="expired").delete()
        PlanRelation.objects.filter(plan="beijing-embodied").delete()
        Plan.objects.get(pk="hangzhou-2025").topics.set(Topic.objects.filter(pk="talent"))
        Target.objects.filter(pk="hangzhou-2025.compute-2025").update(value=60, due="2026", is_stretch=True)
        Target.objects.filter(pk="hangzhou-2025.mystery").update(own_jurisdiction_id="shenzhen", note="Moved.")
        Target.objects.filter(pk="shenzhen-2024.output").update(comparator="qualitative", value=None, unit_id=None)
        Measure.objects.filter(pk="ningbo.reward").delete()
        Presence.objects.filter(company="unitree").delete()
        Product.objects.filter(pk="qwen-2").update(is_published=False)
        Company.objects.filter(pk="deeproute").update(is_published=False)
        worlds.topic("robots", name_zh="机器人")
        worlds.plan("ningbo-2026", jurisdiction_id="ningbo", topics=["robots"], events={"published": "2024-01"})
    move(Plan.objects.get(pk="hangzhou-2023"), "hangzhou-2023-2025")


def change_again() -> None:
    """A plan that replaced another comes to light, facts return, and the rest of a chain is written anew."""
    with editing():
        Plan.objects.filter(pk="hidden-plan").update(is_published=True)
        Product.objects.filter(pk="qwen-2").update(is_published=True)
        Target.objects.filter(pk="hangzhou-2025.compute-2025").update(value=45, due="2025-12", is_stretch=False)
        PlanRelation.objects.create(plan_id="ningbo-2026", kind="replaces", other_id="shenzhen-2024-annex")
        Jurisdiction.objects.filter(pk="haidian").update(parent_id="guangdong")
        Plan.objects.filter(pk="hangzhou-2025").update(status="withdrawn")
        Plan.objects.get(pk="binjiang-opinions").delete()


# Two writes of the second step, each a transaction.
REVISION = {1: 1, 2: 3, 3: 4}


@every_resource
def test_list_of_then_is_what_the_list_was_then(client, past, resource):
    for number, world in past.items():
        answer = client.get(f"/v1/{resource}/?page_size=200&as_of={REVISION[number]}").json()

        assert (answer["count"], answer["count_is_exact"], answer["results"]) == (len(world[resource]), True, world[resource])


@every_resource
def test_whole_list_of_then_is_had_in_other_formats_too(client, past, resource):
    for number, world in past.items():
        for ordering in ("id", "-id"):
            response = client.get(f"/v1/{resource}/?page_size=all&format=ndjson&ordering={ordering}&as_of={REVISION[number]}")

            records = [orjson.loads(line) for line in response.getvalue().splitlines()]
            assert records == (world[resource] if ordering == "id" else world[resource][::-1])
            assert response.headers["Dataset-Revision"] == str(REVISION[number])


@settings(of_a_sort, max_examples=150)
@given(st.data())
def test_filter_of_then_admits_what_the_records_said_then(client, past, data):
    number = data.draw(st.sampled_from(REVISIONS))
    asked, written = data.draw(questions(past[number]))
    path = f"/v1/{asked.resource}/?{written}&page_size=200&as_of={REVISION[number]}"
    note(path)

    answer = client.get(path).json()

    assert [record["id"] for record in answer["results"]] == admitted(asked, past[number]), answer
    assert answer["count"] == len(answer["results"])


@settings(of_a_sort, max_examples=25)
@given(st.data())
def test_pages_of_then_visit_each_record_once_in_the_order_of_then(client, past, data):
    number, resource = data.draw(st.sampled_from(REVISIONS)), data.draw(st.sampled_from(NAMES))
    names = data.draw(st.lists(st.sampled_from(columns(resource)), min_size=1, max_size=3, unique=True))
    keys = [data.draw(st.sampled_from(["", "-"])) + name for name in names]
    then_asked = f"{','.join(keys)}&as_of={REVISION[number]}"

    answer = client.get(f"/v1/{resource}/?page_size=200&ordering={then_asked}").json()

    assert [record["id"] for record in answer["results"]] == ordered(past[number], resource, keys)
    assert_visits_all(client, resource, then_asked, size=data.draw(st.integers(1, 9)))


SAID_THEN = {
    "plans/?jurisdiction=hangzhou&within=true&kind=opinions": [["binjiang-opinions"], [], []],
    "plans/?jurisdiction=ningbo&within=true&kind=opinions": [[], ["binjiang-opinions"], []],
    "plans/?in_force_on=2025-08-20&jurisdiction=hangzhou": [["hangzhou-2025"], ["hangzhou-2023-2025"], ["hangzhou-2023-2025", "hidden-plan"]],
    # What replaced it was not known of before the third.
    "plans/?in_force_on=2025-11-01&jurisdiction=shenzhen": [["shenzhen-2024", "shenzhen-2024-annex"]] * 2 + [[]],
    "targets/?in_force_on=2025-08-20&plan__not=shenzhen-2024&q=compute": [
        ["hangzhou-2025.compute-2025", "hangzhou-2025.compute-2026", "hangzhou-2025.compute-2027"],
        ["hangzhou-2023-2025.compute"],
        ["hangzhou-2023-2025.compute"],
    ],
    "plans/?topic=compute": [["hangzhou-2025", "hangzhou-draft"], ["hangzhou-draft"], ["hangzhou-draft"]],
    "companies/?presence=hangzhou": [["unitree"], [], []],
    "observations/?q=output+of&company__isnull=false": [[], ["alibaba.output.2024"], ["alibaba.output.2024"]],
    "targets/?normalized_value__gte=60&unit=EFLOPS": [[], ["hangzhou-2025.compute-2025"], []],
}


@pytest.mark.parametrize(("question", "ids"), SAID_THEN.items())
def test_what_lay_where_and_held_when_is_told_as_it_was_known_then(client, past, question, ids):
    asked = [client.get(f"/v1/{question}&as_of={REVISION[number]}&fields=id").json()["results"] for number in REVISIONS]

    assert [[record["id"] for record in records] for records in asked] == ids


def test_id_is_known_to_filters_as_of_then_if_it_was_then(client, past):
    def faults(question):
        return [(error["value"], error["detail"]) for error in client.get(f"/v1/{question}").json().get("errors", [])]

    assert faults("targets/?plan=hangzhou-2023&as_of=1") == faults("targets/?plan=hangzhou-2023-2025&as_of=3") == []
    assert (
        faults("targets/?plan=hangzhou-2023") == faults("targets/?plan=hangzhou-2023&as_of=3") == [("hangzhou-2023", "It is now hangzhou-2023-2025.")]
    )
    assert faults("plans/?topic=robots&as_of=1") == [("robots", "No such topic.")]
    assert faults("targets/?plan=hidden-plan&as_of=3") == [("hidden-plan", "No such plan.")]


def test_list_of_then_says_of_which_revision_it_is_and_may_be_kept(client, past):
    headers = client.get("/v1/plans/?as_of=3").headers

    assert (headers["Dataset-Revision"], headers["Cache-Control"], headers["ETag"][:3]) == ("3", "public, max-age=604800", '"3-')
    assert client.get("/v1/plans/?as_of=3", headers={"If-None-Match": headers["ETag"]}).status_code == 304


def test_list_of_a_day_follows_the_revisions_of_that_day(client, past):
    today = f"/v1/plans/?as_of={Revision.objects.get(pk=4).at.date()}"
    response = client.get(today)

    assert [record["id"] for record in response.json()["results"]] == [record["id"] for record in past[3]["plans"]][:25]
    assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_all_faults_are_named_beside_that_of_as_of(client, past):
    response = client.get("/v1/plans/?as_of=2025&page_size=0&colour=red&topic=nothing")

    assert {error["parameter"] for error in response.json()["errors"]} == {"as_of", "page_size", "colour", "topic"}


def test_list_of_a_day_since_when_too_much_has_changed_is_refused(client, past, monkeypatch):
    monkeypatch.setattr(then, "MOST_REPLACED", 3)

    response = client.get("/v1/plans/?as_of=1")

    assert (response.status_code, [error["detail"] for error in response.json()["errors"]]) == (
        400,
        ["More than 3 plans have changed since: ask for single records, or for a later day."],
    )
    assert client.get("/v1/plans/?as_of=4").status_code == 200


def test_list_of_then_takes_a_bounded_number_of_queries(client, past):
    # 1. the revision of then  2. the latest  3. how many are of later  4. which documents were replaced since  5. those  6. the count
    # 7. the page  8. their bodies
    assert queries(client, "/v1/targets/?as_of=1") == queries(client, "/v1/targets/?as_of=1&page_size=3") == 8
    # … and whether the jurisdiction was known then, whether it is now, and the tree of then
    assert queries(client, "/v1/targets/?as_of=1&jurisdiction=zhejiang&within=true") == 11
    # … and which plans have changed since, and those
    assert queries(client, "/v1/targets/?as_of=1&in_force_on=2025-09-01") == 10
    # 1. the revision of then  2. the latest: the answer is known
    assert queries(client, "/v1/targets/?as_of=1") == 2
