"""Columns and conditions read off a document: what a filter admits is then told without the row, as for a day on which the row was another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from django.db import models
from django.db.models import Q

from publishing.fields import Lines
from publishing.partial_dates import bounds

# A record as its document shows it.
Record = dict[str, Any]
# From a value that is asked for to what tells whether a document has it.
Shown = Callable[[Any], Callable[[Record], bool]]
_FOLDED = str.maketrans(ascii_uppercase, ascii_lowercase)


def holds(condition: Q, record: Record, model: type[models.Model]) -> bool:
    """Whether a row of this model that is shown as `record` would meet the condition; as in SQL, null meets none but `isnull`."""
    found = (_holds(part, record, model) for part in condition.children)
    met = any(found) if condition.connector == Q.OR else all(found)
    return not met if condition.negated else met


def shows(field: str, *further: str) -> Shown:
    """That the list in this field holds one of the values, or the id of one; or that one of its members does, in the field further on."""

    def keys(record: Record) -> Iterator[Any]:
        for member in record[field]:
            value = member
            for step in further:
                value = value and value[step]
            yield value["id"] if isinstance(value, dict) else value

    return lambda wanted: lambda record: any(key in wanted for key in keys(record))


def shows_none(field: str) -> Shown:
    """That the list in this field holds none of the values."""
    some = shows(field)
    return lambda wanted: lambda record: not some(wanted)(record)


def shows_nothing(field: str) -> Shown:
    """Whether there is nothing in this field, or something."""
    return lambda nothing: lambda record: (not record[field]) == nothing


def column(record: Record, path: str, model: type[models.Model]) -> Any:
    """What a column of the row holds, which `path` names as a lookup does."""
    name, _, further = path.partition("__")
    name = "id" if name == "pk" else name
    if further:
        return column(record[name], further, model._meta.get_field(name).related_model) if record[name] else None  # type: ignore[arg-type]  # what goes further is a relation
    if name not in record:
        return _of_other_name(record, name)
    field: Any = model._meta.get_field(name)
    shown = record[name]
    if isinstance(shown, dict):
        return shown["id"]
    if isinstance(field, models.DecimalField) and shown is not None:
        return Decimal(str(shown))
    return field.get_prep_value(shown) if isinstance(field, Lines) else shown


def _of_other_name(record: Record, name: str) -> Any:
    """The key of a reference, or a bound of a partial date."""
    shown, _, part = name.rpartition("_")
    value = record[shown]
    if part == "id":
        return value["id"] if isinstance(value, dict) else value
    return None if value is None else bounds(value)[part == "latest"]


def _holds(part: Any, record: Record, model: type[models.Model]) -> bool:
    if isinstance(part, Q):
        return holds(part, record, model)
    lookup, wanted = part
    path, _, operator = lookup.rpartition("__")
    if operator not in _OPERATORS:
        path, operator = lookup, "isnull" if wanted is None else "exact"
        wanted = True if wanted is None else wanted
    value = column(record, path, model)
    if operator == "isnull":
        return (value is None) is wanted
    return value is not None and _OPERATORS[operator](value, wanted)


def _contains(value: str, part: str) -> bool:
    return part.translate(_FOLDED) in value.translate(_FOLDED)


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": lambda value, wanted: bool(value == wanted),
    "in": lambda value, wanted: value in wanted,
    "gte": lambda value, wanted: bool(value >= wanted),
    "gt": lambda value, wanted: bool(value > wanted),
    "lte": lambda value, wanted: bool(value <= wanted),
    "lt": lambda value, wanted: bool(value < wanted),
    "icontains": _contains,
    "isnull": lambda value, wanted: False,
}
