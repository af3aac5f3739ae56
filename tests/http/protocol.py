"""What the Reconciliation Service API, version 0.2, says of each answer, as JSON schemas.

Written after the text of https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/; the section stands beside each. Where the
text lets a service add to an answer, ours is held to what it adds. Where a checkout of https://github.com/reconciliation-api/specs is named, the
published schemas have to agree.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Registry, Validator, validate, validator_for

PUBLISHED = Path(os.environ["RECONCILIATION_SPECS"], "0.2") if "RECONCILIATION_SPECS" in os.environ else None
Schema = dict[str, Any]
TEXT: Schema = {"type": "string", "minLength": 1}
TEMPLATE: Schema = {"type": "string", "pattern": r"^https?://.*\{\{id\}\}"}
ADDRESS: Schema = {"type": "string", "pattern": "^https?://"}


def _object(needed: Schema, optional: Schema | None = None) -> Schema:
    return {"type": "object", "properties": needed | (optional or {}), "required": list(needed), "additionalProperties": False}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _by_key(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


# Core concepts: types.
TYPE = _object({"id": TEXT, "name": TEXT})
# Suggest metadata; data extension metadata.
SERVICE = _object({"service_url": ADDRESS, "service_path": {"type": "string", "pattern": "^/"}})
# Service manifest.
MANIFEST = _object(
    {
        "versions": {**_list(TEXT), "contains": {"const": "0.2"}},
        "name": TEXT,
        "identifierSpace": ADDRESS,
        "schemaSpace": ADDRESS,
        "defaultTypes": {**_list(TYPE), "uniqueItems": True},
        "documentation": ADDRESS,
        "serviceVersion": TEXT,
        "view": _object({"url": TEMPLATE}),
        "preview": _object({"url": TEMPLATE, "width": {"type": "integer"}, "height": {"type": "integer"}}),
        "suggest": _object({"entity": SERVICE, "type": SERVICE, "property": SERVICE}),
        "extend": _object({"propose_properties": SERVICE, "property_settings": {"type": "array", "maxItems": 0}}),
        "batchSize": {"type": "integer"},
    }
)
# Reconciliation query responses.
CANDIDATE = _object(
    {
        "id": TEXT,
        "name": TEXT,
        "type": _list(TYPE),
        "score": {"type": "number", "minimum": 0, "maximum": 1},
        "match": {"type": "boolean"},
        "description": {"type": "string"},
        "features": {**_list(_object({"id": TEXT, "value": {"type": ["boolean", "number"]}})), "uniqueItems": True},
    }
)
RESULT_BATCH = _by_key(_object({"result": _list(CANDIDATE)}))
# Suggest responses.
SUGGESTED = _object({"result": _list(_object({"id": TEXT, "name": TEXT}, {"description": {"type": "string"}, "notable": _list(TYPE)}))})
# Data extension responses; core concepts: property values.
CELL: Schema = {
    "oneOf": [
        _object({"id": TEXT, "name": TEXT}),
        _object({"str": {"type": "string"}}),
        _object({"int": {"type": "integer"}}),
        _object({"float": {"type": "number"}}),
    ]
}
EXTENSION = _object({"meta": _list(_object({"id": TEXT, "name": TEXT}, {"type": TYPE})), "rows": _by_key(_by_key(_list(CELL)))})
# By the names of the published ones.
SCHEMAS = {
    "manifest": MANIFEST,
    "reconciliation-result-batch": RESULT_BATCH,
    "suggest-entities-response": SUGGESTED,
    "suggest-types-response": SUGGESTED,
    "suggest-properties-response": SUGGESTED,
    "data-extension-response": EXTENSION,
}


def conforms(name: str, answer: Any) -> None:
    """See that the answer is one of these."""
    validate(SCHEMAS[name], answer)
    if PUBLISHED is not None:
        published(PUBLISHED)[name].validate(answer)


@cache
def published(folder: Path) -> dict[str, Validator]:
    """The published schemas, by their names."""
    schemas = {path.stem: json.loads(path.read_text()) for path in (folder / "schemas").glob("*.json")}
    registry = Registry([(schema["$id"], schema) for schema in schemas.values()])
    return {name: validator_for(schema, registry=registry) for name, schema in schemas.items()}
