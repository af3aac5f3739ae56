"""The envelope that all lists share: how many there are, one page of them, and where the list goes on."""

from __future__ import annotations

import orjson
from django.http import HttpRequest

from publishing.pagination import Cursor, Page


def envelope(request: HttpRequest, page: Page, counted: tuple[int, bool], name: str) -> bytes:
    """The JSON of a page; `counted` is how many there are in all and whether that is exact, `name` the list's for its cursors."""
    head = {
        "count": counted[0],
        "count_is_exact": counted[1],
        "next": turned(request, page.next, name),
        "previous": turned(request, page.previous, name),
    }
    return orjson.dumps(head)[:-1] + b',"results":[' + ",".join(page.bodies).encode() + b"]}"


def links(onward: str | None, back: str | None = None) -> dict[str, str]:
    """In the head of an answer that has no envelope, the addresses of the pages after and before it (RFC 8288)."""
    places = {"next": onward, "prev": back}
    given = [f'<{place}>; rel="{relation}"' for relation, place in places.items() if place]
    return {"Link": ", ".join(given)} if given else {}


def turned(request: HttpRequest, cursor: Cursor | None, name: str) -> str | None:
    """The address of the page at this cursor."""
    if cursor is None:
        return None
    parameters = request.GET.copy()
    parameters["cursor"] = cursor.sign(name)
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")
