"""Properties: every field of every resource as serializers and filters declare it, with how often the documents fill it and what it looks like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache, reduce
from operator import or_
from typing import Any

import orjson
from django.conf import settings
from django.db.models import Q
from rest_framework import serializers

from publishing import tallies
from publishing.filters import RecordFilters
from publishing.models import Document
from publishing.resources import RESOURCES, Resource
from publishing.routing import VIEWSETS
from publishing.shapes import Number, PartialDateShape, Reference, SpanShape, Vocabulary

# In so many documents an example is looked for where the record that the documentation shows has none.
_MOST_LOOKED_AT = 100
# A unit, or the field that names it.
_Unit = tuple[str | None, str | None]
# The first that fits.
_TYPES: tuple[tuple[type[Any], str], ...] = (
    (Vocabulary, "word"),
    (SpanShape, "date_span"),
    (PartialDateShape, "partial_date"),
    (Number, "number"),
    (serializers.IntegerField, "integer"),
    (serializers.BooleanField, "boolean"),
    (serializers.CharField, "text"),
)
TYPES = (*(word for _, word in _TYPES), "reference", "object")


@dataclass(frozen=True)
class Property:
    """A field of a resource, as it is declared."""

    resource: str
    name: str
    type: str
    is_list: bool
    is_nullable: bool
    words: list[str] | None
    unit: str | None
    unit_field: str | None
    definition: str
    operators: list[str]
    sortable: bool
    groupable: bool
    group_by: list[str]
    summable: bool


def declared() -> list[Property]:
    """All fields of all resources, in the order in which records show them."""
    return [found for name in sorted(RESOURCES, key=list(settings.EXAMPLES).index) for found in declared_by(name)]


@cache
def declared_by(name: str) -> tuple[Property, ...]:
    """The fields of one resource."""
    resource, filterset = RESOURCES[name], VIEWSETS[name].filterset_class
    return tuple(_property(resource, filterset, *field) for field in _fields(resource.serializer(), "", {}))


def described(properties: list[Property]) -> list[dict[str, Any]]:
    """These fields, with the share of places where each is filled, and an example, in a few queries for each resource."""
    stored = tallies.stored(*dict.fromkeys(one.resource for one in properties)) if properties else {}
    examples = _examples(properties)
    return [
        {
            **asdict(one),
            "share_filled": _share(*stored.get((one.resource, one.name), (0, 0))),
            "example": examples.get((one.resource, one.name)),
        }
        for one in properties
    ]


def _share(places: int, filled: int) -> float | None:
    return round(filled / places, 4) if places else None


def _fields(serializer: Any, prefix: str, units: Mapping[str, _Unit]) -> Iterator[tuple[str, Any, _Unit]]:
    """Each field below `prefix`: its dotted name, itself, and its unit."""
    shown = serializer.fields
    own: Mapping[str, str] = getattr(serializer, "units", {})
    units = {**units, **{f"{prefix}{name}": (None, f"{prefix}{unit}") if unit in shown else (unit, None) for name, unit in own.items()}}
    for name, field in shown.items():
        path = f"{prefix}{name}"
        yield path, field, units.get(path, (None, None))
        shape = getattr(field, "child", field)
        if isinstance(shape, serializers.BaseSerializer):
            yield from _fields(shape, f"{path}.", units)


def _property(resource: Resource, filterset: type[RecordFilters], name: str, field: Any, unit: _Unit) -> Property:
    shape = getattr(field, "child", field)
    operators = filterset.about(name)
    keys = filterset.keys()
    group_by = [key for key in keys if key.partition(".")[0] in operators]
    return Property(
        resource=resource.name,
        name=name,
        type=_type(resource, shape),
        is_list=shape is not field,
        is_nullable=bool(field.allow_null),
        words=list(shape.choices) if isinstance(shape, Vocabulary) else None,
        unit=unit[0],
        unit_field=unit[1],
        definition=str(field.help_text),
        operators=operators,
        sortable=any(operator in filterset.columns() for operator in operators),
        groupable=bool(group_by),
        group_by=group_by,
        summable=any(operator in filterset.figures() for operator in operators),
    )


def _type(resource: Resource, shape: Any) -> str:
    if isinstance(shape, serializers.BaseSerializer):
        references = (Reference, *(found for found in getattr(resource.serializer, "shapes", {}).values() if not isinstance(found, str)))
        return "reference" if isinstance(shape, references) else "object"
    return next(word for kind, word in _TYPES if isinstance(shape, kind))


def _examples(properties: list[Property]) -> dict[tuple[str, str], Any]:
    """A value of each field that is not nested further: of the record that the documentation shows, else of one of the first."""
    found: dict[tuple[str, str], Any] = {}
    names = list(dict.fromkeys(one.resource for one in properties))
    current = Document.objects.current().bodies()
    shown = reduce(or_, (Q(resource=name, record=settings.EXAMPLES[name]) for name in names), Q(pk__in=[]))
    documents: dict[str, list[Any]] = {name: [] for name in names}
    for resource, body in current.filter(shown).values_list("resource", "body"):
        documents[resource].append(orjson.loads(body))
    for name in names:
        first = current.filter(resource=name).order_by("record").values_list("body", flat=True)[:_MOST_LOOKED_AT]
        documents[name] += map(orjson.loads, first)
    for one in properties:
        if one.type != "object":
            values = (value for document in documents[one.resource] for value in _values(document, one.name.split(".")))
            found[one.resource, one.name] = next(values, None)
    return found


def _values(shown: Any, path: list[str]) -> Iterator[Any]:
    """All that stands at this path, whatever lists are on the way."""
    if isinstance(shown, list):
        for one in shown:
            yield from _values(one, path)
    elif shown is not None and not path:
        yield shown
    elif isinstance(shown, dict):
        yield from _values(shown.get(path[0]), path[1:])
