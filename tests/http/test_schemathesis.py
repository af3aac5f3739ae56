"""The API tried against its own contract: what that allows is answered as it says, and what it does not allow is refused."""

from __future__ import annotations

from copy import deepcopy

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, negative_data_rejection, response_schema_conformance, status_code_conformance

from publishing.resources import RESOURCES
from tests.http.registry import NAMES

# Not that all well-formed values are accepted: a well-formed id may be of nothing, and a cursor of another query.
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = [
    "GET /v1/",
    "GET /v1/changes/",
    "GET /v1/compare/",
    "GET /v1/exports/",
    "GET /v1/plans/{id}/diff/",
    "GET /v1/plans/{id}/lineage/",
    "GET /v1/progress/",
    "GET /v1/properties/",
    "GET /v1/resolve/",
    "POST /v1/resolve/",
    "GET /v1/search/",
    *(f"GET /v1/{name}/{rest}" for name in NAMES for rest in ("", "groups/", "{id}/", "{id}/history/")),
]
every_operation = pytest.mark.parametrize("operation", OPERATIONS)
bounded = settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def narrowed(contract):
    """The contract without the filters of groups: they are tried with the lists, and beside a parameter that is needed they are dear to negate."""
    schema = deepcopy(contract.raw_schema)
    for name in NAMES:
        listed, grouped = (schema["paths"][f"/v1/{name}/{rest}"]["get"] for rest in ("", "groups/"))
        grouped["parameters"] = [one for one in grouped["parameters"] if one not in listed["parameters"]]
    narrowed = schemathesis.openapi.from_dict(schema)
    narrowed.app = contract.app
    return narrowed


def test_every_operation_is_tried(contract):
    paths = contract.raw_schema["paths"].items()

    assert sorted(OPERATIONS) == sorted(f"{method.upper()} {path}" for path, methods in paths for method in methods)


@every_operation
def test_what_the_contract_allows_is_answered_as_it_says(world, contract, operation):
    method, path = operation.split()
    known = _known(world)
    ids = [record["id"] for record in world.get(path.split("/")[2], ())]

    @bounded
    @given(contract[path][method].as_strategy(generation_mode=GenerationMode.POSITIVE), st.randoms())
    def answer(case, chance):
        if "id" in case.path_parameters:
            case.path_parameters["id"] = chance.choice(ids)
        case.query.update({name: chance.choice(known[name]) for name in case.query if name in known})
        case.call_and_validate(checks=CHECKS)

    answer()


# What is refused hardly meets the database.
@pytest.mark.any_database
@every_operation
def test_what_the_contract_does_not_allow_is_refused(world, narrowed, operation):
    method, path = operation.split()

    @bounded
    @given(narrowed[path][method].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def answer(case):
        response = case.call()

        case.validate_response(response, checks=[*CHECKS, negative_data_rejection])
        # Nothing is exported in this world.
        assert response.status_code != 404 or case.path_parameters or path == "/v1/exports/"

    answer()


def _known(world):
    """Values of parameters that the contract can only call text, by name: random ones would all be refused."""
    ids = {name: [record["id"] for record in world[name]] for name in NAMES}
    of_resources = {str(RESOURCES[name].model._meta.model_name): ids[name] for name in NAMES}
    return {"as_of": ["1"], "since": ["0"], "against": ids["plans"], **of_resources}
