"""A format: how it is asked for, and how it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from publishing.errors import Other
from publishing.formats.table import Table

# Nothing is compressed or sent in smaller pieces than this.
_PIECE = 2**16


@dataclass(frozen=True)
class About:
    """What an answer says of itself: what was asked, and the revision that it speaks of."""

    address: str
    # The first word of its path.
    resource: str
    revision: int
    at: datetime
    # Whether a CSV is to begin with a byte order mark.
    bom: bool = False


Write = Callable[[Table, About], Iterator[bytes]]


@dataclass(frozen=True)
class Format:
    """A form in which an answer can be had: by `?format=<name>`, or by its media type in `Accept`."""

    name: str
    media_type: str
    write: Write
    # What a media type alone leaves open.
    charset: str | None = None
    # Browsers save it, rather than show it.
    is_saved: bool = True
    extension: str = ""
    # Of the body, in the contract.
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    # Whether it shows fields, which can be chosen.
    has_fields: bool = True
    # Records that it can hold; None: any number.
    most: int | None = None

    @property
    def content_type(self) -> str:
        return f"{self.media_type}; charset={self.charset}" if self.charset else self.media_type

    def file_name(self, request: HttpRequest, revision: int) -> str:
        """What a browser saves it as: `plans-revision-12.csv`."""
        _, *steps = request.path.strip("/").split("/")
        return f"{'-'.join(steps)}-revision-{revision}.{self.extension or self.name}"


def _write(table: Table, about: About) -> Iterator[bytes]:
    """A record; lists are JSON in an envelope, not a table."""
    return (table.shown(body).encode() for body in table.bodies)


JSON = Format("json", "application/json", _write, is_saved=False)


def negotiate(request: HttpRequest, formats: tuple[Format, ...]) -> Format:
    """The format that the request asks for, `?format=` before `Accept`; a problem if none is acceptable.

    An unknown `?format=` gets JSON here: what is wrong with it is said with all else that is wrong with the query.
    """
    asked = request.GET.getlist("format")
    if asked:
        return next((form for form in formats if asked == [form.name]), JSON)
    if not request.headers.get("Accept", "*/*").strip():
        # As good as none.
        return formats[0]
    for accepted in request.accepted_types:
        for form in formats:
            kind, _, name = form.media_type.partition("/")
            if accepted.main_type in {"*", kind} and accepted.sub_type in {"*", name}:
                return form
    offered = ", ".join(form.media_type for form in formats)
    raise Other(406, f"The answer is had as {offered}.")


def pieces(parts: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of some size: a server takes as long for a small one as for a large one."""
    held: list[bytes] = []
    size = 0
    for part in parts:
        held.append(part)
        size += len(part)
        if size >= _PIECE:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)
