"""Pages: where a list goes on, as a signed cursor, and the documents of one page, in one query."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.core.signing import BadSignature, Signer
from django.db import connection, models
from django.db.models import F, QuerySet

from publishing.models import Document, Revision
from publishing.ordering import Key, after, order_by

_T = TypeVar("_T")
DEFAULT_SIZE = 25
LARGEST_SIZE = 200
EXACT_COUNT = 10_000
# Ordered by all its columns, each as long as can be, a list has a cursor of some 10,000 letters.
LONGEST_CURSOR = 20_000


@dataclass(frozen=True)
class Cursor:
    """A place in an ordered list: the values of the order's keys in the row next to it, and the way to go from there."""

    values: tuple[Any, ...]
    backwards: bool = False

    def sign(self, query: str) -> str:
        """As text for a URL; `query` names the list and order that it belongs to."""
        return _signer(query).sign_object([self.backwards, *self.values], compress=True)

    @classmethod
    def read(cls, text: str, query: str, keys: Sequence[Key], model: type[models.Model]) -> Cursor:
        """The cursor that was signed for this query of rows; a ValueError if it is forged, damaged or another query's."""
        written = cls.unsign(text, query)
        columns: Any = (key.made or model._meta.get_field(key.column) for key in keys)
        return cls(tuple(column.to_python(value) for column, value in zip(columns, written.values, strict=True)), written.backwards)

    @classmethod
    def unsign(cls, text: str, query: str) -> Cursor:
        """The cursor that was signed for this query, its values as JSON has them; else a ValueError."""
        try:
            backwards, *values = _signer(query).unsign_object(text)
        except (BadSignature, ValueError, UnicodeError):
            raise ValueError("Not a cursor of this query: follow `next` and `previous` as they are.") from None
        return cls(tuple(values), backwards)


@dataclass(frozen=True)
class Page:
    """Documents in order, the revision that they were read at, and where the list goes on in either direction."""

    bodies: list[str]
    # None where no query was needed: nothing can match.
    revision: int | None
    next: Cursor | None
    previous: Cursor | None


# Finds the JSON of each row of a page, with the keys of its order, and the revision that it was read at where a query of its own tells.
Fetch = Callable[[QuerySet[Any], int], tuple[list[tuple[Any, ...]], int | None]]


def read_page(rows: QuerySet[Any], resource: str, keys: Sequence[Key], cursor: Cursor | None, size: int) -> Page:
    """One page of the documents of these rows, whose last key is their id: one query, whatever the size."""
    return cut_page(rows, keys, cursor, size, partial(_documents, resource=resource))


def cut_page(rows: QuerySet[Any], keys: Sequence[Key], cursor: Cursor | None, size: int, fetch: Fetch) -> Page:
    """One page of these rows, as `fetch` shows them."""
    backwards = cursor is not None and cursor.backwards
    order = [key.reversed() for key in keys] if backwards else list(keys)
    found, revision = fetch(_keyed(rows, order, cursor, size + 1), len(order))
    found, onward, back = cut(found, size, cursor, lambda one: one[1:])
    return Page([body for body, *_ in found if body], revision, onward, back)


def read_keyed(
    rows: QuerySet[Any], resource: str, order: Sequence[Key], cursor: Cursor | None, most: int
) -> tuple[list[tuple[Any, ...]], int | None]:
    """Body and keys of so many rows behind the cursor, and the revision of the same snapshot: one query."""
    return _documents(_keyed(rows, order, cursor, most), len(order), resource=resource)


def _keyed(rows: QuerySet[Any], order: Sequence[Key], cursor: Cursor | None, most: int) -> QuerySet[Any]:
    """The keys of so many rows behind the cursor."""
    if cursor is not None:
        rows = rows.filter(after(order, cursor.values))
    columns = {f"key_{place}": F(key.column) for place, key in enumerate(order)}
    return rows.order_by(*order_by(order)).values(**columns)[:most]


def cut(found: list[_T], size: int, cursor: Cursor | None, values: Callable[[_T], tuple[Any, ...]]) -> tuple[list[_T], Cursor | None, Cursor | None]:
    """A page of what was found from the cursor on, which is one more than fits if there is more; and where the list goes on in either direction."""
    backwards = cursor is not None and cursor.backwards
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    if not found:
        return [], None, None
    first, last = Cursor(values(found[0]), backwards=True), Cursor(values(found[-1]))
    return found, last if more or backwards else None, first if (more if backwards else cursor is not None) else None


def count(rows: QuerySet[Any]) -> tuple[int, bool]:
    """How many rows there are, and whether that is exact: it is up to 10,000, and an estimate of the planner's above, where it makes one."""
    rows = rows.order_by().values("pk")
    if connection.vendor != "postgresql":
        return rows.count(), True
    counted = rows[: EXACT_COUNT + 1].count()
    if counted <= EXACT_COUNT:
        return counted, True
    plan = rows.explain(format="json")
    return max(_planned_rows(plan), EXACT_COUNT + 1), False


def _documents(keyed: QuerySet[Any], keys: int, *, resource: str) -> tuple[list[tuple[Any, ...]], int | None]:
    """Body and keys of each row, in order, and the revision of the same snapshot.

    The documents are joined to the page, not to the rows: a database that sorts first would fetch every body that matches. The ORM cannot join
    to a slice.
    """
    quote = connection.ops.quote_name
    try:
        sql, params = keyed.query.sql_with_params()
    except EmptyResultSet:
        # The ORM sees that no row can match, such as a year before the column's first.
        return [], None
    columns = ", ".join(f"page.{quote(f'key_{place}')}" for place in range(keys))
    # The slice is numbered as it comes: an outer query keeps no inner order.
    statement = f"""
        SELECT latest.number, page.place, document.body, {columns}
        FROM (SELECT MAX(number) AS number FROM {quote(Revision._meta.db_table)}) AS latest
        LEFT JOIN (SELECT page.*, ROW_NUMBER() OVER () AS place FROM ({sql}) AS page) AS page ON 1 = 1
        LEFT JOIN {quote(Document._meta.db_table)} AS document
            ON document.resource = %s AND document.record = page.{quote(f"key_{keys - 1}")} AND document.until_id IS NULL
        ORDER BY page.place
    """  # noqa: S608  (what is put in are names of ours; values go in as parameters)
    with connection.cursor() as cursor:
        cursor.execute(statement, (*params, resource))
        found = cursor.fetchall()
    return [(body, *map(plain, values)) for _, place, body, *values in found if place is not None], found[0][0] or 0


def plain(value: Any) -> Any:
    """A value as a cursor carries it."""
    return str(value) if isinstance(value, Decimal) else value


def _planned_rows(plan: str) -> int:
    return int(json.loads(plan)[0]["Plan"]["Plan Rows"])


def _signer(query: str) -> Signer:
    return Signer(salt=f"publishing.cursor.{query}")
