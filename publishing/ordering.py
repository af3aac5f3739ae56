"""Orders: by any sortable field, always total, NULLs last in either direction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cmp_to_key
from typing import Any

from django.db import models
from django.db.models import F, Q

from publishing.errors import Fault, did_you_mean


@dataclass(frozen=True)
class Key:
    """One key of an order: a column, and which way it runs. Reversed, NULLs come first."""

    column: str
    descending: bool = False
    nulls_last: bool = True
    nullable: bool = True
    # Its kind, where it is no column of the table but made of some.
    made: models.Field[Any, Any] | None = None

    def reversed(self) -> Key:
        return replace(self, descending=not self.descending, nulls_last=not self.nulls_last)

    @property
    def expression(self) -> Any:
        if not self.nullable:
            return F(self.column).desc() if self.descending else F(self.column).asc()
        # Ascending, NULLs come last on PostgreSQL, first on SQLite; a cursor needs one answer.
        nulls: dict[str, Any] = {"nulls_last": True} if self.nulls_last else {"nulls_first": True}
        return F(self.column).desc(**nulls) if self.descending else F(self.column).asc(**nulls)

    def beyond(self, value: Any) -> Q:
        """The rows that come after this value by this key alone."""
        if value is None:
            return Q(pk__in=[]) if self.nulls_last else Q(**{f"{self.column}__isnull": False})
        after = Q(**{f"{self.column}__{'lt' if self.descending else 'gt'}": value})
        return after | Q(**{f"{self.column}__isnull": True}) if self.nullable and self.nulls_last else after

    def equal(self, value: Any) -> Q:
        return Q(**{f"{self.column}__isnull": True}) if value is None else Q(**{self.column: value})


def read_order(written: Sequence[str], columns: Mapping[str, str], model: type[models.Model]) -> tuple[list[Key], list[Fault]]:
    """The keys of `?ordering=`, ending in the id, and all that is wrong with it."""
    keys: dict[str, Key] = {}
    faults: list[Fault] = []
    for name in written:
        column = columns.get(name.removeprefix("-"))
        if column is None:
            near = did_you_mean(name.removeprefix("-"), columns)
            faults.append(Fault("ordering", name, "Not a field to order by.", allowed=sorted(columns), did_you_mean=near or None))
        elif column in keys:
            faults.append(Fault("ordering", name, "Named twice."))
        else:
            keys[column] = Key(column, name.startswith("-"), nullable=_is_nullable(model, column))
    keys.setdefault("id", Key("id", nullable=False))
    # What follows the id orders nothing.
    order = list(keys.values())
    return order[: next(place for place, key in enumerate(order) if key.column == "id") + 1], faults


def order_by(keys: Sequence[Key]) -> list[Any]:
    """The expressions of this order."""
    return [key.expression for key in keys]


def after(keys: Sequence[Key], values: Sequence[Any]) -> Q:
    """The rows that come after the one with these values, in this order."""
    first, *rest = keys
    beyond = first.beyond(values[0])
    return beyond | (first.equal(values[0]) & after(rest, values[1:])) if rest else beyond


def sorter(keys: Sequence[Key]) -> Callable[[Sequence[Any]], Any]:
    """What Python sorts by to get this order: a function of the values of the keys."""

    def compare(one: Sequence[Any], other: Sequence[Any]) -> int:
        for key, mine, its in zip(keys, one, other, strict=True):
            if mine == its:
                continue
            if mine is None or its is None:
                return 1 if (mine is None) == key.nulls_last else -1
            return 1 if (mine > its) != key.descending else -1
        return 0

    return cmp_to_key(compare)


def _is_nullable(model: type[models.Model], column: str) -> bool:
    field: Any = model._meta.get_field(column.removesuffix("_id") if column.endswith("_id") else column)
    return bool(field.null) or isinstance(field, models.GeneratedField)
