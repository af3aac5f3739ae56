"""What the filters should admit, said again in plain Python over the records as they are shown."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from rest_framework import serializers

from policies.serializers import PlanSerializer
from publishing.resources import RESOURCES, Resource
from publishing.shapes import Number, PartialDateShape, Reference, SpanShape, Vocabulary
from reference.serializers import SourceReference
from tests.search.naive import search

Record = dict[str, Any]
Test = Callable[[Record], bool]


class World(dict[str, list[Record]]):
    """All records as they are shown, by resource."""

    is_past = False

    def __repr__(self) -> str:
        return "<world>"


SINGULAR = {"aliases": "alias", "sources": "source", "topics": "topic", "issuers": "issuer"}
CODES = ("unit", "currency", "normalized_unit")
RELATIONS = ("finalises", "replaces", "amends", "implements", "part_of", "annex_of")
NEVER_HELD = ("planned", "draft_for_comment", "withdrawn")


def singular(resource: Resource, field: str) -> str:
    """The name of the filter on a field."""
    if resource.serializer is PlanSerializer and field == "companies":
        return "company"
    return SINGULAR.get(field, field)


@dataclass(frozen=True)
class Asked:
    """One parameter of one resource, with its values as they are meant, not yet as they are written."""

    resource: str
    parameter: str
    values: tuple[str, ...]
    within: bool = False

    @property
    def name(self) -> str:
        return self.parameter.partition("__")[0]

    @property
    def lookup(self) -> str:
        return self.parameter.partition("__")[2]


def admitted(asked: Asked, world: World) -> list[str]:
    """The ids of the records that the parameter admits, in order."""
    test = _test(asked, world)
    return sorted(record["id"] for record in world[asked.resource] if test(record))


def kind_of(resource: str, name: str) -> str:
    """Which kind of values a family of parameters takes."""
    if name in CODES:
        return "code"
    special = {"q": "search", "in_force_on": "day", "presence": "reference", "jurisdiction": "reference", "company": "reference", "within": "within"}
    if name in special or name in RELATIONS:
        return special.get(name, "reference")
    shape = shapes(resource)[name]
    if isinstance(shape, SpanShape):
        return "date"
    kinds: dict[Any, str] = {
        PartialDateShape: "date",
        Number: "number",
        serializers.IntegerField: "number",
        Vocabulary: "word",
        serializers.BooleanField: "boolean",
        serializers.ListField: "lines",
        Reference: "reference",
        SourceReference: "reference",
    }
    return kinds.get(type(getattr(shape, "child", shape)) if isinstance(shape, serializers.ListSerializer) else type(shape), "text")


@cache
def shapes(resource: str) -> dict[str, Any]:
    """The fields of a record, by the name of their filter."""
    found = RESOURCES[resource]
    return {singular(found, name): field for name, field in found.serializer().fields.items()}


def field_of(resource: str, name: str) -> str:
    """The field that a family of parameters is about."""
    return str(shapes(resource)[name].field_name)


def days(text: str) -> tuple[str, str]:
    """The first and last day of a partial date or of a span, as a calendar has them."""
    first, _, last = text.partition("/")
    last = last or first
    end = {4: f"{last}-12-31", 10: last}.get(len(last)) or f"{last}-{monthrange(int(last[:4]), int(last[5:]))[1]:02}"
    return (first + "-01-01")[:10], end


def _test(asked: Asked, world: World) -> Test:
    tests: dict[str, Callable[[Asked, World], Test]] = {"q": _by_words, "in_force_on": _by_day, "presence": _by_presence}
    return (_by_relation if asked.name in RELATIONS else tests.get(asked.name, _by_field))(asked, world)


def _by_words(asked: Asked, world: World) -> Test:
    found = search(asked.values[0], world, mended=not world.is_past)
    return lambda record: (asked.resource, record["id"]) in found


def _by_day(asked: Asked, world: World) -> Test:
    held = {plan["id"]: _held(plan, world) for plan in world["plans"]}
    return lambda record: _in_force(record, held, asked.values[0])


def _by_presence(asked: Asked, world: World) -> Test:
    return lambda record: any(presence["jurisdiction"]["id"] in asked.values for presence in record["presences"])


def _by_relation(asked: Asked, world: World) -> Test:
    return lambda record: any(r["kind"] == asked.name and r["plan"]["id"] in asked.values for r in record["relations"])


def _by_field(asked: Asked, world: World) -> Test:
    if asked.resource == "rankings" and asked.name in {"jurisdiction", "company"}:
        return lambda record: any((entry[asked.name] or {}).get("id") in asked.values for entry in record["entries"])
    wanted = _below(asked.values, world) if asked.within else asked.values
    if asked.resource in {"jurisdictions", "cities"} and asked.name == "jurisdiction":
        return lambda record: record["id"] in wanted
    field, kind = field_of(asked.resource, asked.name), kind_of(asked.resource, asked.name)
    return lambda record: _holds(record[field], kind, asked.lookup, list(wanted))


def _holds(shown: Any, kind: str, lookup: str, wanted: list[str]) -> bool:
    values = shown if isinstance(shown, list) else [] if shown is None else [shown]
    if lookup == "isnull":
        return (not values) == (wanted[0] == "true")
    if lookup == "not":
        return not _holds(shown, kind, "", wanted)
    tests = {"number": _number_holds, "date": _date_holds, "boolean": _boolean_holds}
    holds = _part_holds if lookup == "contains" else tests.get(kind, _text_holds)
    return any(holds(value, lookup, wanted) for value in values)


def _text_holds(value: Any, lookup: str, wanted: list[str]) -> bool:
    return (value["id"] if isinstance(value, dict) else value) in wanted


def _part_holds(value: Any, lookup: str, wanted: list[str]) -> bool:
    return _fold(wanted[0]) in _fold(value)


def _boolean_holds(value: Any, lookup: str, wanted: list[str]) -> bool:
    return bool(value == (wanted[0] == "true"))


def _number_holds(shown: Any, lookup: str, written: list[str]) -> bool:
    value, wanted = Decimal(str(shown)), [Decimal(number) for number in written]
    bounds = {"gte": value >= wanted[0], "gt": value > wanted[0], "lte": value <= wanted[0], "lt": value < wanted[0]}
    return bounds[lookup] if lookup else value in wanted


def _date_holds(shown: Any, lookup: str, written: list[str]) -> bool:
    (earliest, latest), wanted = days(shown), [days(date) for date in written]
    first, last = wanted[0]
    bounds = {"gte": earliest >= first, "gt": earliest > last, "lte": latest <= last, "lt": latest < first}
    return bounds[lookup] if lookup else any(start <= earliest and latest <= end for start, end in wanted)


def _fold(text: str) -> str:
    """Without the case of A to Z; any other letter is as it is written."""
    return text.translate(str.maketrans(ascii_uppercase, ascii_lowercase))


def _below(ids: Iterable[str], world: World) -> set[str]:
    found = set(ids)
    while more := {place["id"] for place in world["jurisdictions"] if place["parent"] and place["parent"]["id"] in found} - found:
        found |= more
    return found


def _in_force(record: Record, held: dict[str, tuple[str, str] | None], day: str) -> bool:
    plan = record if "events" in record else record["plan"]
    span = held.get(plan["id"]) if plan else None
    return span is not None and span[0] <= day <= span[1]


def _held(plan: Record, world: World) -> tuple[str, str] | None:
    """The first and last day on which a plan held."""
    start = _start(plan)
    if start is None:
        return None
    ends = ["9999-12-31"]
    for event in plan["events"]:
        if event["kind"] == "expired":
            ends.append(days(event["date"])[1])
        if event["kind"] == "repealed":
            ends.append(_day_before(days(event["date"])[0]))
    for relation in plan["related_by"]:
        if relation["kind"] == "replaces":
            later = _start(next(other for other in world["plans"] if other["id"] == relation["plan"]["id"]))
            ends += [_day_before(later)] if later else []
    return start, min(ends)


def _start(plan: Record) -> str | None:
    began = plan["effective_on"] or plan["issued_on"]
    is_draft = any(relation["kind"] == "finalises" for relation in plan["related_by"])
    return days(began)[0] if began and plan["status"] not in NEVER_HELD and not is_draft else None


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
