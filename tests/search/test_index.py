"""The index of search: what a record is found by, and whose names are nearest to a given one."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from publishing.models import SearchEntry
from publishing.resources import RESOURCES
from publishing.search import analysis
from publishing.search.candidates import candidates
from publishing.search.nearest import nearest
from publishing.selection import paths
from tests import factories as make
from tests.http.registry import every_resource

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Computing, computed: COMPUTE!", ["comput", "comput", "comput"]),
        ("Ürümqi’s Xi'an ＡＩ", ["urumqi", "xian", "ai"]),
        ("AI算力券2025", ["ai", "算", "力", "券", "算力", "力券", "2025"]),
        ("\x00 \"'_-*()^%", []),
    ],
)
def test_text_is_found_by_its_stems_and_its_pairs_of_chinese_letters(text, tokens):
    assert [token for word in analysis.words(text) for token in word.tokens] == tokens


@pytest.mark.parametrize("name", ["Deep Seek", "DeepSeek", "deep-seek", "DEEP SEEK "])
def test_whole_name_is_one_token_however_its_words_are_parted(name):
    assert analysis.whole_names(name) == {"__deepseek"}


def test_chinese_name_is_found_as_it_is_read():
    assert "hangzhou" in analysis.name_tokens("杭州市")
    assert analysis.whole_names("杭州") == {"__杭州", "__hangzhou"}


@every_resource
def test_what_is_searched_is_a_field_of_the_record(resource):
    searched = RESOURCES[resource].searched

    assert {*searched.names, *searched.text} <= paths(RESOURCES[resource].serializer)


@pytest.fixture
def cities():
    land = make.country("china", name_zh="中国")
    return [
        make.city("hangzhou", name_en="Hangzhou", name_zh="杭州市", aliases=["Hangchow"], parent=land),
        make.city("shenzhen", name_en="Shenzhen", name_zh="深圳市", parent=land),
        make.city("suzhou", name_en="Suzhou", name_zh="苏州市", parent=land),
        make.city("xian", name_en="Xi'an", name_zh="西安市", parent=land),
    ]


@pytest.mark.parametrize(
    ("word", "near"),
    [("shenzen", "shenzhen"), ("hangzho", "hangzhou"), ("hangz", "hangzhou"), ("hnagchow", "hangchow"), ("xia", None), ("beijing", None)],
)
def test_mistyped_word_is_the_nearest_that_a_name_has(cities, word, near):
    assert nearest(word) == near


def test_word_that_no_name_has_any_more_stands_for_nothing(cities):
    cities[1].name_en, cities[1].name_zh = "Bao'an", "宝安区"
    cities[1].save()

    assert nearest("shenzen") is None


@pytest.mark.parametrize(
    ("name", "best"),
    [("Hangchow", "hangzhou"), ("杭州", "hangzhou"), ("hang zhou", "hangzhou"), ("Shenzen city", "shenzhen"), ("XIAN", "xian"), ("苏 州", "suzhou")],
)
def test_candidates_are_those_whose_names_have_most_in_common(cities, name, best):
    found = candidates(name, ["cities"])

    assert [entry.record for entry in found][:1] == [best]


def test_candidates_of_nothing_are_none(cities):
    assert candidates("?!", ["cities"]) == []
    assert candidates("Hangzhou", []) == []


def test_row_that_a_narrower_resource_shows_no_more_is_found_in_the_wider(cities, client):
    found = []
    for level in ("city", "district", "city"):
        cities[0].level = level
        cities[0].save()
        found += [(hit["resource"], hit["id"]) for hit in client.get("/v1/search/?q=hangzhou").json()["results"]]

    assert found == [("cities", "hangzhou"), ("jurisdictions", "hangzhou"), ("cities", "hangzhou")]


@pytest.mark.parametrize(
    ("sql", "resource"),
    [
        ("DELETE FROM publishing_searchentry", "cities"),
        ("UPDATE publishing_searchentry SET tokens = 'a', names = ''", "cities"),
        ("UPDATE publishing_searchentry SET has_narrower = FALSE", "jurisdictions"),
    ],
)
def test_publish_mends_what_search_has_lost(cities, sql, resource, capsys):
    entries = list(SearchEntry.objects.defer("id").values_list("resource", "record", "tokens", "has_narrower"))
    with connection.cursor() as cursor:
        cursor.execute(sql)

    with pytest.raises(CommandError, match=f"{resource}/hangzhou: its search entry is stale"):
        call_command("publish", check=True, verbosity=0)
    call_command("publish", verbosity=0)

    call_command("publish", check=True, verbosity=0)
    assert list(SearchEntry.objects.values_list("resource", "record", "tokens", "has_narrower")) == entries
