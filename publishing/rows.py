"""Rows whose writes are published, whatever the path: saves, deletions, and the bulk methods that send no signals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self, TypeVar

from django.db import models, transaction

from publishing.fields import RecordId
from publishing.tracking import foreign_keys_to_owners, pending

_Row = TypeVar("_Row", bound=models.Model)


class RecordQuerySet(models.QuerySet[_Row]):
    """Notes what bulk writes change, in the transaction that makes the change."""

    def published(self) -> Self:
        """The rows that may be shown."""
        return self.all()

    def get_by_natural_key(self, *key: Any) -> _Row:
        return self.get(pk=key[0])

    def update(self, **changes: Any) -> int:
        owners = [name for name in foreign_keys_to_owners(self.model) if name in changes or f"{name}_id" in changes]
        with transaction.atomic(using=self.db):
            rows = list(self.order_by().values_list("pk", *(f"{name}_id" for name in owners)))
            for position, name in enumerate(owners, start=1):
                pending().leave(self.model, name, (row[position] for row in rows))
            pending().write(self.model, (row[0] for row in rows))
            return super().update(**changes)

    def bulk_create(self, objs: Iterable[_Row], *args: Any, **kwargs: Any) -> list[_Row]:
        rows = list(objs)
        with transaction.atomic(using=self.db):
            created = super().bulk_create(rows, *args, **kwargs)
            pending().write(self.model, (row.pk for row in created if row.pk is not None))
            # Where conflicts are ignored or updated the database does not say which row it was: name its owners.
            for name in foreign_keys_to_owners(self.model):
                pending().leave(self.model, name, (getattr(row, f"{name}_id") for row in created))
            return created

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic(using=self.db):
            return super().delete()


class Row(models.Model):
    """A row whose writes are published: it is shown in a record of its own, or inside another's."""

    # What the row's derived columns follow from, as lookups; `derive` brings them up to date before publication.
    derived_from: ClassVar[tuple[str, ...]] = ()

    objects: ClassVar[Any] = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic(using=kwargs.get("using"), savepoint=False):
            super().save_base(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic(using=kwargs.get("using"), savepoint=False):
            return super().delete(*args, **kwargs)

    @classmethod
    def derive(cls, pks: set[Any]) -> set[Any]:
        """Bring the derived columns of these rows up to date; return the keys of those that changed."""
        return set()

    @classmethod
    def refuse_unpublishable(cls, pks: set[Any]) -> None:
        """Raise a ValidationError if one of the rows is to be shown and must not be."""


class Record(Row):
    """A row that the API serves under a public id."""

    id = RecordId(help_text="Public id: a slug that never changes and is never reused.")

    class Meta:
        abstract = True
        ordering = ("id",)

    def __str__(self) -> str:
        return str(self.pk)

    def natural_key(self) -> tuple[str]:
        return (self.pk,)
