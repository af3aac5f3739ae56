"""The examples that are published with the protocol, asked of the service: those of other services name types and properties that it has not."""

from __future__ import annotations

import json
import re

import pytest
from jsonschema_rs import ValidationError, validate

from tests.http import protocol
from tests.http.test_reconcile import HERE, batch, conforms, errors

if protocol.PUBLISHED is None:
    pytest.skip("the published schemas are skipped: RECONCILIATION_SPECS names no checkout of reconciliation-api/specs", allow_module_level=True)
EXAMPLES = protocol.PUBLISHED / "examples"


def examples(pattern):
    """The examples, by where they are."""
    return [pytest.param(json.loads(path.read_text()), id=str(path.relative_to(EXAMPLES))) for path in sorted(EXAMPLES.glob(f"{pattern}/*.json"))]


@pytest.mark.parametrize("asked", examples("reconciliation-query-batch/valid"))
def test_valid_batch_is_answered_unless_it_names_what_is_not_here(world, client, asked):
    response = batch(client, asked)

    if response.status_code == 200:
        assert conforms(response, "reconciliation-result-batch").keys() == asked.keys()
    else:
        assert [place for place in errors(response) if not re.search(r"\.(type(\[\d+\])?|pid)$", place)] == []


@pytest.mark.parametrize("asked", examples("data-extension-query/valid"))
def test_valid_extension_query_is_answered_unless_it_names_what_is_not_here(world, client, asked):
    response = client.get(HERE, {"extend": json.dumps(asked)})

    if response.status_code == 200:
        assert conforms(response, "data-extension-response")["rows"].keys() == set(asked["ids"])
    else:
        assert [place for place in errors(response) if not re.search(r"\.(id|settings)$", place)] == []


@pytest.mark.parametrize("asked", examples("reconciliation-query-batch/invalid"))
def test_invalid_batch_is_refused(world, client, asked):
    assert errors(batch(client, asked))


@pytest.mark.parametrize("name", protocol.SCHEMAS)
def test_invalid_answer_is_none_here_either(name):
    for example in examples(f"{name}/invalid"):
        with pytest.raises(ValidationError):
            validate(protocol.SCHEMAS[name], example.values[0])
