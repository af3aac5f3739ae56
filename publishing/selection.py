"""`?fields=`: which fields of a record are shown, at any depth, each checked against the serializer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import orjson
from rest_framework import serializers

from publishing.errors import Fault, did_you_mean

# Field names as a tree: what is not nested has no branches.
Tree = dict[str, "Tree"]


def read_selection(written: Sequence[str], serializer: type[serializers.BaseSerializer[Any]]) -> tuple[Tree | None, list[Fault]]:
    """The fields asked for, as a tree, and the names that the record has not."""
    if not written:
        return None, []
    known = paths(serializer)  # type: ignore[arg-type]  # a class is hashable
    faults = [
        Fault("fields", name, "No such field.", allowed=sorted(known), did_you_mean=did_you_mean(name, known) or None)
        for name in written
        if name not in known
    ]
    return _tree(set(written)), faults


def select(body: str, chosen: Tree) -> str:
    """The document with the chosen fields alone, in its own order."""
    return orjson.dumps(_pick(orjson.loads(body), chosen)).decode()


@cache
def paths(serializer: type[serializers.BaseSerializer[Any]]) -> frozenset[str]:
    """The dotted names of all fields of a record."""
    return frozenset(_paths(serializer()))


def _tree(names: set[str]) -> Tree:
    chosen: Tree = {}
    for name in names:
        *owners, _ = parts = name.split(".")
        if any(".".join(owners[:depth]) in names for depth in range(1, len(parts))):
            # A field that is asked for whole has this part anyway.
            continue
        branch = chosen
        for part in parts:
            branch = branch.setdefault(part, {})
    return chosen


def _paths(serializer: Any) -> list[str]:
    names = []
    for name, field in serializer.fields.items():
        names.append(name)
        shape = getattr(field, "child", field)
        if isinstance(shape, serializers.BaseSerializer):
            names += [f"{name}.{nested}" for nested in _paths(shape)]
    return names


def _pick(value: Any, chosen: Tree) -> Any:
    if isinstance(value, list):
        return [_pick(item, chosen) for item in value]
    if not chosen or not isinstance(value, dict):
        return value
    return {name: _pick(item, chosen[name]) for name, item in value.items() if name in chosen}
