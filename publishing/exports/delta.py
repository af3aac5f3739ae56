"""What a later export says of records that an earlier one does not: the last word on each, a line a record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson

from publishing.models import Document, DocumentQuerySet
from publishing.paths import batches


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
    later = Document.objects.as_of(revision).filter(revision__gt=since)
    for documents in _batches(later):
        known = _known(documents, since)
        for document in documents:
            action = _action(document, is_known=(document.resource, document.record) in known)
            if action:
                yield _line(document, action)


def _known(documents: list[Document], since: int) -> set[tuple[str, str]]:
    """Those of the records that the earlier export holds."""
    names, ids = {document.resource for document in documents}, {document.record for document in documents}
    before = Document.objects.as_of(since).bodies().filter(resource__in=names, record__in=ids)
    # In no order: in its own SQLite would read all that was before.
    return set(before.order_by().values_list("resource", "record"))


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
    # Sorted once, by their keys alone.
    keys = documents.order_by("resource", "record").values_list("pk", flat=True).iterator()
    for batch in batches(keys):
        yield list(Document.objects.filter(pk__in=batch).order_by("resource", "record"))
