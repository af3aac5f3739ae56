"""The terms of measures: who gets how much."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from policies.models.measures import Measure
from publishing.fields import Text
from publishing.rows import RecordQuerySet, Row
from reference.quantities import Figure, Per


class MeasureTermQuerySet(RecordQuerySet["MeasureTerm"]):
    def get_by_natural_key(self, measure: str, position: int) -> Any:
        return self.get(measure=measure, position=position)


class MeasureTerm(Row):
    """What one kind of beneficiary gets: 30 % of the cost in general, 50 % for small firms, at most so much a year."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="terms")
    position = models.PositiveSmallIntegerField(default=1, help_text="Its place among the measure's terms, 1 first.")
    condition = Text(max_length=400, null=True, blank=True, help_text="Who or what it holds for; null if for all.")
    rate_percent = models.DecimalField(
        max_digits=8,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1000)],
        help_text="Share of the cost covered, in percent, at most.",
    )
    cap_amount = Figure(null=True, blank=True, help_text="The most that one beneficiary gets, in the measure's currency.")
    cap_per = Text(max_length=10, choices=Per, null=True, blank=True, help_text="What the cap counts by: year, project, company …")
    threshold = Text(max_length=300, null=True, blank=True, help_text="What must be reached first.")

    objects: ClassVar[Any] = MeasureTermQuerySet.as_manager()

    class Meta:
        ordering = ("measure", "position")
        constraints = (
            models.UniqueConstraint(fields=("measure", "position"), name="measure_term_position_once"),
            models.CheckConstraint(condition=Q(rate_percent=None) | Q(rate_percent__range=(0, 1000)), name="measure_term_rate_is_a_share"),
            models.CheckConstraint(condition=Q(cap_amount=None) | Q(cap_amount__gte=0), name="measure_term_cap_is_not_negative"),
            models.CheckConstraint(condition=Q(cap_per=None) | Q(cap_per__in=Per.values), name="measure_term_cap_per_is_known"),
            models.CheckConstraint(
                condition=Q(rate_percent__isnull=False) | Q(cap_amount__isnull=False) | Q(condition__isnull=False) | Q(threshold__isnull=False),
                name="measure_term_says_something",
                violation_error_message="A term says a condition, a rate, a cap or a threshold.",
                violation_error_code="rate_percent",
            ),
        )

    def __str__(self) -> str:
        rate = f"{Decimal(self.rate_percent).normalize():,f}%" if self.rate_percent is not None else ""
        cap = f"up to {Decimal(self.cap_amount).normalize():,f}" if self.cap_amount is not None else ""
        return str(self.condition or self.threshold or f"{rate} {cap}".strip())

    def natural_key(self) -> tuple[str, int]:
        return self.measure_id, self.position
