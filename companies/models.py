"""Who builds: companies, where they are, what they list as and what they make."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from cities.models import Jurisdiction
from publishing.fields import Text
from publishing.indexes import indexed
from publishing.partial_dates import PartialDateField
from publishing.rows import Record, RecordQuerySet, Row
from reference.models import Sourced, SourcedQuerySet, Topic
from reference.names import Named
from reference.trees import find_above


class Company(Named, Record, Sourced):
    """A firm that AI plans name or that makes AI products."""

    class Status(models.TextChoices):
        """Whether it stands on its own."""

        ACTIVE = "active"
        ACQUIRED = "acquired"
        DISSOLVED = "dissolved"

    headquarters = models.ForeignKey(Jurisdiction, models.PROTECT, null=True, blank=True, related_name="companies", help_text="Where it is run from.")
    founded = PartialDateField(null=True, blank=True, help_text="When it was founded; partial date.")
    status = Text(max_length=10, choices=Status, default=Status.ACTIVE, help_text="active, acquired or dissolved.")
    website = Text(max_length=500, null=True, blank=True, help_text="Its own site.")
    topics = models.ManyToManyField(Topic, blank=True, related_name="companies", help_text="What it works on.")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subsidiaries",
        help_text="The company that owns it.",
    )

    class Meta(Record.Meta):
        verbose_name_plural = "companies"
        indexes = indexed("name_en", "name_zh", "status", "founded_earliest")
        constraints = (
            *Sourced.Meta.constraints,
            models.CheckConstraint(condition=Q(status__in=("active", "acquired", "dissolved")), name="company_status_is_known"),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="company_is_not_its_own_parent"),
        )

    def clean(self) -> None:
        super().clean()
        find_above(self)


class ListingQuerySet(RecordQuerySet["Listing"]):
    def get_by_natural_key(self, company: str, exchange: str) -> Any:
        return self.get(company=company, exchange=exchange)


class Listing(Row):
    """A company's shares on an exchange, or on their way there."""

    class Stage(models.TextChoices):
        """How far the listing has come."""

        PLANNED = "planned"
        FILED = "filed"
        APPROVED = "approved"
        LISTED = "listed"
        DELISTED = "delisted"
        WITHDRAWN = "withdrawn"

    company = models.ForeignKey(Company, models.CASCADE, related_name="listings")
    exchange = Text(max_length=20, help_text="Exchange, by its usual code: HKEX, SSE, SZSE, NASDAQ, NYSE.")
    ticker = Text(max_length=20, null=True, blank=True, help_text="Ticker on that exchange.")
    stage = Text(
        max_length=10,
        choices=Stage,
        default=Stage.LISTED,
        help_text="planned, filed, approved, listed, delisted or withdrawn.",
    )
    date = PartialDateField(null=True, blank=True, help_text="When that stage was reached; partial date.")

    objects: ClassVar[Any] = ListingQuerySet.as_manager()

    class Meta:
        ordering = ("company", "exchange")
        constraints = (
            models.UniqueConstraint(fields=("company", "exchange"), name="listing_once_an_exchange"),
            models.CheckConstraint(
                condition=Q(stage__in=("planned", "filed", "approved", "listed", "delisted", "withdrawn")),
                name="listing_stage_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.exchange}:{self.ticker or self.stage}"

    def natural_key(self) -> tuple[str, str]:
        return self.company_id, self.exchange


class PresenceQuerySet(SourcedQuerySet):
    def get_by_natural_key(self, company: str, jurisdiction: str, kind: str, name: str | None) -> Any:
        return self.get(company=company, jurisdiction=jurisdiction, kind=kind, name=name)


class Presence(Sourced):
    """A company's place in a jurisdiction, or a claim that it has one."""

    class Kind(models.TextChoices):
        """What is there; `operations` is a service run there without premises that a source names."""

        HEADQUARTERS = "headquarters"
        LABORATORY = "laboratory"
        OFFICE = "office"
        FACTORY = "factory"
        OPERATIONS = "operations"

    company = models.ForeignKey(Company, models.CASCADE, related_name="presences")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="presences", help_text="Where.")
    kind = Text(max_length=15, choices=Kind, help_text="headquarters, laboratory, office, factory or operations.")
    name = Text(max_length=200, null=True, blank=True, help_text="Its own name, if it has one.")
    since = PartialDateField(null=True, blank=True, help_text="Since when; partial date.")
    until = PartialDateField(null=True, blank=True, help_text="Until when; partial date, null while it lasts.")

    objects: ClassVar[Any] = PresenceQuerySet.as_manager()

    class Meta:
        ordering = ("company", "kind", "jurisdiction", "id")
        constraints = (
            *Sourced.Meta.constraints,
            models.UniqueConstraint(fields=("company", "jurisdiction", "kind", "name"), name="presence_once"),
            # To a unique constraint two nulls differ.
            models.UniqueConstraint(fields=("company", "jurisdiction", "kind"), condition=Q(name=None), name="presence_unnamed_once"),
            models.CheckConstraint(
                condition=Q(kind__in=("headquarters", "laboratory", "office", "factory", "operations")),
                name="presence_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until_latest__gte=F("since_earliest")),
                name="presence_until_after_since",
                violation_error_message="It ends before it starts.",
                violation_error_code="until",
            ),
        )

    def __str__(self) -> str:
        return f"{self.company_id}: {self.kind} in {self.jurisdiction_id}"

    def natural_key(self) -> tuple[str, str, str, str | None]:
        return self.company_id, self.jurisdiction_id, self.kind, self.name


class ProductQuerySet(SourcedQuerySet):
    def published(self) -> Self:
        return self.filter(is_published=True, company__is_published=True)


class Product(Named, Record, Sourced):
    """What a company makes: a model, a chip, a robot, a service."""

    class License(models.TextChoices):
        """On what terms it can be had. `open_weights`: the weights are public under terms narrower than the Open Source Initiative's definition, or
        without training code; `open_source`: code and weights under a licence that meets it (https://opensource.org/osd)."""

        PROPRIETARY = "proprietary"
        OPEN_WEIGHTS = "open_weights"
        OPEN_SOURCE = "open_source"

    company = models.ForeignKey(Company, models.CASCADE, related_name="products", help_text="Who makes it.")
    family = Text(max_length=100, null=True, blank=True, help_text="The series that it belongs to: Qwen, Apollo.")
    kind = Text(
        max_length=40,
        help_text="What it is: foundation_model, industry_model, chip, humanoid_robot, robotaxi, application …",
    )
    announced = PartialDateField(null=True, blank=True, help_text="When it was announced; partial date.")
    released = PartialDateField(null=True, blank=True, help_text="When it could be had; partial date.")
    license = Text(
        max_length=15,
        choices=License,
        null=True,
        blank=True,
        help_text="proprietary, open_weights or open_source; null where no source says.",
    )

    objects: ClassVar[Any] = ProductQuerySet.as_manager()

    class Meta(Record.Meta):
        indexes = indexed("name_en", "name_zh", "family", "kind", "announced_earliest", "released_earliest", "license")
        constraints = (
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                condition=Q(license=None) | Q(license__in=("proprietary", "open_weights", "open_source")),
                name="product_license_is_known",
            ),
        )
