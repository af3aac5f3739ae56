"""Whole lists: all records that the filters admit, read in batches, and yet all as they were at one revision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.db.models import Q, QuerySet, Subquery

from publishing.caching import State
from publishing.models import Document, Revision
from publishing.ordering import Key, order_by
from publishing.paths import batches

# What of the ids is held in memory; the rest of a longer list is on disk.
_HELD = 2**20
_FETCHED = 5_000


def read_whole(rows: QuerySet[Any], resource: str, keys: Sequence[Key]) -> tuple[State | None, Iterator[str]]:
    """The revision at which the list was begun, and the documents that it then had; no state if the list is empty.

    One query lists the ids, in one snapshot; that scans all that the filters admit. What lands later changes no document of that revision: each
    batch is read as of it, and between two batches no transaction is open, however slow the reader.
    """
    latest = Revision.objects.order_by("-number").values("number")[:1]
    listed = rows.order_by(*order_by(keys)).annotate(latest=Subquery(latest)).values_list("pk", "latest")
    # Who reads the documents closes it.
    ids: IO[str] = SpooledTemporaryFile(_HELD, "w+", encoding="ascii", newline="\n")  # noqa: SIM115
    number = None
    for id_, seen in listed.iterator(chunk_size=_FETCHED):
        number = seen
        ids.write(f"{id_}\n")
    if number is None:
        return None, iter(())
    ids.seek(0)
    return State(number, Revision.objects.get(number=number).at), _documents(ids, resource, number)


def _documents(ids: IO[str], resource: str, revision: int) -> Iterator[str]:
    then = Document.objects.filter(Q(until=None) | Q(until__gt=revision), resource=resource, revision__lte=revision)
    with ids:
        for batch in batches(line.rstrip() for line in ids):
            bodies = dict(then.filter(record__in=batch).order_by().values_list("record", "body"))
            yield from filter(None, (bodies.get(id_) for id_ in batch))
