"""Properties: what the records of a type are told apart by, and what can be fetched of them; derived from the serializers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from rest_framework import serializers

from publishing.paths import Path
from publishing.resolving.usage import usage_of
from publishing.resources import RESOURCES, Resource
from publishing.shapes import RecordSerializer


@dataclass(frozen=True)
class Property:
    """An attribute of the records of a type, by one dotted path into their documents, or by several of which any may hold the value."""

    id: str
    description: str
    paths: tuple[str, ...]
    # The type of its values, where they are records.
    type: str | None = None

    @property
    def name(self) -> str:
        return self.id.replace("_", " ").replace(".", ": ")

    def values(self, document: Any) -> list[Any]:
        """Its values in a document, each once."""
        found = [value for path in self.paths for value in _at(document, path.split("."))]
        return [value for place, value in enumerate(found) if value not in found[:place]]


def properties(resource: Resource) -> dict[str, Property]:
    """The properties of a type, in the order of its records' fields."""
    return _properties(resource.name)


@cache
def _properties(name: str) -> dict[str, Property]:
    resource = RESOURCES[name]
    found = {one.id: one for one in _fields(resource.serializer(), resource.model)}
    for further, paths in usage_of(resource.serializer).further_properties.items():
        found[further] = Property(further, f"Any of: {', '.join(paths)}.", paths)
    return found


def resource_of(model: type[models.Model]) -> Resource | None:
    """The resource that shows the rows of a model, not the one of a proxy."""
    return next((resource for resource in RESOURCES.values() if resource.model is model), None)


def _fields(serializer: Any, model: type[models.Model], owner: str = "") -> Iterator[Property]:
    for name, field in serializer.fields.items():
        shape = getattr(field, "child", field)
        text = str(field.help_text or "")
        path = f"{owner}{name}"
        if not isinstance(shape, serializers.BaseSerializer):
            yield Property(path, text, (path,))
        elif field.source != "*":
            other = Path(model, field.source.replace(".", "__")).end
            shown = resource_of(other)
            if shown is not None:
                yield Property(path, text, (path,), shown.name)
            elif isinstance(shape, RecordSerializer) and not owner:
                yield from _fields(shape, other, f"{path}.")


def _at(value: Any, path: Sequence[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _at(item, path)
    elif not path:
        if value is not None:
            yield value
    elif isinstance(value, dict):
        yield from _at(value.get(path[0]), path[1:])
