"""Entities: records as the protocol names them, over all resources: `<resource>/<id>`, which is also where they are below /v1/."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import orjson
from django.db.models import Q

from publishing.models import Document
from publishing.reconciliation.properties import properties
from publishing.resolving.usage import usage_of
from publishing.resources import RESOURCES, Resource
from publishing.search.texts import texts

Documents = dict[str, dict[str, Any]]


def identifier(resource: str, id_: str) -> str:
    """What the protocol calls the record."""
    return f"{resource}/{id_}"


def parts(entity: str) -> tuple[str, str] | None:
    """The resource and the id in an identifier; None if it is none."""
    resource, _, id_ = entity.partition("/")
    return (resource, id_) if resource in RESOURCES and id_ and "\x00" not in id_ else None


def documents(entities: Iterable[str]) -> Documents:
    """The published documents of these entities, and of what those that were moved have become; what is not published is left out.

    It takes one query, and one more for each time that some were moved.
    """
    wanted: defaultdict[str, list[str]] = defaultdict(list)
    for entity in entities:
        named = parts(entity)
        if named is not None:
            wanted[named[0]].append(named[1])
    if not wanted:
        return {}
    any_of = Q()
    for resource, ids in wanted.items():
        any_of |= Q(resource=resource, record__in=ids)
    last_words = Document.objects.current().filter(any_of).exclude(action=Document.Action.RETIRED)
    found: Documents = {}
    heirs: dict[str, str] = {}
    for resource, id_, body, successor in last_words.values_list("resource", "record", "body", "successor"):
        if successor is None:
            found[identifier(resource, id_)] = orjson.loads(body)
        else:
            heirs[identifier(resource, id_)] = identifier(resource, successor)
    inherited = documents(heirs.values())
    return found | {entity: inherited[heir] for entity, heir in heirs.items() if heir in inherited}


def name(resource: Resource, shown: dict[str, Any]) -> str:
    """What a record is called, by its document or by what another shows of it."""
    searched = resource.searched
    if shown.get("name_en"):
        return str(shown["name_en"])
    return searched.called(shown) if searched.called is not None else next(texts(shown, (*searched.names, *searched.text, "id")))


def description(resource: Resource, document: dict[str, Any]) -> str:
    """What tells a record apart from its namesakes."""
    known = properties(resource)
    said = [document.get("name_zh"), *(document.get(field) for field in usage_of(resource.serializer).told_apart_by)]
    types = [None, *(known[field].type for field in usage_of(resource.serializer).told_apart_by)]
    return " · ".join(_said(value, type_) for value, type_ in zip(said, types, strict=True) if value)


def type_of(resource: Resource) -> dict[str, Any]:
    """A resource as the protocol's type."""
    return {"id": resource.name, "name": resource.name.capitalize()}


def _said(value: Any, type_: str | None) -> str:
    return name(RESOURCES[type_], value) if isinstance(value, dict) and type_ else str(value)
