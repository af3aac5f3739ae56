"""Rows whose writes are published, whatever the path: saves, deletions, and the bulk methods that send no signals."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, ClassVar, Self, TypeVar

from django.db import models, transaction
from django.db.models import Value

from publishing.fields import RecordId
from publishing.paths import batches
from publishing.tracking import foreign_keys_to_owners, hold, leave_owners, pending

_Row = TypeVar("_Row", bound=models.Model)


class RecordQuerySet(models.QuerySet[_Row]):
    """Notes what bulk writes change, in the transaction that makes the change."""

    def published(self) -> Self:
        """The rows that may be shown."""
        return self.all()

    def get_by_natural_key(self, *key: Any) -> _Row:
        return self.get(pk=key[0])

    def update(self, **changes: Any) -> int:
        with transaction.atomic(using=self.db, savepoint=False):
            rows = hold(self)
            pending().write(self.model, leave_owners(rows, self._owners_in(changes)))
            pending().write(self.model, rows._keys_in(changes))
            return super(RecordQuerySet, rows).update(**changes)

    def bulk_create(  # noqa: PLR0913, PLR0917  (the arguments of the method that it extends)
        self,
        objs: Iterable[_Row],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list[_Row]:
        rows = list(objs)
        with transaction.atomic(using=self.db, savepoint=False):
            for owner in self._owners_in(update_fields or ()):
                for batch in batches(rows):
                    leave_owners(self._conflicting(batch, unique_fields or ()), [owner])
            created = super().bulk_create(rows, batch_size, ignore_conflicts, update_conflicts, update_fields, unique_fields)
            pending().write(self.model, (row.pk for row in created if row.pk is not None))
            # Where conflicts are ignored or updated the database does not say which row it was: name its owners.
            for name in foreign_keys_to_owners(self.model):
                pending().leave(self.model, name, (getattr(row, f"{name}_id") for row in created))
            return created

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic(using=self.db):
            return super().delete()

    # As Django's own: a manager is not to delete everything.
    delete.queryset_only = True  # type: ignore[attr-defined]  # a mark on a function

    def _owners_in(self, columns: Collection[str]) -> list[str]:
        return [name for name in foreign_keys_to_owners(self.model) if name in columns or f"{name}_id" in columns]

    def _keys_in(self, changes: dict[str, Any]) -> Iterable[Any]:
        """The keys that the rows will have, if those change."""
        key = changes.get(self.model._meta.pk.name)
        if key is None:
            return ()
        return self.order_by().values_list(key if hasattr(key, "resolve_expression") else Value(key), flat=True)

    def _conflicting(self, rows: list[_Row], unique: Collection[str]) -> models.QuerySet[_Row]:
        """At least the rows in the database that are these by their unique columns."""
        columns: list[Any] = [self.model._meta.pk if name == "pk" else self.model._meta.get_field(name) for name in unique]
        values = {f"{column.name}__in": {getattr(row, column.attname) for row in rows} for column in columns}
        return self.model._base_manager.select_for_update(no_key=True).filter(**values)


class Row(models.Model):
    """A row whose writes are published: it is shown in a record of its own, or inside another's."""

    # What the row's derived columns follow from, as lookups; `derive` brings them up to date before publication. Several lookups together name
    # the rows that are reached by all of them.
    derived_from: ClassVar[tuple[str | tuple[str, ...], ...]] = ()

    objects: ClassVar[Any] = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic(using=kwargs.get("using"), savepoint=False):
            super().save_base(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic(using=kwargs.get("using")):
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
