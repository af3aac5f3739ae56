"""How many queries an answer takes: a number that no page size and no number of records changes."""

from __future__ import annotations

import pytest

from publishing.caching import ANSWERS
from tests.http.naive import kind_of
from tests.http.registry import every_resource, filters, queries


@every_resource
@pytest.mark.parametrize("size", [1, 3, 200])
def test_cold_list_takes_three_queries_whatever_the_page_size(world, client, resource, size):
    # 1. the latest revision  2. the count  3. the page: rows joined to their documents
    assert queries(client, f"/v1/{resource}/?page_size={size}") == 3


@every_resource
def test_page_further_on_takes_three_queries_too(world, client, resource):
    onward = client.get(f"/v1/{resource}/?page_size=1&ordering=-id").json()["next"]

    # 1. the latest revision  2. the count  3. the page after the cursor
    assert queries(client, onward) == 3


@every_resource
def test_hot_list_takes_one_query(world, client, resource):
    client.get(f"/v1/{resource}/")

    # 1. the latest revision: it still stands
    assert queries(client, f"/v1/{resource}/") == 1


@every_resource
def test_known_list_is_not_read_again(world, client, resource):
    etag = client.get(f"/v1/{resource}/").headers["ETag"]
    ANSWERS.clear()

    # 1. the latest revision
    assert queries(client, f"/v1/{resource}/", {"If-None-Match": etag}) == 1


@every_resource
def test_record_takes_one_query(world, client, resource):
    # 1. the document, with its revision and the latest
    assert queries(client, f"/v1/{resource}/{world[resource][0]['id']}/") == 1
    assert queries(client, f"/v1/{resource}/{world[resource][0]['id']}/?fields=id") == 1
    assert queries(client, f"/v1/{resource}/atlantis/") == 1


@every_resource
def test_each_reference_asked_for_adds_one_query(world, client, resource):
    known = {"jurisdictions": "hangzhou", "companies": "alibaba", "topics": "compute", "sources": "gazette", "plans": "hangzhou-2025"}
    for name in filters(resource):
        family, _, lookup = name.partition("__")
        if kind_of(resource, family) == "reference" and lookup in {"", "not"}:
            model = filters(resource)[name].form_field.model._meta.verbose_name_plural
            values = known.get(model) or world[model][0]["id"]

            # 1. the latest revision  2. whether the reference is known  3. the count  4. the page
            assert queries(client, f"/v1/{resource}/?{name}={values}") == 4, name


def test_other_filters_and_orders_add_none_but_for_words(world, client):
    asked = "comparator=gte,lte&due__lte=2027&value__gt=1&q=reach&is_stretch=false&contradicts__isnull=true&in_force_on=2025-09-01&ordering=-due,unit"

    # 1. the latest revision  2. whether some record has all the words, else one may be mistyped  3. the count  4. the page
    assert queries(client, f"/v1/targets/?{asked}&fields=id,plan.id") == 4


def test_place_with_all_that_lies_below_adds_none(world, client):
    # 1. the latest revision  2. whether the province is known  3. the count  4. the page
    assert queries(client, "/v1/plans/?jurisdiction=zhejiang&within=true") == 4


def test_root_and_contract_ask_the_database_nothing(client, db):
    client.get("/v1/openapi.json")

    assert queries(client, "/v1/") == 0
    assert queries(client, "/v1/openapi.json") == 0
