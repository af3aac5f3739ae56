"""A revision changes the validators of what it may have changed, and nothing older is served after it."""

from __future__ import annotations

import pytest
from django.db import connection

from publishing.models import Document, Revision
from reference.models import Topic
from tests.http.world import topic

pytestmark = pytest.mark.django_db(transaction=True)


def test_nothing_published_yet_is_an_empty_list(client):
    response = client.get("/v1/plans/")

    assert (response.json()["results"], response.headers["Dataset-Revision"]) == ([], "0")


def test_new_revision_changes_every_list_and_the_records_that_it_changed(client):
    compute, data = topic("compute"), topic("data")
    addresses = ["/v1/topics/", "/v1/plans/", "/v1/topics/data/", "/v1/topics/compute/"]
    before = {address: client.get(address).headers for address in addresses}

    compute.name_en = "Computing"
    compute.save()

    after = {address: client.get(address) for address in addresses}
    changed = {address for address in addresses if after[address].headers["ETag"] != before[address]["ETag"]}
    assert changed == {"/v1/topics/", "/v1/plans/", "/v1/topics/compute/"}
    assert {answer.headers["Dataset-Revision"] for answer in after.values()} == {"3"}
    assert [record["name_en"] for record in after["/v1/topics/"].json()["results"]] == ["Computing", data.name_en]


def test_write_that_changes_nothing_shown_changes_no_tag(client):
    compute = topic("compute")
    before = client.get("/v1/topics/").headers["ETag"]

    compute.save()

    assert client.get("/v1/topics/").headers["ETag"] == before


def test_kept_answer_is_not_served_once_a_revision_has_landed(client):
    topic("compute")
    assert [client.get("/v1/topics/").json()["count"] for _ in range(2)] == [1, 1]

    topic("data")

    assert client.get("/v1/topics/").json()["count"] == 2


def test_database_that_counts_from_one_again_shares_no_tag_with_the_one_before(client):
    topic("compute")
    known = {address: client.get(address).headers["ETag"] for address in ("/v1/topics/", "/v1/topics/compute/")}
    Document.objects.all().delete()
    Revision.objects.all().delete()
    Topic.objects.filter(pk="compute").update(name_en="Computing")

    for address, etag in known.items():
        response = client.get(address, headers={"If-None-Match": etag})
        assert (response.status_code, response.headers["Dataset-Revision"]) == (200, "1")
        assert b"Computing" in response.content


def test_list_is_read_again_if_a_revision_lands_while_it_is_read(client):
    topic("compute")
    landed: list[str] = []

    def land(execute, sql, params, many, context):
        if "COUNT(" in sql and not landed:
            landed.append(sql)
            topic("data")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(land):
        answer = client.get("/v1/topics/")

    again = client.get("/v1/topics/")
    assert (answer.headers["Dataset-Revision"], answer.headers["ETag"]) == ("2", again.headers["ETag"])
    assert [record["id"] for record in answer.json()["results"]] == ["compute", "data"]
    assert answer.json() == again.json()
