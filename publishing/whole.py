"""Whole lists: all records that the filters admit, read in batches, and yet all as they were at one revision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.db.models import QuerySet, Subquery

from publishing.caching import State
from publishing.models import Document, Revision
from publishing.ordering import Key, order_by
from publishing.paths import batches
from publishing.queries import ListQuery
from publishing.resources import Resource
from publishing.then import PastList

# What of the ids is held in memory; the rest of a longer list is on disk.
_HELD = 2**20
_FETCHED = 5_000
_READINGS = 4


def count_to(query: ListQuery, resource: Resource, most: int) -> int:
    """How many records the list has, counted up to so many."""
    if query.past is not None:
        return _then(query, resource).count()[0]
    return int(query.rows.order_by()[:most].count())


def read_whole(query: ListQuery, resource: Resource) -> tuple[State | None, Iterator[str]]:
    """The revision at which the list was begun, or as of which it was asked for, and the documents that it then had; no state if it is empty.

    One query lists the ids, in one snapshot; that scans all that the filters admit. What lands later changes no document of that revision: each
    batch is read as of it, and between two batches no transaction is open, however slow the reader.
    """
    if query.past is not None:
        return query.past.state, _documents(_spooled(_ids_then(query, resource)), resource.name, query.past.revision)
    return _read_today(query.rows, resource.name, query.keys)


def _read_today(rows: QuerySet[Any], resource: str, keys: Sequence[Key]) -> tuple[State | None, Iterator[str]]:
    latest = Revision.objects.order_by("-number").values("number")[:1]
    listed = rows.order_by(*order_by(keys)).annotate(latest=Subquery(latest)).values_list(keys[-1].column, "latest")
    found = listed.iterator(chunk_size=_FETCHED)
    first = next(found, None)
    if first is None:
        return None, iter(())
    number = first[1]
    ids = _spooled(id_ for id_, _ in chain([first], found))
    return State(number, Revision.objects.get(number=number).at), _documents(ids, resource, number)


def _ids_then(query: ListQuery, resource: Resource) -> Iterator[str]:
    for _ in range(_READINGS):
        latest = State.now()
        ids = list(_then(query, resource).ids())
        # What has landed between its queries may have moved a record from one of them to the other.
        if State.now() == latest:
            break
    yield from ids


def _then(query: ListQuery, resource: Resource) -> PastList:
    assert query.past is not None  # noqa: S101  (for the type)
    return PastList(query.rows, resource, query.keys, query.past, query.filters)


def _spooled(ids: Iterable[str]) -> IO[str]:
    """The ids, a line each; who reads them closes it."""
    spool: IO[str] = SpooledTemporaryFile(_HELD, "w+", encoding="ascii", newline="\n")  # noqa: SIM115  (its reader closes it)
    spool.writelines(f"{id_}\n" for id_ in ids)
    spool.seek(0)
    return spool


def _documents(ids: IO[str], resource: str, revision: int) -> Iterator[str]:
    then = Document.objects.as_of(revision).filter(resource=resource)
    with ids:
        for batch in batches(line.rstrip() for line in ids):
            bodies = dict(then.filter(record__in=batch).order_by().values_list("record", "body"))
            yield from filter(None, (bodies.get(id_) for id_ in batch))
