"""Pages visit each record once, whatever the order and size, forwards and back."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.http.registry import NAMES, columns, every_resource


@every_resource
def test_pages_visit_each_record_once_forwards_and_back(world, client, resource):
    for column in columns(resource):
        assert_visits_all(client, resource, column, size=3)
        assert_visits_all(client, resource, f"-{column}", size=4)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_pages_visit_each_record_once_by_any_keys_and_size(world, client, data):
    resource = data.draw(st.sampled_from(NAMES))
    names = data.draw(st.lists(st.sampled_from(columns(resource)), min_size=1, max_size=3, unique=True))
    ordering = ",".join(data.draw(st.sampled_from(["", "-"])) + name for name in names)

    assert_visits_all(client, resource, ordering, size=data.draw(st.integers(1, 20)))


@every_resource
def test_full_last_page_has_no_next(world, client, resource):
    whole = client.get(f"/v1/{resource}/?page_size={len(world[resource])}").json()

    assert (len(whole["results"]), whole["next"], whole["previous"]) == (len(world[resource]), None, None)


def test_page_of_nothing_leads_nowhere(world, client):
    assert client.get("/v1/plans/?id=atlantis").json() == {"count": 0, "count_is_exact": True, "next": None, "previous": None, "results": []}


def test_next_and_previous_are_addresses_on_the_requests_own_host(world, client):
    answer = client.get("/v1/plans/?page_size=2&topic=compute,data&fields=id&ordering=-issued_on", headers={"Host": "127.0.0.1:8123"}).json()
    onward = client.get(client.get("/v1/plans/?page_size=2").json()["next"]).json()

    assert answer["next"] is None
    assert onward["previous"].startswith("http://testserver/v1/plans/?page_size=2&cursor=")


def test_next_keeps_filters_order_size_and_fields(world, client):
    first = client.get("/v1/targets/?ordering=-due,unit&page_size=1&fields=id&comparator=gte,lte&plan__not=hangzhou-2023").json()
    second = client.get(first["next"]).json()

    whole = client.get("/v1/targets/?ordering=-due,unit&fields=id&comparator=gte,lte&plan__not=hangzhou-2023").json()
    assert [*first["results"], *second["results"]] == whole["results"][:2]
    assert second["count"] == whole["count"]


def test_cursor_goes_on_with_another_size_and_other_fields(world, client):
    first = client.get("/v1/plans/?page_size=2&ordering=kind").json()
    rest = client.get(f"{first['next'].replace('page_size=2', 'page_size=200')}&fields=id").json()

    whole = client.get("/v1/plans/?ordering=kind").json()
    assert [record["id"] for record in whole["results"][2:]] == [record["id"] for record in rest["results"]]


def test_cursor_holds_the_longest_values_that_are_ordered_by(world, client):
    names = ["name_zh", "name_en", "document_number", "kind", "status", "reliability", "issued_on", "jurisdiction"]

    assert_visits_all(client, "plans", ",".join(names), size=1)


@pytest.mark.parametrize("damage", [lambda text: text[:-1], lambda text: "x" + text, lambda text: text.swapcase(), lambda text: text.split(":")[0]])
def test_damaged_cursor_is_400(world, client, damage):
    cursor = client.get("/v1/plans/?page_size=1").json()["next"].partition("cursor=")[2].replace("%3A", ":")

    assert_refused(client.get("/v1/plans/", {"page_size": 1, "cursor": damage(cursor)}))


@pytest.mark.parametrize(
    "cursor", ["", "x", ":", "::::", "eyJ9:abc", "\x00", "ü" * 20, "%", "W10:x", "A" * 50_000, "WzEsMl0:1tFzzz:AAAA", "null", "0", "-1"]
)
def test_forged_cursor_is_400(world, client, cursor):
    assert_refused(client.get("/v1/plans/", {"cursor": cursor}))


@pytest.mark.parametrize(
    "other", ["/v1/plans/?ordering=-id", "/v1/plans/?kind=opinions", "/v1/plans/?ordering=kind", "/v1/topics/", "/v1/plans/?ordering=-kind,name_en"]
)
def test_cursor_of_another_query_is_400(world, client, other):
    cursor = client.get("/v1/plans/?page_size=1&ordering=-kind").json()["next"].partition("cursor=")[2]

    assert_refused(client.get(f"{other}{'&' if '?' in other else '?'}cursor={cursor}"))


def test_cursor_given_twice_is_400(world, client):
    cursor = client.get("/v1/plans/?page_size=1").json()["next"].partition("cursor=")[2]

    assert_refused(client.get(f"/v1/plans/?cursor={cursor}&cursor={cursor}"))


def assert_visits_all(client, resource, ordering, *, size):
    whole = client.get(f"/v1/{resource}/?page_size=200&ordering={ordering}").json()["results"]
    pages = list(walk(client, f"/v1/{resource}/?page_size={size}&ordering={ordering}", "next"))
    back = list(walk(client, pages[-1]["previous"], "previous"))

    assert [record["id"] for page in pages for record in page["results"]] == [record["id"] for record in whole]
    assert [page["results"] for page in reversed(back)] == [page["results"] for page in _cut_backwards(pages, size)]
    assert all(len(page["results"]) == size for page in pages[:-1])


def walk(client, address, direction):
    while address:
        response = client.get(address)
        assert response.status_code == 200, response.json()
        yield response.json()
        address = response.json()[direction]


def _cut_backwards(pages, size):
    """What going back from the last page should pass: the earlier records in pages that end where that one begins."""
    earlier = [record for page in pages[:-1] for record in page["results"]]
    starts = range(len(earlier), 0, -size)
    return [{"results": earlier[max(0, end - size) : end]} for end in reversed(starts)]


def assert_refused(response):
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == ["cursor"]
