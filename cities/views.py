"""Jurisdictions, cities, institutions and rankings over HTTP."""

from __future__ import annotations

from cities.filters import CityFilters, InstitutionFilters, JurisdictionFilters, RankingFilters
from cities.serializers import CitySerializer, InstitutionSerializer, JurisdictionSerializer, RankingSerializer
from publishing.formats import GEOJSON
from publishing.viewsets import ResourceViewSet


class CityViewSet(ResourceViewSet):
    """Jurisdictions of level municipality and city."""

    serializer_class = CitySerializer
    formats = (GEOJSON,)
    filterset_class = CityFilters


class JurisdictionViewSet(ResourceViewSet):
    """All places with a government."""

    serializer_class = JurisdictionSerializer
    formats = (GEOJSON,)
    filterset_class = JurisdictionFilters


class InstitutionViewSet(ResourceViewSet):
    """Who makes, carries out or hosts AI policy."""

    serializer_class = InstitutionSerializer
    filterset_class = InstitutionFilters


class RankingViewSet(ResourceViewSet):
    """How others rank cities and companies."""

    serializer_class = RankingSerializer
    filterset_class = RankingFilters
