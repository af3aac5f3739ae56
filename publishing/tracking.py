"""Notes each write of a row that documents show: signals for single rows, called by the querysets for bulk writes and links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models import ProtectedError
from django.db.models.signals import post_save, pre_delete, pre_save
from django.db.transaction import TransactionManagementError

from publishing.pending import Pending

_Q = TypeVar("_Q", bound="models.QuerySet[Any]")


def pending() -> Pending:
    """What the open transaction has written; an error outside one, where row and document could part."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("Rows that are published are written inside a transaction.")
    found: Pending = connection.pending  # type: ignore[attr-defined]  # added by publishing.backends
    return found


_OWNERS: defaultdict[type[models.Model], set[str]] = defaultdict(set)


def track(model: type[models.Model], foreign_key_to_owner: str | None = None) -> None:
    """Note each write of this model's rows from now on, and the owners that rows leave by this foreign key."""
    if foreign_key_to_owner is not None:
        _OWNERS[model].add(foreign_key_to_owner)
    pre_save.connect(_note_former_owners, sender=model, dispatch_uid=f"former {model._meta.label}")
    post_save.connect(_note_saved, sender=model, dispatch_uid=f"saved {model._meta.label}")
    pre_delete.connect(_note_deleted, sender=model, dispatch_uid=f"deleted {model._meta.label}")
    # `owner.rows.add(row)` writes through the base manager, and Django's own notes nothing.
    model._meta.base_manager_name = "objects"
    model._meta._expire_cache()  # type: ignore[attr-defined]  # not in the stubs


def foreign_keys_to_owners(model: type[models.Model]) -> tuple[str, ...]:
    """The foreign keys through which another row's document shows this one: a write must name the owner that it leaves."""
    return tuple(sorted(_OWNERS.get(model._meta.concrete_model or model, ())))


def hold(rows: _Q) -> _Q:
    """Keep other writers off these rows until the transaction ends, and return them.

    What a write changes is noted from what was read before it. Without the lock a concurrent writer could in between move a row on, or bring
    another one under the query, and the owner that it left would never be told.
    """
    # SQLite has one writer at a time, and takes no list of more than some ten thousand keys.
    if not connection.features.has_select_for_update:
        return rows
    # In a query of its own, as one that groups or joins cannot lock; and in an order of its own, as a model's may join.
    locked = rows.model._base_manager.filter(pk__in=rows.order_by().values("pk")).order_by("pk").select_for_update(no_key=True)
    return rows.filter(pk__in=list(locked.values_list("pk", flat=True)))


def leave_owners(rows: models.QuerySet[Any], foreign_keys: Collection[str] | None = None) -> list[Any]:
    """Note the owners that these rows have, all or those of some foreign keys, and return the keys of the rows."""
    names = foreign_keys_to_owners(rows.model) if foreign_keys is None else foreign_keys
    found = list(rows.order_by().values_list("pk", *(f"{name}_id" for name in names)))
    for position, name in enumerate(names, start=1):
        pending().leave(rows.model, name, (row[position] for row in found))
    return [row[0] for row in found]


def links_that_protect(row: models.Model) -> list[models.Model]:
    """The rows that hold `row` in a many-to-many field: deleting it would change them in silence, so they protect it."""
    holders: list[models.Model] = []
    for relation in row._meta.related_objects:
        if relation.many_to_many and relation.related_model is not type(row) and not relation.hidden:
            holders += relation.related_model._base_manager.filter(**{relation.field.name: row.pk})[:20]
    return holders


def _note_former_owners(sender: type[models.Model], instance: models.Model, **_: Any) -> None:
    # Before the row is written: outside a transaction it is not to be.
    pending()
    if foreign_keys_to_owners(sender) and instance.pk is not None:
        leave_owners(sender._base_manager.filter(pk=instance.pk).select_for_update(no_key=True))


def _note_saved(sender: type[models.Model], instance: models.Model, **_: Any) -> None:
    pending().write(sender, [instance.pk])


def _note_deleted(sender: type[models.Model], instance: models.Model, **_: Any) -> None:
    # The instance may be older than its row; and from here on nobody can link to that.
    leave_owners(sender._base_manager.filter(pk=instance.pk).select_for_update())
    holders = links_that_protect(instance)
    if holders:
        raise ProtectedError(f"{instance} is in use; move it to its successor or take it out first.", set(holders))
    pending().write(sender, [instance.pk])
    for field in sender._meta.many_to_many:
        if field.remote_field.model is sender:
            pending().write(sender, [other.pk for other in field.value_from_object(instance)])
