"""An id answers for good: with the record, with where it went, or with that it is gone."""

from __future__ import annotations

import json

import pytest

from publishing.editing import editing
from publishing.identity import move
from reference.models import Topic
from tests.http.registry import every_resource
from tests.http.test_strictness import errors
from tests.http.world import ground, plan, topic

pytestmark = pytest.mark.django_db(transaction=True)


@every_resource
@pytest.mark.django_db(transaction=False)
def test_id_that_never_was_is_404(client, resource):
    response = client.get(f"/v1/{resource}/atlantis/")

    assert response.status_code == 404
    assert response.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": f"No record of {resource} was ever published under this id.",
        "instance": f"/v1/{resource}/atlantis/",
    }


def test_retired_id_is_410(client):
    topic("compute").delete()

    response = client.get("/v1/topics/compute/")

    assert (response.status_code, response.headers["Content-Type"]) == (410, "application/problem+json")
    assert response.json() == {
        "type": "http://testserver/docs/errors#gone",
        "title": "No longer published",
        "status": 410,
        "detail": "The record was retired in revision 2.",
        "instance": "/v1/topics/compute/",
    }
    assert client.get("/v1/topics/").json()["count"] == 0


def test_retired_record_that_returns_is_served_again(client):
    topic("compute").delete()
    topic("compute")

    assert client.get("/v1/topics/compute/").json()["id"] == "compute"


def test_moved_id_is_308_to_its_new_address_with_the_query_kept(client):
    move(topic("compute"), "computing")

    response = client.get("/v1/topics/compute/?fields=id,name_en")

    assert response.status_code == 308
    assert response.headers["Location"] == "http://testserver/v1/topics/computing/?fields=id,name_en"
    assert client.get(response.headers["Location"]).json() == {"id": "computing", "name_en": "Compute"}
    assert client.head("/v1/topics/compute/").headers["Location"] == "http://testserver/v1/topics/computing/"


def test_record_that_moved_twice_is_reached_in_one_step(client):
    move(topic("a"), "b")
    move(Topic.objects.get(pk="b"), "c")

    assert client.get("/v1/topics/a/").headers["Location"] == "http://testserver/v1/topics/c/"


def test_merged_id_leads_to_the_record_that_it_became(client):
    move(topic("computing"), topic("compute").pk)

    assert client.get("/v1/topics/computing/").headers["Location"] == "http://testserver/v1/topics/compute/"


def test_moved_record_that_was_retired_since_is_410(client):
    move(topic("a"), "b")
    Topic.objects.get(pk="b").delete()

    assert client.get("/v1/topics/a/").status_code == 410


def test_moved_id_refuses_a_bad_query_before_it_redirects(client):
    move(topic("a"), "b")

    assert client.get("/v1/topics/a/?filds=id").status_code == 400


def test_moved_id_is_in_no_list_and_no_filter(client):
    move(topic("compute"), "computing")

    assert [record["id"] for record in client.get("/v1/topics/").json()["results"]] == ["computing"]
    assert client.get("/v1/topics/?parent=compute").status_code == 400


def test_filter_by_a_moved_id_is_told_the_one_of_today(client):
    move(topic("compute"), "ai-infrastructure")

    def advice(query):
        return [(error["detail"], error["did_you_mean"]) for error in errors(client.get(f"/v1/topics/?parent=compute{query}"))]

    assert advice("") == advice("&as_of=2") == [("It is now ai-infrastructure.", ["ai-infrastructure"])]
    Topic.objects.all().delete()
    assert advice("") == [("No such topic.", None)]


def test_reconciled_entity_that_was_moved_is_the_record_that_it_became(client):
    """A spreadsheet keeps the ids that it was matched with."""
    move(topic("steam"), "vapour")
    move(Topic.objects.get(pk="vapour"), topic("power", name_en="Power").pk)
    move(topic("gone"), "soon-gone")
    Topic.objects.get(pk="soon-gone").delete()
    moved = ["topics/steam", "topics/vapour", "topics/gone"]

    rows = client.get("/v1/reconcile/", {"extend": json.dumps({"ids": moved, "properties": [{"id": "name_en"}]})}).json()["rows"]
    previews = [client.get(f"/v1/reconcile/preview/?id={entity}") for entity in ("topics/steam", "topics/power", "topics/gone")]

    assert [rows[entity]["name_en"] for entity in moved] == [[{"str": "Power"}], [{"str": "Power"}], []]
    assert previews[0].content == previews[1].content
    assert [preview.status_code for preview in previews] == [200, 200, 404]


def test_conditional_request_does_not_hide_that_a_record_is_gone(client):
    topic("compute")
    etag = client.get("/v1/topics/compute/").headers["ETag"]
    Topic.objects.all().delete()

    assert client.get("/v1/topics/compute/", headers={"If-None-Match": etag}).status_code == 410
    assert client.get("/v1/topics/compute/", headers={"If-None-Match": "*"}).status_code == 410


def test_row_that_was_never_published_is_404_and_one_unpublished_since_410(client):
    with editing():
        ground()
        plan("never", is_published=False)
        withdrawn = plan("withdrawn", summary="Hidden summary")
    withdrawn.is_published = False
    withdrawn.save()

    assert client.get("/v1/plans/never/").status_code == 404
    assert client.get("/v1/plans/withdrawn/").status_code == 410
    assert "Hidden" not in client.get("/v1/plans/withdrawn/").content.decode()
    assert client.get("/v1/plans/").json()["count"] == 0
