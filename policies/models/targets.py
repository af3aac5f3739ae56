"""Targets: what plans say will be true, and by when."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models

from cities.models import Jurisdiction
from policies import lifecycle, progress
from policies.models.observations import Observation
from policies.models.plans import Plan
from policies.models.promises import Promise
from publishing.fields import Text
from publishing.indexes import indexed
from publishing.partial_dates import PartialDate, PartialDateField
from publishing.rows import Record
from reference.models import Indicator, Sourced, SourcedQuerySet, Topic
from reference.normalization import normalize
from reference.quantities import Figure, Quantity


class TargetQuerySet(SourcedQuerySet):
    def published(self) -> Self:
        return self.filter(is_published=True, plan__is_published=True)


class Target(Promise, Quantity):
    """What a plan says will be true, and by when: one indicator, one quantity, one due date.

    A sentence with two figures is two targets; what the plan pays for is a Measure; what came true is an Observation. The quantity stands as
    the plan wrote it; `normalized_value` (yuan, or the indicator's base unit) is derived from it, to filter, order and sum by, within one
    unit, basis and scope. `due` may be partial: `2027` falls due on its last day.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="targets", help_text="The plan that sets it.")
    statement = Text(max_length=600, help_text="What shall be true, in one sentence of ours.")
    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="targets",
        help_text="What it measures; null where no indicator fits.",
    )
    is_stretch = models.BooleanField(default=False, help_text="Whether the plan only strives for it (力争).")
    series = Text(max_length=100, null=True, blank=True, help_text="Joins the years of one path within a plan.")
    baseline_value = Figure(null=True, blank=True, help_text="The level that the plan starts from, in `unit`.")
    baseline_period = PartialDateField(null=True, blank=True, help_text="When that level held; partial date.")
    due = PartialDateField(null=True, blank=True, help_text="By when; partial date that falls due on its last day.")
    own_jurisdiction = models.ForeignKey(
        Jurisdiction,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="own jurisdiction",
        help_text="Where it shall be true, if elsewhere than in the plan's jurisdiction.",
    )
    jurisdiction = models.ForeignKey(
        Jurisdiction,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="targets",
        help_text="Where it shall be true: its own jurisdiction, else its plan's; derived.",
    )
    topics = models.ManyToManyField(Topic, blank=True, related_name="targets", help_text="What it is about.")

    told_by = models.ForeignKey(
        "Observation",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        help_text="The observation that tells on it; derived.",
    )
    starts_from = models.ForeignKey(
        "Observation",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        help_text="The observation that says where it starts from; derived.",
    )
    rule_until_due = Text(max_length=20, null=True, editable=False, help_text="How it stands until it is due; derived.")
    rule_after_due = Text(max_length=20, null=True, editable=False, help_text="How it stands once it was due; derived.")

    derived_from: ClassVar[tuple[str | tuple[str, ...], ...]] = (
        *Quantity.derived_from,
        "plan",
        "indicator",
        ("indicator__observations", "jurisdiction__observations"),
    )

    objects: ClassVar[Any] = TargetQuerySet.as_manager()

    class Meta(Record.Meta):
        indexes = (
            *indexed(
                "due_earliest",
                *Quantity.filtered_by,
                "is_stretch",
                "series",
                "baseline_value",
                "baseline_period_earliest",
            ),
            models.Index(fields=("indicator", "due_earliest")),
            # What is compared, and whom a new observation tells on.
            models.Index(fields=("indicator", "jurisdiction")),
            # Verdicts: those until the due date, and those after it.
            models.Index(fields=("rule_until_due", "due_latest")),
            models.Index(fields=("rule_after_due", "due_latest")),
        )
        constraints = (*Sourced.Meta.constraints, *Quantity.Meta.constraints)

    @property
    def falls_due(self) -> date | None:
        """The last day on which it is in time; None for a target that is due some day."""
        return PartialDate.parse(self.due).latest if self.due else None

    @property
    def owner_id(self) -> Any:
        """Whose it is: its plan's."""
        return self.plan_id

    @classmethod
    def derive(cls, pks: set[Any]) -> set[Any]:
        """Bring normalised figures, jurisdictions and progress up to date; return the ids of the targets that changed."""
        targets = cls.objects.filter(pk__in=pks)
        return normalize(targets) | lifecycle.settle_jurisdictions(targets) | progress.settle(targets, Observation.objects.observed())
