"""The changes: who asks on and on sees each of them once, and what is gone has a tombstone."""

from __future__ import annotations

from random import Random

import pytest

from publishing.editing import editing
from publishing.identity import move
from publishing.models import Document, Revision
from publishing.resources import RESOURCES
from reference.models import Source, Topic
from tests.http.registry import queries
from tests.http.world import SECRETS, topic

pytestmark = pytest.mark.django_db(transaction=True)
SOURCE = {"language": "en", "kind": "news"}


def test_changes_are_told_oldest_first_with_tombstones_and_successors(client):
    with editing():
        topic("data")
        topic("compute")
    move(Topic.objects.get(pk="compute"), "computing")
    Topic.objects.get(pk="data").delete()

    def change(revision, action, id_, name=None, successor=None):
        at = Revision.objects.get(pk=revision).at.isoformat().replace("+00:00", "Z")
        document = name and {"id": id_, "name_en": name, "name_zh": None, "aliases": [], "parent": None, "definition": "What is about it."}
        return {"revision": revision, "at": at, "action": action, "successor": successor, "resource": "topics", "id": id_, "document": document}

    assert client.get("/v1/changes/").json() == {
        "next": 3,
        "results": [
            change(1, "created", "compute", "Compute"),
            change(1, "created", "data", "Data"),
            change(2, "moved", "compute", successor="computing"),
            change(2, "created", "computing", "Compute"),
            change(3, "retired", "data"),
        ],
    }
    assert client.get("/v1/changes/?since=2").json() == {"next": 3, "results": [change(3, "retired", "data")]}
    assert client.get("/v1/changes/?since=3").json() == {"next": 3, "results": []}


def test_revisions_come_whole_where_one_fits_and_in_parts_where_it_does_not(client):
    for names in ("a", "bc", "defgh"):
        with editing():
            for id_ in names:
                topic(id_)

    told, since = [], 0
    while True:
        answer = client.get(f"/v1/changes/?since={since}&page_size=3").json()
        if not answer["results"]:
            break
        since = answer["next"]
        told.append((since, "".join(one["id"] for one in answer["results"])))

    assert told == [(2, "abc"), ("3:topics/f", "def"), (3, "gh")]


@pytest.mark.parametrize("resources", [[], ["topics"], ["topics", "sources"]])
def test_reader_that_asks_until_nothing_comes_sees_each_change_once_whatever_is_written_between(client, resources):
    chance = Random(len(resources))
    write(chance)

    seen, since, writes = [], 0, 12
    while True:
        answer = client.get("/v1/changes/", {"since": since, "page_size": chance.choice([1, 2, 3, 7]), "resource": resources}).json()
        seen += [(one["revision"], one["resource"], one["id"], one["action"]) for one in answer["results"]]
        since = answer["next"]
        if not answer["results"] and not writes:
            break
        if writes and chance.random() < 0.6:
            writes -= 1
            write(chance)

    all_of_it = Document.objects.filter(resource__in=resources or list(RESOURCES)).order_by("revision_id", "resource", "record")
    assert seen == list(all_of_it.values_list("revision_id", "resource", "record", "action"))
    assert since == Revision.objects.count()


def test_copy_kept_by_the_changes_is_what_the_lists_serve(client):
    chance, copy, since = Random(5), {}, 0
    for _ in range(10):
        write(chance)
        answer = client.get("/v1/changes/", {"since": since, "resource": "topics", "page_size": 200}).json()
        for one in answer["results"]:
            copy[one["id"]] = one["document"]
        since = answer["next"]

    assert [copy[id_] for id_ in sorted(copy) if copy[id_]] == client.get("/v1/topics/?page_size=200").json()["results"]


@pytest.mark.django_db(transaction=False)
@pytest.mark.parametrize("chosen", [["topics"], ["plans", "targets"]])
def test_changes_of_chosen_resources_alone(world, client, chosen):
    answer = client.get("/v1/changes/", {"resource": ",".join(chosen), "page_size": 200}).json()

    assert answer["next"] == 1
    assert {name: [one["document"] for one in answer["results"] if one["resource"] == name] for name in RESOURCES} == {
        name: world[name] if name in chosen else [] for name in RESOURCES
    }


@pytest.mark.django_db(transaction=False)
def test_nothing_unpublished_is_in_the_changes(world, client):
    answer = client.get("/v1/changes/?page_size=200").content.decode()

    assert {secret for secret in SECRETS if secret in answer} == set()


MALFORMED = "Give the number of a revision, or `next` of the answer before as it is."


def test_place_that_is_none_or_yet_to_come_is_refused(client):
    topic("compute")
    refused = dict.fromkeys(["-1", "1.5", "2025-01-01", "1:topics/", "1:topics/compute/", "9" * 40], MALFORMED)

    for since, detail in {**refused, "2": "The latest revision is 1.", "9" * 15: "The latest revision is 1."}.items():
        response = client.get("/v1/changes/", {"since": since, "resource": "topics,plan"})

        assert response.status_code == 400
        assert [(error["parameter"], error["value"], error["detail"]) for error in response.json()["errors"]] == [
            ("since", since, detail),
            ("resource", "plan", "Not one of the allowed values."),
        ]


def test_nothing_published_yet_is_no_change(client):
    assert client.get("/v1/changes/?since=0").json() == {"next": 0, "results": []}


def test_changes_take_four_queries_however_many(client):
    with editing():
        for id_ in "abcdefg":
            topic(id_)

    # 1. the latest revision  2. whether `since` is behind it  3. the latest when read  4. the documents with their revisions
    assert queries(client, "/v1/changes/?since=0&page_size=2") == 4
    assert queries(client, "/v1/changes/?since=0&page_size=200") == 4
    # 1. the latest revision: it still stands
    assert queries(client, "/v1/changes/?since=0&page_size=200") == 1


def write(chance):
    """A revision of a few changes."""
    with editing():
        for _ in range(chance.randint(1, 5)):
            id_ = f"topic-{chance.randint(0, 12)}"
            found = Topic.objects.filter(pk=id_).first()
            if found is None and not Document.objects.filter(record=id_).exists():
                topic(id_, name_en=f"Name {chance.random()}")
            elif found is not None:
                chance.choice([found.delete, lambda row=found: rename(row, chance)])()
            if chance.random() < 0.5:
                Source.objects.update_or_create(id=f"source-{chance.randint(0, 3)}", defaults={**SOURCE, "title": f"Title {chance.random()}"})


def rename(row, chance):
    row.name_en = f"Name {chance.random()}"
    row.save()
