"""The HTTP face of a resource: lists and records, answered with published documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import ClassVar

import orjson
from django.db.models import Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from publishing import caching, parameters, queries
from publishing.answering import Answer, exact, heading, json, stream, written
from publishing.caching import State
from publishing.errors import BadParameters, Fault, Gone, NotFound
from publishing.filters import RecordFilters
from publishing.formats import CHARTS, CITATIONS, JSON, TABLES, Format, Table
from publishing.grouping.answer import find_groups, find_sources
from publishing.grouping.question import group_parameters, read_group_query
from publishing.history import History, history_of
from publishing.identity import successor
from publishing.lists import read_list
from publishing.models import Document, Revision
from publishing.parameters import Parameters
from publishing.past import Past, read_past
from publishing.questions import AskedView, Question, asks
from publishing.resources import RESOURCES, Resource
from publishing.schema import GroupsSerializer, RootSerializer
from publishing.selection import Tree
from publishing.shapes import RecordSerializer
from publishing.whole import count_to, read_whole

LIST = Question(
    "list_{resource}",
    "List {resource}",
    "A page of {resource}.",
    parameters=queries.WHOLE_PARAMETERS,
    is_list=True,
    is_filtered=True,
    formats=(JSON, *TABLES),
)
GROUPS = Question(
    "group_{resource}",
    "Group {resource}",
    "The groups, in order.",
    parameters=group_parameters,
    answer=GroupsSerializer,
    is_filtered=True,
    formats=(JSON, *TABLES, *CHARTS),
    rows="groups",
    chart="publishing.grouping.chart.draw",
)
RECORD = Question(
    "get_{record}", "Get one {name}", "The {name}.", parameters=queries.RECORD_PARAMETERS, is_of_record=True, formats=(JSON, *TABLES, *CITATIONS)
)

HISTORY = Question(
    "list_{record}_history",
    "List the history of one {name}",
    "What became of the {name}, oldest first.",
    parameters=queries.PAGE_PARAMETERS,
    around=history_of,
    is_list=True,
    is_of_record=True,
)


class ResourceViewSet(AskedView, ViewSet):
    """A resource, read-only: `serializer_class` says what a record shows, `filterset_class` what a list is filtered and ordered by."""

    # What its records and lists of them are had in beside what all are had in.
    formats: ClassVar[tuple[Format, ...]] = ()

    serializer_class: ClassVar[type[RecordSerializer]]
    filterset_class: ClassVar[type[RecordFilters]]
    lookup_field = "id"
    lookup_value_regex = "[^/]+"

    @property
    def resource(self) -> Resource:
        return next(resource for resource in RESOURCES.values() if resource.serializer is self.serializer_class)

    @property
    def detail_name(self) -> str:
        """What the address at hand is called."""
        return "detail" if self.action == "retrieve" else self.action.replace("_", "-")

    @property
    def question(self) -> Question:
        """What the action at hand answers; an AttributeError where there is none, as with a method that is not allowed."""
        question: Question = getattr(self, str(self.action)).question
        return replace(question, formats=(*question.formats, *self.formats)) if question.answer is None else question

    @asks(LIST)
    def list(self, request: Request) -> HttpResponseBase:
        """The records that the parameters admit, a page at a time. With `as_of`, those that they admitted then, as they were shown then."""
        http = request._request
        past = read_past(http.GET)
        if http.GET.get("page_size") == queries.ALL and self.form is not JSON:
            return stream(http, self._whole(http, past), past=past, form=self.form)
        return self.answer(http, lambda: self._page(http, past), past=past)

    @asks(RECORD)
    def retrieve(self, request: Request, id: str) -> HttpResponse:
        """One record, as a list shows it; under a former id, 308 to its address of today. With `as_of`, as it was shown then."""
        http = request._request
        fields, past = queries.read_record_query(http.GET, self.resource, self._known())
        found = _document(self.resource, id, past)
        if found is None:
            when = f"at revision {past.state.revision} or before" if past else "ever"
            raise NotFound(f"No record of {self.resource.name} was {when} published under this id.")
        document, latest = found
        moved = self._moved(http, document, past)
        if moved is not None:
            return moved
        state = State(document.revision_id, document.revision.at)
        etag = caching.entity_tag(http, state, self.form.name)
        response = caching.conditional(http, etag, state.at)
        if response is None:
            body = written(http, self._table([document.body], fields), self.form, state)
            response = HttpResponse(body, headers=heading(http, self.form, state.revision))
        # RFC 8574: whatever the query and the format, this is what to cite.
        response.headers["Link"] = f'<{http.build_absolute_uri(http.path)}>; rel="cite-as"'
        return caching.validate(response, etag, state.at, latest, is_settled=past is not None and past.is_settled)

    @action(detail=True)
    @asks(HISTORY)
    def history(self, request: Request, id: str) -> HttpResponse:
        """Each document that the record ever had, with what it changed; also of one that was retired, or moved to another id."""
        http = request._request
        return self.answer(http, lambda: History(http, self.resource, id, HISTORY.parameters_of()).find)

    @action(detail=False)
    @asks(GROUPS)
    def groups(self, request: Request) -> HttpResponse:
        """How many records there are of each kind, and what their figures add up to.

        Figures are taken together only where their records agree in what they are figures of; else the answer is 400 and says what would make
        them comparable. All else may differ: how figures bind, when they hold, how reliable they are, and two records may speak of the same
        thing. Filter or group by that before a sum is quoted. At most 1,000 groups.
        """
        http = request._request
        return self.answer(http, lambda: self._groups(http))

    def of_record(self, request: HttpRequest, id_: str) -> HttpResponse | None:
        """For what is asked of a record: None where it is published, 308 under a former id; NotFound or Gone otherwise."""
        found = _document(self.resource, id_, past=None)
        if found is None:
            raise NotFound(f"No record of {self.resource.name} was ever published under this id.")
        return self._moved(request, found[0])

    def _groups(self, request: HttpRequest) -> Callable[[], Answer]:
        query = read_group_query(request.GET, self.resource, self.filterset_class, self.question.parameters_of(self.filterset_class))

        def find() -> Answer:
            answer, agreed = find_groups(query, self.resource)
            sources = find_sources(query, self.resource, self.filterset_class.keys()) if self.form in CHARTS else []
            return Answer(exact(answer), aside={"agreed": agreed, "sources": sources})

        return find

    def _page(self, request: HttpRequest, past: Past | None) -> Callable[[], Answer]:
        query = self._query(request, past)
        return lambda: read_list(request, query, self.resource.name, form=self.form)

    def _whole(self, request: HttpRequest, past: Past | None) -> Callable[[], tuple[State | None, Table]]:
        query = self._query(request, past)
        most = self.form.most
        if most is not None and count_to(query, self.resource, most + 1) > most:
            advice = f"More than {most:,} records are too many for {self.form.name}: narrow them by filters, or take csv."
            raise BadParameters([Fault("page_size", queries.ALL, advice)])

        def begin() -> tuple[State | None, Table]:
            state, bodies = read_whole(query, self.resource)
            return state, self._table(bodies, query.fields)

        return begin

    def _query(self, request: HttpRequest, past: Past | None) -> queries.ListQuery:
        known = {**self._known(), **(queries.PAGE_PARAMETERS if self.form is JSON else {})}
        return queries.read_list_query(request.GET, self.resource, self.filterset_class, known, past=past)

    def _known(self) -> Parameters:
        """What the question takes beside filters in the format that it is asked for."""
        return {name: general for name, general in self.question.parameters_of().items() if self.form.has_fields or name != "fields"}

    def _table(self, bodies: Iterable[str], fields: Tree | None) -> Table:
        return Table(bodies, self.serializer_class, fields)

    def _moved(self, request: HttpRequest, document: Document, past: Past | None = None) -> HttpResponse | None:
        """Where the record lives on, if this document says that it moved; Gone if it was retired."""
        if document.action == Document.Action.RETIRED:
            raise Gone(f"The record was retired in revision {document.revision_id}.")
        return self._redirect(request, document.record, past) if document.action == Document.Action.MOVED else None

    def _redirect(self, request: HttpRequest, id_: str, past: Past | None) -> HttpResponse:
        new = successor(self.resource.name, id_, Document.objects.as_of(past.state.revision) if past else None)
        if new is None:
            raise Gone("The record that it became was retired.")
        query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
        location = request.build_absolute_uri(reverse(f"{self.resource.name}-{self.detail_name}", args=[new])) + query
        return HttpResponse(status=308, headers={"Location": location})


class RootView(AskedView):
    """Where everything is."""

    question = Question("get_root", "Where everything is", "The addresses.", answer=RootSerializer)
    tag = "root"
    resource = None
    # The names of the addresses at which the apps answer questions of their own.
    answers: Sequence[str] = ()

    def get(self, request: Request) -> HttpResponseBase:
        """The addresses of the resources, of what is answered beside, and of the contract."""
        http = request._request
        parameters.require(http.GET, self.question.parameters_of())
        root = {
            "resources": {name: _address(http, f"{name}-list") for name in RESOURCES},
            "answers": {name: _address(http, name) for name in self.answers},
            "search": _address(http, "search"),
            "resolve": _address(http, "resolve"),
            "reconcile": _address(http, "reconcile"),
            "properties": _address(http, "properties"),
            "changes": _address(http, "changes"),
            "feed": _address(http, "changes-atom"),
            "exports": _address(http, "exports"),
            "openapi": _address(http, "openapi-json"),
            "docs": _address(http, "docs"),
        }
        return caching.tagged(http, json(orjson.dumps(root)))


def _address(request: HttpRequest, name: str) -> str:
    return request.build_absolute_uri(reverse(name))


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
