"""The HTTP face of a resource: lists and records, answered with published documents."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

import orjson
from django.db.models import Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from publishing import caching, queries
from publishing.caching import ANSWERS, State
from publishing.errors import Gone, NotFound
from publishing.filters import RecordFilters
from publishing.identity import successor
from publishing.licensing import LicensedView
from publishing.models import Document, Revision
from publishing.pagination import Cursor, Page, count, read_page
from publishing.resources import RESOURCES, Resource
from publishing.schema import Envelope, RecordSchema, RootSerializer
from publishing.selection import select
from publishing.shapes import RecordSerializer

_UNPUBLISHED = State(0, datetime(2025, 1, 1, tzinfo=UTC))
# A list is read again when a revision lands between its queries; edits are rare, and a fourth in a row is taken as it comes.
_READINGS = 4


class ResourceViewSet(LicensedView, ViewSet):
    """A resource, read-only: `serializer_class` says what a record shows, `filterset_class` what a list is filtered and ordered by."""

    serializer_class: ClassVar[type[RecordSerializer]]
    filterset_class: ClassVar[type[RecordFilters]]
    pagination_class = Envelope
    lookup_field = "id"
    lookup_value_regex = "[^/]+"
    schema = RecordSchema()

    @property
    def resource(self) -> Resource:
        return next(resource for resource in RESOURCES.values() if resource.serializer is self.serializer_class)

    def list(self, request: Request) -> HttpResponse:
        """The records that the parameters admit, a page at a time."""
        http = request._request
        for _ in range(_READINGS):
            state = State.now() or _UNPUBLISHED
            etag = caching.entity_tag(http, state)
            body = ANSWERS.get(etag)
            query = None if body is not None else queries.read_list_query(http.GET, self.resource, self.filterset_class)
            response = caching.conditional(http, etag, state.at)
            if response is not None:
                return caching.validate(response, etag, state.at, state.revision)
            if query is None:
                break
            counted = count(query.rows)
            page = read_page(query.rows, self.resource.name, query.keys, query.cursor, query.size)
            body = _envelope(http, query, page, counted)
            if page.revision == state.revision:
                ANSWERS.put(etag, body)
                break
        return caching.validate(_json(body or b""), etag, state.at, state.revision)

    def retrieve(self, request: Request, id: str) -> HttpResponse:
        """One record, as a list shows it; under a former id, 308 to its address of today."""
        http = request._request
        fields = queries.read_record_query(http.GET, self.resource)
        found = _document(self.resource, id)
        if found is None:
            raise NotFound(f"No record of {self.resource.name} was ever published under this id.")
        document, latest = found
        if document.action == Document.Action.MOVED:
            return self._redirect(http, id)
        if document.action == Document.Action.RETIRED:
            raise Gone(f"The record was retired in revision {document.revision_id}.")
        at = document.revision.at
        etag = caching.entity_tag(http, State(document.revision_id, at))
        response = caching.conditional(http, etag, at)
        if response is None:
            response = _json((select(document.body, fields) if fields is not None else document.body).encode())
        return caching.validate(response, etag, at, latest)

    def _redirect(self, request: HttpRequest, id_: str) -> HttpResponse:
        new = successor(self.resource.name, id_)
        if new is None:
            raise Gone("The record that it became was retired.")
        query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
        location = request.build_absolute_uri(reverse(f"{self.resource.name}-detail", args=[new])) + query
        return HttpResponse(status=308, headers={"Location": location})


class RootView(LicensedView):
    """Where everything is."""

    serializer_class = RootSerializer
    schema = RecordSchema()

    def get(self, request: Request) -> HttpResponse:
        """The addresses of the resources and of the contract."""
        http = request._request
        queries.refuse_parameters(http.GET)
        places = {name: http.build_absolute_uri(reverse(f"{name}-list")) for name in RESOURCES}
        body = {
            "resources": places,
            "openapi": http.build_absolute_uri(reverse("openapi-json")),
            "docs": http.build_absolute_uri(reverse("docs")),
        }
        return _json(orjson.dumps(body))


def _document(resource: Resource, id_: str) -> tuple[Document, int] | None:
    """The last word on a record, and the latest revision, in one query."""
    latest = Revision.objects.order_by("-number").values("number")[:1]
    found = Document.objects.current().filter(resource=resource.name, record=id_).select_related("revision").annotate(latest=Subquery(latest))
    document = None if "\x00" in id_ else found.first()
    return (document, document.latest) if document else None  # type: ignore[attr-defined]  # annotated


def _envelope(request: HttpRequest, query: queries.ListQuery, page: Page, counted: tuple[int, bool]) -> bytes:
    bodies = page.bodies if query.fields is None else [select(body, query.fields) for body in page.bodies]
    head = {
        "count": counted[0],
        "count_is_exact": counted[1],
        "next": _turned(request, query, page.next),
        "previous": _turned(request, query, page.previous),
    }
    return orjson.dumps(head)[:-1] + b',"results":[' + ",".join(bodies).encode() + b"]}"


def _turned(request: HttpRequest, query: queries.ListQuery, cursor: Cursor | None) -> str | None:
    """The address of the page at this cursor."""
    if cursor is None:
        return None
    parameters = request.GET.copy()
    parameters["cursor"] = cursor.sign(query.name)
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")


def _json(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type="application/json")
