"""Who governs: jurisdictions and their institutions; and how others rank cities and companies."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from publishing.fields import Lines, Text
from publishing.indexes import indexed
from publishing.partial_dates import PartialDateField
from publishing.rows import Record, RecordQuerySet, Row
from reference.models import Sourced
from reference.names import Named
from reference.trees import find_above


class JurisdictionQuerySet(RecordQuerySet["Jurisdiction"]):
    # country > province > city > district > zone: nothing lies deeper.
    DEPTH = 5

    def within(self, ids: list[str]) -> Self:
        """The jurisdictions of these ids and all that lie below them."""
        below = Q(pk__in=ids)
        for depth in range(1, self.DEPTH):
            below |= Q(**{"__".join(["parent"] * depth) + "__in": ids})
        return self.filter(below)


class Jurisdiction(Named, Record):
    """Any place with a government, in the tree country > province > city > district."""

    class Level(models.TextChoices):
        """China's administrative levels (Constitution of the PRC, article 30); a municipality is a city at province level, a zone a
        development area with an administration of its own."""

        COUNTRY = "country"
        PROVINCE = "province"
        MUNICIPALITY = "municipality"
        CITY = "city"
        COUNTY = "county"
        DISTRICT = "district"
        ZONE = "zone"

    level = Text(max_length=15, choices=Level, help_text="country, province, municipality, city, county, district or zone.")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        help_text="The jurisdiction that it lies in.",
    )
    gb_code = Text(
        max_length=6,
        null=True,
        blank=True,
        unique=True,
        validators=[RegexValidator(r"^[0-9]{6}$", "Six digits.")],
        help_text="Administrative division code, GB/T 2260: six digits, the first two the province.",
    )
    iso_code = Text(
        max_length=6,
        null=True,
        blank=True,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$", "As in CN or CN-ZJ.")],
        help_text="ISO 3166-1 alpha-2 code of a country, ISO 3166-2 code of a province.",
    )
    latitude = models.DecimalField(
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text="Degrees north, WGS 84.",
    )
    longitude = models.DecimalField(
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text="Degrees east, WGS 84.",
    )
    note = Text(max_length=2000, null=True, blank=True, help_text="What a reader should know.")

    objects: ClassVar[Any] = JurisdictionQuerySet.as_manager()

    class Meta(Record.Meta):
        indexes = indexed("name_en", "name_zh", "level", "latitude", "longitude")
        constraints = (
            models.CheckConstraint(
                condition=Q(level__in=("country", "province", "municipality", "city", "county", "district", "zone")),
                name="jurisdiction_level_is_known",
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, longitude__isnull=False, latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="jurisdiction_position_is_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(level="country", parent=None) | (~Q(level="country") & Q(parent__isnull=False)),
                name="jurisdiction_all_but_countries_have_parent",
                violation_error_message="A country has no parent; any other jurisdiction has one.",
                violation_error_code="parent",
            ),
        )

    def clean(self) -> None:
        super().clean()
        room, lowest = JurisdictionQuerySet.DEPTH - len(find_above(self)), {self.pk}
        while room > 0 and lowest:
            lowest = set(Jurisdiction.objects.filter(parent__in=lowest).values_list("pk", flat=True))
            room -= 1
        if lowest:
            raise ValidationError({"parent": f"A jurisdiction lies at most {JurisdictionQuerySet.DEPTH} levels deep, and so does all below it."})


class CityQuerySet(JurisdictionQuerySet):
    LEVELS = (Jurisdiction.Level.MUNICIPALITY, Jurisdiction.Level.CITY)

    def published(self) -> Self:
        return self.filter(level__in=self.LEVELS)


class City(Jurisdiction):
    """A jurisdiction of level municipality or city, under the name that most people look for."""

    objects: ClassVar[Any] = CityQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name_plural = "cities"


class Institution(Named, Record, Sourced):
    """A body that makes, carries out or hosts AI policy: a bureau, laboratory, university, park, fund, association."""

    class Kind(models.TextChoices):
        """What it is. A pilot zone is an area with a mandate to try a policy out; a platform a shared facility (compute, data, testing)."""

        GOVERNMENT_AGENCY = "government_agency"
        LEGISLATURE = "legislature"
        LABORATORY = "laboratory"
        UNIVERSITY = "university"
        RESEARCH_INSTITUTE = "research_institute"
        PILOT_ZONE = "pilot_zone"
        PARK = "park"
        FUND = "fund"
        ASSOCIATION = "association"
        PLATFORM = "platform"

    kind = Text(max_length=20, choices=Kind, help_text="What it is: government_agency, laboratory, university, park, fund …")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="institutions", help_text="Where it is, or whose it is.")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        help_text="The institution that it belongs to.",
    )
    company = models.ForeignKey(
        "companies.Company",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="institutions",
        help_text="The company that runs it.",
    )
    established = PartialDateField(null=True, blank=True, help_text="When it was set up; partial date.")
    website = Text(max_length=500, null=True, blank=True, help_text="Its own site.")
    summary = Text(max_length=2000, null=True, blank=True, help_text="What it does, in a sentence or two.")

    class Meta(Record.Meta):
        indexes = indexed("name_en", "name_zh", "kind", "established_earliest")
        constraints = (
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                condition=Q(
                    kind__in=(
                        "government_agency",
                        "legislature",
                        "laboratory",
                        "university",
                        "research_institute",
                        "pilot_zone",
                        "park",
                        "fund",
                        "association",
                        "platform",
                    )
                ),
                name="institution_kind_is_known",
            ),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="institution_is_not_its_own_parent"),
        )

    def clean(self) -> None:
        super().clean()
        find_above(self)


class Ranking(Named, Record, Sourced):
    """A list in which a publisher puts jurisdictions or companies in an order."""

    publisher = Text(max_length=200, null=True, blank=True, help_text="Who ranks; null where the source names nobody.")
    year = models.PositiveSmallIntegerField(db_index=True, help_text="The year that it speaks of.")

    class Meta(Record.Meta):
        indexes = indexed("name_en", "name_zh", "publisher")
        constraints = (*Sourced.Meta.constraints,)


class RankingEntryQuerySet(RecordQuerySet["RankingEntry"]):
    def get_by_natural_key(self, ranking: str, jurisdiction: str | None, company: str | None) -> Any:
        return self.get(ranking=ranking, jurisdiction=jurisdiction, company=company)


class RankingEntry(Row):
    """One place in a ranking: a jurisdiction or a company, never both; ties share a rank."""

    ranking = models.ForeignKey(Ranking, models.CASCADE, related_name="entries")
    rank = models.PositiveSmallIntegerField(help_text="Place, 1 first; ties share one.")
    jurisdiction = models.ForeignKey(
        Jurisdiction,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="ranking_entries",
        help_text="Who is ranked, if a jurisdiction.",
    )
    company = models.ForeignKey(
        "companies.Company",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="ranking_entries",
        help_text="Who is ranked, if a company.",
    )
    score = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True, help_text="The ranking's own score.")
    strengths = Lines(help_text="What the ranking names as strengths.")

    objects: ClassVar[Any] = RankingEntryQuerySet.as_manager()

    class Meta:
        ordering = ("ranking", "rank", "id")
        verbose_name_plural = "ranking entries"
        constraints = (
            models.CheckConstraint(
                condition=Q(jurisdiction=None, company__isnull=False) | Q(jurisdiction__isnull=False, company=None),
                name="ranking_entry_ranks_one",
                violation_error_message="Rank a jurisdiction or a company: one of the two.",
                violation_error_code="ranks_one",
            ),
            models.CheckConstraint(condition=Q(rank__gte=1), name="ranking_entry_rank_from_one"),
            models.UniqueConstraint(fields=("ranking", "jurisdiction"), name="ranking_entry_jurisdiction_once"),
            models.UniqueConstraint(fields=("ranking", "company"), name="ranking_entry_company_once"),
        )

    def __str__(self) -> str:
        return f"{self.rank}. {self.jurisdiction_id or self.company_id}"

    def natural_key(self) -> tuple[str, str | None, str | None]:
        return self.ranking_id, self.jurisdiction_id, self.company_id
