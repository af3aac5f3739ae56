"""What a page of the admin says of publication: where the API serves a row, or why it does not, and what became of it so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q

from publishing.models import Document
from publishing.resources import RESOURCES
from publishing.tracking import foreign_keys_to_owners

LAST = 20


@dataclass(frozen=True)
class Publication:
    """The addresses at which a row is served, with the revision since which it stands as it does; why it is not; its last documents."""

    served: list[tuple[str, int]]
    hidden: str | None
    documents: list[Document]


def publication(row: models.Model) -> Publication:
    """How a row is published: as a record of its own, else within those of its owners."""
    records = list(_records(row))
    if not records:
        return Publication([], "The API has no record of it: records only refer to it.", [])
    wanted = Q()
    for resource, record in records:
        wanted |= Q(resource=resource, record=record)
    documents = Document.objects.filter(wanted).defer("body").select_related("revision")
    current = list(documents.current())
    served = [
        (f"/v1/{now.resource}/{now.record}/", now.revision_id)
        for now in current
        if now.successor is None and now.action not in Document.Action.gone()
    ]
    return Publication(served, _why_hidden(row, current, served=bool(served)), list(documents.order_by("-revision_id", "resource")[:LAST]))


def resources_of(model: type[models.Model]) -> list[str]:
    """The resources whose records are rows of this model, be it through a proxy."""
    return [name for name, resource in RESOURCES.items() if resource.model._meta.concrete_model is model._meta.concrete_model]


def _records(row: models.Model) -> Iterator[tuple[str, str]]:
    model = type(row)
    own = resources_of(model)
    if own:
        yield from ((name, str(row.pk)) for name in own)
        return
    for foreign_key in foreign_keys_to_owners(model):
        owner: Any = model._meta.get_field(foreign_key).related_model
        yield from ((name, getattr(row, f"{foreign_key}_id")) for name in resources_of(owner))


def _why_hidden(row: models.Model, current: list[Document], *, served: bool) -> str | None:
    if reason := _unpublished(row):
        return reason
    if served:
        return None
    successor = next((document.successor for document in current if document.successor), None)
    return f"It lives on as {successor}." if successor else "It was never published: manage.py publish mends that."


def _unpublished(row: models.Model) -> str | None:
    if not getattr(row, "is_published", True):
        return "“Is published” is off."
    for field in row._meta.fields:
        if field.remote_field and field.remote_field.on_delete is models.CASCADE:
            owner = getattr(row, field.name)
            if owner is not None and _unpublished(owner):
                return f"Its {field.verbose_name} is not published."
    return None
