"""Paths: lookups from a model to the rows that it shows or follows from, walked backwards to find who is affected by a write."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from django.db import models
from django.db.models.fields.related import ForeignKey

from publishing.pending import Pending

BATCH = 500


@dataclass(frozen=True)
class Path:
    """A lookup on `root` that ends at the rows of another model."""

    root: type[models.Model]
    lookup: str

    @property
    def last(self) -> tuple[type[models.Model], str | None]:
        """The model reached, and the foreign key by which its rows name their owner where the last step goes against one."""
        return _walk(self.root, self.lookup)[-1]

    @property
    def lasts(self) -> tuple[tuple[type[models.Model], str | None], ...]:
        """What must be tracked for it: its last step alone."""
        return (self.last,)

    @property
    def end(self) -> type[models.Model]:
        return self.last[0]

    def roots(self, pending: Pending) -> set[Any]:
        """Keys of the root rows that show a row just written, or showed one that has left them."""
        end, foreign_key = self.last
        found = _holding(self.root, self.lookup, pending.written.get(end, ()))
        if foreign_key is not None:
            owners = pending.left.get((end, foreign_key), set())
            prefix = self.lookup.rpartition("__")[0]
            found |= _holding(self.root, prefix, owners) if prefix else owners
        return found


@dataclass(frozen=True)
class Crossing:
    """The rows of `root` that share several owners with rows of another model: each lookup goes up to an owner, and down to those rows.

    One lookup alone would find far more: all that share that owner.
    """

    root: type[models.Model]
    lookups: tuple[str, ...]

    @property
    def lasts(self) -> tuple[tuple[type[models.Model], str | None], ...]:
        return tuple(_walk(self.root, lookup)[-1] for lookup in self.lookups)

    def roots(self, pending: Pending) -> set[Any]:
        """Keys of the root rows that share their owners with a row just written, or did so before; some more where many were written at once."""
        found: list[dict[str, list[Any]]] = [{}]
        for lookup, (end, foreign_key) in zip(self.lookups, self.lasts, strict=True):
            owners = set(pending.left.get((end, str(foreign_key)), ()))
            for batch in batches(pending.written.get(end, ())):
                owners.update(end._base_manager.filter(pk__in=batch).order_by().values_list(f"{foreign_key}_id", flat=True))
            up = lookup.rpartition("__")[0]
            found = [{**conditions, f"{up}__in": batch} for conditions in found for batch in batches(owners - {None})]
        keys: set[Any] = set()
        for conditions in found:
            keys.update(self.root._base_manager.filter(**conditions).order_by().values_list("pk", flat=True))
        return keys


def batches(keys: Iterable[Any]) -> Iterator[list[Any]]:
    """The keys in lists that one query can name."""
    rest = iter(keys)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _holding(root: type[models.Model], lookup: str, keys: Collection[Any]) -> set[Any]:
    found: set[Any] = set()
    for batch in batches(keys):
        found.update(root._base_manager.filter(**{f"{lookup}__in": batch}).order_by().values_list("pk", flat=True))
    return found


@cache
def _walk(root: type[models.Model], lookup: str) -> tuple[tuple[type[models.Model], str | None], ...]:
    steps: list[tuple[type[models.Model], str | None]] = []
    model = root
    for name in lookup.split("__"):
        field = model._meta.get_field(name)
        model = field.related_model._meta.concrete_model  # type: ignore[union-attr,assignment]  # a lookup names relations
        back = getattr(field, "remote_field", None)
        steps.append((model, back.name if field.auto_created and isinstance(back, ForeignKey) else None))
    return tuple(steps)
