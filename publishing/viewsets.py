"""The HTTP face of a resource: lists and records, answered with published documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import orjson
from django.db.models import Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from publishing import caching, parameters, queries
from publishing.answering import Answer, answer, exact, json
from publishing.caching import State
from publishing.errors import Gone, NotFound
from publishing.filters import RecordFilters
from publishing.grouping.answer import find_groups
from publishing.grouping.question import group_parameters, read_group_query
from publishing.history import History, history_of
from publishing.identity import successor
from publishing.licensing import LicensedView
from publishing.lists import read_list
from publishing.models import Document, Revision
from publishing.parameters import FORMAT
from publishing.past import Past
from publishing.questions import Question, asks
from publishing.resources import RESOURCES, Resource
from publishing.schema import GroupsSerializer, QuestionSchema, RootSerializer
from publishing.selection import select
from publishing.shapes import RecordSerializer

LIST = Question("list_{resource}", "List {resource}", "A page of {resource}.", parameters=queries.LIST_PARAMETERS, is_list=True, is_filtered=True)
GROUPS = Question(
    "group_{resource}", "Group {resource}", "The groups, in order.", parameters=group_parameters, answer=GroupsSerializer, is_filtered=True
)
RECORD = Question("get_{record}", "Get one {name}", "The {name}.", parameters=queries.RECORD_PARAMETERS, is_of_record=True)

HISTORY = Question(
    "list_{record}_history",
    "List the history of one {name}",
    "What became of the {name}, oldest first.",
    parameters={**queries.PAGE_PARAMETERS, **FORMAT},
    around=history_of,
    is_list=True,
    is_of_record=True,
)


class ResourceViewSet(LicensedView, ViewSet):
    """A resource, read-only: `serializer_class` says what a record shows, `filterset_class` what a list is filtered and ordered by."""

    serializer_class: ClassVar[type[RecordSerializer]]
    filterset_class: ClassVar[type[RecordFilters]]
    lookup_field = "id"
    lookup_value_regex = "[^/]+"
    schema = QuestionSchema()

    @property
    def resource(self) -> Resource:
        return next(resource for resource in RESOURCES.values() if resource.serializer is self.serializer_class)

    @property
    def question(self) -> Question:
        """What the action at hand answers."""
        question: Question = getattr(self, self.action).question
        return question

    @asks(LIST)
    def list(self, request: Request) -> HttpResponse:
        """The records that the parameters admit, a page at a time."""
        http = request._request
        return answer(http, lambda: self._page(http))

    @asks(RECORD)
    def retrieve(self, request: Request, id: str) -> HttpResponse:
        """One record, as a list shows it; under a former id, 308 to its address of today. With `as_of`, as it was shown then."""
        http = request._request
        fields, past = queries.read_record_query(http.GET, self.resource)
        found = _document(self.resource, id, past)
        if found is None:
            when = f"at revision {past.state.revision} or before" if past else "ever"
            raise NotFound(f"No record of {self.resource.name} was {when} published under this id.")
        document, latest = found
        if document.action == Document.Action.MOVED:
            return self._redirect(http, id, past)
        if document.action == Document.Action.RETIRED:
            raise Gone(f"The record was retired in revision {document.revision_id}.")
        at = document.revision.at
        etag = caching.entity_tag(http, State(document.revision_id, at))
        response = caching.conditional(http, etag, at)
        if response is None:
            response = json((select(document.body, fields) if fields is not None else document.body).encode())
        return caching.validate(response, etag, at, latest, is_settled=past is not None and past.is_settled)

    @action(detail=True)
    @asks(HISTORY)
    def history(self, request: Request, id: str) -> HttpResponse:
        """Each document that the record ever had, with what it changed; also of one that was retired, or moved to another id."""
        http = request._request
        return answer(http, lambda: History(http, self.resource, id, HISTORY.parameters_of()).find)

    @action(detail=False)
    @asks(GROUPS)
    def groups(self, request: Request) -> HttpResponse:
        """How many records there are of each kind, and what their figures add up to.

        Figures are taken together only where their records agree in what they are figures of; else the answer is 400 and says what would make
        them comparable. All else may differ: how figures bind, when they hold, how reliable they are, and two records may speak of the same
        thing. Filter or group by that before a sum is quoted. At most 1,000 groups.
        """
        http = request._request
        return answer(http, lambda: self._groups(http))

    def _groups(self, request: HttpRequest) -> Callable[[], Answer]:
        query = read_group_query(request.GET, self.resource, self.filterset_class)
        return lambda: Answer(exact(find_groups(query, self.resource)))

    def _page(self, request: HttpRequest) -> Callable[[], Answer]:
        query = queries.read_list_query(request.GET, self.resource, self.filterset_class)
        return lambda: read_list(request, query, self.resource.name)

    def _redirect(self, request: HttpRequest, id_: str, past: Past | None) -> HttpResponse:
        new = successor(self.resource.name, id_, Document.objects.as_of(past.state.revision) if past else None)
        if new is None:
            raise Gone("The record that it became was retired.")
        query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
        location = request.build_absolute_uri(reverse(f"{self.resource.name}-detail", args=[new])) + query
        return HttpResponse(status=308, headers={"Location": location})


class RootView(LicensedView):
    """Where everything is."""

    question = Question("get_root", "Where everything is", "The addresses.", parameters={}, answer=RootSerializer)
    tag = "root"
    resource = None
    schema = QuestionSchema()

    def get(self, request: Request) -> HttpResponse:
        """The addresses of the resources and of the contract."""
        http = request._request
        parameters.require(http.GET, self.question.parameters_of())
        places = {name: http.build_absolute_uri(reverse(f"{name}-list")) for name in RESOURCES}
        body = {
            "resources": places,
            "changes": http.build_absolute_uri(reverse("changes")),
            "openapi": http.build_absolute_uri(reverse("openapi-json")),
            "docs": http.build_absolute_uri(reverse("docs")),
        }
        return json(orjson.dumps(body))


def _document(resource: Resource, id_: str, past: Past | None) -> tuple[Document, int] | None:
    """The last word on a record, and the latest revision, in one query; or the last word that it was then, and the revision of then."""
    if "\x00" in id_:
        return None
    documents = Document.objects.filter(resource=resource.name, record=id_).select_related("revision")
    if past is not None:
        then = documents.as_of(past.state.revision).first()
        return (then, past.state.revision) if then else None
    latest = Revision.objects.order_by("-number").values("number")[:1]
    document = documents.current().annotate(latest=Subquery(latest)).first()
    return (document, getattr(document, "latest")) if document else None  # noqa: B009  (annotated)
