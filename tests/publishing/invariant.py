"""What holds of the documents after every transaction, whatever it wrote."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from django.db import transaction

from publishing import tallies
from publishing.models import Document, Revision, SearchEntry
from publishing.rendering import render
from publishing.resources import RESOURCES, derivations
from publishing.search import index, matching

# A document as it stays for good: its record and revision, and what it says.
History = dict[tuple[str, str, int], tuple[str, str, str | None]]


def check() -> History:
    """Assert the invariant; return the history, which from now on only grows."""
    wrong = stale()
    assert not wrong, wrong
    unsearchable = missearched()
    assert not unsearchable, unsearchable
    assert tallies.stored() == tallies.counted(_latest())
    follow = underived()
    assert not follow, follow
    numbers = list(Revision.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1)), numbers
    empty = set(numbers) - set(Document.objects.order_by().values_list("revision", flat=True))
    assert not empty, empty
    return _history()


def stale() -> dict[tuple[str, str], tuple[str | None, str | None]]:
    """The records whose stored body is not what a fresh render gives, with both."""
    stored, fresh = published(), rendered()
    return {record: (stored.get(record), fresh.get(record)) for record in stored.keys() | fresh.keys() if stored.get(record) != fresh.get(record)}


def published() -> dict[tuple[str, str], str]:
    """The bodies that the API serves, by resource and id."""
    documents = Document.objects.current().bodies().values_list("resource", "record", "body")
    return {(resource, record): body for resource, record, body in documents}


def rendered() -> dict[tuple[str, str], str]:
    """What a fresh render gives, by resource and id."""
    return {
        (name, record): body
        for name, resource in RESOURCES.items()
        for record, body in render(resource, resource.model._base_manager.values_list("pk", flat=True)).items()
    }


def underived() -> dict[str, set[object]]:
    """The rows whose derived columns are not what follows from the other rows, by model."""
    found: dict[str, set[object]] = {}
    with transaction.atomic():
        for model in dict.fromkeys(path.root for path in derivations()):
            if changed := model.derive(set(model._base_manager.values_list("pk", flat=True))):  # type: ignore[attr-defined]  # what has derived columns is a Row
                found[model.__name__] = changed
        transaction.set_rollback(True)
    return found


def missearched() -> set[tuple[str, str]]:
    """The records whose entry in search is not what their document gives."""
    assert matching.is_right()
    stored = {(entry.resource, entry.record): _found_by(entry) for entry in SearchEntry.objects.all()}
    documents = published()
    entries = {(name, record): index.entry(RESOURCES[name], record, body) for (name, record), body in documents.items()}
    for (name, record), entry in entries.items():
        entry.has_narrower = name == "jurisdictions" and ("cities", record) in documents
    fresh = {record: _found_by(entry) for record, entry in entries.items()}
    return {record for record in stored.keys() | fresh.keys() if stored.get(record) != fresh.get(record)}


def _latest() -> int:
    return Revision.objects.order_by("-number").values_list("number", flat=True).first() or 0


def _found_by(entry: SearchEntry) -> list[object]:
    return [getattr(entry, column) for column in index.COLUMNS]


def _history() -> History:
    history: History = {}
    spans: defaultdict[tuple[str, str], list[tuple[int, int | None]]] = defaultdict(list)
    for document in Document.objects.order_by("revision_id"):
        history[document.resource, document.record, document.revision_id] = (document.action, document.body, document.successor)
        spans[document.resource, document.record].append((document.revision_id, document.until_id))
    for record, documents in spans.items():
        assert all(until == start for (_, until), (start, _) in pairwise(documents)), record
        assert documents[-1][1] is None, record
    return history
