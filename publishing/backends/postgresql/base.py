"""PostgreSQL, publishing before each commit."""

from typing import Any

from django.db.backends.postgresql import base

from publishing.backends.before_commit import PublishesBeforeCommit


class DatabaseWrapper(PublishesBeforeCommit, base.DatabaseWrapper):
    """Django's own backend for PostgreSQL with publication added."""

    def _configure_connection(self, connection: Any) -> bool:
        super()._configure_connection(connection)  # type: ignore[misc]  # the stubs do not know it
        # A search for many names has hundreds of parts that read little: compiling them takes seconds, running them a fraction of one.
        connection.execute("SET jit = off")
        return True
