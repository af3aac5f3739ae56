"""What groups should be, said again in plain Python over the records as they are shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cmp_to_key
from statistics import median
from typing import Any

from tests.http.naive import RELATIONS, Record, World, days, field_of, kind_of

# In what figures must agree: the words, and what a figure is of.
ALIKE = {
    ("targets", "baseline_value"): ("indicator", "unit", "per", "scope"),
    ("measures", "amount"): ("currency", "per"),
    **{
        (resource, figure): ("indicator", unit, "basis", "per", "scope")
        for resource in ("targets", "observations")
        for figure, unit in (("value", "unit"), ("value_max", "unit"), ("normalized_value", "normalized_unit"))
    },
}
OF_FIGURES: dict[str, Callable[[list[Decimal]], Decimal]] = {
    "sum": lambda figures: sum(figures, Decimal()),
    "min": min,
    "max": max,
    "avg": lambda figures: _to_four_places(sum(figures, Decimal()) / len(figures)),
    "median": lambda figures: _to_four_places(median(figures)),
}


@dataclass
class Asked:
    """Groups of one resource, with filters by the values of keys."""

    resource: str
    by: list[str]
    given: dict[str, Any] = field(default_factory=dict)
    figures: list[tuple[str, str]] = field(default_factory=list)
    ordering: list[str] = field(default_factory=list)
    unknown: bool = True


def grouped(asked: Asked, world: World) -> list[dict[str, Any]] | None:
    """The groups, in order; None where figures do not compare."""
    records = [record for record in world[asked.resource] if _given(record, asked)]
    members: dict[str, tuple[list[Any], list[Record]]] = defaultdict(lambda: ([], []))
    for record in records:
        for key in _combined([keys_of(record, asked.resource, name) for name in asked.by]):
            if asked.unknown or None not in key:
                members[repr(key)][0][:] = key
                members[repr(key)][1].append(record)
    if any(not _agree(asked, figure, list(members.values())) for word, figure in asked.figures if word != "filled"):
        return None
    groups = [_group(asked, key, held) for key, held in members.values()]

    def compared(one: dict[str, Any], other: dict[str, Any]) -> int:
        return _compare(asked, one, other)

    return sorted(groups, key=cmp_to_key(compared))


def _given(record: Record, asked: Asked) -> bool:
    return all(value in keys_of(record, asked.resource, name) for name, value in asked.given.items())


def keys_of(record: Record, resource: str, name: str) -> list[Any]:
    """The values by which a record is grouped, as they are shown."""
    name, _, part = name.partition(".")
    if name in RELATIONS:
        found = [relation["plan"] for relation in record["relations"] if relation["kind"] == name]
    elif name == "presence":
        found = [presence["jurisdiction"] for presence in record["presences"]]
    elif resource == "rankings" and name in {"jurisdiction", "company"}:
        found = [entry[name] for entry in record["entries"] if entry[name]]
    else:
        shown = record[field_of(resource, name)]
        found = shown if isinstance(shown, list) else [] if shown is None else [shown]
        if kind_of(resource, name) == "date":
            found = [_span(date, part) for date in found]
    return [value for place, value in enumerate(found) if value not in found[:place]] or [None]


def _span(date: str, part: str) -> str | None:
    first, last = (day[:7] if part == "month" else day[:4] for day in days(date))
    if first == last:
        return first
    return None if part == "month" else f"{first}/{last}"


def _combined(values: Sequence[list[Any]]) -> Iterable[list[Any]]:
    if not values:
        return [[]]
    return [[value, *rest] for value in values[0] for rest in _combined(values[1:])]


def _agree(asked: Asked, figure: str, groups: list[tuple[list[Any], list[Record]]]) -> bool:
    records = [record for _, held in groups for record in held if record[figure] is not None]
    for name in ALIKE.get((asked.resource, figure), ()):
        met = {repr(keys_of(record, asked.resource, name)) for record in records}
        if (len(met) > 1 and name not in asked.by) or ("[None]" in met and name == "indicator"):
            return False
    return True


def _group(asked: Asked, key: list[Any], records: list[Record]) -> dict[str, Any]:
    group: dict[str, Any] = {"key": dict(zip(asked.by, key, strict=True)), "count": len(records), "sum": {}}
    for word, name in asked.figures:
        figures = [Decimal(str(record[name])) for record in records if record[name] is not None]
        made = len(figures) if word == "filled" else OF_FIGURES[word](figures) if figures else None
        group.setdefault(word, {})[name] = made
    return group


def _compare(asked: Asked, one: dict[str, Any], other: dict[str, Any]) -> int:
    for written in [*(asked.ordering or ["-count"]), *asked.by]:
        name = written.removeprefix("-")
        left, right = (_value(group, name) for group in (one, other))
        if left == right:
            continue
        if None in (left, right):
            return 1 if left is None else -1
        return (1 if left > right else -1) * (-1 if written.startswith("-") else 1)
    return 0


def _value(group: dict[str, Any], name: str) -> Any:
    if name in group["key"]:
        value = group["key"][name]
        return value["id"] if isinstance(value, dict) else value
    word, _, figure = name.partition(".")
    return group[word][figure] if figure else group[word]


def _to_four_places(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.0001"), ROUND_HALF_EVEN)
