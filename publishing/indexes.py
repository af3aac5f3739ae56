"""Indexes: one for each column that lists are filtered or ordered by, with the id that breaks its ties."""

from __future__ import annotations

from django.db import models


def indexed(*columns: str) -> tuple[models.Index, ...]:
    """An index on each of these columns, in the order that pages are cut by."""
    return tuple(models.Index(fields=(column, "id")) for column in columns)
