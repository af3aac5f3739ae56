"""The contract: as committed in `docs/openapi.yaml`, and so that the generators of clients read it right (DESIGN, "Known traps")."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command

from publishing.grouping.aggregates import KINDS
from publishing.resources import RESOURCES
from publishing.schema import HEADINGS
from tests.contract import parameters_of
from tests.served import ROOT

pytestmark = pytest.mark.any_database

COMMITTED = ROOT / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("contract") / "openapi.yaml"
    call_command("spectacular", file=str(path), validate=True, fail_on_warn=True)
    return path.read_text()


@pytest.fixture(scope="module")
def contract(generated: str) -> Any:
    return yaml.load(generated, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def test_committed_contract_is_the_generated_one(generated: str) -> None:
    difference = "\n".join(unified_diff(COMMITTED.read_text().splitlines(), generated.splitlines(), "docs/openapi.yaml", "as generated", lineterm=""))

    assert not difference, f"{difference}\n\nIf the change is meant: uv run manage.py spectacular --file docs/openapi.yaml"


def test_version_is_the_one_that_generators_read_right(contract: Any) -> None:
    assert contract["openapi"] == "3.0.3"


def test_operations_are_named_after_what_they_give(contract: Any) -> None:
    names = {path: methods["get"]["operationId"] for path, methods in contract["paths"].items()}
    posted = {path: methods["post"]["operationId"] for path, methods in contract["paths"].items() if "post" in methods}

    assert names == {
        "/v1/": "get_root",
        "/v1/changes/": "list_changes",
        "/v1/resolve/": "resolve_name",
        "/v1/exports/": "get_export",
        "/v1/search/": "search",
        "/v1/properties/": "list_properties",
        **{f"/v1/{name}/": f"list_{name}" for name in RESOURCES},
        **{f"/v1/{name}/groups/": f"group_{name}" for name in RESOURCES},
        **{f"/v1/{name}/{{id}}/": f"get_{resource.model._meta.model_name}" for name, resource in RESOURCES.items()},
        **{f"/v1/{name}/{{id}}/history/": f"list_{resource.model._meta.model_name}_history" for name, resource in RESOURCES.items()},
        "/v1/plans/{id}/diff/": "diff_plan",
        "/v1/plans/{id}/lineage/": "get_plan_lineage",
        "/v1/compare/": "compare",
        "/v1/progress/": "list_progress",
    }
    assert posted == {"/v1/resolve/": "resolve_names"}


def test_every_tag_says_what_it_is(contract: Any) -> None:
    assert {tag["name"] for tag in contract["tags"]} == {*RESOURCES, *HEADINGS, *settings.QUESTIONS}
    assert all(tag["description"] for tag in contract["tags"])


def test_every_operation_names_its_problems(contract: Any) -> None:
    for path, methods in contract["paths"].items():
        problems = {"400", "404", "405", "406", "410"} if "{id}" in path else {"400", "405", "406"}
        problems |= {"404"} if path == "/v1/exports/" else set()
        assert methods["get"]["responses"].keys() == {"200"} | problems, path
        if "post" in methods:
            assert methods["post"]["responses"].keys() == {"200", "413", "415"} | problems, path


def test_all_fields_are_required_but_those_of_some_problems_groups_and_bodies(contract: Any) -> None:
    optional = {
        f"{name}.{field}"
        for name, schema in contract["components"]["schemas"].items()
        for field in schema.get("properties", {})
        if field not in schema.get("required", ())
    }

    assert optional == {
        "Problem.errors",
        "NameRequest.resource",
        "NamesRequest.limit",
        *(f"Group.{word}" for word in KINDS if word != "sum"),
    }


def test_vocabularies_of_records_are_open(contract: Any) -> None:
    assert [schema for schema in _walk(contract["components"]["schemas"]) if "enum" in schema] == []
    assert contract["components"]["schemas"]["Plan"]["properties"]["kind"]["x-extensible-enum"][0] == "action_plan"


@pytest.mark.parametrize("resource", RESOURCES)
def test_what_lists_and_groups_take_alike_is_said_once(resource: str, contract: Any) -> None:
    listed, grouped = (contract["paths"][f"/v1/{resource}/{rest}"]["get"]["parameters"] for rest in ("", "groups/"))

    assert [one["name"] for one in listed if one in grouped and "$ref" not in one] == []


def test_parameters_are_called_after_what_they_mean_or_whose_they_are(contract: Any) -> None:
    listed, grouped, single = (contract["paths"][f"/v1/plans/{rest}"]["get"]["parameters"] for rest in ("", "groups/", "{id}/"))

    def refers(name: str) -> dict[str, str]:
        return {"$ref": f"#/components/parameters/{name}"}

    assert single == [*map(refers, ("PlansPathId", "AsOf", "Fields", "GetFormat", "Bom"))]
    assert listed[1:6] == [*map(refers, ("ListPageSize", "Cursor", "Fields", "AsOf", "ListFormat"))]
    assert all(refers(name) in listed and refers(name) in grouped for name in ("Q", "Id", "NameEnContains", "DocumentNumberIsnull", "PlansKindNot"))


def test_no_parameter_is_called_as_a_shape(contract: Any) -> None:
    """Generators make a type of either."""
    assert contract["components"]["parameters"].keys() & contract["components"]["schemas"].keys() == set()


def test_everything_is_described(contract: Any) -> None:
    operations = [operation for methods in contract["paths"].values() for operation in methods.values()]
    schemas = contract["components"]["schemas"]
    undescribed = [
        *(operation["operationId"] for operation in operations if not (operation["summary"] and operation["description"])),
        *(
            f"{operation['operationId']}?{one['name']}"
            for operation in operations
            for one in parameters_of(operation, contract)
            if not one.get("description")
        ),
        *(
            f"{name}.{field}"
            for name, schema in schemas.items()
            for field, shown in schema["properties"].items()
            if not (shown.get("description") or field == "results")
        ),
    ]

    assert undescribed == []


def test_pages_are_asked_for_without_filters_filled_in(contract: Any) -> None:
    """A documentation page fills in examples and defaults: "Try it out" would find nothing."""
    filled = {
        one["name"]
        for methods in contract["paths"].values()
        for one in parameters_of(methods["get"], contract)
        if one["in"] == "query" and one.get("example", one["schema"].get("example", one["schema"].get("default"))) is not None
    }

    assert filled == {"page_size"}


@pytest.mark.parametrize("resource", RESOURCES)
def test_example_is_in_the_data_set(resource: str) -> None:
    model = RESOURCES[resource].model._meta.concrete_model
    entry = f"- model: {model._meta.label_lower}\n  pk: {settings.EXAMPLES[resource]}\n"  # type: ignore[union-attr]  # no resource is of an abstract model

    assert [path.name for path in _fixtures() if entry in path.read_text()] != []


def _fixtures() -> Iterator[Path]:
    return (ROOT / "fixtures").glob("*/*.yaml")


def _walk(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _walk(below)
