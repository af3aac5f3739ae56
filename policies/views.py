"""Plans, targets, measures and observations over HTTP."""

from __future__ import annotations

from policies.filters import MeasureFilters, ObservationFilters, PlanFilters, TargetFilters
from policies.serializers import MeasureSerializer, ObservationSerializer, PlanSerializer, TargetSerializer
from publishing.viewsets import ResourceViewSet


class PlanViewSet(ResourceViewSet):
    """What governments wrote on AI, with all that it promises."""

    serializer_class = PlanSerializer
    filterset_class = PlanFilters


class TargetViewSet(ResourceViewSet):
    """What shall be true, and by when."""

    serializer_class = TargetSerializer
    filterset_class = TargetFilters


class MeasureViewSet(ResourceViewSet):
    """What is done for it."""

    serializer_class = MeasureSerializer
    filterset_class = MeasureFilters


class ObservationViewSet(ResourceViewSet):
    """What was measured, estimated or forecast."""

    serializer_class = ObservationSerializer
    filterset_class = ObservationFilters
