"""Ids of facts: each begins with its owner's."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from publishing.rows import Record


def require_owned_id(fact: Record, owner: str | None) -> None:
    """Refuse a fact whose id does not say whose it is."""
    if owner and not fact.pk.startswith(f"{owner}."):
        raise ValidationError({"id": f"Its id starts with its owner's: {owner}.…"})
