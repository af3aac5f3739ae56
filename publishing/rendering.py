"""Rendering: from rows to the JSON that the API serves, by ordinary serializers, in a bounded number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import orjson
from django.db import connection, models
from django.db.models import Prefetch
from rest_framework import serializers

from publishing.paths import Path
from publishing.resources import Resource


class QueryWhileShownError(Exception):
    """A serializer asked the database for something that its nested fields do not declare."""


def render(resource: Resource, keys: Collection[Any]) -> dict[str, str]:
    """The bodies of those of these records that are published, by id.

    Loads first, one query for the rows and one for each relation that the serializer shows, then shows without a query.
    """
    rows = list(load(resource, keys))
    serializer = _serializer(resource)
    with _no_queries(resource):
        return {str(row.pk): orjson.dumps(serializer.to_representation(row)).decode() for row in rows}


def load(resource: Resource, keys: Collection[Any]) -> models.QuerySet[Any]:
    """The published rows of these keys, with all that their documents show as plain attributes `shown_<relation>`.

    What is not published is not shown there either. A list in an attribute spares each row the making of a related manager and its query,
    which took half of the time.
    """
    rows = _published(resource.model).filter(pk__in=keys)
    return rows.prefetch_related(*(_prefetch(path) for path in resource.shown))


def _prefetch(path: Path) -> Prefetch[Any, Any, Any]:
    *owners, relation = path.lookup.split("__")
    lookup = "__".join([*map(_loaded, owners), relation])
    return Prefetch(lookup, queryset=_published(path.end), to_attr=_loaded(relation))


def _loaded(relation: str) -> str:
    return f"shown_{relation}"


@cache
def _serializer(resource: Resource) -> Any:
    """The serializer of a resource, reading what `load` has loaded; made once, as that takes longer than to show a record."""
    serializer = resource.serializer()
    _read_what_is_loaded(serializer)
    return serializer


def _read_what_is_loaded(serializer: Any) -> None:
    for field in serializer.fields.values():
        shape = getattr(field, "child", field)
        if isinstance(shape, serializers.BaseSerializer):
            field.source_attrs = [_loaded(relation) for relation in field.source_attrs]
            _read_what_is_loaded(shape)


def _published(model: type[models.Model]) -> models.QuerySet[Any]:
    return model._default_manager.published()  # type: ignore[attr-defined,no-any-return]  # tracked models are Rows


@contextmanager
def _no_queries(resource: Resource) -> Iterator[None]:
    def refuse(execute: object, sql: str, params: object, many: bool, context: object) -> None:
        raise QueryWhileShownError(f"{resource.name}: declare it as a nested field: {sql[:200]}")

    with connection.execute_wrapper(refuse):
        yield
