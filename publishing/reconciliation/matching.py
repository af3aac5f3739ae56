"""Matching: from queries of the protocol to candidates, each with its score, what that is made of, and whether it is sure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q

from publishing.reconciliation import entities
from publishing.reconciliation.agreement import agrees
from publishing.reconciliation.entities import Documents, identifier
from publishing.reconciliation.properties import properties
from publishing.reconciliation.reading import Given, Query
from publishing.resolving.candidates import Asked, resolve, usual_resources
from publishing.resolving.scores import NAME, SAME
from publishing.resources import RESOURCES, Resource
from publishing.search.once import first_of_each

# Candidates by name whose properties are looked at.
_LOOKED_AT = 50
# What is left of a score where no property agrees.
_AT_ODDS = 0.5


@dataclass(frozen=True)
class _Found:
    """An entity that may be meant, as yet by its name alone; None where no name was given."""

    entity: str
    by_name: float | None


def reconcile(batch: Mapping[str, Query]) -> dict[str, Any]:
    """The result batch: three queries and those that find candidates by name, and one more for each query without a text."""
    named = {key: Asked(query.text, query.types) for key, query in batch.items() if query.text is not None}
    candidates = dict(zip(named, resolve(list(named.values()), _LOOKED_AT), strict=True))
    found = {
        key: [_Found(identifier(one.resource, one.id), one.score) for one in candidates[key]] if key in named else _by_properties(query)
        for key, query in batch.items()
    }
    documents = entities.documents(one.entity for one in (one for several in found.values() for one in several))
    return {key: {"result": _ranked(query, found[key], documents)} for key, query in batch.items()}


def _ranked(query: Query, found: Sequence[_Found], documents: Documents) -> list[dict[str, Any]]:
    results = [_result(one, query.given, documents[one.entity]) for one in found if one.entity in documents]
    results.sort(key=lambda result: (-result["score"], result["id"]))
    sure = [result for result in results if result["score"] >= SAME]
    for result in results:
        # Of two that are as good as sure neither is.
        result["match"] = sure == [result]
    return results[: query.limit]


def _result(found: _Found, given: Sequence[Given], document: dict[str, Any]) -> dict[str, Any]:
    resource = RESOURCES[found.entity.partition("/")[0]]
    known = properties(resource)
    told = {one.property: agrees(one.values, known[one.property], document) for one in given if one.property in known}
    telling = [agreed for agreed in told.values() if agreed is not None]
    share = sum(telling) / len(telling) if telling else 1.0
    score = (found.by_name if found.by_name is not None else NAME) * (_AT_ODDS + (1 - _AT_ODDS) * share)
    return {
        "id": found.entity,
        "name": entities.name(resource, document),
        "description": entities.description(resource, document),
        "type": [entities.type_of(resource)],
        "score": round(score, 3),
        "match": False,
        "features": [
            *([{"id": "name", "value": found.by_name}] if found.by_name is not None else []),
            *({"id": id_, "value": agreed} for id_, agreed in told.items() if agreed is not None),
        ],
    }


def _by_properties(query: Query) -> list[_Found]:
    """Records that have one of the properties given, where an index finds them."""
    found = _having(query.given, query.types or usual_resources())
    if not query.types:
        found = first_of_each(found, lambda record: record)
    return [_Found(identifier(name, id_), None) for name, id_ in found]


def _having(given: Sequence[Given], resources: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Resource and id of records that have one of these properties; in the order of their ids."""
    for name in resources:
        resource = RESOURCES[name]
        condition = next((found for one in given if (found := _condition(resource, one)) is not None), None)
        if condition is not None:
            rows = resource.published().filter(condition)
            yield from ((name, pk) for pk in rows.order_by("pk").values_list("pk", flat=True)[:_LOOKED_AT])


def _condition(resource: Resource, given: Given) -> Q | None:
    """That a record has one of these values, in a column with an index; None where there is none."""
    column = next((column for column in _indexed(resource) if column.name == given.property), None)
    if column is None:
        return None
    texts = [str(value["id"] if isinstance(value, dict) else value) for value in given.values]
    if not column.is_relation:
        return Q(**{f"{column.name}__in": texts}) if isinstance(column, models.CharField) else None
    ids = [text.rpartition("/")[2] for text in texts]
    by_name = {f"{column.name}__{name}__in": texts for name in ("name_en", "name_zh") if _has(column.related_model, name)}
    return Q(**{f"{column.attname}__in": ids}, **by_name, _connector=Q.OR)


def _indexed(resource: Resource) -> list[Any]:
    """The columns that have an index, or that one begins with."""
    # A proxy has the indexes of the model behind it.
    meta = (resource.model._meta.concrete_model or resource.model)._meta
    begun = {index.fields[0] for index in meta.indexes if index.fields}
    columns: list[Any] = list(meta.concrete_fields)
    return [column for column in columns if column.unique or column.db_index or column.name in begun]


def _has(model: Any, name: str) -> bool:
    return any(column.name == name for column in model._meta.concrete_fields)
