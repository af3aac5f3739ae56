"""The API tried against its own contract: what that allows is answered as it says, and what it does not allow is refused."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, negative_data_rejection, response_schema_conformance, status_code_conformance

from tests.http.registry import NAMES

# Not that all well-formed values are accepted: a well-formed id may be of nothing, and a cursor of another query.
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PATHS = ["/v1/", "/v1/changes/", "/v1/plans/{id}/history/", *(f"/v1/{name}/{rest}" for name in NAMES for rest in ("", "{id}/"))]
bounded = settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("path", [*PATHS, "/v1/targets/groups/"])
def test_what_the_contract_allows_is_answered_as_it_says(world, contract, path):
    ids = [record["id"] for record in world.get(path.split("/")[2], [{"id": "none"}])]

    @bounded
    @given(contract[path]["GET"].as_strategy(generation_mode=GenerationMode.POSITIVE), st.sampled_from(ids))
    def answer(case, id_):
        if "id" in case.path_parameters:
            case.path_parameters["id"] = id_
        case.call_and_validate(checks=CHECKS)

    answer()


@pytest.mark.parametrize("path", PATHS[1:])
def test_what_the_contract_does_not_allow_is_refused(world, contract, path):
    @bounded
    @given(contract[path]["GET"].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def answer(case):
        case.call_and_validate(checks=[*CHECKS, negative_data_rejection])

    answer()
