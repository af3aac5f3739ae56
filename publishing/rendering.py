"""Rendering: from rows to the JSON that the API serves, by ordinary serializers, in a bounded number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from django.db import connection, models
from django.db.models import Prefetch

from publishing.resources import Resource


class QueryWhileShownError(Exception):
    """A serializer asked the database for something that its nested fields do not declare."""


def render(resource: Resource, keys: Collection[Any]) -> dict[str, str]:
    """The bodies of those of these records that are published, by id.

    Loads first, one query for the rows and one for each relation that the serializer shows, then shows without a query.
    """
    rows = list(load(resource, keys))
    serializer = resource.serializer()
    with _no_queries(resource):
        return {str(row.pk): orjson.dumps(serializer.to_representation(row)).decode() for row in rows}


def load(resource: Resource, keys: Collection[Any]) -> models.QuerySet[Any]:
    """The published rows of these keys, with all that their documents show; what is not published is not shown there either."""
    rows = _published(resource.model).filter(pk__in=keys)
    return rows.prefetch_related(*(Prefetch(path.lookup, queryset=_published(path.end)) for path in resource.shown))


def _published(model: type[models.Model]) -> models.QuerySet[Any]:
    return model._default_manager.published()  # type: ignore[attr-defined,no-any-return]


@contextmanager
def _no_queries(resource: Resource) -> Iterator[None]:
    def refuse(execute: object, sql: str, params: object, many: bool, context: object) -> None:
        raise QueryWhileShownError(f"{resource.name}: declare it as a nested field: {sql[:200]}")

    with connection.execute_wrapper(refuse):
        yield
