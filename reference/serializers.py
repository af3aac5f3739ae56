"""How sources, topics and indicators are shown, and what all facts show alike."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from publishing.resolving.usage import called
from publishing.resources import publishes
from publishing.search.texts import Searched, named
from publishing.shapes import PartialDateShape, RecordSerializer
from reference.models import Indicator, Source, Topic, Unit
from reference.usage import INDICATORS, SOURCES, TOPICS


class SourceReference(serializers.Serializer[Any]):
    """A source: its id, what it is called, where it is, who published it and when."""

    id = serializers.CharField(read_only=True, help_text="Public id.")
    title = serializers.CharField(read_only=True, help_text="Title as published, in its own language.")
    url = serializers.CharField(read_only=True, allow_null=True, help_text="Where it was read; null where no address is known.")
    publisher = serializers.CharField(read_only=True, allow_null=True, help_text="Who put the text out.")
    published_on = PartialDateShape(read_only=True, allow_null=True, help_text="When it was published; partial date.")

    def to_representation(self, instance: Source) -> dict[str, Any]:
        # As Reference: the many shown in one plan are worth the short way.
        return {
            "id": instance.pk,
            "title": instance.title,
            "url": instance.url,
            "publisher": instance.publisher,
            "published_on": instance.published_on,
        }


class FactSerializer(RecordSerializer):
    """A record whose sources are shown with title and address, and whose units by their codes."""

    shapes: ClassVar[dict[Any, Any]] = {Source: SourceReference, Unit: "code"}


FACT = ("sources", "reliability", "contradicts", "note")
QUANTITY = (
    "comparator",
    "value",
    "value_max",
    "unit",
    "per",
    "basis",
    "scope",
    "value_text",
    "normalized_value",
    "normalized_unit",
)
# What the numbers of a quantity count in.
UNITS = {"value": "unit", "value_max": "unit", "normalized_value": "normalized_unit"}


@publishes("sources", Searched(names=("title",), text=("publisher", "note")))
@called(SOURCES)
class SourceSerializer(FactSerializer):
    """A text that states facts."""

    class Meta:
        model = Source
        fields = (
            "id", "title", "title_is_description", "publisher", "url", "published_on", "retrieved_on", "language", "kind", "original", "note",
        )  # fmt: skip

    @classmethod
    def title(cls, record: dict[str, Any]) -> str:
        return str(record["title"])


@publishes("topics", Searched(text=("definition", *named("parent"))))
@called(TOPICS)
class TopicSerializer(RecordSerializer):
    """A subject that plans, facts and companies are about."""

    class Meta:
        model = Topic
        fields = ("id", "name_en", "name_zh", "aliases", "parent", "definition")


@publishes("indicators", Searched(text=("definition",)))
@called(INDICATORS)
class IndicatorSerializer(FactSerializer):
    """What a target or an observation measures."""

    class Meta:
        model = Indicator
        fields = ("id", "name_en", "name_zh", "aliases", "definition", "unit", "higher_is_better")
