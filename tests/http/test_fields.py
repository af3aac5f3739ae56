"""`?fields=` shows the chosen fields alone, at any depth, in the record's own order."""

from __future__ import annotations

import pytest

from publishing.resources import RESOURCES
from publishing.selection import paths
from tests.http.registry import every_resource, fields


@every_resource
def test_each_field_can_be_had_alone(world, client, resource):
    for field in fields(resource):
        records = client.get(f"/v1/{resource}/?page_size=200&fields={field}").json()["results"]

        assert records == [{field: record[field]} for record in world[resource]]


@every_resource
def test_every_nested_field_can_be_had_alone(world, client, resource):
    nested = sorted(path for path in paths(RESOURCES[resource].serializer) if "." in path)

    for path in nested:
        records = client.get(f"/v1/{resource}/?page_size=200&fields={path}").json()["results"]
        assert records == [picked(record, path.split(".")) for record in world[resource]]


@every_resource
def test_record_takes_fields_as_a_list_does(world, client, resource):
    record = world[resource][0]

    assert client.get(f"/v1/{resource}/{record['id']}/?fields=id").json() == {"id": record["id"]}


def test_fields_stand_in_the_records_order_not_in_that_asked_for(world, client):
    record = client.get("/v1/plans/hangzhou-2025/?fields=kind,id&fields=name_en").json()

    assert list(record) == ["id", "name_en", "kind"]


@pytest.mark.parametrize("asked", ["jurisdiction,jurisdiction.id", "jurisdiction.id,jurisdiction", "jurisdiction.id&fields=jurisdiction"])
def test_field_asked_for_whole_and_in_part_is_shown_whole(world, client, asked):
    record = client.get(f"/v1/plans/hangzhou-2025/?fields={asked}").json()

    assert record == {"jurisdiction": {"id": "hangzhou", "name_en": "Hangzhou", "name_zh": "杭州市"}}


def test_parts_of_one_field_are_shown_together(world, client):
    record = client.get("/v1/plans/hangzhou-2025/?fields=measures.terms.cap_amount,measures.terms.condition,measures.id").json()

    terms = [
        {"condition": "in general", "cap_amount": 8_000_000},
        {"condition": "small firms, 50%", "cap_amount": None},
        {"condition": None, "cap_amount": 0.5},
    ]
    shown = {"hangzhou-2025.fund": [], "hangzhou-2025.grant": [], "hangzhou-2025.vouchers": terms}
    assert record == {"measures": [{"id": id_, "terms": found} for id_, found in shown.items()]}


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ("vlue", ["vlue"]),
        ("id,vlue,plan.nothing", ["vlue", "plan.nothing"]),
        ("id.x", ["id.x"]),
        ("plan.id.x", ["plan.id.x"]),
        ("sources.0.id", ["sources.0.id"]),
        (".", ["."]),
        ("plan.", ["plan."]),
        (" id", [" id"]),
        ("*", ["*"]),
        ("is_published", ["is_published"]),
        ("own_jurisdiction", ["own_jurisdiction"]),
    ],
)
@pytest.mark.parametrize("address", ["/v1/targets/", "/v1/targets/hangzhou-2025.share/"])
def test_field_that_records_have_not_is_400(world, client, address, asked, wrong):
    response = client.get(address, {"fields": asked})

    assert response.status_code == 400
    assert [(error["parameter"], error["value"], error["detail"]) for error in response.json()["errors"]] == [
        ("fields", name, "No such field.") for name in wrong
    ]


def test_misspelt_field_is_answered_with_what_it_may_have_meant(world, client):
    (error,) = client.get("/v1/targets/?fields=normalised_value").json()["errors"]

    assert error["did_you_mean"][0] == "normalized_value"
    assert error["allowed"] == sorted(paths(RESOURCES["targets"].serializer))


def picked(value, path):
    if isinstance(value, list):
        return [picked(one, path) for one in value]
    return {path[0]: picked(value[path[0]], path[1:])} if path and value is not None else value
