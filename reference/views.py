"""Sources, topics and indicators over HTTP."""

from __future__ import annotations

from publishing.viewsets import ResourceViewSet
from reference.filters import IndicatorFilters, SourceFilters, TopicFilters
from reference.serializers import IndicatorSerializer, SourceSerializer, TopicSerializer


class SourceViewSet(ResourceViewSet):
    """What facts rest on."""

    serializer_class = SourceSerializer
    filterset_class = SourceFilters


class TopicViewSet(ResourceViewSet):
    """What plans, facts and companies are about."""

    serializer_class = TopicSerializer
    filterset_class = TopicFilters


class IndicatorViewSet(ResourceViewSet):
    """What targets and observations measure."""

    serializer_class = IndicatorSerializer
    filterset_class = IndicatorFilters
