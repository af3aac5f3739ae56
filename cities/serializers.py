"""How jurisdictions, cities, institutions and rankings are shown."""

from __future__ import annotations

from cities.models import City, Institution, Jurisdiction, Ranking, RankingEntry
from cities.usage import INSTITUTIONS, JURISDICTIONS, RANKINGS
from publishing.resolving.usage import called
from publishing.resources import publishes
from publishing.search.texts import Searched, named
from publishing.shapes import RecordSerializer
from reference.serializers import FACT, FactSerializer


@publishes("jurisdictions", Searched(text=("note", *named("parent"))))
@called(JURISDICTIONS)
class JurisdictionSerializer(RecordSerializer):
    """Any place with a government."""

    units = {"latitude": "degree", "longitude": "degree"}

    class Meta:
        model = Jurisdiction
        fields = (
            "id",
            "name_en",
            "name_zh",
            "aliases",
            "level",
            "parent",
            "gb_code",
            "iso_code",
            "latitude",
            "longitude",
            "note",
        )


@publishes("cities", Searched(text=("note", *named("parent"))))
class CitySerializer(JurisdictionSerializer):
    """A jurisdiction of level municipality or city."""

    class Meta(JurisdictionSerializer.Meta):
        model = City


@publishes("institutions", Searched(text=("summary", "note", *named("jurisdiction", "parent", "company"))))
@called(INSTITUTIONS)
class InstitutionSerializer(FactSerializer):
    """A body that makes, carries out or hosts AI policy."""

    class Meta:
        model = Institution
        fields = (
            "id", "name_en", "name_zh", "aliases", "kind", "jurisdiction", "parent", "company", "established", "website", "summary", *FACT,
        )  # fmt: skip


class RankingEntrySerializer(RecordSerializer):
    """One place in a ranking."""

    class Meta:
        model = RankingEntry
        fields = ("rank", "jurisdiction", "company", "score", "strengths")


@publishes("rankings", Searched(text=("publisher", "note", "entries.strengths", *named("entries.jurisdiction", "entries.company"))))
@called(RANKINGS)
class RankingSerializer(FactSerializer):
    """A list in which a publisher puts jurisdictions or companies in an order."""

    entries = RankingEntrySerializer(many=True, read_only=True, help_text="The places, first to last.")

    class Meta:
        model = Ranking
        fields = ("id", "name_en", "name_zh", "aliases", "publisher", "year", "entries", *FACT)
