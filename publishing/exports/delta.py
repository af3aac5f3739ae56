"""What a later export says of records that an earlier one does not: the last word on each, a line a record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson

from publishing.models import Document, DocumentQuerySet
from publishing.paths import BATCH


def write_delta(path: Path, since: int, revision: int) -> int:
    """The records that are not in `revision` as they were in `since`, by resource and id; returns how many.

    Each line is `{resource, id, action, document, successor}`: `action` is created, changed, retired or moved, seen from one export to the other.
    """
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in _lines(since, revision):
            file.write(line)
            count += 1
    return count


def _lines(since: int, revision: int) -> Iterator[str]:
    later = Document.objects.as_of(revision).filter(revision__gt=since).order_by("resource", "record")
    for documents in _batches(later):
        known = _known(documents, since)
        for document in documents:
            action = _action(document, is_known=(document.resource, document.record) in known)
            if action:
                yield _line(document, action)


def _known(documents: list[Document], since: int) -> set[tuple[str, str]]:
    """Those of the records that the earlier export holds."""
    before = Document.objects.as_of(since).bodies().filter(record__in={document.record for document in documents})
    return set(before.values_list("resource", "record"))


def _action(document: Document, *, is_known: bool) -> str | None:
    """What happened to the record from one export to the other; None if it came and went between them."""
    if document.body:
        return Document.Action.CHANGED if is_known else Document.Action.CREATED
    return document.action if is_known else None


def _line(document: Document, action: str) -> str:
    said = {
        "resource": document.resource,
        "id": document.record,
        "action": str(action),
        "document": orjson.Fragment(document.body) if document.body else None,
        "successor": document.successor,
    }
    return f"{orjson.dumps(said).decode()}\n"


def _batches(documents: DocumentQuerySet) -> Iterator[list[Document]]:
    # A page by its place, not its number: the whole is sorted once for each.
    for resource in documents.order_by("resource").values_list("resource", flat=True).distinct():
        last = ""
        while found := list(documents.filter(resource=resource, record__gt=last)[:BATCH]):
            last = found[-1].record
            yield found
