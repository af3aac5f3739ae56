"""The resources of the API: which serializer shows which rows under which name, and what else it shows of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from django.db import models
from rest_framework import serializers

from publishing.paths import Path
from publishing.tracking import track

_S = TypeVar("_S", bound="serializers.ModelSerializer[Any]")

RESOURCES: dict[str, Resource] = {}


@dataclass(frozen=True)
class Resource:
    """A collection of records, all shown by one serializer."""

    name: str
    serializer: type[serializers.ModelSerializer]  # type: ignore[type-arg]
    model: type[models.Model]

    @cached_property
    def shown(self) -> tuple[Path, ...]:
        """All that its documents show beside their own row, nearest first; derived from the serializer's nested fields."""
        lookups = set(_relations(self.serializer()))
        whole = {"__".join(lookup.split("__")[:depth]) for lookup in lookups for depth in range(1, lookup.count("__") + 2)}
        return tuple(Path(self.model, lookup) for lookup in sorted(whole, key=lambda lookup: (lookup.count("__"), lookup)))


def publishes(name: str) -> Callable[[type[_S]], type[_S]]:
    """Class decorator: the records of this serializer's model are published as the resource `name`."""

    def register(serializer: type[_S]) -> type[_S]:
        RESOURCES[name] = Resource(name, serializer, serializer.Meta.model)
        return serializer

    return register


def track_resources() -> None:
    """Note the writes of every model that some document shows or some derived column follows from."""
    for path in derivations():
        track(path.root)
        track(*path.last)
    for resource in RESOURCES.values():
        # A signal names the class that was written through, be it a proxy.
        for model in {resource.model, resource.model._meta.concrete_model or resource.model}:
            track(model)
        for path in resource.shown:
            track(*path.last)


def derivations() -> Iterator[Path]:
    """What derived columns follow from, model by model."""
    for model in dict.fromkeys(resource.model for resource in RESOURCES.values() if not resource.model._meta.proxy):
        for lookup in getattr(model, "derived_from", ()):
            yield Path(model, lookup)


def _relations(serializer: serializers.BaseSerializer) -> Iterator[str]:  # type: ignore[type-arg]
    for field in serializer.fields.values():  # type: ignore[attr-defined]
        shape = getattr(field, "child", field)
        steps = [] if field.source == "*" else field.source.split(".")
        if not isinstance(shape, serializers.BaseSerializer):
            steps = steps[:-1]
        if steps:
            yield "__".join(steps)
        if isinstance(shape, serializers.BaseSerializer):
            for nested in _relations(shape):
                yield "__".join([*steps, nested])
