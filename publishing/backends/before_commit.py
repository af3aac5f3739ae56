"""The part that both database backends share: a transaction publishes what it wrote just before it commits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from publishing.pending import Pending


class PublishesBeforeCommit(BaseDatabaseWrapper):
    """Django has hooks after a commit, none before; rows and their documents need one, to commit together or not at all."""

    # Set by publishing.apps: a backend is imported before the models are.
    publish_pending: Callable[[], object] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._forget()

    def commit(self) -> None:
        try:
            if self.pending and PublishesBeforeCommit.publish_pending is not None:
                PublishesBeforeCommit.publish_pending()
        except BaseException:
            # Atomic rolls back for a DatabaseError alone; any other would leave the transaction open.
            self.rollback()
            raise
        super().commit()
        self._forget()

    def rollback(self) -> None:
        self._forget()
        super().rollback()

    def close(self) -> None:
        self._forget()
        super().close()

    def savepoint(self) -> str | None:
        sid = super().savepoint()
        if sid is not None:
            self._at_savepoints[sid] = self.pending.copy()
        return sid

    def savepoint_rollback(self, sid: str) -> None:
        super().savepoint_rollback(sid)
        # The documents went back with the rows: what had been published since is pending once more.
        if sid in self._at_savepoints:
            self.pending = self._at_savepoints[sid].copy()

    def savepoint_commit(self, sid: str) -> None:
        super().savepoint_commit(sid)
        self._at_savepoints.pop(sid, None)

    def _forget(self) -> None:
        self.pending = Pending()
        self._at_savepoints: dict[str, Pending] = {}
