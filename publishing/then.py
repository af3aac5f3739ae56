"""Lists as they were: what the filters admit of a past day, in the order asked for.

Records whose documents stand as they did then are found by their rows, as today's are. What has been replaced since is read from the documents of
then, all of it for each page: that bounds it, and where there are too many such documents the question is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from heapq import merge
from typing import Any

import orjson
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from publishing.errors import BadParameters, Fault
from publishing.models import Document
from publishing.ordering import Key, order_by, sorter
from publishing.pagination import Cursor, Page, count, cut, plain, read_keyed
from publishing.past import Past
from publishing.paths import batches
from publishing.resources import Resource
from publishing.shown import Record, column

# To read them takes half a second.
MOST_REPLACED = 10_000
_FETCHED = 5_000
# Those of these records that a filter admits.
Admits = Callable[[Sequence[Record]], Sequence[Record]]


@dataclass(frozen=True)
class Then:
    """What a filter asks of a past day: of rows whose documents stand unchanged since, and of documents that do not."""

    unchanged: Q
    admits: Admits


def replaced(resource: Resource, past: Past) -> Iterator[dict[int, Record]]:
    """The documents of then that no longer hold, by their keys, in batches; BadParameters if they are too many to be read."""
    documents = Document.objects.replaced_since(past.revision).bodies().filter(resource=resource.name)
    found = list(documents.order_by().values_list("pk", flat=True)[: MOST_REPLACED + 1])
    if len(found) > MOST_REPLACED:
        advice = f"More than {MOST_REPLACED:,} {resource.name} have changed since: ask for single records, or for a later day."
        raise BadParameters([Fault("as_of", past.written, advice)])
    for batch in batches(found):
        yield {pk: orjson.loads(body) for pk, body in Document.objects.filter(pk__in=batch).values_list("pk", "body")}


class PastList:
    """A list as of a past day: of `rows`, and of what was replaced since, all that these filters admit, by these keys."""

    def __init__(self, rows: QuerySet[Any], resource: Resource, keys: Sequence[Key], past: Past, filters: Sequence[Then]) -> None:
        self.resource = resource
        self.model = rows.model
        self.keys = keys
        self.columns = [rows.model._meta.get_field(key.column) for key in keys]
        self.rows = rows.filter(_unchanged(resource, past), *(then.unchanged for then in filters))
        # The keys of their documents, and what they are ordered by.
        self.replaced = [(pk, self._values(record)) for batch in replaced(resource, past) for pk, record in _admitted(batch, filters)]

    def count(self) -> tuple[int, bool]:
        """How many records there were, and whether that is exact."""
        counted, is_exact = count(self.rows)
        return counted + len(self.replaced), is_exact

    def ids(self) -> Iterator[str]:
        """The ids of all records of then, in order."""
        columns = [key.column for key in self.keys]
        rows = self.rows.order_by(*order_by(self.keys)).values_list("pk", *columns).iterator(chunk_size=_FETCHED)
        unchanged = ((id_, self._compared(values)) for id_, *values in rows)
        place = sorter(self.keys)
        known = dict(Document.objects.filter(pk__in=[pk for pk, _ in self.replaced]).values_list("pk", "record"))
        changed = sorted(((known[pk], values) for pk, values in self.replaced), key=lambda one: place(one[1]))
        return (id_ for id_, _ in merge(unchanged, changed, key=lambda one: place(one[1])))

    def page(self, cursor: Cursor | None, size: int) -> Page:
        """One page of the documents of then; its revision is the latest."""
        backwards = cursor is not None and cursor.backwards
        order = [key.reversed() for key in self.keys] if backwards else list(self.keys)
        place = sorter(order)
        rows, latest = read_keyed(self.rows, self.resource.name, order, cursor, size + 1)
        found: list[tuple[str | int, tuple[Any, ...]]] = [(body, self._compared(values)) for body, *values in rows]
        behind = place(self._compared(cursor.values)) if cursor else None
        found += [one for one in self.replaced if behind is None or place(one[1]) > behind]
        found.sort(key=lambda one: place(one[1]))
        shown, onward, back = cut(found[: size + 1], size, cursor, lambda one: tuple(map(plain, one[1])))
        past = dict(Document.objects.filter(pk__in=[of for of, _ in shown if isinstance(of, int)]).values_list("pk", "body"))
        return Page([past[of] if isinstance(of, int) else of for of, _ in shown], latest, onward, back)

    def _values(self, record: Record) -> tuple[Any, ...]:
        return self._compared([column(record, key.column, self.model) for key in self.keys])

    def _compared(self, values: Sequence[Any]) -> tuple[Any, ...]:
        """The values of the keys, alike wherever they are from."""
        return tuple(map(_compared, self.columns, values))


def _unchanged(resource: Resource, past: Past) -> Q:
    """The condition that a row's document has stood since then."""
    current = Document.objects.current().filter(resource=resource.name)
    recent = current.filter(revision__gt=past.revision).order_by()
    if recent[: MOST_REPLACED + 1].count() <= MOST_REPLACED:
        # Few have not: they are looked up at once, where each of the others would have to be.
        return ~Q(pk__in=recent.values("record"))
    return Q(Exists(current.filter(record=OuterRef("pk"), revision__lte=past.revision)))


def _compared(field: Any, value: Any) -> Any:
    if isinstance(field, models.DecimalField) and value is not None:
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-field.decimal_places))
    return value


def _admitted(records: dict[int, Record], filters: Sequence[Then]) -> Iterator[tuple[int, Record]]:
    admitted: Sequence[Record] = list(records.values())
    for then in filters:
        admitted = then.admits(admitted)
    ids = {record["id"] for record in admitted}
    return ((pk, record) for pk, record in records.items() if record["id"] in ids)
