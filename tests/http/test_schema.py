"""What the contract says is what is served."""

from __future__ import annotations

import pytest
import yaml
from werkzeug.test import Client

from publishing.resources import RESOURCES
from publishing.selection import paths
from tests.contract import parameters_of
from tests.http.registry import columns, every_resource, filters, parameters


@every_resource
def test_every_parameter_is_in_the_contract_and_no_other(contract, resource):
    listed, single = (_parameters(contract, f"/v1/{resource}/{rest}") for rest in ("", "{id}/"))

    assert {parameter["name"] for parameter in listed} == {*filters(resource), *parameters(resource)}
    assert {parameter["name"] for parameter in single} == {"id", *parameters(resource, "retrieve")}


@every_resource
def test_every_parameter_is_described_with_its_form(contract, resource):
    for parameter in _parameters(contract, f"/v1/{resource}/"):
        single = {**filters(resource), **{name: general.field for name, general in parameters(resource).items()}}[parameter["name"]]
        is_single = getattr(single, "form_field", single).single

        assert parameter["description"]
        assert (parameter["schema"]["type"] == "array", parameter.get("explode")) == ((False, None) if is_single else (True, False))
        assert is_single or parameter["schema"]["maxItems"] == 100


@every_resource
def test_contract_lists_what_can_be_ordered_by(contract, resource):
    (ordering,) = (one for one in _parameters(contract, f"/v1/{resource}/") if one["name"] == "ordering")

    assert set(ordering["schema"]["items"]["enum"]) == {sign + column for column in columns(resource) for sign in ("", "-")}


@every_resource
def test_lists_and_records_are_as_the_contract_says(world, contract, resource):
    for query in ("", "?page_size=200", "?page_size=1"):
        assert_conforms(contract, f"/v1/{resource}/", f"/v1/{resource}/{query}", 200)
    for record in world[resource]:
        assert_conforms(contract, f"/v1/{resource}/{{id}}/", f"/v1/{resource}/{record['id']}/", 200)


@every_resource
def test_contract_has_every_field_and_no_other(contract, resource):
    shown = contract.raw_schema["paths"][f"/v1/{resource}/{{id}}/"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]

    assert _dotted(shown, contract.raw_schema) == paths(RESOURCES[resource].serializer)


@pytest.mark.parametrize(
    ("path", "address", "status"),
    [
        ("/v1/", "/v1/", 200),
        ("/v1/", "/v1/?x=1", 400),
        ("/v1/plans/", "/v1/plans/?kind=rule&x=1", 400),
        ("/v1/plans/{id}/", "/v1/plans/hangzhou-2025/?x=1", 400),
        ("/v1/plans/{id}/", "/v1/plans/hangzhou-2025/?as_of=1", 200),
        ("/v1/plans/{id}/history/", "/v1/plans/hangzhou-2025/history/", 200),
        ("/v1/plans/{id}/history/", "/v1/plans/atlantis/history/", 404),
        ("/v1/changes/", "/v1/changes/?page_size=200", 200),
        ("/v1/changes/", "/v1/changes/?since=-1", 400),
        ("/v1/plans/{id}/", "/v1/plans/atlantis/", 404),
    ],
)
def test_root_and_problems_are_as_the_contract_says(world, contract, path, address, status):
    assert_conforms(contract, path, address, status)


@pytest.mark.parametrize(
    ("path", "rest"),
    [
        ("/v1/progress/", "?page_size=200"),
        ("/v1/compare/", "?indicator=industry-output"),
        ("/v1/compare/", "?indicator=computing-capacity&jurisdiction=ningbo"),
        ("/v1/plans/{id}/diff/", ""),
        ("/v1/plans/{id}/diff/", "?against=hangzhou-2023"),
        ("/v1/plans/{id}/lineage/", ""),
    ],
)
def test_answers_that_are_more_than_records_are_as_the_contract_says(world, contract, path, rest):
    assert_conforms(contract, path, path.format(id="hangzhou-2025") + rest, 200)


def test_json_and_yaml_say_the_same(contract, client):
    said = yaml.load(client.get("/v1/openapi.yaml").content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))

    assert said == contract.raw_schema


def assert_conforms(contract, path, address, status):
    response = Client(contract.app).get(address)

    assert response.status_code == status
    contract[path]["GET"].validate_response(response)


def _parameters(contract, path):
    return parameters_of(contract.raw_schema["paths"][path]["get"], contract.raw_schema)


def _dotted(schema, contract):
    """The dotted names of all properties."""
    if "$ref" in schema:
        return _dotted(contract["components"]["schemas"][schema["$ref"].rpartition("/")[2]], contract)
    names = set()
    for part in (*schema.get("allOf", ()), *([schema["items"]] if "items" in schema else ())):
        names |= _dotted(part, contract)
    for name, shown in schema.get("properties", {}).items():
        names |= {name, *(f"{name}.{nested}" for nested in _dotted(shown, contract))}
    return names
