"""The changes as a feed that its readers understand: valid, with ids that stay, newest first, in pages."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

import pytest

from publishing.identity import move
from reference.models import Topic
from tests.http.world import SECRETS, topic

pytestmark = pytest.mark.django_db(transaction=True)
ATOM = "{http://www.w3.org/2005/Atom}"


def test_feed_tells_the_newest_first_and_where_each_document_is(client):
    topic("compute", name_en="Compute & <storage>\x0b")
    move(Topic.objects.get(pk="compute"), "computing")

    response = client.get("/v1/changes.atom", headers={"Accept": "application/atom+xml"})
    feed = Xml.fromstring(response.content)

    assert (response.headers["Content-Type"], response.headers["Dataset-Revision"]) == ("application/atom+xml", "2")
    assert [(text(entry, "title"), text(entry, "summary")) for entry in feed.iter(f"{ATOM}entry")] == [
        ("Compute & <storage>\ufffd (topics): created", "topics/computing was created in revision 2."),
        ("compute (topics): moved", "topics/compute was moved in revision 2, now computing."),
        ("Compute & <storage>\ufffd (topics): created", "topics/compute was created in revision 1."),
    ]
    contents = [content.get("src") for content in feed.iter(f"{ATOM}content")]
    assert contents == ["http://testserver/v1/topics/computing/?as_of=2", "http://testserver/v1/topics/compute/?as_of=1"]
    assert [client.get(address).status_code for address in [*contents, *links(feed, "alternate")]] == [200] * 6


def test_feed_has_what_rfc_4287_requires(client):
    topic("compute")

    feed = Xml.fromstring(client.get("/v1/changes.atom?resource=topics").content)

    for holder in (feed, feed.find(f"{ATOM}entry")):
        assert all(text(holder, name) for name in ("id", "title", "updated"))
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "AI Policy Atlas"
    assert text(feed, "id") == links(feed, "self")[0] == links(feed, "first")[0] == "http://testserver/v1/changes.atom?resource=topics"


def test_entry_keeps_its_id_on_every_host_and_page(client):
    for id_ in "abc":
        topic(id_)

    whole = ids(client, "/v1/changes.atom")

    assert len(set(whole)) == 3
    assert ids(client, "/v1/changes.atom?page_size=1", "127.0.0.1") == whole


def test_pages_go_on_to_the_oldest_while_others_write(client):
    for id_ in "abcde":
        topic(id_)

    address: str | None = "/v1/changes.atom?page_size=2&resource=topics,sources"
    seen: list[str] = []
    while address:
        feed = Xml.fromstring(client.get(address).content)
        seen += [text(entry, "summary").split()[0] for entry in feed.iter(f"{ATOM}entry")]
        topic(f"later-{len(seen)}")
        address = next(iter(links(feed, "next")), None)

    assert seen == [f"topics/{id_}" for id_ in "edcba"]


def test_feed_of_nothing_is_a_feed(client):
    feed = Xml.fromstring(client.get("/v1/changes.atom").content)

    assert ([*feed.iter(f"{ATOM}entry")], text(feed, "updated")) == ([], "1970-01-01T00:00:00Z")


@pytest.mark.django_db(transaction=False)
def test_nothing_unpublished_is_in_the_feed(world, client):
    feed = client.get("/v1/changes.atom?page_size=200").content.decode()

    assert {secret for secret in SECRETS if secret in feed} == set()


def test_feed_is_as_strict_as_all_else(client):
    response = client.get("/v1/changes.atom?before=x&resource=nothing&page_size=0&since=1")

    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
    assert {error["parameter"] for error in response.json()["errors"]} == {"before", "resource", "page_size", "since"}


def ids(client, address, host="testserver"):
    found = []
    while address:
        feed = Xml.fromstring(client.get(address, headers={"Host": host}).content)
        found += [text(entry, "id") for entry in feed.iter(f"{ATOM}entry")]
        address = next(iter(links(feed, "next")), None)
    return found


def text(element, name):
    return element.findtext(f"{ATOM}{name}")


def links(feed, relation):
    return [link.get("href") for link in feed.iter(f"{ATOM}link") if link.get("rel") == relation]
