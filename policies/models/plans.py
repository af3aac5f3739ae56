"""Plans: what governments write on AI, and what follows from the days of their lives."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from cities.models import Institution, Jurisdiction
from companies.models import Company
from policies import lifecycle
from publishing.fields import Text
from publishing.indexes import indexed
from publishing.partial_dates import PartialDateField
from publishing.rows import Record
from reference.models import Sourced, Topic
from reference.names import Named


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

    derived_from: ClassVar[tuple[str, ...]] = ("events", "incoming", "incoming__plan")

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
