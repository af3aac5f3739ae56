"""System checks: what must be configured for publishing to hold its promise."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db import connection

from publishing.backends.before_commit import PublishesBeforeCommit


@register()
def check_backend(**_: Any) -> list[CheckMessage]:
    """Without one of our backends a transaction would commit its rows without their documents."""
    if isinstance(connection._connections[connection._alias], PublishesBeforeCommit):  # type: ignore[attr-defined]  # past the proxy, to the class
        return []
    return [
        Error(
            "The default database must use publishing.backends.sqlite3 or publishing.backends.postgresql.",
            id="publishing.E001",
        )
    ]
