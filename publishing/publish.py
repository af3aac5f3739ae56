"""Publishing: from written rows to a new revision of the documents that show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from django.db import connection, models
from django.db.models import Max
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from publishing import tallies
from publishing.models import Document, Revision
from publishing.paths import batches
from publishing.pending import Pending
from publishing.progress import Advance, Begin, silently
from publishing.rendering import render
from publishing.resources import RESOURCES, Resource, derivations
from publishing.search import index

Records = dict[str, set[str]]


def publish_pending(begin: Begin = silently) -> Revision | None:
    """Publish what this transaction has written so far."""
    pending = _pending()
    if not pending:
        return None
    _wait_for_other_writers(pending)
    lock()
    _derive(pending)
    records = affected(pending)
    _refuse_unpublishable(pending, records)
    moved = {
        (resource.name, str(old)): str(new)
        for (model, old), new in pending.moved.items()
        for resource in RESOURCES.values()
        if resource.model._meta.concrete_model is model
    }
    progress = begin("documents", sum(map(len, records.values())))
    revision = publish(records, actor=pending.actor, comment=pending.comment, moved=moved, progress=progress)
    pending.settle()
    return revision


def publish(
    records: Records,
    *,
    actor: str | None = None,
    comment: str | None = None,
    moved: dict[tuple[str, str], str] | None = None,
    progress: Advance | None = None,
) -> Revision | None:
    """Render `records` (ids by resource) and store what changed as one new revision.

    Belongs inside the writer's transaction and raises outside one: rows and documents commit together or not at all. A record no longer
    published loses its current document to a tombstone, which names its successor if `moved` does; earlier documents stay. An equal body is
    not stored again, so publishing twice changes nothing. Returns the Revision, or None when there was nothing to store.
    """
    lock()
    revision = _Revision(actor, comment)
    for name, ids in records.items():
        resource = RESOURCES[name]
        for batch in batches(sorted(ids)):
            _store(resource, batch, revision, moved or {})
            if progress is not None:
                progress(len(batch))
    return revision.end()


def affected(pending: Pending) -> Records:
    """The records whose documents show what was written: the written ones, and their dependants."""
    records: Records = defaultdict(set)
    for resource in RESOURCES.values():
        model = resource.model._meta.concrete_model or resource.model
        ids = set(pending.written.get(model, ()))
        for path in resource.watched:
            ids |= path.roots(pending)
        if ids:
            records[resource.name] = ids
    return records


def stale(resource: Resource, ids: Collection[str]) -> dict[str, str | None]:
    """What a fresh render of these records gives where it differs from the stored body; None where there should be no document."""
    fresh = render(resource, ids)
    current = Document.objects.current().bodies().filter(resource=resource.name, record__in=ids).order_by()
    stored = dict(current.values_list("record", "body"))
    return {id_: fresh.get(id_) for id_ in ids if fresh.get(id_) != stored.get(id_)}


def lock(model: type[models.Model] = Revision) -> None:
    """Queue behind other publications, or others that lock this model, until the end of the transaction; what is read after it is the last word."""
    if not (connection.in_atomic_block or not connection.get_autocommit()):
        raise TransactionManagementError("Publish inside the transaction that writes the rows.")
    # SQLite has one writer anyway: its transactions begin IMMEDIATE.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {connection.ops.quote_name(model._meta.db_table)} IN SHARE ROW EXCLUSIVE MODE")


def _wait_for_other_writers(pending: Pending) -> None:
    """Wait now for the rows that others are writing, not with the lock in hand: they need it to finish, and the two would wait for each other."""
    if connection.vendor == "postgresql":
        # Their deleted rows that ours refer to, and their rows whose derived columns ours change.
        connection.check_constraints()
        _derive(pending)


class _Revision:
    """The revision that this transaction makes: none until something changed, one however often it publishes."""

    def __init__(self, actor: str | None, comment: str | None) -> None:
        self.actor = actor
        self.comment = comment
        self.stored: Revision | None = _pending().revision
        self.was_begun = self.stored is not None

    def begin(self) -> Revision:
        if self.stored is None:
            last = Revision.objects.aggregate(last=Max("number"))["last"] or 0
            self.stored = Revision.objects.create(number=last + 1, at=timezone.now(), actor=self.actor, comment=self.comment)
            _pending().revision = self.stored
        return self.stored

    def end(self) -> Revision | None:
        """The revision, unless this publication took back all that the transaction had changed before it."""
        if self.stored is not None and self.was_begun and not self.stored.documents.exists():
            self.stored.delete()
            self.stored = _pending().revision = None
        return self.stored


def _pending() -> Pending:
    found: Pending = connection.pending  # type: ignore[attr-defined]  # added by publishing.backends
    return found


def _refuse_unpublishable(pending: Pending, records: Records) -> None:
    """A row that was written may have to be refused, and so may one that came into view with it."""
    keys = {model: set(pks) for model, pks in pending.written.items()}
    for name, ids in records.items():
        keys.setdefault(RESOURCES[name].model, set()).update(ids)
    for model, pks in keys.items():
        for batch in batches(pks):
            model.refuse_unpublishable(set(batch))  # type: ignore[attr-defined]  # tracked models are Rows


def _derive(pending: Pending) -> None:
    """Bring derived columns up to date, again and again as one follows from another, until none changes."""
    changes = pending
    while changes:
        keys: defaultdict[type[models.Model], set[Any]] = defaultdict(set)
        for path in derivations():
            keys[path.root] |= path.roots(changes)
            if changes is pending:
                keys[path.root] |= pending.written.get(path.root, set())
        changes = Pending()
        for model, found in keys.items():
            # In order: two writers that wait for each other's rows would wait for ever.
            for batch in batches(sorted(found)):
                if changed := model.derive(set(batch)):  # type: ignore[attr-defined]  # what has derived columns is a Row
                    changes.write(model, changed)
        for model, changed in changes.written.items():
            pending.written[model] |= changed


def _store(resource: Resource, ids: list[str], revision: _Revision, moved: dict[tuple[str, str], str]) -> None:
    if revision.was_begun:
        _take_back(resource, ids, revision)
    fresh = render(resource, ids)
    # In no order: in its own SQLite would read all documents of the resource.
    current = Document.objects.current().filter(resource=resource.name, record__in=ids).order_by()
    stored = {document.record: document for document in current}
    documents = [
        document for id_ in ids if (document := _successor(resource.name, id_, stored.get(id_), fresh.get(id_), moved.get((resource.name, id_))))
    ]
    # What was taken back may have left other entries, even where no document follows.
    changed = ids if revision.was_begun else [document.record for document in documents]
    index.write(resource, {id_: fresh.get(id_) for id_ in changed})
    if not documents:
        return
    tallies.move(
        resource,
        gone=[stored[document.record].body for document in documents if document.record in stored],
        come=[document.body for document in documents],
    )
    now = revision.begin()
    Document.objects.filter(pk__in=[stored[document.record].pk for document in documents if document.record in stored]).update(until=now)
    for document in documents:
        document.revision = now
    Document.objects.bulk_create(documents)


def _successor(resource: str, id_: str, stored: Document | None, body: str | None, moved_to: str | None) -> Document | None:
    """The document that follows on the stored one, or None where that one still holds."""
    gone = stored is None or not stored.body
    if body is None:
        # What was never published leaves no trace, under its old id as little as under its new one.
        if moved_to is not None and stored is not None:
            return Document(resource=resource, record=id_, action=Document.Action.MOVED, body="", successor=moved_to)
        return None if gone else Document(resource=resource, record=id_, action=Document.Action.RETIRED, body="")
    if not gone and stored is not None and stored.body == body:
        return None
    action = Document.Action.CREATED if gone else Document.Action.CHANGED
    return Document(resource=resource, record=id_, action=action, body=body)


def _take_back(resource: Resource, ids: list[str], revision: _Revision) -> None:
    """Undo what this very revision stored of these records, so that they are published once in it, as they are now."""
    mine = Document.objects.filter(resource=resource.name, record__in=ids).order_by()
    stored, replaced = mine.filter(revision=revision.stored), mine.filter(until=revision.stored)
    tallies.move(resource, gone=stored.values_list("body", flat=True), come=replaced.values_list("body", flat=True))
    stored.delete()
    replaced.update(until=None)


def all_records() -> Iterator[tuple[Resource, list[str]]]:
    """Every record that is published or should be, in batches."""
    for resource in RESOURCES.values():
        rows = set(resource.published().values_list("pk", flat=True))
        documents = set(Document.objects.current().bodies().filter(resource=resource.name).values_list("record", flat=True))
        for batch in batches(sorted(rows | documents)):
            yield resource, batch
