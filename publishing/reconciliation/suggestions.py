"""Suggestions: what a person who is still typing may mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from publishing.reconciliation import entities
from publishing.reconciliation.entities import identifier
from publishing.reconciliation.properties import Property, properties
from publishing.resolving.candidates import Asked, begins_with, named_resources, resolve
from publishing.resources import RESOURCES

# As many as one sees without scrolling, and as far as anybody scrolls.
PAGE = 10
MOST = 50


def suggest_entities(prefix: str, wanted: Sequence[str], start: int) -> list[dict[str, Any]]:
    """Records whose names begin so, and then those that are called something like it."""
    asked = Asked(prefix, tuple(wanted))
    begin = [identifier(resource, id_) for resource, id_ in begins_with(asked, MOST)]
    [alike] = resolve([asked], MOST)
    exact = [identifier(one.resource, one.id) for one in alike if one.score >= 0.9]
    found = list(dict.fromkeys([*exact, *begin, *(identifier(one.resource, one.id) for one in alike)]))[start : start + PAGE]
    documents = entities.documents(found)
    return [_entity(entity, documents[entity]) for entity in found if entity in documents]


def suggest_types(prefix: str, start: int) -> list[dict[str, Any]]:
    """The types whose names hold what was typed; all, while nothing was."""
    return _page([entities.type_of(RESOURCES[name]) for name in named_resources()], prefix, start)


def suggest_properties(prefix: str, wanted: Sequence[str], start: int) -> list[dict[str, Any]]:
    """The properties, of these types or of any, whose names hold what was typed."""
    return _page([{"id": one.id, "name": one.name, "description": one.description} for one in _of(wanted)], prefix, start)


def propose_properties(wanted: Sequence[str], most: int | None) -> list[dict[str, Any]]:
    """The properties that can be fetched of entities of these types or of any."""
    return [{"id": one.id, "name": one.name} for one in _of(wanted)][:most]


def _entity(entity: str, document: dict[str, Any]) -> dict[str, Any]:
    resource = RESOURCES[entity.partition("/")[0]]
    return {
        "id": entity,
        "name": entities.name(resource, document),
        "description": entities.description(resource, document),
        "notable": [entities.type_of(resource)],
    }


def _of(types: Sequence[str]) -> list[Property]:
    """The properties of these types, or of any, each once."""
    return list({one.id: one for name in types or named_resources() for one in properties(RESOURCES[name]).values()}.values())


def _page(items: Sequence[dict[str, Any]], typed: str, start: int) -> list[dict[str, Any]]:
    wanted = typed.strip().casefold()
    held = [item for item in items if wanted in item["id"].casefold() or wanted in item["name"].casefold()]
    # What begins so comes first.
    held.sort(key=lambda item: not (item["id"].casefold().startswith(wanted) or item["name"].casefold().startswith(wanted)))
    return held[start : start + PAGE]
