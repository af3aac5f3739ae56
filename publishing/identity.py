"""Identity: a record keeps its id for good, unless it is moved: renamed, or merged into the record that it turned out to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F, QuerySet

from publishing.editing import editing
from publishing.fields import Lines, RecordId
from publishing.models import Document
from publishing.resources import RESOURCES
from publishing.rows import Record
from publishing.tracking import pending

# A chain this long was made by nobody in earnest.
_MOST_MOVES = 100


@dataclass(frozen=True)
class Move:
    """What became of one record: it is called `new` now, or was `merged` into the record of that id."""

    model: type[models.Model]
    old: str
    new: str
    merged: bool


def successor(resource: str, id_: str, documents: QuerySet[Document] | None = None) -> str | None:
    """The id under which a record that was moved lives on, however often it was; None if it was not moved, or was retired since.

    `documents` are the last words on all records: today's, unless others are given.
    """
    documents = (Document.objects.current() if documents is None else documents).filter(resource=resource)
    heir = id_
    for _ in range(_MOST_MOVES):
        document = documents.filter(record=heir).first()
        if document is None or document.action == Document.Action.RETIRED:
            return None
        if document.action != Document.Action.MOVED:
            return None if heir == id_ else heir
        heir = str(document.successor)
    return None


def move(row: Record, new_id: str, *, actor: str | None = None) -> list[Move]:
    """Give a record the id `new_id`, or merge it into the record that has it; publish that as one revision.

    All that points at the record points at the new one then. A merged record leaves its links and its names, as aliases; of two rows without an id
    of their own that would be the same row, one is dropped. Facts whose ids start with the old id move along, with a number where that id is taken.
    Old ids answer with the new ones from then on.
    """
    model = _concrete(row)
    old = str(row.pk)
    RecordId().clean(new_id, row)
    if new_id == old:
        raise ValidationError("That is its id.")
    if not model._base_manager.filter(pk=new_id).exists() and _was_another(model, new_id, old):
        raise ValidationError(f"{new_id} was the id of another record; an id is never used again.")
    with editing(actor=actor, comment=f"{old} is now {new_id}."):
        moves = list(_move(model, old, new_id))
        for moved in moves:
            moved.model._base_manager.get(pk=moved.new).full_clean()
    return moves


def _move(model: type[models.Model], old: str, new: str) -> Iterator[Move]:
    merged = model._base_manager.filter(pk=new).exists()
    if merged:
        _merge(model, old, new)
    else:
        model._default_manager.filter(pk=old).update(**{model._meta.pk.attname: new})
        for key in _foreign_keys_to(model):
            key.model._default_manager.filter(**{key.attname: old}).update(**{key.attname: new})
    pending().write(model, [new])
    pending().move(model, old, new)
    yield Move(model, old, new, merged)
    for key in _foreign_keys_to(model):
        if isinstance(key.model._meta.pk, RecordId):
            owned = key.model._base_manager.filter(**{key.attname: new}, pk__startswith=f"{old}.")
            for fact in sorted(owned.values_list("pk", flat=True)):
                yield from _move(key.model, fact, _free(key.model, new + fact.removeprefix(old)))


def _merge(model: type[models.Model], old: str, new: str) -> None:
    row, heir = model._base_manager.get(pk=old), model._base_manager.get(pk=new)
    for key in _foreign_keys_to(model):
        if key.model is model and getattr(heir, key.attname) == old:
            # It pointed at what it now is: it takes over where that pointed.
            above = getattr(row, key.attname)
            model._default_manager.filter(pk=new).update(**{key.attname: None if above == new else above})
        _repoint(key, old, new)
    for field in model._meta.many_to_many:
        if field.related_model is model:
            through: Any = field.remote_field.through
            through._base_manager.filter(**{field.m2m_field_name(): F(field.m2m_reverse_field_name())}).delete()
    _hand_on_names(row, model._base_manager.get(pk=new))
    model._base_manager.get(pk=old).delete()


def _repoint(key: models.ForeignKey[Any, Any], old: str, new: str) -> None:
    rows = key.model._default_manager.filter(**{key.attname: old})
    try:
        with transaction.atomic():
            rows.update(**{key.attname: new})
    except IntegrityError:
        for row in rows.order_by("pk"):
            _repoint_or_drop(row, key, new)


def _repoint_or_drop(row: models.Model, key: models.ForeignKey[Any, Any], new: str) -> None:
    try:
        with transaction.atomic():
            type(row)._default_manager.filter(pk=row.pk).update(**{key.attname: new})
    except IntegrityError as error:
        if isinstance(row._meta.pk, RecordId):
            raise ValidationError(f"{row.pk} stands in the way: {error}") from error
        row.delete()


def _hand_on_names(row: Any, heir: Any) -> None:
    if not any(field.name == "aliases" and isinstance(field, Lines) for field in heir._meta.fields):
        return
    names = [name for name in (row.name_en, row.name_zh, *row.aliases) if name and name not in (heir.name_en, heir.name_zh)]
    heir.aliases = list(dict.fromkeys([*heir.aliases, *names]))
    heir.save(update_fields=["aliases"])


def _free(model: type[models.Model], wanted: str) -> str:
    taken = set(model._base_manager.filter(pk__startswith=wanted).values_list("pk", flat=True))
    return next(id_ for number in count(1) if (id_ := wanted if number == 1 else f"{wanted}-{number}") not in taken)


def _was_another(model: type[models.Model], new: str, old: str) -> bool:
    names = [resource.name for resource in RESOURCES.values() if resource.model._meta.concrete_model is model]
    gone = Document.objects.current().filter(resource__in=names, record=new, action__in=Document.Action.gone())
    return any(successor(document.resource, new) != old for document in gone)


def _foreign_keys_to(model: type[models.Model]) -> list[models.ForeignKey[Any, Any]]:
    """All of them, also those of many-to-many tables and those without a name on this side."""
    relations: Any = model._meta.get_fields(include_hidden=True)
    return [relation.field for relation in relations if relation.auto_created and (relation.one_to_many or relation.one_to_one)]


def _concrete(row: models.Model) -> type[models.Model]:
    return row._meta.concrete_model or type(row)
