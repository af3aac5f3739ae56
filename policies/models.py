"""What governments promise: plans with their events, relations, targets and measures; and what was observed since."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from cities.models import Institution, Jurisdiction
from companies.models import Company
from policies import lifecycle, progress
from publishing.fields import Text
from publishing.indexes import indexed
from publishing.partial_dates import PartialDateField
from publishing.rows import Record, RecordQuerySet, Row
from reference.models import Indicator, Sourced, SourcedQuerySet, Topic, Unit
from reference.names import Named
from reference.normalization import normalize
from reference.quantities import Figure, Per, Quantity


class Plan(Named, Record, Sourced):
    """A government's paper on AI, draft or final. The draft and its final text are two plans, joined by `finalises`."""

    class Kind(models.TextChoices):
        """What the paper calls itself. The first group are programmes, the second rules (Regulations on Procedures for Formulating Rules,
        State Council 2001, and the Legislation Law), the last what announces either."""

        ACTION_PLAN = "action_plan"
        IMPLEMENTATION_PLAN = "implementation_plan"
        DEVELOPMENT_PLAN = "development_plan"
        STRATEGY = "strategy"
        ADMINISTRATIVE_MEASURES = "administrative_measures"
        OPINIONS = "opinions"
        GUIDELINES = "guidelines"
        REGULATION = "regulation"
        LEGISLATION = "legislation"
        STANDARD = "standard"
        NOTICE = "notice"
        WORK_REPORT = "work_report"
        STATEMENT = "statement"

    class Status(models.TextChoices):
        """Where it stands today. A plan whose period is over is not thereby expired; a draft that was finalised is superseded."""

        PLANNED = "planned"
        DRAFT_FOR_COMMENT = "draft_for_comment"
        ISSUED = "issued"
        IN_FORCE = "in_force"
        SUPERSEDED = "superseded"
        EXPIRED = "expired"
        WITHDRAWN = "withdrawn"

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="plans", help_text="Whose plan it is.")
    issuers = models.ManyToManyField(Institution, blank=True, related_name="plans", help_text="Who signed it.")
    kind = Text(max_length=30, choices=Kind, help_text="What the paper is: action_plan, opinions, regulation …")
    document_number = Text(
        max_length=100,
        null=True,
        blank=True,
        help_text="Number of the document as its issuer writes it: 杭政函〔2025〕65号.",
    )
    status = Text(
        max_length=20,
        choices=Status,
        help_text="Where it stands: planned, draft_for_comment, issued, in_force, superseded, expired or withdrawn.",
    )
    period_start = PartialDateField(null=True, blank=True, help_text="First year, month or day that it plans for.")
    period_end = PartialDateField(null=True, blank=True, help_text="Last year, month or day that it plans for.")
    topics = models.ManyToManyField(Topic, blank=True, related_name="plans", help_text="What it is about.")
    companies = models.ManyToManyField(Company, blank=True, related_name="plans", help_text="Companies that it names.")
    summary = Text(max_length=3000, null=True, blank=True, help_text="What it says, in a sentence or two of ours.")

    consultation_opened = PartialDateField(null=True, editable=False, help_text="When comments were first called for; from its events.")
    consultation_closed = PartialDateField(null=True, editable=False, help_text="When the call for comments ended; from its events.")
    issued_on = PartialDateField(null=True, editable=False, help_text="When it was signed, else published, approved or adopted; from its events.")
    effective_on = PartialDateField(null=True, editable=False, help_text="When it took effect; from its events.")
    expires_on = PartialDateField(null=True, editable=False, help_text="When it ceases to hold (expiry or repeal); from its events.")
    in_force_from = Text(
        max_length=10,
        null=True,
        editable=False,
        help_text="First day on which it held, as YYYY-MM-DD; from its events.",
    )
    in_force_until = Text(
        max_length=10,
        null=True,
        editable=False,
        help_text="Last day on which it held, as YYYY-MM-DD; from its events and its successor's.",
    )

    derived_from: ClassVar[tuple[str, ...]] = ("events", "incoming", "incoming__plan", "incoming__plan__events")

    class Meta(Record.Meta):
        indexes = (
            *indexed(
                "name_en",
                "name_zh",
                "kind",
                "document_number",
                "status",
                "consultation_opened_earliest",
                "consultation_closed_earliest",
                "issued_on_earliest",
                "effective_on_earliest",
                "expires_on_earliest",
                "period_start_earliest",
                "period_end_earliest",
            ),
            models.Index(fields=("in_force_from", "in_force_until")),
        )
        constraints = (
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                condition=Q(
                    kind__in=(
                        "action_plan",
                        "implementation_plan",
                        "development_plan",
                        "strategy",
                        "administrative_measures",
                        "opinions",
                        "guidelines",
                        "regulation",
                        "legislation",
                        "standard",
                        "notice",
                        "work_report",
                        "statement",
                    )
                ),
                name="plan_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=(
                        "planned",
                        "draft_for_comment",
                        "issued",
                        "in_force",
                        "superseded",
                        "expired",
                        "withdrawn",
                    )
                ),
                name="plan_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(period_start=None) | Q(period_end=None) | Q(period_end_latest__gte=F("period_start_earliest")),
                name="plan_period_ends_after_start",
                violation_error_message="The period ends before it starts.",
                violation_error_code="period_end",
            ),
        )

    @classmethod
    def derive(cls, pks: set[Any]) -> set[Any]:
        """Bring the columns that follow from events up to date; return the ids of the plans that changed."""
        return lifecycle.derive_dates(cls.objects.filter(pk__in=pks))


class PlanEventQuerySet(RecordQuerySet["PlanEvent"]):
    def get_by_natural_key(self, plan: str, kind: str, date: str) -> Any:
        return self.get(plan=plan, kind=kind, date=date)


class PlanEvent(Row):
    """A day in a plan's life."""

    class Kind(models.TextChoices):
        """What happened. `signed` is the date that the document bears (成文日期), `published` the day it was made public (发布日期)."""

        ANNOUNCED = "announced"
        CONSULTATION_OPENED = "consultation_opened"
        CONSULTATION_CLOSED = "consultation_closed"
        FIRST_READING = "first_reading"
        ADOPTED = "adopted"
        APPROVED = "approved"
        SIGNED = "signed"
        PUBLISHED = "published"
        EFFECTIVE = "effective"
        AMENDED = "amended"
        REPEALED = "repealed"
        EXPIRED = "expired"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="events")
    kind = Text(max_length=20, choices=Kind, help_text="What happened: signed, published, effective …")
    date = PartialDateField(help_text="When; partial date.")

    objects: ClassVar[Any] = PlanEventQuerySet.as_manager()

    class Meta:
        ordering = ("plan", "date_earliest", "id")
        constraints = (
            models.UniqueConstraint(fields=("plan", "kind", "date"), name="plan_event_once"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=(
                        "announced",
                        "consultation_opened",
                        "consultation_closed",
                        "first_reading",
                        "adopted",
                        "approved",
                        "signed",
                        "published",
                        "effective",
                        "amended",
                        "repealed",
                        "expired",
                    )
                ),
                name="plan_event_kind_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.date}"

    def natural_key(self) -> tuple[str, str, str]:
        return self.plan_id, self.kind, self.date


class PlanRelationQuerySet(RecordQuerySet["PlanRelation"]):
    def get_by_natural_key(self, plan: str, kind: str, other: str) -> Any:
        return self.get(plan=plan, kind=kind, other=other)

    def published(self) -> Self:
        return self.filter(plan__is_published=True, other__is_published=True)


class PlanRelation(Row):
    """What a plan is to another: it finalises its draft, replaces an older edition, implements a higher plan …"""

    class Kind(models.TextChoices):
        """Read as a sentence: the plan `finalises` the other."""

        FINALISES = "finalises"
        REPLACES = "replaces"
        AMENDS = "amends"
        IMPLEMENTS = "implements"
        PART_OF = "part_of"
        ANNEX_OF = "annex_of"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="outgoing")
    kind = Text(max_length=10, choices=Kind, help_text="finalises, replaces, amends, implements, part_of or annex_of.")
    other = models.ForeignKey(Plan, models.CASCADE, related_name="incoming", help_text="The plan that it finalises, replaces …")

    objects: ClassVar[Any] = PlanRelationQuerySet.as_manager()

    class Meta:
        ordering = ("plan", "kind", "other")
        constraints = (
            models.UniqueConstraint(fields=("plan", "kind", "other"), name="plan_relation_once"),
            models.CheckConstraint(
                condition=~Q(plan=F("other")),
                name="plan_relation_is_to_another",
                violation_error_message="A plan has no relation to itself.",
                violation_error_code="other",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("finalises", "replaces", "amends", "implements", "part_of", "annex_of")),
                name="plan_relation_kind_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan_id} {self.kind} {self.other_id}"

    def natural_key(self) -> tuple[str, str, str]:
        return self.plan_id, self.kind, self.other_id


class TargetQuerySet(SourcedQuerySet):
    def published(self) -> Self:
        return self.filter(is_published=True, plan__is_published=True)


class Target(Record, Sourced, Quantity):
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
        verbose_name="jurisdiction",
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
                "comparator",
                "value",
                "value_max",
                "per",
                "basis",
                "scope",
                "value_text",
                "normalized_value",
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

    def __str__(self) -> str:
        return str(self.statement)

    @property
    def name_en(self) -> str:
        """Its statement: a fact has no name, and a reference shows something."""
        return str(self.statement)

    @property
    def name_zh(self) -> None:
        """Statements are in English alone."""

    def clean(self) -> None:
        super().clean()
        _require_owned_id(self, self.plan_id)

    @classmethod
    def derive(cls, pks: set[Any]) -> set[Any]:
        """Bring normalised figures, jurisdictions and progress up to date; return the ids of the targets that changed."""
        targets = cls.objects.filter(pk__in=pks)
        return normalize(targets) | lifecycle.settle_jurisdictions(targets) | progress.settle(targets, Observation.objects.observed())


class MeasureQuerySet(SourcedQuerySet):
    def published(self) -> Self:
        return self.filter(Q(plan=None) | Q(plan__is_published=True), is_published=True)


class Measure(Record, Sourced):
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
        verbose_name="jurisdiction",
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

    def __str__(self) -> str:
        return str(self.statement)

    @property
    def name_en(self) -> str:
        """Its statement: a fact has no name, and a reference shows something."""
        return str(self.statement)

    @property
    def name_zh(self) -> None:
        """Statements are in English alone."""

    def clean(self) -> None:
        super().clean()
        _require_owned_id(self, self.plan_id or self.own_jurisdiction_id)

    @classmethod
    def derive(cls, pks: set[Any]) -> set[Any]:
        """Bring jurisdictions up to date; return the ids of the measures that changed."""
        return lifecycle.settle_jurisdictions(cls.objects.filter(pk__in=pks))


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
        return str(self.condition or self.threshold or f"{self.rate_percent or ''} {self.cap_amount or ''}".strip())

    def natural_key(self) -> tuple[str, int]:
        return self.measure_id, self.position


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
                "comparator",
                "value",
                "value_max",
                "per",
                "basis",
                "scope",
                "value_text",
                "normalized_value",
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


def _require_owned_id(fact: Target | Measure, owner: str | None) -> None:
    if owner and not fact.pk.startswith(f"{owner}."):
        raise ValidationError({"id": f"Its id starts with its owner's: {owner}.…"})
