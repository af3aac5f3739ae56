"""Answering: from a question to bytes that all speak of one revision, kept while it stands and not sent to whoever has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from publishing import caching
from publishing.caching import ANSWERS, Kept, State
from publishing.formats import JSON, About, Format, Table
from publishing.past import Past

_UNPUBLISHED = State(0, datetime(2025, 1, 1, tzinfo=UTC))
# An answer is read again when a revision lands between its queries; edits are rare, and a fourth in a row is taken as it comes.
_READINGS = 4


@dataclass(frozen=True)
class Answer:
    """The JSON of an answer, or what is to be written in another format; and the revision it was read at, where one of its own queries tells."""

    body: bytes | Table
    revision: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    # What a picture says beside.
    aside: Mapping[str, Any] = field(default_factory=dict)


# Reads a question, with a Problem if it is not well asked; what it returns reads the answer from the database.
Read = Callable[[], Callable[[], Answer]]


def answer(request: HttpRequest, read: Read, turned: datetime | None = None, *, past: Past | None = None, form: Format = JSON) -> HttpResponse:
    """The answer to a question at the latest revision, or at a past one, with its validators; 304 if the client has it already.

    `turned` is when the answer last changed by the clock alone: what was read before may differ though the revision stands.
    """
    is_settled = past is not None and past.is_settled
    for _ in range(_READINGS):
        latest = State.now() or _UNPUBLISHED
        state = past.state if past else latest
        if turned is not None:
            state = replace(state, at=max(state.at, turned))
        etag = caching.entity_tag(request, state, form.name)
        kept = ANSWERS.get(etag)
        # A question that is not well asked is told so even where its answer is known.
        find = None if kept is not None else read()
        response = caching.conditional(request, etag, state.at)
        if response is not None:
            return caching.validate(response, etag, state.at, state.revision, is_settled=is_settled)
        if find is None:
            break
        found = find()
        kept = Kept(written(request, found.body, form, state), {**heading(request, form, state.revision), **found.headers})
        if (found.revision if found.revision is not None else (State.now() or _UNPUBLISHED).revision) == latest.revision:
            ANSWERS.put(etag, kept)
            break
    response = HttpResponse() if kept is None else HttpResponse(kept.body, headers=kept.headers)
    return caching.validate(response, etag, state.at, state.revision, is_settled=is_settled)


def stream(request: HttpRequest, begin: Callable[[], tuple[State | None, Table]], *, past: Past | None = None, form: Format) -> HttpResponseBase:
    """As `answer`, of a table too long to be held: it is read as it is sent, all of it as it was at the revision at which it began."""
    is_settled = past is not None and past.is_settled
    state = past.state if past else State.now() or _UNPUBLISHED
    etag = caching.entity_tag(request, state, form.name)
    known = caching.conditional(request, etag, state.at)
    if known is not None:
        return caching.validate(known, etag, state.at, state.revision, is_settled=is_settled)
    begun, table = begin()
    state = begun or state
    response = StreamingHttpResponse(form.write(table, about(request, state)), headers=heading(request, form, state.revision))
    return caching.validate(response, caching.entity_tag(request, state, form.name), state.at, state.revision, is_settled=is_settled)


def written(request: HttpRequest, body: bytes | Table, form: Format, state: State) -> bytes:
    """The bytes of an answer in the format."""
    return body if isinstance(body, bytes) else b"".join(form.write(body, about(request, state)))


def about(request: HttpRequest, state: State) -> About:
    """What an answer says of itself."""
    resource = request.path.split("/")[2]
    return About(request.build_absolute_uri(), resource, state.revision, state.at, bom=request.GET.get("bom") == "true")


def heading(request: HttpRequest, form: Format, revision: int) -> dict[str, str]:
    """What the head of an answer says of its body."""
    if form is JSON:
        return {"Content-Type": form.content_type}
    disposition = "attachment" if form.is_saved else "inline"
    return {"Content-Type": form.content_type, "Content-Disposition": f'{disposition}; filename="{form.file_name(request, revision)}"'}


def reply(request: HttpRequest, read: Read) -> HttpResponse:
    """The answer to a question asked in a body, at the latest revision; nobody can ask whether it still stands, so it has no validators."""
    find = read()
    for _ in range(_READINGS):
        state = State.now() or _UNPUBLISHED
        found = find()
        if (State.now() or _UNPUBLISHED).revision == state.revision:
            break
    response = json(written(request, found.body, JSON, state))
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Dataset-Revision"] = str(state.revision)
    return response


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
