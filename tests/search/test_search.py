"""Searching: what is found, in which order, and what is shown of it."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.http.registry import NAMES, queries
from tests.http.world import SECRETS
from tests.search import naive

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Written for the databases, for browsers and for nobody.
ODD = [
    "'",
    '"',
    "a OR b",
    "NOT",
    "NEAR(a b)",
    "hang*",
    "^a",
    "{tokens}:a",
    "a & b | !c",
    "x:*",
    "\\",
    "%",
    "_",
    "__hangzhou",
    "-",
    "<b>",
    "ﬁ",
    "𠀀",
    "e\u0301",
]


@SETTINGS
@given(st.data())
def test_pages_show_each_record_that_has_all_words_once_and_best_first(world, client, data):
    asked = data.draw(_questions(world))
    expected = naive.search_all(asked, world)
    documents = {(resource, record["id"]): record for resource, records in world.items() for record in records}

    address = f"/v1/search/?page_size={data.draw(st.sampled_from([3, 20, 200]))}&q={quote(asked)}"
    found = pages(client, address)

    assert [(hit["resource"], hit["id"], hit["score"]) for hit in found] == [
        (resource, record, rank / 1000) for (resource, record), rank in sorted(expected.items(), key=lambda hit: (-hit[1], hit[0][1], hit[0][0]))
    ]
    assert client.get(address).json()["count"] == len(expected)
    for hit in found:
        _, said = naive.searched_texts(hit["resource"], documents[hit["resource"], hit["id"]])
        passages = [unescape(re.sub("</?mark>", "", passage)).strip("…") for passage in hit["highlight"].split(" … ")]
        assert "<mark>" in hit["highlight"]
        assert [passage for passage in passages if not any(passage in text for text in said)] == []


@SETTINGS
@given(st.data())
def test_list_is_searched_alike_beside_its_filters_and_in_any_order(world, client, data):
    asked, resource = data.draw(_questions(world)), data.draw(st.sampled_from(NAMES))
    other = data.draw(st.sampled_from(world[resource]))["id"]
    expected = {record: rank for (of, record), rank in naive.search(asked, world).items() if of == resource and record != other}
    address = f"/v1/{resource}/?page_size=3&q={quote(asked)}&id__not={other}"

    assert [record["id"] for record in pages(client, address)] == sorted(expected, key=lambda record: (-expected[record], record))
    assert [record["id"] for record in pages(client, f"{address}&ordering=-id")] == sorted(expected, reverse=True)
    assert client.get(address).json()["count"] == len(expected)
    whole = client.get(f"/v1/{resource}/?page_size=all&format=ndjson&q={quote(asked)}&id__not={other}").getvalue()
    assert [orjson.loads(line)["id"] for line in whole.splitlines()] == sorted(expected, key=lambda record: (-expected[record], record))


def test_what_two_resources_show_is_found_in_each_that_is_named(world, client):
    hits = {
        named: [(hit["resource"], hit["id"]) for hit in client.get(f"/v1/search/?q=宁波{named}").json()["results"] if hit["id"] == "ningbo"]
        for named in ("", "&resource=cities", "&resource=jurisdictions", "&resource=cities,jurisdictions")
    }

    assert hits == {
        "": [("cities", "ningbo")],
        "&resource=cities": [("cities", "ningbo")],
        "&resource=jurisdictions": [("jurisdictions", "ningbo")],
        "&resource=cities,jurisdictions": [("cities", "ningbo"), ("jurisdictions", "ningbo")],
    }


@pytest.mark.parametrize("written", ODD)
def test_odd_words_are_plain_text(world, client, written):
    answer = client.get("/v1/search/", {"q": written})

    assert answer.status_code == 200
    assert {(hit["resource"], hit["id"]) for hit in answer.json()["results"]} <= naive.search(written, world).keys()


@pytest.mark.parametrize(("written", "length"), [("算" * 300, 300), ("a" * 300, 300), (" ".join("abcdefghijklmnopqrst"), 39)])
def test_longest_words_are_bounded(world, client, written, length):
    assert len(written) == length
    assert queries(client, f"/v1/search/?q={quote(written)}") < 70


def test_what_is_not_published_is_never_found(world, client):
    for secret in SECRETS:
        assert client.get("/v1/search/", {"q": secret}).json()["results"] == []


def test_search_without_words_is_400_and_names_every_fault(world, client):
    answer = client.get("/v1/search/?resource=plans,cats&page_size=0&colour=red")

    assert answer.status_code == 400
    assert [(error["parameter"], error["value"]) for error in answer.json()["errors"]] == [
        ("colour", "red"),
        ("q", None),
        ("resource", "cats"),
        ("page_size", "0"),
    ]


@pytest.mark.parametrize("size", [1, 200])
def test_search_takes_as_many_queries_whatever_it_finds(world, client, size):
    # 1. the latest revision  2. the count  3. the page  4. its documents  5. whether the revision still stands
    assert queries(client, f"/v1/search/?page_size={size}&q=杭州") == 5
    # … and whether some record has all the words, where one may be mistyped
    assert queries(client, f"/v1/search/?page_size={size}&q=hangzhou") == 6
    # … whether the word itself occurs, which ones are near, and whether the nearest occurs
    assert queries(client, f"/v1/search/?page_size={size}&q=hangzho") == 9


def pages(client, address):
    """The results of all pages."""
    results = []
    while address:
        answer = client.get(address).json()
        results += answer["results"]
        address = answer["next"]
    return results


@st.composite
def _questions(draw: st.DrawFn, world) -> str:
    """Some words of one record or of two, some of them in other forms or mistyped."""
    resource = draw(st.sampled_from(NAMES))
    texts = naive.searched_texts(resource, draw(st.sampled_from(world[resource])))[1] + naive.names_of({resource: world[resource][:2]})
    words = draw(st.lists(st.sampled_from(texts).flatmap(lambda text: st.sampled_from([text, *text.split()])), min_size=1, max_size=2))
    slip = draw(st.sampled_from(["none", "none", "case", "part", "drop", "swap"]))
    text = " ".join(words)[:200].strip() or "a"
    place = draw(st.integers(0, len(text) - 1))
    slipped = {
        "none": text,
        "case": text.swapcase(),
        "part": text[place : place + 6],
        "drop": text[:place] + text[place + 1 :],
        "swap": text[:place] + text[place : place + 2][::-1] + text[place + 2 :],
    }[slip]
    return " ".join(slipped.split()[:20]) or "a"
