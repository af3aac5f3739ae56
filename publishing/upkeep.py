"""Upkeep: derived columns, documents and search compared with what they would be if made anew. What writers publish never needs it; rows that raw
SQL has changed do, and documents and entries to which a new version of the software gives another shape.

The work is done in batches that each hold by themselves: it can be interrupted and begun again, and no writer waits longer than for one of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.db import models, transaction
from django.db.models import Max

from publishing import tallies
from publishing.models import Document, Revision, SearchEntry
from publishing.paths import batches
from publishing.progress import Begin, silently
from publishing.publish import all_records, lock, publish, stale
from publishing.resources import RESOURCES, Resource, derivations
from publishing.search import index, matching

# How often documents are counted beside the writers, before those have to wait for it.
_MOST_COUNTS = 5
# One derived column may follow from another, and that from a third.
_MOST_PASSES = 5


def mend(*, actor: str, begin: Begin = silently) -> tuple[int, int]:
    """Bring derived columns, documents and search up to date, in this order; return how many documents were stored, and in how many revisions."""
    for _ in range(_MOST_PASSES):
        if not _settle(begin):
            break
    revisions: list[Revision] = []
    records = list(all_records())
    advance = begin("documents", sum(len(ids) for _, ids in records))
    for resource, ids in records:
        wrong = stale(resource, ids)
        if wrong:
            with transaction.atomic():
                revision = publish({resource.name: set(wrong)}, actor=actor)
            revisions += [revision] if revision else []
        advance(len(ids))
    _mend_search(begin)
    _mend_tallies()
    return sum(revision.documents.count() for revision in revisions), len(revisions)


def faults(begin: Begin = silently) -> Iterator[str]:
    """What `mend` would change, a line each: what is stale, missing or superfluous of derived columns, documents and search. Changes nothing."""
    rows = list(_derived_rows())
    advance = begin("derived", sum(len(keys) for _, keys in rows))
    for model, keys in rows:
        yield from (f"{model._meta.label_lower} {key}: derived columns are stale" for key in sorted(_underived(model, keys)))
        advance(len(keys))
    records = list(all_records())
    advance = begin("documents", sum(len(ids) for _, ids in records))
    for resource, ids in records:
        yield from (f"{resource.name}/{id_}: {what}" for id_, what in sorted(_wrong(resource, ids).items()))
        advance(len(ids))
    yield from _search_faults(begin)
    yield from _tally_faults()


def count_documents() -> int:
    """How many records have a document."""
    return int(Document.objects.current().bodies().count())


def _derived_rows() -> Iterator[tuple[Any, set[Any]]]:
    """All rows with columns that follow from others, in batches."""
    for model in dict.fromkeys(path.root for path in derivations()):
        for batch in batches(sorted(model._base_manager.values_list("pk", flat=True))):
            yield model, set(batch)


def _settle(begin: Begin) -> bool:
    """Bring all derived columns up to date; whether any was not."""
    changed = False
    rows = list(_derived_rows())
    advance = begin("derived", sum(len(keys) for _, keys in rows))
    for model, keys in rows:
        with transaction.atomic():
            found = model.derive(keys)
            if found:
                # Once more where no writer is half-way: what was read before may have changed since.
                lock()
                model.derive(found)
                changed = True
        advance(len(keys))
    return changed


def _underived(model: Any, keys: Collection[Any]) -> set[Any]:
    suspects = _would_change(model, keys)
    if not suspects:
        return set()
    with transaction.atomic():
        # Rows first, as all writers do, then the lock: the other way round two could wait for each other.
        list(model._base_manager.filter(pk__in=suspects).order_by("pk").select_for_update(no_key=True).values_list("pk"))
        lock()
        return _would_change(model, suspects)


def _would_change(model: type[models.Model], keys: Collection[Any]) -> set[Any]:
    with transaction.atomic():
        changed: set[Any] = model.derive(set(keys))  # type: ignore[attr-defined]  # what has derived columns is a Row
        transaction.set_rollback(True)
    return changed


def _wrong(resource: Resource, ids: Collection[str]) -> dict[str, str]:
    """What is wrong with the documents of these records."""
    suspects = stale(resource, ids)
    if not suspects:
        return {}
    with transaction.atomic():
        # A writer may have published between the two readings; none does now.
        lock()
        found = stale(resource, suspects)
        stored = set(Document.objects.current().bodies().filter(resource=resource.name, record__in=found).values_list("record", flat=True))
    return {id_: "missing" if id_ not in stored else "superfluous" if body is None else "stale" for id_, body in found.items()}


def _search_faults(begin: Begin) -> Iterator[str]:
    """What is wrong with the entries of search, by the documents as they are."""
    records = list(_searched())
    advance = begin("search", sum(len(ids) for _, ids in records))
    for resource, ids in records:
        if index.stale(resource, _bodies(resource, ids)):
            with transaction.atomic():
                lock()
                found = index.stale(resource, _bodies(resource, ids))
            yield from (f"{resource.name}/{id_}: its search entry is stale" for id_ in sorted(found))
        advance(len(ids))
    if not matching.is_right():
        yield "search: the database's index is not what the entries are"


def _mend_search(begin: Begin) -> None:
    records = list(_searched())
    advance = begin("search", sum(len(ids) for _, ids in records))
    for resource, ids in records:
        if index.stale(resource, _bodies(resource, ids)):
            with transaction.atomic():
                lock()
                index.write(resource, _bodies(resource, ids))
        advance(len(ids))
    if not matching.is_right():
        matching.rebuild()


def _tally_faults() -> Iterator[str]:
    """The resources whose tallies are not what their documents give."""
    if tallies.counted(_latest()) == tallies.stored():
        return
    with transaction.atomic():
        lock()
        revision, stored = _latest(), tallies.stored()
    fresh = tallies.counted(revision)
    wrong = {resource for resource, field in stored.keys() | fresh.keys() if stored.get((resource, field)) != fresh.get((resource, field))}
    yield from (f"{resource}: its tallies are stale" for resource in sorted(wrong))


def _mend_tallies() -> None:
    """Count all documents anew; writers go on meanwhile, and if they do, once more."""
    for tries in range(_MOST_COUNTS):
        revision = _latest()
        fresh = tallies.counted(revision)
        if fresh == tallies.stored():
            return
        with transaction.atomic():
            lock()
            if _latest() == revision or tries == _MOST_COUNTS - 1:
                tallies.replace(fresh if _latest() == revision else tallies.counted(_latest()))
                return


def _latest() -> int:
    return Revision.objects.aggregate(latest=Max("number"))["latest"] or 0


def _searched() -> Iterator[tuple[Resource, list[str]]]:
    """Every record that is in search or should be, in batches."""
    for resource in RESOURCES.values():
        documents = set(Document.objects.current().bodies().filter(resource=resource.name).values_list("record", flat=True))
        entries = set(SearchEntry.objects.filter(resource=resource.name).values_list("record", flat=True))
        for batch in batches(sorted(documents | entries)):
            yield resource, batch


def _bodies(resource: Resource, ids: Collection[str]) -> dict[str, str | None]:
    stored = Document.objects.current().bodies().filter(resource=resource.name, record__in=ids).values_list("record", "body")
    return {**dict.fromkeys(ids), **dict(stored)}
