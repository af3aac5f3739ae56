"""Tables: records as rows, their fields as columns, whatever the format that they are then written in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
from rest_framework import serializers

from publishing.resources import RESOURCES
from publishing.selection import Tree, select
from publishing.shapes import Number

TEXT = "text"
_KINDS: tuple[tuple[type[Any], str], ...] = (
    (serializers.BooleanField, "boolean"),
    (serializers.IntegerField, "integer"),
    (Number, "number"),
)
Cell = str | int | float | bool | None
# Between the values of what is many-valued; the second, between those of what is many-valued within.
SEPARATORS = ("; ", " | ")
_ESCAPED = str.maketrans({"\\": r"\\", ";": r"\;", "|": r"\|"})


@dataclass(frozen=True)
class Column:
    """A field of a record, under its dotted name."""

    name: str
    definition: str
    # What its cells hold: boolean, integer, number or text, as that of which there are many becomes.
    kind: str = TEXT

    @cached_property
    def _steps(self) -> tuple[str, list[str]]:
        first, *further = self.name.split(".")
        return first, further

    def of(self, record: Any) -> Cell:
        """What the record's cell holds; several values are joined to one text."""
        first, further = self._steps
        value = record.get(first)
        if further and value is not None:
            value = _reach(value, further)
        if isinstance(value, list):
            return _joined(value)
        # A dict is of a shape that no serializer says.
        return orjson.dumps(value).decode() if isinstance(value, dict) else value


@dataclass(frozen=True)
class Table:
    """Records in order, as JSON, and the serializer that says what they show."""

    bodies: Iterable[str]
    shape: type[serializers.BaseSerializer[Any]]
    # The fields asked for; None: all.
    chosen: Tree | None = None
    # Draws what the records are of, where it can be drawn.
    chart: Callable[[Any], Any] | None = None

    @cached_property
    def columns(self) -> list[Column]:
        """The columns that show the fields asked for, in the order of the shape.

        Unless they are asked for, those embedded records that can be had as a list of their own are shown by their ids alone.
        """
        return list(_columns(self.shape(), "", self.chosen, lambda: list(self.records), is_many=False))

    @property
    def records(self) -> Iterator[Any]:
        """The records, whole, whatever fields were asked for."""
        return map(orjson.loads, self.bodies)

    @property
    def cells(self) -> Iterator[list[Cell]]:
        """The records, a cell a column."""
        columns = [column.of for column in self.columns]
        return ([of(record) for of in columns] for record in self.records)

    def shown(self, body: str) -> str:
        """A record as JSON, with the fields asked for."""
        return body if self.chosen is None else select(body, self.chosen)


def _columns(shape: Any, prefix: str, chosen: Tree | None, records: Callable[[], list[Any]], *, is_many: bool) -> Iterator[Column]:
    for name, field in shape.fields.items():
        if chosen and name not in chosen:
            continue
        if isinstance(field, serializers.DictField):
            yield from _named_in(records(), f"{prefix}{name}", str(field.help_text or ""))
            continue
        below = getattr(field, "child", field)
        if not isinstance(below, serializers.BaseSerializer):
            yield Column(f"{prefix}{name}", str(field.help_text or ""), TEXT if is_many or below is not field else kind_of(field))
        elif chosen is None and below is not field and _is_resource(below):
            yield Column(f"{prefix}{name}.id", str(field.help_text or ""))
        else:
            yield from _columns(below, f"{prefix}{name}.", chosen[name] if chosen else chosen, records, is_many=is_many or below is not field)


def _named_in(records: list[Any], name: str, definition: str) -> Iterator[Column]:
    """The columns of a field whose own fields only the answer tells: in the order in which they come, references by theirs."""
    names: dict[str, dict[str, None]] = {}
    for record in records:
        for key, value in (record.get(name) or {}).items():
            names.setdefault(key, {}).update(dict.fromkeys(value if isinstance(value, dict) else ()))
    for key, parts in names.items():
        for part in [f".{part}" for part in parts] or [""]:
            yield Column(f"{name}.{key}{part}", definition, TEXT)


def kind_of(field: Any) -> str:
    """What a field of one value holds: boolean, integer, number or text."""
    return next((kind for of, kind in _KINDS if isinstance(field, of)), TEXT)


def _is_resource(shape: Any) -> bool:
    return any(type(shape) is resource.serializer for resource in RESOURCES.values())


def _reach(value: Any, steps: Sequence[str]) -> Any:
    for place, step in enumerate(steps):
        if isinstance(value, list):
            return [_reach(one, steps[place:]) for one in value]
        if value is None:
            return None
        value = value.get(step)
    return value


def _joined(values: list[Any], depth: int = 0) -> str:
    separator = SEPARATORS[min(depth, len(SEPARATORS) - 1)]
    return separator.join([_joined(one, depth + 1) if isinstance(one, list) else text(one).translate(_ESCAPED) for one in values])


def text(value: Cell) -> str:
    """A value as text: as JSON writes it, null as nothing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()
