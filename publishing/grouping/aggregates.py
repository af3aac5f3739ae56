"""Aggregates: what is computed of the figures in a group, exactly and alike on every database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from django.db import connection

Number = Decimal | int
# SQLite keeps a decimal as a binary fraction, exact to 15 digits, and overflows beyond 63 bits: it adds up in parts.
_PART = 10**9
# To how many decimals a mean is rounded.
PLACES = 4


@dataclass(frozen=True)
class Column:
    """Where the figures to aggregate stand in the statement, and how many decimals they have."""

    sql: str
    places: int

    @property
    def place(self) -> str:
        return f"{self.sql}_place"

    @property
    def size(self) -> str:
        return f"{self.sql}_size"

    def numbered(self, figure: str, by: str) -> list[str]:
        """Columns that number the figures of a group, least first and nulls last, and say how many there are: SQLite sorts in no other way."""
        if connection.vendor == "postgresql":
            return []
        return [
            f"ROW_NUMBER() OVER (PARTITION BY {by} ORDER BY {figure} IS NULL, {figure}) AS {self.place}",
            f"COUNT({figure}) OVER (PARTITION BY {by}) AS {self.size}",
        ]


@dataclass(frozen=True)
class Kind:
    """One way to aggregate: which columns of the database's it takes, and what it makes of them."""

    help_text: str
    select: Callable[[Column], list[str]]
    make: Callable[[Column, Sequence[Any]], Number | None]
    # Whether it takes figures together, so that they have to be of one kind.
    compares: bool = True
    # Whether it needs the figures of each group numbered.
    is_ranked: bool = False


@dataclass(frozen=True)
class Aggregate:
    """One figure of a group: `sum` of `value`."""

    word: str
    field: str
    column: Column

    @property
    def name(self) -> str:
        return f"{self.word}.{self.field}"

    @property
    def kind(self) -> Kind:
        return KINDS[self.word]

    @property
    def select(self) -> list[str]:
        return self.kind.select(self.column)

    def make(self, found: Sequence[Any]) -> Number | None:
        """The figure, from what the database found; null where no record has one."""
        # A million of the longest figures have 29 digits.
        with localcontext(prec=50):
            return None if found[0] is None else self.kind.make(self.column, found)


def _counted(column: Column) -> list[str]:
    return [f"COUNT({column.sql})"]


def _summed(column: Column) -> list[str]:
    if connection.vendor == "postgresql":
        return [f"SUM({column.sql})"]
    whole, scale = f"CAST({column.sql} AS INTEGER)", 10**column.places
    return [f"SUM({whole} / {_PART})", f"SUM({whole} %% {_PART})", f"SUM(CAST(ROUND(({column.sql} - {whole}) * {scale}) AS INTEGER))"]


def _averaged(column: Column) -> list[str]:
    return [*_summed(column), *_counted(column)]


def _middle(column: Column) -> list[str]:
    """The two in the middle, which are one where the number of figures is odd."""
    if connection.vendor == "postgresql":
        # Half the time of numbered rows; `percentile_cont` reckons in binary fractions.
        figures, count = f"(ARRAY_AGG({column.sql} ORDER BY {column.sql}) FILTER (WHERE {column.sql} IS NOT NULL))", f"COUNT({column.sql})"
        return [f"{figures}[(({count} + 1) / 2)::int]", f"{figures}[({count} / 2 + 1)::int]"]
    middles = (f"({column.size} + 1) / 2", f"{column.size} / 2 + 1")
    return [f"MIN(CASE WHEN {column.place} = {middle} THEN {column.sql} END)" for middle in middles]


def _sum(column: Column, found: Sequence[Any]) -> Decimal:
    if len(found) == 1:
        return _exact(column, found[0])
    high, low, fraction = map(Decimal, found)
    return high * _PART + low + fraction.scaleb(-column.places)


def _average(column: Column, found: Sequence[Any]) -> Decimal:
    *total, count = found
    return _rounded(_sum(column, total) / count)


def _median(column: Column, found: Sequence[Any]) -> Decimal:
    lower, upper = (_exact(column, value) for value in found)
    return _rounded((lower + upper) / 2)


def _exact(column: Column, value: Any) -> Decimal:
    """The figure that the database gave, which on SQLite is the binary fraction that is nearest to it."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-column.places))


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-PLACES))


KINDS = {
    "filled": Kind("How many of them have these figures.", _counted, lambda column, found: int(found[0]), compares=False),
    "sum": Kind("Add these figures up.", _summed, _sum),
    "min": Kind("The least of these figures.", lambda column: [f"MIN({column.sql})"], lambda column, found: _exact(column, found[0])),
    "max": Kind("The greatest of these figures.", lambda column: [f"MAX({column.sql})"], lambda column, found: _exact(column, found[0])),
    "avg": Kind(f"The mean of these figures, to {PLACES} decimals.", _averaged, _average),
    "median": Kind(f"The median of these figures, to {PLACES} decimals.", _middle, _median, is_ranked=True),
}
