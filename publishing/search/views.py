"""`/v1/search/`: records of all resources that have the words asked for, best first, each with the passage that was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from django.db.models import QuerySet
from django.http import HttpRequest
from rest_framework import serializers

from publishing import parameters, values
from publishing.answering import Answer
from publishing.changes import ResourceField
from publishing.envelopes import envelope
from publishing.errors import BadParameters, Fault
from publishing.formats import JSON, TABLES
from publishing.models import Document, SearchEntry
from publishing.pagination import DEFAULT_SIZE, Cursor, count, cut_page
from publishing.parameters import General
from publishing.queries import PAGE_PARAMETERS
from publishing.questions import Question, QuestionView
from publishing.resources import RESOURCES
from publishing.search.asking import RANKED_ACROSS, Search, understand
from publishing.search.highlights import highlight
from publishing.shapes import Reference


class HitSerializer(Reference):
    """A record that has all words of a search."""

    resource = serializers.CharField(read_only=True, help_text="The resource that it is a record of.")
    score = serializers.FloatField(
        read_only=True,
        help_text="From 0 to 1: 1 is called just that, 0.5 and more has all words in its names, less anywhere; more, the more of its name they are.",
    )
    highlight = serializers.CharField(
        read_only=True,
        help_text="What was found, as HTML: passages of the record, joined by an ellipsis, with the words in `<mark>`. All other markup is escaped.",
    )


class SearchView(QuestionView):
    """Records of all resources that have all the words, in their names or in what is said of them, in English or Chinese.

    Words are found in any form (`computing` finds `computed`), Chinese names also as they are read (`Hangzhou` finds 杭州). If no record has them
    all, a word that occurs nowhere is taken for the nearest one that some name has: `Shenzen` finds Shenzhen; the highlight shows it.
    Where no resource is named, a record that two of them show is found once, as one of the narrower.
    """

    question = Question(
        "search",
        "Search all resources",
        "Records, best first.",
        parameters={
            "q": General(values.WordsField(), "Words that must all occur, in any order and form.", required=True),
            "resource": General(ResourceField(), "Records of these resources alone."),
            **PAGE_PARAMETERS,
        },
        answer=HitSerializer,
        is_list=True,
        formats=(JSON, *TABLES),
    )
    tag = "search"

    def read(self, request: HttpRequest, **place: str) -> Callable[[], Answer]:
        given, faults = parameters.read(request.GET, self.question.parameters_of())
        name = f"search {sorted((name, value) for name, given in request.GET.lists() if name in {'q', 'resource'} for value in given)}"
        cursor = None
        if "cursor" in given:
            try:
                cursor = Cursor.read(given["cursor"], name, RANKED_ACROSS, SearchEntry)
            except ValueError as error:
                faults.append(Fault("cursor", given["cursor"][: values.MOST_LETTERS], str(error)))
        if faults:
            raise BadParameters(faults)

        def find() -> Answer:
            search = understand(given["q"])
            rows = search.ranked(search.entries(given.get("resource", ())))
            page = cut_page(rows, RANKED_ACROSS, cursor, given.get("page_size", DEFAULT_SIZE), lambda keyed, _: (_hits(keyed, search), None))
            return Answer(envelope(request, page, count(rows), name))

        return find


def _hits(keyed: QuerySet[Any], search: Search) -> list[tuple[Any, ...]]:
    """The JSON of each entry of a page, with its keys: two queries, whatever the size."""
    found: list[tuple[int, str, str]] = [tuple(row.values()) for row in keyed]  # as RANKED_ACROSS has them
    bodies = _bodies([(resource, record) for _, record, resource in found])
    return [
        (_hit(resource, record, rank, bodies[resource, record], search), rank, record, resource)
        for rank, record, resource in found
        # Gone since the page was read: the answer is then read again.
        if (resource, record) in bodies
    ]


def _bodies(records: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    names, ids = {resource for resource, _ in records}, {record for _, record in records}
    documents = Document.objects.current().bodies().filter(resource__in=names, record__in=ids)
    return {(resource, record): body for resource, record, body in documents.values_list("resource", "record", "body")}


def _hit(resource: str, record: str, rank: int, body: str, search: Search) -> str:
    document, searched = orjson.loads(body), RESOURCES[resource].searched
    name_en, name_zh = searched.shown(document)
    hit = {
        "resource": resource,
        "id": record,
        "name_en": name_en,
        "name_zh": name_zh,
        "score": rank / 1000,
        "highlight": highlight(document, searched, search),
    }
    return orjson.dumps(hit).decode()
