"""By what sources, topics and indicators are filtered, and what all facts share."""

from __future__ import annotations

from publishing.filters import RecordFilters, search
from reference import serializers
from reference.models import Indicator, Source, Topic

NAMES = {"name_en": "name_en", "name_zh": "name_zh", "alias": "aliases"}
FACT = {"source": "sources", "reliability": "reliability", "contradicts": "contradicts", "note": "note"}
# Whatever is shown of a quantity can be asked for.
QUANTITY = {name: name for name in serializers.QUANTITY}
# Most contradictions in the wild are two scopes of one word: figures are taken together only where they agree in all of these.
COMPARABLE = {
    "value": ("indicator", "unit", "basis", "per", "scope"),
    "value_max": ("indicator", "unit", "basis", "per", "scope"),
    "normalized_value": ("indicator", "normalized_unit", "basis", "per", "scope"),
}


class SourceFilters(RecordFilters):
    """By what sources are filtered."""

    class Meta:
        model = Source
        parameters = {
            "q": search,
            "id": "id",
            "title": "title",
            "title_is_description": "title_is_description",
            "publisher": "publisher",
            "url": "url",
            "published_on": "published_on",
            "retrieved_on": "retrieved_on",
            "language": "language",
            "kind": "kind",
            "original": "original",
            "note": "note",
        }


class TopicFilters(RecordFilters):
    """By what topics are filtered."""

    class Meta:
        model = Topic
        parameters = {"q": search, "id": "id", **NAMES, "parent": "parent", "definition": "definition"}


class IndicatorFilters(RecordFilters):
    """By what indicators are filtered."""

    class Meta:
        model = Indicator
        parameters = {
            "q": search,
            "id": "id",
            **NAMES,
            "definition": "definition",
            "unit": "unit",
            "higher_is_better": "higher_is_better",
        }
