"""The history of a record: each document that it ever had, with what that changed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson
from django.db.models import QuerySet
from django.http import HttpRequest
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from publishing import parameters
from publishing.answering import Answer
from publishing.difference import difference
from publishing.envelopes import envelope
from publishing.errors import BadParameters, Fault, NotFound
from publishing.models import Document
from publishing.ordering import Key, after, order_by
from publishing.pagination import DEFAULT_SIZE, Cursor, Page, cut
from publishing.resources import Resource
from publishing.shapes import RecordSerializer, Vocabulary
from publishing.values import MOST_LETTERS

_KEYS = [Key("revision_id", nullable=False)]


class StepSerializer(serializers.Serializer[Any]):
    """What a revision did to a record."""

    revision = serializers.IntegerField(read_only=True, help_text="The number of the revision.")
    at = serializers.DateTimeField(read_only=True, help_text="When it was published, UTC.")
    action = Vocabulary(
        choices=Document.Action.choices, read_only=True, help_text="What it did: a record that is `moved` lives on under the id of its `successor`."
    )
    successor = serializers.CharField(read_only=True, allow_null=True, help_text="The id under which a moved record lives on.")


@extend_schema_field({"nullable": True, "description": "Any value of a field."})
class _AnyValue(serializers.JSONField):
    """A value of whatever type the field has."""


class FieldChangeSerializer(serializers.Serializer[Any]):
    """A field that says something else than before."""

    field = serializers.CharField(read_only=True, help_text="Its path; records in a list are told apart by their ids: `sources[gazette].title`.")
    before = _AnyValue(read_only=True, help_text="What it said; null also where there was nothing.")
    after = _AnyValue(read_only=True, help_text="What it says since; null also where there is nothing.")


@cache
def history_of(serializer: type[RecordSerializer]) -> type[StepSerializer]:
    """The shape of one step in the history of this serializer's records."""
    shown = {
        "document": serializer(read_only=True, allow_null=True, help_text="The record since then; null where it is no more."),
        "difference": FieldChangeSerializer(
            many=True, read_only=True, help_text="The fields that changed since the document before; none where it was created or is no more."
        ),
        "__doc__": f"{serializer.__doc__} As a revision left it.",
    }
    return type(f"{serializer.__name__.removesuffix('Serializer')}StepSerializer", (StepSerializer,), shown)


class History:
    """The documents of one record as they were asked for: a page of them, oldest first."""

    def __init__(self, request: HttpRequest, resource: Resource, id_: str, known: parameters.Parameters) -> None:
        self.request = request
        self.documents: QuerySet[Document] = Document.objects.filter(resource=resource.name, record=id_)
        given, faults = parameters.read(request.GET, known)
        self.size = given.get("page_size", DEFAULT_SIZE)
        self.name = f"history {resource.name} {id_}"
        self.cursor = None
        if "cursor" in given:
            try:
                self.cursor = Cursor.read(given["cursor"], self.name, _KEYS, Document)
            except ValueError as error:
                faults.append(Fault("cursor", given["cursor"][:MOST_LETTERS], str(error)))
        if faults:
            raise BadParameters(faults)
        self.count = 0 if "\x00" in id_ else self.documents.count()
        if not self.count:
            raise NotFound(f"No record of {resource.name} was ever published under this id.")

    def find(self) -> Answer:
        keys = [key.reversed() for key in _KEYS] if self.cursor and self.cursor.backwards else _KEYS
        rows = self.documents.filter(after(keys, self.cursor.values)) if self.cursor else self.documents
        found = list(rows.order_by(*order_by(keys)).select_related("revision")[: self.size + 1])
        found, onward, back = cut(found, self.size, self.cursor, lambda document: (document.revision_id,))
        page = Page(list(self._steps(found)), None, onward, back)
        return Answer(envelope(self.request, page, (self.count, True), self.name))

    def _steps(self, documents: list[Document]) -> Iterator[str]:
        if not documents:
            return
        before = self.documents.filter(revision__lt=documents[0].revision_id).order_by("-revision_id").first()
        for document in documents:
            changed = difference(orjson.loads(before.body), orjson.loads(document.body)) if before and before.body and document.body else []
            yield step(document, difference=changed)
            before = document


def step(document: Document, **more: Any) -> str:
    """The JSON of what a revision did to a record; the document's body goes in as it is."""
    head = {"revision": document.revision_id, "at": document.revision.at, "action": document.action, "successor": document.successor, **more}
    written = orjson.dumps(head, option=orjson.OPT_UTC_Z).decode()
    return f'{written[:-1]},"document":{document.body or "null"}}}'
