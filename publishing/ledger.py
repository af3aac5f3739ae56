"""The ledger: the documents of all revisions in the order of their changes, read from a place on, in either direction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import BooleanField, F, Func, Q, QuerySet, Value

from publishing.models import Document

PATTERN = "[0-9]{1,15}(:[a-z]{1,40}/[a-z0-9.-]{1,200})?"
_ORDER = ("revision_id", "resource", "record")


@dataclass(frozen=True)
class Position:
    """How far the changes have been told: whole revisions, and of the next one all up to a record."""

    revision: int
    resource: str | None = None
    record: str | None = None

    @classmethod
    def parse(cls, written: str) -> Position:
        """Read `12` or `12:resource/record`; anything else is a ValueError."""
        if re.fullmatch(PATTERN, written) is None:
            raise ValueError("Give the number of a revision, or `next` of the answer before as it is.")
        revision, _, rest = written.partition(":")
        resource, _, record = rest.partition("/")
        return cls(int(revision), resource or None, record or None)

    @property
    def json(self) -> int | str:
        return self.revision if self.record is None else f"{self.revision}:{self.resource}/{self.record}"


def read_behind(place: Position, resources: Sequence[str] | None, most: int, *, up_to: int) -> list[Document]:
    """So many changes behind the place, oldest first, up to a revision; of some resources alone, if they are named."""
    return _read(Document.objects.filter(revision__lte=up_to), place, resources, most, newest_first=False)


def read_before(place: Position | None, resources: Sequence[str] | None, most: int) -> list[Document]:
    """So many changes before the place, or the last ones, newest first; of some resources alone, if they are named."""
    return _read(Document.objects.all(), place, resources, most, newest_first=True)


def _read(documents: QuerySet[Document], place: Position | None, resources: Sequence[str] | None, most: int, *, newest_first: bool) -> list[Document]:
    order = [f"-{column}" for column in _ORDER] if newest_first else _ORDER
    if resources is None:
        chosen = documents if place is None else documents.filter(_beyond(place, newest_first=newest_first))
        return list(chosen.order_by(*order).select_related("revision")[:most])
    # Each resource has an index; in one query they would all be sorted.
    first: list[Document] = []
    for name in sorted(set(resources)):
        chosen = documents.filter(resource=name).defer("body")
        if place is not None:
            chosen = chosen.filter(_beyond(place, name, newest_first=newest_first))
        first += chosen.order_by(*order)[:most]
    first = sorted(first, key=attrgetter(*_ORDER), reverse=newest_first)[:most]
    found = Document.objects.select_related("revision").in_bulk([document.pk for document in first])
    return [found[document.pk] for document in first]


def _beyond(place: Position, resource: str | None = None, *, newest_first: bool) -> Any:
    """The condition of what lies beyond the place, among all records or those of one resource, so that an index answers it."""
    operator, lookup = ("<", "lt") if newest_first else (">", "gt")
    if place.resource is not None and resource is None:
        return _RowCompared(_ORDER, operator, (place.revision, place.resource, place.record))
    if place.resource is not None and resource == place.resource:
        return _RowCompared(("revision_id", "record"), operator, (place.revision, place.record))
    # Of the revision of the place, this resource lies wholly beyond it or wholly on this side.
    is_beyond = place.resource is not None and resource is not None and (resource < place.resource) == newest_first
    return Q(**{f"revision__{lookup}{'e' if is_beyond else ''}": place.revision})


class _RowCompared(Func):
    """Columns compared with values as one row, which an index answers. The ORM would join three comparisons by OR, and the database sort it all."""

    output_field = BooleanField()

    def __init__(self, columns: Sequence[str], operator: str, values: Sequence[Any]) -> None:
        super().__init__(*map(F, columns), *map(Value, values))
        self.operator = operator

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # this SQL takes no options
        parts = [compiler.compile(expression) for expression in self.get_source_expressions()]
        half = len(parts) // 2
        left, right = (", ".join(sql for sql, _ in side) for side in (parts[:half], parts[half:]))
        return f"({left}) {self.operator} ({right})", [parameter for _, given in parts for parameter in given]
