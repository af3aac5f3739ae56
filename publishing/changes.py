"""The changes: all that ever happened to any record, oldest first, for whoever keeps a copy or waits for news."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from publishing import ledger, parameters
from publishing.answering import Answer
from publishing.caching import State
from publishing.envelopes import links
from publishing.formats import JSON, NDJSON
from publishing.history import StepSerializer, step
from publishing.ledger import PATTERN, Position
from publishing.models import Document
from publishing.pagination import DEFAULT_SIZE
from publishing.parameters import General
from publishing.queries import PAGE_PARAMETERS
from publishing.questions import Question, QuestionView
from publishing.resources import RESOURCES
from publishing.values import ChoiceField, ValueField, fault


class PositionField(ValueField):
    """A place in the changes that has been reached."""

    def read(self, value: str) -> Position:
        try:
            position = Position.parse(value)
        except ValueError as error:
            raise fault(str(error), value) from None
        latest = State.now()
        if position.revision > (latest.revision if latest else 0):
            raise fault(f"The latest revision is {latest.revision}." if latest else "Nothing is published yet: only 0 can be asked for.", value)
        return position

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{PATTERN}$"}


class ResourceField(ChoiceField):
    """Names of resources."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(words=(), **kwargs)

    @property
    def words(self) -> tuple[str, ...]:
        # Not at import: the apps above register theirs later.
        return tuple(sorted(RESOURCES))

    @words.setter
    def words(self, none: object) -> None:
        """They are the resources."""


@dataclass(frozen=True)
class Changes:
    """An answer: some changes, and the place that they reach."""

    documents: list[Document]
    reached: Position
    # The revision that was the latest when they were read.
    latest: int


def changes(since: Position, *, resources: list[str] | None = None, size: int) -> Changes:
    """At most `size` changes behind `since`, oldest first. Revisions come whole, as far as one fits into an answer.

    Who asks again from what was reached, until there are none, sees each change once, whatever is published meanwhile: revisions are numbered in
    the order of their commits, without gaps, and never change.
    """
    now = State.now()
    latest = now.revision if now else 0
    # First the latest revision, then what is not behind it: a later one would be read in part.
    found = ledger.read_behind(since, resources, size + 1, up_to=latest)
    if len(found) <= size:
        return Changes(found, Position(latest), latest)
    torn = found[-1].revision_id
    whole = [document for document in found if document.revision_id < torn]
    if whole:
        return Changes(whole, Position(torn - 1), latest)
    last = found[size - 1]
    return Changes(found[:size], Position(last.revision_id, last.resource, last.record), latest)


class ChangeSerializer(StepSerializer):
    """What a revision did to a record, of whichever resource."""

    resource = serializers.CharField(read_only=True, help_text="The resource that the record belongs to.")
    id = serializers.CharField(read_only=True, help_text="The record's id.")
    document = serializers.DictField(read_only=True, allow_null=True, help_text="The record since then; null where it is no more.")


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}]})
class _PositionShape(serializers.Field[Position, Any, Any, Position]):
    """The number of a revision, or the place in one."""


class ChangesSerializer(serializers.Serializer[Any]):
    """Changes, oldest first, and where they go on."""

    next = _PositionShape(
        read_only=True,
        help_text="What to give as `since` next: the last revision that was told whole; a text while one is told that no answer holds.",
    )
    results = ChangeSerializer(many=True, read_only=True, help_text="The changes; none where there is nothing new.")


CHOICE = {
    "resource": General(ResourceField(), "Changes of these resources alone."),
    "page_size": PAGE_PARAMETERS["page_size"],
}


class ChangesView(QuestionView):
    """Every change of every record since a revision, oldest first: to keep a copy, ask from 0, then from `next`, until nothing comes.

    Each change comes exactly once, whatever is published meanwhile. A record that is gone leaves a tombstone: `retired`, or `moved` with a successor.
    For readers of feeds, the newest first: [`/v1/changes.atom`](/v1/changes.atom).
    """

    question = Question(
        "list_changes",
        "List changes",
        "Changes, oldest first.",
        parameters={
            "since": General(
                PositionField(single=True), "What came after this revision, or after the place that `next` named; 0: from the beginning."
            ),
            **CHOICE,
        },
        answer=ChangesSerializer,
        formats=(JSON, NDJSON),
    )
    tag = "changes"

    def read(self, request: HttpRequest, **place: str) -> Callable[[], Answer]:
        asked = parameters.require(request.GET, self.question.parameters_of())
        return lambda: self._answer(request, asked)

    def _answer(self, request: HttpRequest, asked: Mapping[str, Any]) -> Answer:
        found = changes(asked.get("since", Position(0)), resources=asked.get("resource"), size=asked.get("page_size", DEFAULT_SIZE))
        results = ",".join(step(document, resource=document.resource, id=document.record) for document in found.documents)
        headers = {}
        if self.form is not JSON:
            query = request.GET.copy()
            query["since"] = str(found.reached.json)
            headers = links(request.build_absolute_uri(f"{request.path}?{query.urlencode()}"))
        return Answer(f'{{"next":{orjson.dumps(found.reached.json).decode()},"results":[{results}]}}'.encode(), found.latest, headers)
