"""Observations: what came true, or is said to have, or to come."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from cities.models import Jurisdiction
from companies.models import Company
from publishing.fields import Text
from publishing.indexes import indexed
from publishing.partial_dates import PartialDateField
from publishing.rows import Record
from reference.models import Indicator, Sourced, SourcedQuerySet
from reference.normalization import normalize
from reference.quantities import Quantity


class ObservationQuerySet(SourcedQuerySet):
    def published(self) -> Self:
        return self.filter(Q(company=None) | Q(company__is_published=True), is_published=True)

    def observed(self) -> Self:
        """What can be held against a target or compared: reported of a jurisdiction, with a figure, and not known to be wrong.

        An estimate is somebody's view of what came true, a forecast of what will; neither has been observed.
        """
        known = self.filter(is_published=True, kind="reported", jurisdiction__isnull=False, company=None, normalized_value__isnull=False)
        return known.exclude(reliability__in=("disputed", "retracted"))


class Observation(Record, Sourced, Quantity):
    """What was measured, estimated or forecast of a jurisdiction or a company, for a period, as stated on a day."""

    class Kind(models.TextChoices):
        """How the figure came about."""

        REPORTED = "reported"
        ESTIMATED = "estimated"
        FORECAST = "forecast"

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, null=True, blank=True, related_name="observations", help_text="Where it holds.")
    company = models.ForeignKey(Company, models.PROTECT, null=True, blank=True, related_name="observations", help_text="Of which company.")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="observations", help_text="What was measured.")
    period = PartialDateField(span=True, help_text="What it covers: a partial date, or two joined by a slash.")
    stated_on = PartialDateField(null=True, blank=True, help_text="When it was said; partial date.")
    kind = Text(max_length=10, choices=Kind, help_text="reported, estimated or forecast.")

    derived_from: ClassVar[tuple[str | tuple[str, ...], ...]] = Quantity.derived_from

    objects: ClassVar[Any] = ObservationQuerySet.as_manager()

    class Meta(Record.Meta):
        indexes = (
            *indexed(
                "period_earliest",
                "stated_on_earliest",
                "kind",
                *Quantity.filtered_by,
            ),
            # What is compared, and what tells on a target.
            models.Index(fields=("indicator", "jurisdiction")),
        )
        constraints = (
            *Sourced.Meta.constraints,
            *Quantity.Meta.constraints,
            models.CheckConstraint(
                condition=Q(jurisdiction__isnull=False) | Q(company__isnull=False),
                name="observation_has_subject",
                violation_error_message="An observation is of a jurisdiction or a company, or of both.",
                violation_error_code="jurisdiction",
            ),
            models.CheckConstraint(condition=Q(kind__in=("reported", "estimated", "forecast")), name="observation_kind_is_known"),
        )

    def __str__(self) -> str:
        return self.name_en

    @property
    def name_en(self) -> str:
        """What it measures, of whom and when: a fact has no name, and a reference shows something."""
        return f"{self.indicator_id} of {self.company_id or self.jurisdiction_id}, {self.period}"

    @property
    def name_zh(self) -> None:
        """Facts have no name in Chinese."""

    @classmethod
    def derive(cls, pks: set[Any]) -> set[Any]:
        """Bring normalised figures up to date; return the ids of the observations that changed."""
        return normalize(cls.objects.filter(pk__in=pks))
