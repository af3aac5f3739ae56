"""What an open transaction has written and not yet published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import models

type_ = type[models.Model]


class Pending:
    """Rows written since the last publication on a connection, and owners that lost a row.

    `written` holds primary keys by concrete model. `left` holds, by child model and foreign key, the keys of the rows pointed at before:
    their documents showed the child, and after the write no query finds them through it. `revision` is the one that the transaction has
    begun, if it has published before.
    """

    def __init__(self) -> None:
        self.written: defaultdict[type_, set[Any]] = defaultdict(set)
        self.left: defaultdict[tuple[type_, str], set[Any]] = defaultdict(set)
        self.moved: dict[tuple[type_, Any], Any] = {}
        self.actor: str | None = None
        self.comment: str | None = None
        self.revision: Any = None

    def __bool__(self) -> bool:
        return bool(self.written or self.left or self.moved)

    def write(self, model: type_, pks: Iterable[Any]) -> None:
        self.written[model._meta.concrete_model or model].update(pks)

    def leave(self, model: type_, foreign_key: str, owners: Iterable[Any]) -> None:
        self.left[model._meta.concrete_model or model, foreign_key].update(owner for owner in owners if owner is not None)

    def move(self, model: type_, old: Any, new: Any) -> None:
        self.moved[model._meta.concrete_model or model, old] = new

    def settle(self) -> None:
        """Forget the writes: they are published."""
        self.written.clear()
        self.left.clear()
        self.moved.clear()

    def copy(self) -> Pending:
        """The same, to come back to."""
        copy = Pending()
        for model, pks in self.written.items():
            copy.written[model] = set(pks)
        for foreign_key, owners in self.left.items():
            copy.left[foreign_key] = set(owners)
        copy.moved = dict(self.moved)
        copy.actor, copy.comment, copy.revision = self.actor, self.comment, self.revision
        return copy
