"""Companies and products over HTTP."""

from __future__ import annotations

from companies.filters import CompanyFilters, ProductFilters
from companies.serializers import CompanySerializer, ProductSerializer
from publishing.viewsets import ResourceViewSet


class CompanyViewSet(ResourceViewSet):
    """Who builds."""

    serializer_class = CompanySerializer
    filterset_class = CompanyFilters


class ProductViewSet(ResourceViewSet):
    """What they make."""

    serializer_class = ProductSerializer
    filterset_class = ProductFilters
