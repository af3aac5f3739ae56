"""What the contract says is what is served."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from publishing.queries import LIST_PARAMETERS, RECORD_PARAMETERS
from publishing.resources import RESOURCES
from publishing.selection import paths
from tests.http.registry import columns, every_resource, filters


@pytest.fixture(scope="module")
def contract(client):
    return client.get("/v1/openapi.json").json()


@every_resource
def test_every_parameter_is_in_the_contract_and_no_other(contract, resource):
    assert _names(contract, f"/v1/{resource}/") == {*filters(resource), *LIST_PARAMETERS}
    assert _names(contract, f"/v1/{resource}/{{id}}/") == {"id", *RECORD_PARAMETERS}


@every_resource
def test_every_parameter_is_described_with_its_form(contract, resource):
    for parameter in contract["paths"][f"/v1/{resource}/"]["get"]["parameters"]:
        single = {**filters(resource), **{name: general.field for name, general in LIST_PARAMETERS.items()}}[parameter["name"]]
        is_single = getattr(single, "form_field", single).single

        assert parameter["description"]
        assert (parameter["schema"]["type"] == "array", parameter.get("explode")) == ((False, None) if is_single else (True, False))
        assert is_single or parameter["schema"]["maxItems"] == 100


@every_resource
def test_contract_lists_what_can_be_ordered_by(contract, resource):
    (ordering,) = (one for one in contract["paths"][f"/v1/{resource}/"]["get"]["parameters"] if one["name"] == "ordering")

    assert set(ordering["schema"]["items"]["enum"]) == {sign + column for column in columns(resource) for sign in ("", "-")}


@every_resource
def test_lists_and_records_are_as_the_contract_says(world, contract, client, resource):
    listed = _schema(contract, f"/v1/{resource}/", "200", "application/json")
    single = _schema(contract, f"/v1/{resource}/{{id}}/", "200", "application/json")

    assert _faults(listed, client.get(f"/v1/{resource}/?page_size=200").json()) == []
    assert _faults(listed, client.get(f"/v1/{resource}/?page_size=1").json()) == []
    for record in world[resource]:
        assert _faults(single, record) == []


@every_resource
def test_contract_has_every_field_and_no_other(world, contract, resource):
    single = _schema(contract, f"/v1/{resource}/{{id}}/", "200", "application/json")

    assert _dotted(single) == paths(RESOURCES[resource].serializer)


@pytest.mark.parametrize(
    ("address", "path", "status"),
    [
        ("/v1/plans/?kind=rule&x=1", "/v1/plans/", "400"),
        ("/v1/plans/hangzhou-2025/?x=1", "/v1/plans/{id}/", "400"),
        ("/v1/plans/atlantis/", "/v1/plans/{id}/", "404"),
    ],
)
def test_problems_are_as_the_contract_says(world, contract, client, address, path, status):
    response = client.get(address)

    assert response.status_code == int(status)
    assert _faults(_schema(contract, path, status, "application/problem+json"), response.json()) == []


def test_root_is_as_the_contract_says(world, contract, client):
    assert _faults(_schema(contract, "/v1/", "200", "application/json"), client.get("/v1/").json()) == []


def test_json_and_yaml_say_the_same(contract, client):
    import yaml

    assert yaml.safe_load(client.get("/v1/openapi.yaml").content) == contract


def _names(contract, path):
    return {parameter["name"] for parameter in contract["paths"][path]["get"]["parameters"]}


def _schema(contract, path, status, media_type):
    response = _resolved(contract["paths"][path]["get"]["responses"][status], contract)
    return _json_schema(response["content"][media_type]["schema"], contract)


def _resolved(node, contract):
    for part in node.get("$ref", "#").split("/")[1:]:
        node = contract[part] if part == "components" else node[part]
        contract = node if part == "components" else contract
    return node


def _json_schema(node: Any, contract: Any) -> Any:
    """An OpenAPI 3.0 schema as JSON Schema: references put in, null where it is nullable, and no property that is not named."""
    if isinstance(node, list):
        return [_json_schema(one, contract) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _json_schema(contract["components"]["schemas"][node["$ref"].rpartition("/")[2]], contract)
    found = {key: _json_schema(value, contract) for key, value in node.items()}
    if "properties" in found:
        found["additionalProperties"] = False
    return {"anyOf": [found, {"type": "null"}]} if node.get("nullable") is True else found


def _faults(schema, body):
    return [f"{fault.json_path}: {fault.message}" for fault in Draft202012Validator(schema).iter_errors(body)]


def _dotted(schema):
    names = set()
    for one in [schema, *schema.get("anyOf", ()), *schema.get("allOf", ())]:
        for name, shown in one.get("properties", {}).items():
            names |= {name, *(f"{name}.{nested}" for nested in _dotted(shown))}
        if "items" in one:
            names |= _dotted(one["items"])
        if one is not schema:
            names |= _dotted(one)
    return names
