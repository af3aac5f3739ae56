"""Bodies of requests that ask with more than an address holds: read as strictly as queries, each fault named with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.http import HttpRequest, QueryDict, UnreadablePostError

from publishing.errors import BadParameters, Fault, Other, did_you_mean
from publishing.parameters import fault
from publishing.values import MOST_LETTERS, ValueField

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
# Of more faults than these the rest are not told apart.
MOST_FAULTS = 100


class BadBody(BadParameters):
    """The body is not one that we answer; `errors` names every fault by its place in it."""

    said_of = "body"


class Reader:
    """Reads a JSON value part by part, and keeps all that is wrong with it; a place reads as `queries[3].name`."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def blame(self, place: str, detail: str, value: object = None, *, allowed: Sequence[str] | None = None) -> None:
        """Note a fault."""
        if len(self.faults) < MOST_FAULTS:
            near = did_you_mean(value[:MOST_LETTERS], allowed) if isinstance(value, str) and allowed else []
            self.faults.append(Fault(place[:MOST_LETTERS] or "body", _shown(value), detail, allowed, near or None))

    def members(self, place: str, value: object, known: Sequence[str], needed: Sequence[str] = ()) -> dict[str, Any]:
        """Its members; empty where it is no object."""
        if not isinstance(value, dict):
            self.blame(place, "Not an object.", value)
            return {}
        for name in value:
            if name not in known:
                self.blame(_below(place, name), "No such member.", name, allowed=list(known))
        for name in needed:
            if name not in value:
                self.blame(_below(place, name), "It is needed.")
        return {name: value[name] for name in known if name in value}

    def items(self, place: str, value: object, most: int) -> Iterator[tuple[str, Any]]:
        """Its items, each with its place; none where it is no list, or too long."""
        if not isinstance(value, list):
            self.blame(place, "Not a list.", value)
        elif len(value) > most:
            self.blame(place, f"Give at most {most}.", f"{len(value)} items")
        else:
            yield from ((f"{place}[{number}]", item) for number, item in enumerate(value))

    def text(self, place: str, value: object, field: ValueField) -> Any:
        """One text, read as the value of a parameter is; None where it is at fault."""
        if not isinstance(value, str):
            self.blame(place, "Not text.", value)
            return None
        try:
            return field.clean([value])
        except ValidationError as errors:
            self.faults += (fault(place, error) for error in errors.error_list[: MOST_FAULTS - len(self.faults)])
            return None

    def texts(self, place: str, value: object, field: ValueField, most: int) -> list[Any]:
        """One text or a list of texts."""
        items = [(place, value)] if isinstance(value, str) else list(self.items(place, value, most))
        return [read for below, item in items if (read := self.text(below, item, field)) is not None]

    def number(self, place: str, value: object, most: int) -> int | None:
        """A whole number from 1 on."""
        if isinstance(value, bool) or not isinstance(value, int | float) or value not in range(1, most + 1):
            self.blame(place, f"A whole number from 1 to {most}.", value)
            return None
        return int(value)

    def finish(self) -> None:
        """BadBody if there was any fault."""
        if self.faults:
            raise BadBody(self.faults)


def read_json(request: HttpRequest) -> Any:
    """What the JSON body of a request says; a Problem if there is none."""
    return parse(_read(request, JSON), "body")


def read_form(request: HttpRequest) -> QueryDict:
    """The fields of a form."""
    return QueryDict(_read(request, FORM), encoding="utf-8")


def parse(text: bytes | str, place: str) -> Any:
    """What a JSON text says; BadBody names its place if it is none."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        shown = text if isinstance(text, str) else text.decode(errors="replace")
        raise BadBody([Fault(place, _shown(shown), f"Not JSON: {error.msg} at {error.pos}.")]) from error


def _read(request: HttpRequest, kind: str) -> bytes:
    if request.content_type != kind:
        raise Other(415, f"Send the body as {kind}.")
    try:
        return request.body
    except RequestDataTooBig as error:
        raise Other(413, "The body is too large.") from error
    except UnreadablePostError as error:
        raise Other(400, "The body broke off.") from error


def _below(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _shown(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value and value.replace("\x00", "�")[:MOST_LETTERS]
    return orjson.dumps(value).decode()[:MOST_LETTERS]
