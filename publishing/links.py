"""Links: the rows of many-to-many tables. Writing one is noted as writing the row that holds it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction

from publishing.paths import batches
from publishing.tracking import hold, pending


def track_links(model: type[models.Model]) -> None:
    """Note each write of this model's many-to-many links from now on, by the fields of its rows or by their tables."""
    for field in model._meta.many_to_many:
        through: Any = field.remote_field.through
        through.holders = [field.m2m_field_name(), *([field.m2m_reverse_field_name()] if field.remote_field.model is model else [])]
        # Of two managers of one name the first would stand.
        through._meta.local_managers.clear()
        through.add_to_class("objects", LinkQuerySet.as_manager())


class LinkQuerySet(models.QuerySet[Any]):
    """Notes whose links it writes: the row that holds them; both rows where they are of one model, as then a link holds both ways."""

    def create(self, **ends: Any) -> Any:
        return self.bulk_create([self.model(**ends)])[0]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        links = list(objs)
        with transaction.atomic(using=self.db, savepoint=False):
            for name in self.model.holders:
                self._note(name, (getattr(link, f"{name}_id") for link in links))
            return super().bulk_create(links, *args, **kwargs)

    def update(self, **changes: Any) -> int:
        with transaction.atomic(using=self.db, savepoint=False):
            links = hold(self)
            keys = list(links.values_list("pk", flat=True))
            self._note_all(links)
            count = super(LinkQuerySet, links).update(**changes)
            for batch in batches(keys):
                self._note_all(self.model._base_manager.filter(pk__in=batch))
            return count

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic(using=self.db, savepoint=False):
            links = hold(self)
            self._note_all(links)
            return super(LinkQuerySet, links).delete()

    # As Django's own: a manager is not to delete everything.
    delete.queryset_only = True  # type: ignore[attr-defined]  # a mark on a function

    def _note_all(self, links: models.QuerySet[Any]) -> None:
        for name in self.model.holders:
            self._note(name, links.values_list(f"{name}_id", flat=True))

    def _note(self, name: str, keys: Iterable[Any]) -> None:
        pending().write(self.model._meta.get_field(name).related_model, keys)
