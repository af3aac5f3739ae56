"""Every answer has a validator that changes exactly when the answer may have."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.http import http_date

from publishing.licensing import LICENSE
from publishing.models import Revision
from tests.http.registry import NAMES, every_resource

ADDRESSES = ["/v1/plans/", "/v1/plans/?page_size=2&topic=compute", "/v1/plans/hangzhou-2025/", "/v1/plans/hangzhou-2025/?fields=id"]
ADDRESSES += [
    "/v1/plans/hangzhou-2025/?as_of=1",
    "/v1/plans/hangzhou-2025/history/",
    "/v1/changes/?page_size=2",
    "/v1/plans/?as_of=1&kind=opinions",
    "/v1/changes.atom",
]
KEPT = ("ETag", "Last-Modified", "Cache-Control", "Dataset-Revision", "Link")
LATER = http_date((timezone.now() + timedelta(days=1)).timestamp())
EARLIER = http_date((timezone.now() - timedelta(days=1)).timestamp())


@every_resource
def test_list_and_record_say_what_they_are_a_state_of(world, client, resource):
    published = Revision.objects.get()
    for address in (f"/v1/{resource}/", f"/v1/{resource}/{world[resource][0]['id']}/"):
        headers = client.get(address).headers

        assert headers["ETag"].startswith('"1-')
        assert headers["Last-Modified"] == http_date(published.at.timestamp())
        assert headers["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert headers["Dataset-Revision"] == "1"
        assert headers["Link"].split(", ")[0] == LICENSE


def test_tag_is_of_one_address_on_one_host(world, client):
    hosts = ["testserver", "127.0.0.1"]
    addresses = [*ADDRESSES, "/v1/plans/?page_size=3", "/v1/plans/?page_size=2", "/v1/targets/", *(f"/v1/{name}/?fields=id" for name in NAMES)]

    tags = [client.get(address, headers={"Host": host}).headers["ETag"] for address in addresses for host in hosts]

    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("address", ADDRESSES)
def test_same_question_gets_the_same_tag_cold_and_hot(world, client, address):
    answers = [client.get(address) for _ in range(3)]

    assert len({answer.headers["ETag"] for answer in answers}) == 1
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("written", ["{0}", "W/{0}", '"other", {0}', 'W/"other" , W/{0}', "*"])
def test_known_tag_is_304_without_a_body_and_with_the_same_head(world, client, address, written):
    known = client.get(address)

    response = client.get(address, headers={"If-None-Match": written.format(known.headers["ETag"])})

    assert (response.status_code, response.content) == (304, b"")
    assert {name: response.headers[name] for name in KEPT} == {name: known.headers[name] for name in KEPT}
    assert "Content-Type" not in response.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": '"other"'}, 200),
        ({"If-None-Match": '"other"', "If-Modified-Since": LATER}, 200),
        ({"If-None-Match": "*", "If-Modified-Since": EARLIER}, 304),
        ({"If-Modified-Since": LATER}, 304),
        ({"If-Modified-Since": EARLIER}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-None-Match": "nonsense"}, 200),
        ({"If-Match": "*"}, 200),
        ({"If-Match": '"other"'}, 412),
        ({"If-Unmodified-Since": EARLIER}, 412),
        ({"If-Unmodified-Since": LATER}, 200),
        ({"Range": "bytes=0-1"}, 200),
    ],
)
def test_conditions_are_weighed_as_http_says(world, client, headers, status):
    assert [client.get(address, headers=headers).status_code for address in ADDRESSES] == [status] * len(ADDRESSES)


def test_failed_precondition_is_a_problem(world, client):
    response = client.get("/v1/plans/", headers={"If-Match": '"other"'})

    assert (response.headers["Content-Type"], response.json()["title"]) == ("application/problem+json", "Precondition Failed")


def test_last_modified_can_be_sent_back(world, client):
    for address in ADDRESSES:
        modified = client.get(address).headers["Last-Modified"]
        assert client.get(address, headers={"If-Modified-Since": modified}).status_code == 304


@pytest.mark.parametrize("address", ["/v1/plans/?kind=rule", "/v1/plans/hangzhou-2025/?x=1", "/v1/plans/?cursor=x"])
def test_condition_does_not_make_a_bad_query_good(world, client, address):
    assert client.get(address, headers={"If-None-Match": "*"}).status_code == 400


@pytest.mark.parametrize("address", [*ADDRESSES, "/v1/", "/v1/openapi.json", "/v1/plans/atlantis/", "/v1/plans/?kind=rule", "/v1/nothing/"])
def test_head_has_the_head_of_get(world, client, address):
    asked, got = client.head(address), client.get(address)

    assert (asked.status_code, asked.content) == (got.status_code, b"")
    assert dict(asked.headers) == dict(got.headers)


@pytest.mark.parametrize("address", [*ADDRESSES, "/v1/", "/v1/openapi.json", "/v1/openapi.yaml"])
def test_options_says_what_can_be_done(world, client, address):
    response = client.options(address)

    assert (response.status_code, response.headers["Allow"], response.headers["Link"]) == (200, "GET, HEAD, OPTIONS", LICENSE)


@pytest.mark.parametrize("address", ["/v1/", "/v1/openapi.json"])
def test_what_the_software_alone_says_has_a_validator_too(client, db, address):
    known = client.get(address).headers["ETag"]

    assert not known.startswith("W/")
    assert client.get(address, headers={"If-None-Match": known}).status_code == 304
