"""The resources of the API: which serializer shows which rows under which name, and what else it shows of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from django.db import models
from rest_framework import serializers

from publishing.links import track_links
from publishing.paths import Crossing, Path
from publishing.search.texts import NAMES_ALONE, Searched
from publishing.tracking import track

_S = TypeVar("_S", bound="serializers.ModelSerializer[Any]")

RESOURCES: dict[str, Resource] = {}


@dataclass(frozen=True)
class Resource:
    """A collection of records, all shown by one serializer."""

    name: str
    serializer: type[serializers.ModelSerializer]  # type: ignore[type-arg]  # generic in the stubs alone
    model: type[models.Model]
    searched: Searched

    @cached_property
    def wider(self) -> Resource | None:
        """The resource that shows all rows of the table, where this one shows some: those of a proxy."""
        meta = self.model._meta
        return resource_of(meta.concrete_model) if meta.proxy and meta.concrete_model else None

    @cached_property
    def narrower(self) -> tuple[Resource, ...]:
        """The resources that show some of its rows, by proxies of its model."""
        return tuple(resource for resource in RESOURCES.values() if resource.wider is self)

    def published(self) -> models.QuerySet[Any]:
        """The rows that are published as its records."""
        rows: models.QuerySet[Any] = self.model._default_manager.published()  # type: ignore[attr-defined]  # tracked models are Rows
        return rows

    @cached_property
    def shown(self) -> tuple[Path, ...]:
        """All that its documents show beside their own row, nearest first; derived from the serializer's nested fields."""
        lookups = set(_relations(self.serializer()))
        whole = {"__".join(lookup.split("__")[:depth]) for lookup in lookups for depth in range(1, lookup.count("__") + 2)}
        return tuple(Path(self.model, lookup) for lookup in sorted(whole, key=lambda lookup: (lookup.count("__"), lookup)))

    @cached_property
    def watched(self) -> tuple[Path, ...]:
        """What its documents show, and what decides whether that is published."""
        ends = [("", self.model), *((path.lookup, path.end) for path in self.shown)]
        deciding = {"__".join(filter(None, (lookup, other))) for lookup, model in ends for other in _deciding(model)}
        return (*self.shown, *(Path(self.model, lookup) for lookup in sorted(deciding - {path.lookup for path in self.shown})))


def resource_of(model: type[models.Model]) -> Resource | None:
    """The resource whose records are rows of this very model."""
    return next((resource for resource in RESOURCES.values() if resource.model is model), None)


def publishes(name: str, searched: Searched = NAMES_ALONE) -> Callable[[type[_S]], type[_S]]:
    """Class decorator: the records of this serializer's model are published as the resource `name`, and found by what is `searched`."""

    def register(serializer: type[_S]) -> type[_S]:
        RESOURCES[name] = Resource(name, serializer, serializer.Meta.model, searched)
        return serializer

    return register


def track_resources() -> None:
    """Note the writes of every model that some document shows or some derived column follows from."""
    for model, foreign_key in _tracked():
        track(model, foreign_key)
        track_links(model)


def derivations() -> Iterator[Path | Crossing]:
    """What derived columns follow from, model by model."""
    for model in dict.fromkeys(resource.model for resource in RESOURCES.values() if not resource.model._meta.proxy):
        for lookup in getattr(model, "derived_from", ()):
            yield Path(model, lookup) if isinstance(lookup, str) else Crossing(model, lookup)


def _tracked() -> Iterator[tuple[type[models.Model], str | None]]:
    for path in derivations():
        yield path.root, None
        yield from path.lasts
    for resource in RESOURCES.values():
        # A signal names the class that was written through, be it a proxy.
        yield resource.model, None
        yield resource.model._meta.concrete_model or resource.model, None
        yield from (path.last for path in resource.watched)


def _deciding(model: type[models.Model]) -> Iterator[str]:
    """The other rows on which it depends whether a row of this model is published, as lookups: those that the query of it joins."""
    lookups: dict[str, str] = {}
    for alias, table in model._default_manager.published().query.alias_map.items():  # type: ignore[attr-defined]  # tracked models are Rows
        above = table.parent_alias
        lookups[alias] = "__".join(filter(None, (lookups[above], table.join_field.name))) if above else ""
    yield from filter(None, lookups.values())


def _relations(serializer: serializers.BaseSerializer) -> Iterator[str]:  # type: ignore[type-arg]  # generic in the stubs alone
    for field in serializer.fields.values():  # type: ignore[attr-defined]  # one of a record has fields
        shape = getattr(field, "child", field)
        steps = [] if field.source == "*" else field.source.split(".")
        if not isinstance(shape, serializers.BaseSerializer):
            steps = steps[:-1]
        if steps:
            yield "__".join(steps)
        if isinstance(shape, serializers.BaseSerializer):
            for nested in _relations(shape):
                yield "__".join([*steps, nested])
