"""Notes each write of a row that documents show: signals for rows and links, called by the querysets for bulk writes."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import connection, models
from django.db.models import ProtectedError
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from django.db.transaction import TransactionManagementError

from publishing.pending import Pending


def pending() -> Pending:
    """What the open transaction has written; an error outside one, where row and document could part."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("Rows that are published are written inside a transaction.")
    found: Pending = connection.pending  # type: ignore[attr-defined]  # added by publishing.backends
    return found


_OWNERS: defaultdict[type[models.Model], set[str]] = defaultdict(set)


def track(model: type[models.Model], foreign_key_to_owner: str | None = None) -> None:
    """Note each write of this model's rows and many-to-many links from now on, and the owners that rows leave by this foreign key."""
    if foreign_key_to_owner is not None:
        _OWNERS[model].add(foreign_key_to_owner)
    pre_save.connect(_note_former_owners, sender=model, dispatch_uid=f"former {model._meta.label}")
    post_save.connect(_note_saved, sender=model, dispatch_uid=f"saved {model._meta.label}")
    pre_delete.connect(_note_deleted, sender=model, dispatch_uid=f"deleted {model._meta.label}")
    for field in model._meta.many_to_many:
        m2m_changed.connect(_note_links, sender=field.remote_field.through, dispatch_uid=f"links {model._meta.label}.{field.name}")


def foreign_keys_to_owners(model: type[models.Model]) -> tuple[str, ...]:
    """The foreign keys through which another row's document shows this one: a write must name the owner that it leaves."""
    return tuple(sorted(_OWNERS.get(model._meta.concrete_model or model, ())))


def links_that_protect(row: models.Model) -> list[models.Model]:
    """The rows that hold `row` in a many-to-many field: deleting it would change them in silence, so they protect it."""
    holders: list[models.Model] = []
    for relation in row._meta.related_objects:
        if relation.many_to_many and relation.related_model is not type(row) and not relation.hidden:
            holders += relation.related_model._base_manager.filter(**{relation.field.name: row.pk})[:20]
    return holders


def _note_former_owners(sender: type[models.Model], instance: models.Model, **_: Any) -> None:
    names = foreign_keys_to_owners(sender)
    if not names or instance.pk is None:
        return
    former = sender._base_manager.filter(pk=instance.pk).values_list(*(f"{name}_id" for name in names)).first()
    for name, owner in zip(names, former or (), strict=False):
        if owner != getattr(instance, f"{name}_id"):
            pending().leave(sender, name, [owner])


def _note_saved(sender: type[models.Model], instance: models.Model, **_: Any) -> None:
    pending().write(sender, [instance.pk])


def _note_deleted(sender: type[models.Model], instance: models.Model, **_: Any) -> None:
    holders = links_that_protect(instance)
    if holders:
        raise ProtectedError(f"{instance} is in use; move it to its successor or take it out first.", set(holders))
    pending().write(sender, [instance.pk])
    for name in foreign_keys_to_owners(sender):
        pending().leave(sender, name, [getattr(instance, f"{name}_id")])
    for field in sender._meta.many_to_many:
        if field.remote_field.model is sender:
            pending().write(sender, field.value_from_object(instance) and [other.pk for other in field.value_from_object(instance)])


def _note_links(  # noqa: PLR0913, PLR0917  (the signal's arguments)
    sender: Any,
    instance: models.Model,
    action: str,
    reverse: bool,
    model: type[models.Model],
    pk_set: set[Any] | None,
    **_: Any,
) -> None:
    holder = model if reverse else type(instance)
    if action == "pre_clear":
        pk_set = _linked(sender, instance, reverse)
    elif not action.startswith("post_") or action == "post_clear":
        return
    if model._meta.concrete_model is type(instance)._meta.concrete_model:
        pending().write(holder, {instance.pk, *(pk_set or ())})
    else:
        pending().write(holder, (pk_set or ()) if reverse else [instance.pk])


def _linked(through: Any, instance: models.Model, reverse: bool) -> set[Any]:
    field = next(
        field
        for model in (type(instance), *(r.related_model for r in instance._meta.related_objects if r.many_to_many))
        for field in model._meta.many_to_many
        if field.remote_field.through is through
    )
    mine, other = field.m2m_field_name(), field.m2m_reverse_field_name()
    if reverse:
        mine, other = other, mine
    return set(through._base_manager.filter(**{mine: instance.pk}).values_list(f"{other}_id", flat=True))
