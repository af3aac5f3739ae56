"""`/v1/resolve/`: from names to ids, one by its address or many in a body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from publishing.bodies import Reader
from publishing.parameters import General
from publishing.questions import PostedQuestionView, Question
from publishing.resolving.candidates import Asked, named_resources, resolve, usual_resources
from publishing.values import ChoiceField, ValueField, WholeField

MOST_NAMES = 100
MOST_CANDIDATES = 50
_CANDIDATES = 10
_UNUSUAL = ", ".join(name for name in named_resources() if name not in usual_resources())
PARAMETERS = {
    "name": General(ValueField(single=True), "The name as it was found.", required=True),
    "resource": General(ChoiceField(words=named_resources()), f"Of these resources; without it, of any but {_UNUSUAL}, each record once."),
    "limit": General(WholeField(most=MOST_CANDIDATES, single=True), f"At most so many candidates; {_CANDIDATES} without it."),
}


class CandidateSerializer(serializers.Serializer[Any]):
    """A record that a name may mean."""

    resource = serializers.CharField(read_only=True, help_text="The resource that it is of.")
    id = serializers.CharField(read_only=True, help_text="Public id.")
    name_en = serializers.CharField(read_only=True, help_text="Name in English.")
    name_zh = serializers.CharField(read_only=True, allow_null=True, help_text="Name in Chinese, where known.")
    score = serializers.FloatField(read_only=True, help_text="How sure it is, from 0 to 1; the operation says what it means.")
    matched = serializers.CharField(read_only=True, help_text="Which of its names is like the one asked for.")


class CandidatesSerializer(serializers.Serializer[Any]):
    """What a name may mean, most likely first."""

    candidates = CandidateSerializer(many=True, read_only=True, help_text="Records that the name may mean, most likely first.")


class NameSerializer(serializers.Serializer[Any]):
    """A name to resolve."""

    name = serializers.CharField(max_length=300, help_text="The name as it was found.")
    resource = serializers.CharField(required=False, help_text="As the parameter of that name.")


class NamesSerializer(serializers.Serializer[Any]):
    """Names to resolve, all at once."""

    queries = serializers.ListField(child=NameSerializer(), max_length=MOST_NAMES, help_text="At most 100 names.")
    limit = serializers.IntegerField(required=False, min_value=1, max_value=MOST_CANDIDATES, help_text="Candidates for each name: 10 without it.")


class ResolvedSerializer(serializers.Serializer[Any]):
    """What one of the names may mean."""

    query = serializers.CharField(read_only=True, help_text="The name as it was given.")
    candidates = CandidateSerializer(many=True, read_only=True, help_text="Records that it may mean, most likely first.")


class ResolutionSerializer(serializers.Serializer[Any]):
    """What each of the names may mean, in their order."""

    results = ResolvedSerializer(many=True, read_only=True, help_text="One for each name, in the order that they were given.")


class ResolveView(PostedQuestionView):
    """Records that a name may mean, most likely first: in English, Chinese or pinyin, shortened, mistyped or mistranslated.

    `score` is 1 for a name of the record, or its id, but for case, width, accents, blanks and punctuation; 0.98 for an alias; 0.95 for a name or
    alias less a year or an ending that says what kind of thing it is, or with another way to write a word; 0.93 for one less an ending that sets
    the record apart from another; 0.92 with a year or an ending that no name of the record has; 0.9 for how its Chinese name is read. Below that it
    is only alike: 0.89 of the share of words that both have, less where they stand in another order or say another year. It depends on the names
    alone, so that one threshold holds for all data: from 0.9 on it is the same name, though namesakes may share it. What scores below 0.3 is left
    out.
    """

    tag = "resolve"
    question = Question("resolve_name", "Find the record that a name means", "The candidates.", parameters=PARAMETERS, answer=CandidatesSerializer)
    posted = Question(
        "resolve_names",
        "Find the records that many names mean",
        "The candidates for each name.",
        answer=ResolutionSerializer,
        body=NamesSerializer,
    )

    def find(self, asked: Mapping[str, Any]) -> Any:
        [found] = _resolve([Asked(asked["name"], tuple(asked.get("resource", ())))], asked.get("limit"))
        return {"candidates": found}

    def check_body(self, said: Any, **place: str) -> Any:
        reader = Reader()
        body = reader.members("", said, ("queries", "limit"), ("queries",))
        limit = reader.number("limit", body["limit"], MOST_CANDIDATES) if "limit" in body else None
        items = reader.items("queries", body["queries"], MOST_NAMES) if "queries" in body else ()
        names = [_read_name(reader, place, item) for place, item in items]
        reader.finish()
        return names, limit

    def find_all(self, asked: Any) -> Any:
        names, limit = asked
        results = zip(names, _resolve(names, limit), strict=True)
        return {"results": [{"query": one.name, "candidates": found} for one, found in results]}


def _resolve(names: Sequence[Asked], limit: int | None) -> list[list[dict[str, Any]]]:
    return [[asdict(candidate) for candidate in found] for found in resolve(names, limit or _CANDIDATES)]


def _read_name(reader: Reader, place: str, value: Any) -> Asked:
    said = reader.members(place, value, ("name", "resource"), ("name",))
    name = reader.text(f"{place}.name", said["name"], PARAMETERS["name"].field) if "name" in said else None
    resources = reader.text(f"{place}.resource", said["resource"], PARAMETERS["resource"].field) if "resource" in said else None
    return Asked(name or "", tuple(resources or ()))
