"""Measures: what is done, by a plan or without one."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from cities.models import Jurisdiction
from policies import lifecycle
from policies.models.plans import Plan
from policies.models.promises import Promise
from publishing.fields import Text
from publishing.indexes import indexed
from publishing.rows import Record
from reference.models import Sourced, SourcedQuerySet, Topic, Unit
from reference.quantities import Figure, Per


class MeasureQuerySet(SourcedQuerySet):
    def published(self) -> Self:
        return self.filter(Q(plan=None) | Q(plan__is_published=True), is_published=True)


class Measure(Promise):
    """What is done for it: money, rules, services. It belongs to a plan, or to a jurisdiction where no plan is known."""

    class Instrument(models.TextChoices):
        """By what means. `voucher` is credit to spend on a service, `subsidy` a share of a cost, `grant` money for a project, `reward` money
        after a result; after the OECD's taxonomy of STI policy instruments (https://stip.oecd.org)."""

        VOUCHER = "voucher"
        SUBSIDY = "subsidy"
        GRANT = "grant"
        REWARD = "reward"
        LOAN_INTEREST = "loan_interest"
        TAX_INCENTIVE = "tax_incentive"
        FUND = "fund"
        PROCUREMENT = "procurement"
        TALENT = "talent"
        INFRASTRUCTURE = "infrastructure"
        DATA_ACCESS = "data_access"
        PILOT_ZONE = "pilot_zone"
        COMPETITION = "competition"
        STANDARD = "standard"
        REGULATION = "regulation"
        ORGANISATION = "organisation"
        OPEN_SOURCE = "open_source"
        TRAINING = "training"

    class AmountComparator(models.TextChoices):
        """How the amount binds; `lte` is a ceiling."""

        GTE = "gte"
        GT = "gt"
        LTE = "lte"
        LT = "lt"
        EQ = "eq"
        APPROX = "approx"
        ORDER_OF_MAGNITUDE = "order_of_magnitude"

    plan = models.ForeignKey(Plan, models.CASCADE, null=True, blank=True, related_name="measures", help_text="The plan that takes it.")
    own_jurisdiction = models.ForeignKey(
        Jurisdiction,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="own jurisdiction",
        help_text="Who takes it, where no plan is known.",
    )
    jurisdiction = models.ForeignKey(
        Jurisdiction,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="measures",
        help_text="Who takes it: its own jurisdiction, else its plan's; derived.",
    )
    statement = Text(max_length=600, help_text="What is done, in one sentence of ours.")
    instrument = Text(max_length=20, choices=Instrument, help_text="By what means: voucher, subsidy, fund, regulation …")
    amount_comparator = Text(
        max_length=20,
        choices=AmountComparator,
        null=True,
        blank=True,
        help_text="How the amount binds: eq, lte for a ceiling …",
    )
    amount = Figure(
        null=True,
        blank=True,
        help_text="Money set aside in all, in `currency`; what one beneficiary can get is in the terms.",
    )
    currency = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", help_text="ISO 4217 code.")
    per = Text(max_length=10, choices=Per, null=True, blank=True, help_text="The span that the amount is for, e.g. year.")
    beneficiaries = Text(max_length=500, null=True, blank=True, help_text="Who can have it.")
    topics = models.ManyToManyField(Topic, blank=True, related_name="measures", help_text="What it is about.")

    derived_from: ClassVar[tuple[str, ...]] = ("plan",)

    objects: ClassVar[Any] = MeasureQuerySet.as_manager()

    class Meta(Record.Meta):
        indexes = indexed("instrument", "amount_comparator", "amount", "per")
        constraints = (
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                condition=Q(plan=None, own_jurisdiction__isnull=False) | Q(plan__isnull=False, own_jurisdiction=None),
                name="measure_of_plan_or_jurisdiction",
                violation_error_message="A measure belongs to a plan or to a jurisdiction: one of the two.",
                violation_error_code="plan",
            ),
            models.CheckConstraint(
                condition=Q(amount=None, amount_comparator=None) | Q(amount__isnull=False, amount_comparator__isnull=False, currency__isnull=False),
                name="measure_amount_is_whole",
                violation_error_message="An amount needs a comparator and a currency, and neither stands without an amount.",
                violation_error_code="amount",
            ),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="measure_amount_is_not_negative"),
            models.CheckConstraint(
                condition=Q(amount_comparator=None) | Q(amount_comparator__in=("gte", "gt", "lte", "lt", "eq", "approx", "order_of_magnitude")),
                name="measure_amount_comparator_is_known",
            ),
            models.CheckConstraint(condition=Q(per=None) | Q(per__in=Per.values), name="measure_per_is_known"),
            models.CheckConstraint(
                condition=Q(
                    instrument__in=(
                        "voucher",
                        "subsidy",
                        "grant",
                        "reward",
                        "loan_interest",
                        "tax_incentive",
                        "fund",
                        "procurement",
                        "talent",
                        "infrastructure",
                        "data_access",
                        "pilot_zone",
                        "competition",
                        "standard",
                        "regulation",
                        "organisation",
                        "open_source",
                        "training",
                    )
                ),
                name="measure_instrument_is_known",
            ),
        )

    @property
    def owner_id(self) -> Any:
        """Whose it is: its plan's, else its jurisdiction's."""
        return self.plan_id or self.own_jurisdiction_id

    @classmethod
    def derive(cls, pks: set[Any]) -> set[Any]:
        """Bring jurisdictions up to date; return the ids of the measures that changed."""
        return lifecycle.settle_jurisdictions(cls.objects.filter(pk__in=pks))
