"""Sending: one signed message to one receiver, who may be slow, broken or hostile. Signed as https://www.standardwebhooks.com says."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Timer
from typing import Any
from urllib.parse import SplitResult

from django.conf import settings
from standardwebhooks import Webhook

from webhooks.addresses import refuse_address, resolve

# All that a receiver gets: to take the connection, and in all until its answer has begun.
SECONDS_TO_CONNECT = 5
SECONDS_IN_ALL = 15
_MOST_SHOWN = 200
GONE = 410


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt."""

    status: int | None
    words: str
    milliseconds: int

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def send(url: str, message_id: str, body: str, secret: str) -> Outcome:
    """Post the message, signed anew: the signature holds for some minutes. Redirects are not followed: the new address was not checked."""
    begun = time.monotonic()
    try:
        status, words = _post(refuse_address(url), body.encode(), _headers(message_id, body, secret))
    except (OSError, ValueError, http.client.HTTPException) as error:
        status, words = None, f"{type(error).__name__}: {error}"
    milliseconds = int((time.monotonic() - begun) * 1000)
    if status is None and milliseconds >= SECONDS_IN_ALL * 1000:
        words = f"No answer within {SECONDS_IN_ALL} seconds."
    return Outcome(status, _printable(words[:_MOST_SHOWN]), milliseconds)


def _printable(words: str) -> str:
    """What a receiver says may hold letters that no database takes."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in words)


def _headers(message_id: str, body: str, secret: str) -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "Content-Type": "application/json",
        "User-Agent": f"{settings.SPECTACULAR_SETTINGS['TITLE']} webhooks",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, now, body),
    }


def _post(parts: SplitResult, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    # The address that was checked: the name is not looked up a second time, when it may be another's.
    plain = socket.create_connection(resolve(parts), SECONDS_TO_CONNECT)
    plain.settimeout(SECONDS_IN_ALL)
    # A timeout is of one reading: who answers a letter at a time would never run into it.
    line = plain.dup()
    watch = Timer(SECONDS_IN_ALL, _hang_up, [line])
    watch.start()
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80))
    try:
        with plain:
            connection.sock = _secured(plain, str(parts.hostname)) if parts.scheme == "https" else plain
            connection.request("POST", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", body, headers)
            answer = connection.getresponse()
            # What it says further is not read: only that it took the message.
            return answer.status, f"{answer.status} {answer.reason}"
    finally:
        watch.cancel()
        connection.close()
        line.close()


def _secured(plain: socket.socket, host: str) -> Any:
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
