"""Promises: what targets and measures are alike in."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from publishing.rows import Record
from reference.models import Sourced


class Promise(Record, Sourced):
    """A sentence on what shall be, or is done: it has no name, and an id that begins with its owner's."""

    statement: Any
    # The id of what it belongs to.
    owner_id: Any

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.statement)

    @property
    def name_en(self) -> str:
        """Its statement: a fact has no name, and a reference shows something."""
        return str(self.statement)

    @property
    def name_zh(self) -> None:
        """Statements are in English alone."""

    def clean(self) -> None:
        super().clean()
        if self.owner_id and not self.pk.startswith(f"{self.owner_id}."):
            raise ValidationError({"id": f"Its id starts with its owner's: {self.owner_id}.…"})
