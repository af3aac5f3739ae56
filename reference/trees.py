"""Trees: rows that lie below others of their kind, and never below themselves."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


def find_above(row: models.Model, link: str = "parent") -> list[Any]:
    """All that the row lies below, the nearest first; a ValidationError where that would be the row itself."""
    found: list[Any] = []
    above = getattr(row, link)
    while above is not None:
        if above.pk in {row.pk, *(one.pk for one in found)}:
            raise ValidationError({link: "That would lead back to itself."})
        found.append(above)
        above = getattr(above, link)
    return found
