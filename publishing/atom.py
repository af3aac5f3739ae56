"""The changes as an Atom feed (RFC 4287), the newest first, in pages (RFC 5005, section 3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5
from xml.etree import ElementTree as Xml

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from rest_framework.request import Request

from publishing import ledger, parameters
from publishing.answering import Answer, answer
from publishing.changes import CHOICE, PositionField
from publishing.ledger import Position
from publishing.models import Document
from publishing.pagination import DEFAULT_SIZE
from publishing.parameters import General
from publishing.public import PublicView

CONTENT_TYPE = "application/atom+xml"
PARAMETERS = {"before": General(PositionField(single=True), "What came before this place, which a page names for the next."), **CHOICE}
_ATOM = "http://www.w3.org/2005/Atom"
# Of the ids of entries; they are to be the same on every host.
_ENTRIES = UUID("6f0a8a3e-58a5-4d5e-9a86-2b5fb0d5b0a1")
# What no XML holds, however it is escaped.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What a record may be called by, first to last.
_NAMES = ("name_en", "title", "statement", "id")


class AtomView(PublicView):
    """The feed."""

    # Not in the contract: openapi-python-client knows no answer of this type, and would take each for an unexpected one. Readers of feeds need none.
    schema = None

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)

    def get(self, request: Request) -> HttpResponse:
        http = request._request
        response = answer(http, lambda: self._read(http))
        if "Content-Type" in response.headers:
            response.headers["Content-Type"] = CONTENT_TYPE
        return response

    def _read(self, request: HttpRequest) -> Callable[[], Answer]:
        asked = parameters.require(request.GET, PARAMETERS)
        size = asked.get("page_size", DEFAULT_SIZE)

        def find() -> Answer:
            found = ledger.read_before(asked.get("before"), asked.get("resource"), size + 1)
            return Answer(_feed(request, found[:size], is_last=len(found) <= size))

        return find


def _feed(request: HttpRequest, documents: list[Document], *, is_last: bool) -> bytes:
    title = str(settings.SPECTACULAR_SETTINGS["TITLE"])
    first = request.GET.copy()
    first.pop("before", None)
    feed = Xml.Element("feed", {"xmlns": _ATOM})
    _add(feed, "id", _address(request, first))
    _add(feed, "title", f"{title}: what has changed")
    _add(feed, "updated", _time(documents[0].revision.at if documents else datetime.fromtimestamp(0, UTC)))
    _add(_add(feed, "author"), "name", title)
    _add(feed, "rights", "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/")
    _link(feed, "self", request.build_absolute_uri(), CONTENT_TYPE)
    _link(feed, "first", _address(request, first), CONTENT_TYPE)
    _link(feed, "alternate", request.build_absolute_uri(reverse("changes")), "application/json")
    if not is_last:
        last = documents[-1]
        onward = first.copy()
        onward["before"] = str(Position(last.revision_id, last.resource, last.record).json)
        _link(feed, "next", _address(request, onward), CONTENT_TYPE)
    for document in documents:
        _entry(feed, request, document)
    written: bytes = Xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _entry(feed: Xml.Element, request: HttpRequest, document: Document) -> None:
    entry = _add(feed, "entry")
    at = _time(document.revision.at)
    _add(entry, "id", uuid5(_ENTRIES, f"{document} {at}").urn)
    _add(entry, "title", f"{_name(document)} ({document.resource}): {document.action}")
    _add(entry, "updated", at)
    _add(entry, "category", term=document.resource)
    address = request.build_absolute_uri(reverse(f"{document.resource}-detail", args=[document.record]))
    _link(entry, "alternate", f"{address}history/", "application/json")
    where = f", now {document.successor}" if document.successor else ""
    _add(entry, "summary", f"{document.resource}/{document.record} was {document.action} in revision {document.revision_id}{where}.")
    if document.body:
        _add(entry, "content", type="application/json", src=f"{address}?as_of={document.revision_id}")


def _name(document: Document) -> str:
    shown = orjson.loads(document.body) if document.body else {}
    return next((str(shown[field]) for field in _NAMES if shown.get(field)), document.record)


def _add(parent: Xml.Element, name: str, text: str | None = None, **attributes: str) -> Xml.Element:
    element = Xml.SubElement(parent, name, attributes)
    element.text = text and _NO_XML.sub("\ufffd", text)
    return element


def _link(parent: Xml.Element, relation: str, address: str, type_: str) -> None:
    _add(parent, "link", rel=relation, href=address, type=type_)


def _address(request: HttpRequest, asked: QueryDict) -> str:
    return request.build_absolute_uri(f"{request.path}?{asked.urlencode()}" if asked else request.path)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
