"""Answering: from a question to bytes that all speak of one revision, kept while it stands and not sent to whoever has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from publishing import caching
from publishing.caching import ANSWERS, State

_UNPUBLISHED = State(0, datetime(2025, 1, 1, tzinfo=UTC))
# An answer is read again when a revision lands between its queries; edits are rare, and a fourth in a row is taken as it comes.
_READINGS = 4


@dataclass(frozen=True)
class Answer:
    """The JSON of an answer, and the revision that it was read at, where one of its own queries tells."""

    body: bytes
    revision: int | None = None


# Reads a question, with a Problem if it is not well asked; what it returns reads the answer from the database.
Read = Callable[[], Callable[[], Answer]]


def answer(request: HttpRequest, read: Read, turned: datetime | None = None) -> HttpResponse:
    """The answer to a question at the latest revision, with its validators; 304 if the client has it already.

    `turned` is when the answer last changed by the clock alone: what was read before may differ though the revision stands.
    """
    for _ in range(_READINGS):
        state = State.now() or _UNPUBLISHED
        if turned is not None:
            state = replace(state, at=max(state.at, turned))
        etag = caching.entity_tag(request, state)
        body = ANSWERS.get(etag)
        # A question that is not well asked is told so even where its answer is known.
        find = None if body is not None else read()
        response = caching.conditional(request, etag, state.at)
        if response is not None:
            return caching.validate(response, etag, state.at, state.revision)
        if find is None:
            break
        found = find()
        body = found.body
        if (found.revision if found.revision is not None else (State.now() or _UNPUBLISHED).revision) == state.revision:
            ANSWERS.put(etag, body)
            break
    return caching.validate(json(body or b""), etag, state.at, state.revision)


def json(body: bytes) -> HttpResponse:
    """A response with this JSON."""
    return HttpResponse(body, content_type="application/json")


def exact(answer: Any) -> bytes:
    """The JSON of plain things, with decimals as the numbers that they are: a binary fraction would cut them at 15 digits."""
    return orjson.dumps(answer, default=_number)


def _number(value: Any) -> orjson.Fragment:
    if not isinstance(value, Decimal):
        raise TypeError(f"Not a plain thing: {value!r}")
    text = format(value, "f")
    return orjson.Fragment(text.rstrip("0").rstrip(".") if "." in text else text)
