"""A limit to the time that a question may take: beyond it, what the database does for it is given up, whatever that is."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from threading import Lock, Thread
from time import monotonic, sleep
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from publishing.errors import Problem

logger = logging.getLogger(__name__)
# How often questions are looked at, in seconds.
_TICK = 0.25


class TooLong(Problem):
    """The question would keep the database busy for longer than is fair to others."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    type = "/docs/errors#too-long"
    title = "Took too long"

    def __init__(self) -> None:
        super().__init__(f"Given up after {settings.QUESTION_SECONDS:g} seconds.")


class Watch:
    """Over one question, in its thread: when its time is up, the statement that runs is interrupted, and no other begins."""

    def __init__(self) -> None:
        self._connection: Any = connections[DEFAULT_DB_ALIAS]
        self.is_over = False
        self._ends = monotonic() + settings.QUESTION_SECONDS
        self._lock = Lock()

    def __enter__(self) -> Watch:
        _look(os.getpid())
        _WATCHES.add(self)
        self._connection.execute_wrappers.append(self._execute)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.execute_wrappers.remove(self._execute)
        # What interrupts this question has to be over before the next one has its connection.
        with self._lock:
            _WATCHES.discard(self)

    def _execute(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if self.is_over:
            raise TooLong
        return execute(sql, params, many, context)

    def look(self) -> None:
        """Interrupt if it is time; and again, as what comes just before a statement begins does not reach it."""
        if monotonic() < self._ends:
            return
        with self._lock:
            if self in _WATCHES:
                self.is_over = True
                try:
                    self._connection.interrupt()
                except Exception:
                    # The thread has other questions to look at, and this one again.
                    logger.exception("A question that took too long could not be interrupted.")


_WATCHES: set[Watch] = set()


@cache
def _look(process: int) -> None:
    """Start the thread that looks at all questions of this process, which a fork leaves behind."""

    def look() -> None:
        while True:
            sleep(_TICK)
            for watch in list(_WATCHES):
                watch.look()

    Thread(target=look, name="limits", daemon=True).start()
