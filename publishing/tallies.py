"""Tallies: of each field of a resource, in how many places it could stand and in how many it does; kept by publishing, document by document."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import orjson

from publishing.models import Document, Tally
from publishing.resources import Resource

# By resource and field: the places where it could stand, and those where it does.
Stored = dict[tuple[str, str], tuple[int, int]]
_CHUNK = 500


class Count:
    """How often fields stand and could stand in some documents, by dotted name. A field of what is nested can stand wherever that stands."""

    def __init__(self) -> None:
        self.places: Counter[str] = Counter()
        self.filled: Counter[str] = Counter()

    def add(self, bodies: Iterable[str]) -> None:
        for body in bodies:
            if body:
                self._add(orjson.loads(body), "")

    def _add(self, shown: dict[str, Any], prefix: str) -> None:
        for name, value in shown.items():
            field = prefix + name
            self.places[field] += 1
            if value is None or value == []:
                continue
            self.filled[field] += 1
            for one in value if isinstance(value, list) else (value,):
                if not isinstance(one, dict):
                    break
                self._add(one, f"{field}.")


def move(resource: Resource, gone: Iterable[str], come: Iterable[str]) -> None:
    """Take these bodies out of the tallies of a resource, and put those in. Belongs under the lock of publication."""
    before, after = Count(), Count()
    before.add(gone)
    after.add(come)
    fields = [
        field for field in before.places | after.places if (before.places[field], before.filled[field]) != (after.places[field], after.filled[field])
    ]
    if not fields:
        return
    rows = {tally.field: tally for tally in Tally.objects.filter(resource=resource.name, field__in=fields)}
    for field in fields:
        tally = rows.setdefault(field, Tally(resource=resource.name, field=field, places=0, filled=0))
        tally.places += after.places[field] - before.places[field]
        tally.filled += after.filled[field] - before.filled[field]
    _write(rows.values())


def counted(revision: int) -> Stored:
    """What the documents of a revision give: the places where each field could stand, and those where it does."""
    counts: defaultdict[str, Count] = defaultdict(Count)
    documents = Document.objects.as_of(revision).bodies().order_by().values_list("resource", "body")
    for resource, body in documents.iterator(_CHUNK):
        counts[resource].add([body])
    return {(resource, field): (places, count.filled[field]) for resource, count in counts.items() for field, places in count.places.items()}


def stored(*resources: str) -> Stored:
    """What the tallies say; of these resources alone, if some are named."""
    rows = Tally.objects.filter(places__gt=0, **({"resource__in": resources} if resources else {}))
    return {(tally.resource, tally.field): (tally.places, tally.filled) for tally in rows}


def replace(fresh: Stored) -> None:
    """Write all tallies anew. Belongs under the lock of publication."""
    Tally.objects.all().delete()
    _write([Tally(resource=resource, field=field, places=places, filled=filled) for (resource, field), (places, filled) in fresh.items()])


def _write(tallies: Iterable[Tally]) -> None:
    Tally.objects.bulk_create(
        [Tally(resource=tally.resource, field=tally.field, places=tally.places, filled=tally.filled) for tally in tallies],
        update_conflicts=True,
        unique_fields=["resource", "field"],
        update_fields=["places", "filled"],
    )
