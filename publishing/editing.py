"""Editing: a block of writes that is published as one revision, with who made it and why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from publishing.publish import publish_pending
from publishing.tracking import pending


@contextmanager
def editing(*, actor: str | None = None, comment: str | None = None) -> Iterator[None]:
    """Write rows in one transaction and publish them at its end; if the block or the publication fails, neither happens.

    A bare write publishes too, when its transaction commits; this says who and why, and shows the documents before an outer transaction ends.
    Of blocks in a block the outer says who and why, as far as it does.
    """
    with transaction.atomic():
        noted = pending()
        noted.actor = noted.actor or actor
        noted.comment = noted.comment or comment
        yield
        publish_pending()
