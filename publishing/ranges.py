"""Ranges: a part of a file, for downloads that go on where they stopped and for programs that read only what they need (RFC 9110, section 14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from publishing.errors import Other

_RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{1,18})?|-([0-9]{1,18}))")
_PIECE = 2**16


def send(request: HttpRequest, path: Path, etag: str) -> HttpResponseBase:
    """The file, or the one range of it that is asked for; a header that asks for anything else is passed over, as the standard has it."""
    size = path.stat().st_size
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    # Who has a part of another file needs the whole of this one.
    if asked is None or request.headers.get("If-Range", etag) != etag or (asked[1] and asked[2] and int(asked[2]) < int(asked[1])):
        return _response(path, 0, size, HTTPStatus.OK)
    first, last = (int(asked[1]), min(int(asked[2] or size), size - 1)) if asked[1] else (max(size - int(asked[3]), 0), size - 1)
    if first > last:
        raise Other(416, f"The file has {size} bytes.", {"Content-Range": f"bytes */{size}"})
    response = _response(path, first, last - first + 1, HTTPStatus.PARTIAL_CONTENT)
    response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _response(path: Path, first: int, length: int, status: int) -> HttpResponseBase:
    response = StreamingHttpResponse(_read(path, first, length), status=status) if length else HttpResponse(status=status)
    response.headers["Content-Length"] = str(length)
    response.headers["Accept-Ranges"] = "bytes"
    return response


def _read(path: Path, first: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        while length and (piece := file.read(min(_PIECE, length))):
            length -= len(piece)
            yield piece
