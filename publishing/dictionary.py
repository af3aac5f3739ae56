"""The data dictionary over HTTP: `/v1/properties/`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from django.http import HttpRequest
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from publishing import parameters
from publishing.answering import Answer
from publishing.changes import ResourceField
from publishing.envelopes import envelope
from publishing.errors import BadParameters, Fault
from publishing.formats import JSON, TABLES
from publishing.pagination import DEFAULT_SIZE, Cursor, Page, cut
from publishing.parameters import General
from publishing.properties import TYPES, declared, described
from publishing.queries import PAGE_PARAMETERS
from publishing.questions import Question, QuestionView
from publishing.resources import RESOURCES
from publishing.shapes import Vocabulary
from publishing.values import MOST_LETTERS


@extend_schema_field({"nullable": True})
class _Example(serializers.JSONField):
    """A value of whatever type the field has."""


class PropertySerializer(serializers.Serializer[Any]):
    """A field of a resource: what it means, how it is asked for, and how often it is known."""

    resource = serializers.CharField(read_only=True, help_text="The resource whose records have it.")
    name = serializers.CharField(read_only=True, help_text="Its name; dots lead into what is nested.")
    type = Vocabulary(choices=[(word, word) for word in TYPES], read_only=True, help_text="What its values are.")
    is_list = serializers.BooleanField(read_only=True, help_text="Whether it has several.")
    is_nullable = serializers.BooleanField(read_only=True, help_text="Whether it is null where it is not known.")
    words = serializers.ListField(
        child=serializers.CharField(), read_only=True, allow_null=True, help_text="The words that it is one of; more may come. Null for other types."
    )
    unit = serializers.CharField(read_only=True, allow_null=True, help_text="What its numbers count in.")
    unit_field = serializers.CharField(read_only=True, allow_null=True, help_text="The field beside it that says so, where that differs.")
    definition = serializers.CharField(read_only=True, help_text="What it says.")
    operators = serializers.ListField(child=serializers.CharField(), read_only=True, help_text="The parameters that lists are filtered by it with.")
    sortable = serializers.BooleanField(read_only=True, help_text="Whether lists can be ordered by it.")
    groupable = serializers.BooleanField(read_only=True, help_text="Whether records can be grouped by it.")
    group_by = serializers.ListField(child=serializers.CharField(), read_only=True, help_text="The words for that in `by=`.")
    summable = serializers.BooleanField(read_only=True, help_text="Whether groups can add it up.")
    share_filled = serializers.FloatField(
        read_only=True,
        allow_null=True,
        help_text="From 0 to 1: of the places where it could stand, those where it is known. Null if there are none.",
    )
    example = _Example(read_only=True, help_text="A value that some record has; null for what is nested, and where no example was found.")


class PropertiesView(QuestionView):
    """Every field of every resource, nested ones too: its type, unit and definition, how it is filtered, ordered and grouped by, and in which
    share of records it is known. Derived from what the API declares and publishes.
    """

    question = Question(
        "list_properties",
        "List the fields of all resources",
        "A page of fields.",
        parameters={"resource": General(ResourceField(), "Fields of these resources alone."), **PAGE_PARAMETERS},
        answer=PropertySerializer,
        is_list=True,
        formats=(JSON, *TABLES),
    )
    tag = "properties"

    def read(self, request: HttpRequest, **place: str) -> Callable[[], Answer]:
        given, faults = parameters.read(request.GET, self.question.parameters_of())
        resources = given.get("resource", list(RESOURCES))
        name = f"properties {sorted(resources)}"
        cursor = None
        if "cursor" in given:
            try:
                cursor = Cursor.unsign(given["cursor"], name)
            except ValueError as error:
                faults.append(Fault("cursor", given["cursor"][:MOST_LETTERS], str(error)))
        if faults:
            raise BadParameters(faults)
        return lambda: self._page(request, resources, cursor, given.get("page_size", DEFAULT_SIZE), name)

    @staticmethod
    def _page(request: HttpRequest, resources: list[str], cursor: Cursor | None, size: int, name: str) -> Answer:
        found = list(enumerate(one for one in declared() if one.resource in resources))
        rest = found
        if cursor is not None:
            (place,) = cursor.values
            rest = found[:place][::-1] if cursor.backwards else found[place + 1 :]
        shown, onward, back = cut(rest[: size + 1], size, cursor, lambda one: (one[0],))
        bodies = [orjson.dumps(one).decode() for one in described([one for _, one in shown])]
        return Answer(envelope(request, Page(bodies, None, onward, back), (len(found), True), name))
