"""Questions: what an address answers, declared once; its checking, its contract and its documentation follow from that.

A resource's own addresses are actions of its viewset, marked by `asks`; an address of its own is a `QuestionView`. Either only says what is asked
and finds the answer: strictness, validators, caching and the contract are the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, TypeVar

import orjson
from django.http import HttpRequest, HttpResponse, QueryDict
from rest_framework import serializers
from rest_framework.request import Request

from publishing import parameters
from publishing.answering import Answer, answer
from publishing.licensing import LicensedView
from publishing.parameters import FORMAT, Parameters
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
    # Or a function that makes them from the filters of the resource.
    parameters: Parameters | Callable[[Any], Parameters] = field(default_factory=lambda: FORMAT)
    # The shape of the answer; of a list, that of one of its results. None: a record, or a list of records, of the resource.
    answer: type[serializers.BaseSerializer[Any]] | None = None
    # Makes the shape of the answer from that of a record, where it shows records of the resource among other things.
    around: Callable[[Any], type[serializers.BaseSerializer[Any]]] | None = None
    is_list: bool = False
    # Whether the filters of the resource are parameters too.
    is_filtered: bool = False
    # Whether it is asked of one record, by its id.
    is_of_record: bool = False

    def parameters_of(self, filterset: Any = None) -> Parameters:
        """Its parameters that are no filters, where it is asked of a resource that has these."""
        return self.parameters(filterset) if callable(self.parameters) else self.parameters


def asks(question: Question) -> Callable[[_F], _F]:
    """Decorator: this action of a viewset answers the question."""

    def mark(action: _F) -> _F:
        action.question = question  # type: ignore[attr-defined]  # read by ResourceViewSet.question
        return action

    return mark


class QuestionView(LicensedView):
    """An address of its own that answers one question about the published data. Its docstring is its description in the contract."""

    question: ClassVar[Question]
    # The heading that it stands under in the contract.
    tag: ClassVar[str]
    resource = None
    schema = QuestionSchema()

    def get(self, request: Request, **place: str) -> HttpResponse:
        http = request._request
        return answer(http, lambda: self.read(http, **place), self.turned())

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
