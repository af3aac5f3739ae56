"""PostgreSQL, publishing before each commit."""

from typing import Any

from django.db.backends.postgresql import base

from publishing.backends.before_commit import PublishesBeforeCommit

# How long the server may take to hear that a statement is no longer wanted, in seconds.
_CANCELLING = 5


class DatabaseWrapper(PublishesBeforeCommit, base.DatabaseWrapper):
    """Django's own backend for PostgreSQL with publication added."""

    def _configure_connection(self, connection: Any) -> bool:
        super()._configure_connection(connection)  # type: ignore[misc]  # the stubs do not know it
        # A search for many names has hundreds of parts that read little: compiling them takes seconds, running them a fraction of one.
        connection.execute("SET jit = off")
        return True

    def interrupt(self) -> None:
        """Have the statement that runs here, if one does, fail; called from another thread."""
        if self.connection is not None:
            self.connection.cancel_safe(timeout=_CANCELLING)
