"""The kinds of values that records hold, as their serializers declare them, in the words of each format that wants types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from publishing.formats.table import kind_of

# https://specs.frictionlessdata.io/table-schema/
FRICTIONLESS = {"boolean": "boolean", "integer": "integer", "number": "number", "text": "string", "json": "string"}
SQLITE = {"boolean": "INTEGER", "integer": "INTEGER", "number": "NUMERIC", "text": "TEXT", "json": "TEXT"}
# Figures are exact to four decimals.
_DUCKDB = {"boolean": "BOOLEAN", "integer": "BIGINT", "number": "DECIMAL(22, 4)", "text": "VARCHAR"}


@dataclass(frozen=True)
class FlatColumn:
    """A value of a record that fits a cell; of many values, their JSON."""

    name: str
    steps: tuple[str, ...]
    kind: str


def flat_columns(shape: Any, above: tuple[str, ...] = ()) -> Iterator[FlatColumn]:
    """The columns of a table of such records: nested records as columns of their own, `parent_id`, lists as JSON."""
    for name, field in shape.fields.items():
        steps = (*above, name)
        if isinstance(field, serializers.ListSerializer | serializers.ListField):
            yield FlatColumn("_".join(steps), steps, "json")
        elif isinstance(field, serializers.BaseSerializer):
            yield from flat_columns(field, steps)
        else:
            yield FlatColumn("_".join(steps), steps, kind_of(field))


def duckdb_columns(shape: Any) -> dict[str, str]:
    """The columns of such records with nested values and lists as they are, by name."""
    return {name: _duckdb(field) for name, field in shape.fields.items()}


def _duckdb(field: Any) -> str:
    if isinstance(field, serializers.ListSerializer | serializers.ListField):
        return f"{_duckdb(field.child)}[]"
    if isinstance(field, serializers.BaseSerializer):
        members = ", ".join(f'"{name}" {kind}' for name, kind in duckdb_columns(field).items())
        return f"STRUCT({members})"
    return _DUCKDB[kind_of(field)]
