"""A record's history: every document that it ever had, and what each changed."""

from __future__ import annotations

import pytest

from publishing.difference import difference
from publishing.editing import editing
from publishing.identity import move
from publishing.models import Revision
from reference.models import Topic
from tests.http.registry import every_resource, queries
from tests.http.world import topic

pytestmark = pytest.mark.django_db(transaction=True)


def test_history_tells_each_document_oldest_first_with_what_it_changed(client):
    with editing():
        topic("technology")
        topic("compute", parent_id="technology")
    Topic.objects.filter(pk="technology").update(name_en="Techniques")
    Topic.objects.filter(pk="compute").update(name_zh="算力", aliases=["AI compute"])

    answer = client.get("/v1/topics/compute/history/").json()

    def shown(parent, name_zh, aliases):
        named = {"id": "compute", "name_en": "Compute", "name_zh": name_zh, "aliases": aliases}
        return {**named, "parent": {"id": "technology", "name_en": parent, "name_zh": None}, "definition": "What is about it."}

    assert answer == {
        "count": 3,
        "count_is_exact": True,
        "next": None,
        "previous": None,
        "results": [
            step(1, "created", shown("Technology", None, [])),
            step(2, "changed", shown("Techniques", None, []), [change("parent.name_en", "Technology", "Techniques")]),
            step(3, "changed", shown("Techniques", "算力", ["AI compute"]), [change("name_zh", None, "算力"), change("aliases", [], ["AI compute"])]),
        ],
    }


def test_retired_record_has_a_past_and_so_has_one_that_came_back(client):
    topic("compute").delete()
    back = topic("compute")
    back.name_en = "Computing"
    back.save()

    steps = client.get("/v1/topics/compute/history/").json()["results"]

    assert [(one["action"], one["document"] and one["document"]["name_en"], len(one["difference"])) for one in steps] == [
        ("created", "Compute", 0),
        ("retired", None, 0),
        ("created", "Compute", 0),
        ("changed", "Computing", 1),
    ]


def test_moved_record_has_its_past_under_either_id_and_names_its_successor(client):
    move(topic("compute"), "computing")

    old, new = (client.get(f"/v1/topics/{id_}/history/").json()["results"] for id_ in ("compute", "computing"))

    assert [(one["revision"], one["action"], one["successor"]) for one in old] == [(1, "created", None), (2, "moved", "computing")]
    assert [(one["revision"], one["action"], one["successor"]) for one in new] == [(2, "created", None)]


@every_resource
def test_history_of_what_never_was_is_404(client, resource):
    for id_ in ("atlantis", "a%00b"):
        response = client.get(f"/v1/{resource}/{id_}/history/", headers={"If-None-Match": "*"})
        assert (response.status_code, response.json()["detail"]) == (404, f"No record of {resource} was ever published under this id.")


def test_history_is_paged_either_way_and_each_page_knows_the_document_before_it(client):
    row = topic("compute")
    for number in range(6):
        row.name_en = f"Name {number}"
        row.save()
    whole = client.get("/v1/topics/compute/history/").json()["results"]

    pages = [client.get("/v1/topics/compute/history/?page_size=3").json()]
    while pages[-1]["next"]:
        pages.append(client.get(pages[-1]["next"]).json())

    assert [one for page in pages for one in page["results"]] == whole
    assert client.get(pages[-1]["previous"]).json()["results"] == pages[-2]["results"]


def test_history_takes_four_queries_however_long_it_is(client):
    row = topic("compute")
    for number in range(5):
        row.name_en = f"Name {number}"
        row.save()

    # 1. the latest revision  2. how many there are  3. the documents with their revisions  4. the one before them  5. the latest still
    assert queries(client, "/v1/topics/compute/history/") == 5
    assert queries(client, "/v1/topics/compute/history/?page_size=2") == 5


def test_difference_tells_records_in_a_list_apart_by_their_ids():
    before = {"id": "a", "kind": "x", "parts": [{"id": "one", "n": 1}, {"id": "two", "n": 2}], "days": [{"on": 1}], "of": {"id": "b", "n": 1}}
    after = {"id": "a", "kind": "x", "parts": [{"id": "two", "n": 3}, {"id": "new", "n": 4}], "days": [{"on": 2}], "of": {"id": "c", "n": 1}}

    assert difference(before, after) == [
        change("parts[one]", {"id": "one", "n": 1}, None),
        change("parts[two].n", 2, 3),
        change("parts[new]", None, {"id": "new", "n": 4}),
        change("days", [{"on": 1}], [{"on": 2}]),
        change("of", {"id": "b", "n": 1}, {"id": "c", "n": 1}),
    ]
    assert difference(before, before) == []
    assert difference({"parts": [{"id": "a"}, {"id": "b"}]}, {"parts": [{"id": "b"}, {"id": "a"}]}) == [
        change("parts", [{"id": "a"}, {"id": "b"}], [{"id": "b"}, {"id": "a"}])
    ]


def step(revision, action, document, changed=()):
    at = Revision.objects.get(pk=revision).at.isoformat().replace("+00:00", "Z")
    return {"revision": revision, "at": at, "action": action, "successor": None, "document": document, "difference": list(changed)}


def change(field, before, after):
    return {"field": field, "before": before, "after": after}
