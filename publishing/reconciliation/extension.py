"""Data extension: the values of properties of entities that were matched before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from publishing.reconciliation import entities
from publishing.reconciliation.properties import Property, properties
from publishing.resources import RESOURCES


def extend(ids: Sequence[str], wanted: Sequence[str]) -> dict[str, Any]:
    """The data extension response: for each entity the values of each property; none where it has none or is not published."""
    documents = entities.documents(ids)
    types = {named[0] for entity in ids if (named := entities.parts(entity))} or RESOURCES
    return {
        "meta": [_meta(id_, types) for id_ in wanted],
        "rows": {entity: {id_: _cells(entity, documents.get(entity), id_) for id_ in wanted} for entity in dict.fromkeys(ids)},
    }


def known() -> dict[str, Property]:
    """The properties of all types, by id; where several types have one, as the first of them has it."""
    found: dict[str, Property] = {}
    for resource in RESOURCES.values():
        for id_, one in properties(resource).items():
            found.setdefault(id_, one)
    return found


def _meta(id_: str, within: Iterable[str]) -> dict[str, Any]:
    types = {one.type for name in within if (one := properties(RESOURCES[name]).get(id_))}
    meta: dict[str, Any] = {"id": id_, "name": known()[id_].name}
    only = types.pop() if len(types) == 1 else None
    return {**meta, "type": entities.type_of(RESOURCES[only])} if only else meta


def _cells(entity: str, document: dict[str, Any] | None, id_: str) -> list[dict[str, Any]]:
    named = entities.parts(entity)
    one = properties(RESOURCES[named[0]]).get(id_) if named else None
    return [_cell(value, one) for value in one.values(document)] if one and document else []


def _cell(value: Any, one: Property) -> dict[str, Any]:
    if isinstance(value, dict) and one.type:
        return {"id": entities.identifier(one.type, value["id"]), "name": entities.name(RESOURCES[one.type], value)}
    if isinstance(value, bool):
        return {"str": str(value).lower()}
    if isinstance(value, int):
        return {"int": value}
    return {"float": value} if isinstance(value, float) else {"str": str(value)}
