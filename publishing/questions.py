"""Questions: what an address answers, declared once; its checking, its contract and its documentation follow from that.

A resource's own addresses are actions of its viewset, marked by `asks`; an address of its own is a `QuestionView`. Either only says what is asked
and finds the answer: strictness, validators, caching and the contract are the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, TypeVar

import orjson
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.cache import patch_vary_headers
from django.utils.module_loading import import_string
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from publishing import bodies, parameters
from publishing.answering import Answer, Read, answer, reply
from publishing.envelopes import links
from publishing.formats import CHARTS, JSON, Format, Table, negotiate
from publishing.parameters import Parameters
from publishing.past import Past
from publishing.public import PublicView
from publishing.schema import QuestionSchema

_F = TypeVar("_F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Question:
    """The words and the shape of one operation; `{resource}`, `{record}` and `{name}` in its words stand for a resource's name and its record's."""

    # What clients call it: list_plans.
    operation: str
    # What people call it: List plans.
    summary: str
    # What a good answer is: A page of plans.
    brings: str
    # Or a function that makes them from the filters of the resource; `format` is added to them.
    parameters: Parameters | Callable[[Any], Parameters] = field(default_factory=dict)
    # The shape of the answer; of a list, that of one of its results. None: a record, or a list of records, of the resource.
    answer: type[serializers.BaseSerializer[Any]] | None = None
    # Makes the shape of the answer from that of a record, where it shows records of the resource among other things.
    around: Callable[[Any], type[serializers.BaseSerializer[Any]]] | None = None
    is_list: bool = False
    # Whether the filters of the resource are parameters too.
    is_filtered: bool = False
    # Whether it is asked of one record, by its id.
    is_of_record: bool = False
    # Whether there may be no answer yet.
    may_be_missing: bool = False
    # The first is what is sent to those who ask for none.
    formats: tuple[Format, ...] = (JSON,)
    # The field of the answer whose entries are the rows of a table of it.
    rows: str = "results"
    # Where the function is that draws the answer; loaded when first asked for, as the library that draws takes a second.
    chart: str | None = None
    # The shape of the body that asks it, where it takes one.
    body: type[serializers.BaseSerializer[Any]] | None = None

    def parameters_of(self, filterset: Any = None) -> Parameters:
        """Its parameters that are no filters, where it is asked of a resource that has these."""
        declared = self.parameters(filterset) if callable(self.parameters) else self.parameters
        return {**declared, **parameters.of_formats(self.formats)}


def asks(question: Question) -> Callable[[_F], _F]:
    """Decorator: this action of a viewset answers the question."""

    def mark(action: _F) -> _F:
        action.question = question  # type: ignore[attr-defined]  # read by ResourceViewSet.question
        return action

    return mark


class AskedView(PublicView):
    """A view that answers questions, each in the formats that it declares; its docstring is their description in the contract."""

    schema = QuestionSchema()
    # What this request asks for.
    form: Format = JSON

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        question = getattr(self, "question", None)
        if question is not None and not force:
            self.form = negotiate(request._request, question.formats)
        # What the framework itself answers, such as OPTIONS, is JSON.
        return JSONRenderer(), JSONRenderer.media_type

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        patch_vary_headers(response, ["Accept"])
        return super().finalize_response(request, response, *args, **kwargs)

    def answer(self, request: HttpRequest, read: Read, turned: datetime | None = None, past: Past | None = None) -> HttpResponse:
        """The answer to a question, in the format that was asked for."""
        return answer(request, read if self.form is JSON else lambda: self._tabled(read()), turned, past=past, form=self.form)

    def _tabled(self, find: Callable[[], Answer]) -> Callable[[], Answer]:
        """The same answer as a table, with how it is drawn."""
        question: Question = self.question  # type: ignore[attr-defined]  # else nothing but JSON is negotiated

        def found() -> Answer:
            answer = find()
            if isinstance(answer.body, bytes):
                said = {**orjson.loads(answer.body), **answer.aside}
                shape: Any = question.answer if question.is_list else type(question.answer().fields[question.rows].child)  # type: ignore[misc,union-attr]  # a table is of rows
                table = Table([orjson.dumps(row).decode() for row in said[question.rows]], shape)
                if question.is_list:
                    answer = replace(answer, headers=links(said["next"], said["previous"]))
            else:
                table = answer.body
                said = {question.rows: table.records, **answer.aside}
            chart = partial(import_string(question.chart), said) if self.form in CHARTS and question.chart else None
            return replace(answer, body=replace(table, chart=chart))

        return found


class QuestionView(AskedView):
    """An address of its own that answers one question about the published data."""

    question: ClassVar[Question]
    # The heading that it stands under in the contract.
    tag: ClassVar[str]
    resource = None

    def get(self, request: Request, **place: str) -> HttpResponse:
        http = request._request
        return self.answer(http, lambda: self.read(http, **place), self.turned())

    def turned(self) -> datetime | None:
        """When the answer last changed by the clock alone; None where it follows from the published data."""
        return None

    def read(self, request: HttpRequest, **place: str) -> Callable[[], Answer]:
        """Check the question; return what finds the answer."""
        asked = self.check(request.GET, **place)
        return lambda: Answer(orjson.dumps(self.find(asked)))

    def check(self, data: QueryDict, **place: str) -> Mapping[str, Any]:
        """The values of the parameters; BadParameters with all faults if one is wrong."""
        return parameters.require(data, self.question.parameters_of())

    def find(self, asked: Mapping[str, Any]) -> Any:
        """The answer, in plain things that JSON knows."""
        raise NotImplementedError


class PostedQuestionView(QuestionView):
    """A question that can also be asked of many things at once, in a JSON body; nothing is written."""

    http_method_names = ["get", "head", "options", "post"]
    posted: ClassVar[Question]

    def post(self, request: Request, **place: str) -> HttpResponse:
        http = request._request
        return reply(http, lambda: self.read_body(http, **place))

    def read_body(self, request: HttpRequest, **place: str) -> Callable[[], Answer]:
        """Check the body, which says it all; return what finds the answer."""
        parameters.require(request.GET, self.posted.parameters_of())
        asked = self.check_body(bodies.read_json(request), **place)
        return lambda: Answer(orjson.dumps(self.find_all(asked)))

    def check_body(self, said: Any, **place: str) -> Any:
        """What the body asks; BadBody with all faults if it is not well asked."""
        raise NotImplementedError

    def find_all(self, asked: Any) -> Any:
        """The answer, in plain things that JSON knows."""
        raise NotImplementedError
