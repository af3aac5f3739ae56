"""Every order is total: nulls last in either direction, ties by ascending id."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.http.naive import days, field_of, kind_of
from tests.http.registry import NAMES, columns, every_resource


@every_resource
def test_list_is_in_the_order_asked_for(world, client, resource):
    for ordering in (sign + column for column in columns(resource) for sign in ("", "-")):
        answer = client.get(f"/v1/{resource}/?page_size=200&ordering={ordering}").json()

        assert [record["id"] for record in answer["results"]] == ordered(world, resource, [ordering]), ordering


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_second_field_orders_the_ties_of_the_first(world, client, data):
    resource = data.draw(st.sampled_from(NAMES))
    names = data.draw(st.lists(st.sampled_from(columns(resource)), min_size=2, max_size=3, unique=True))
    keys = [data.draw(st.sampled_from(["", "-"])) + name for name in names]

    answer = client.get(f"/v1/{resource}/?page_size=200&ordering={','.join(keys)}").json()

    assert [record["id"] for record in answer["results"]] == ordered(world, resource, keys)


def test_order_may_be_given_by_repetition(world, client):
    repeated = client.get("/v1/targets/?ordering=unit&ordering=-value").json()

    assert repeated["results"] == client.get("/v1/targets/?ordering=unit,-value").json()["results"]


@pytest.mark.parametrize(
    ("ordering", "faults"),
    [
        ("valeu", [("valeu", "Not a field to order by.")]),
        ("-valeu,due,nothing", [("-valeu", "Not a field to order by."), ("nothing", "Not a field to order by.")]),
        ("due,-due", [("-due", "Named twice.")]),
        ("--due", [("--due", "Not a field to order by.")]),
        (" due", [(" due", "Not a field to order by.")]),
        ("topic", [("topic", "Not a field to order by.")]),
        ("due__lte", [("due__lte", "Not a field to order by.")]),
        ("plan__name_en", [("plan__name_en", "Not a field to order by.")]),
        ("?", [("?", "Not a field to order by.")]),
    ],
)
def test_order_by_what_is_not_orderable_is_400(world, client, ordering, faults):
    response = client.get("/v1/targets/", {"ordering": ordering})

    assert response.status_code == 400
    assert [(error["value"], error["detail"]) for error in response.json()["errors"]] == faults


def test_misspelt_order_is_answered_with_what_it_may_have_meant(world, client):
    (error,) = client.get("/v1/targets/?ordering=-valeu").json()["errors"]

    assert error["did_you_mean"][0] == "value"
    assert error["allowed"] == columns("targets")


def ordered(world, resource, keys):
    """The ids in the order that the records themselves give."""
    records = sorted(world[resource], key=lambda record: record["id"])
    for key in reversed(keys):
        name = key.removeprefix("-")
        field, kind = field_of(resource, name), kind_of(resource, name)
        known = [record for record in records if record[field] is not None]
        known.sort(key=lambda record: _sortable(record[field], kind), reverse=key.startswith("-"))
        records = known + [record for record in records if record[field] is None]
    return [record["id"] for record in records]


def _sortable(value, kind):
    if kind == "date":
        return days(value)[0]
    return value["id"] if isinstance(value, dict) else Decimal(str(value)) if kind == "number" else value
