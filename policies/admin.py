"""Editing plans with all that they promise, and what was observed since."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.forms.models import inlineformset_factory
from django.utils.html import format_html_join

from policies.models import Measure, MeasureTerm, Observation, Plan, PlanEvent, PlanRelation, Target
from publishing.admin import (
    NumberedForm,
    NumberedFormSet,
    OwnerForm,
    OwnerFormSet,
    PlainNumber,
    RowAdmin,
    RowFormSet,
    RowSheets,
    RowTable,
)
from reference.admin import FACT, FACT_FILTERS, NAMED, NAMES, RESTS_ON, normalized, quantity

admin.site.site_header = admin.site.site_title = "AI Policy Atlas"
admin.site.site_url = "/docs/"

QUANTITY: tuple[Any, ...] = (("comparator", "value", "value_max", "unit", "per"), ("basis", "scope", "value_text", normalized))
TARGET: tuple[Any, ...] = (
    "statement",
    "indicator",
    *QUANTITY,
    ("due", "is_stretch", "series"),
    ("baseline_value", "baseline_period", "own_jurisdiction"),
    "topics",
)
AMOUNT = (("amount_comparator", "amount", "currency", "per"), "beneficiaries", "topics")
TERM = ("position", "condition", "rate_percent", "cap_amount", "cap_per", "threshold")
READ_ONLY: Any = (normalized,)
DERIVED = ("consultation_opened", "consultation_closed", "issued_on", "effective_on", "expires_on", "in_force_from", "in_force_until")


class PlanEventInline(RowTable):
    """The days of a plan's life."""

    model = PlanEvent
    fields = ("kind", "date")


class PlanRelationInline(RowTable):
    """What a plan is to others."""

    model = PlanRelation
    fk_name = "plan"
    fields = ("kind", "other")


class PromiseFormSet(RowFormSet):
    """Facts of a plan: the id of each starts with the plan's."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if form.instance._state.adding and self.instance.pk and "id" in form.fields:
            form.fields["id"].initial = f"{self.instance.pk}."


class TargetInline(RowSheets):
    """What a plan says will be true."""

    model = Target
    formset = PromiseFormSet
    fields = ("id", *TARGET, *FACT)
    readonly_fields = READ_ONLY


class MeasureFormSet(PromiseFormSet, OwnerFormSet):
    """Measures, each with its terms."""

    parts = inlineformset_factory(
        Measure,
        MeasureTerm,
        form=NumberedForm,
        formset=NumberedFormSet,
        fields=TERM,
        extra=1,
        max_num=100,
        validate_max=True,
        absolute_max=101,
        widgets={
            "position": PlainNumber(),
            "condition": forms.Textarea(attrs={"rows": 1}),
            "rate_percent": PlainNumber(),
            "cap_amount": PlainNumber(),
            "threshold": forms.Textarea(attrs={"rows": 1}),
        },
    )


class MeasureInline(RowSheets):
    """What a plan does about it."""

    model = Measure
    form = OwnerForm
    formset = MeasureFormSet
    fields = ("id", "statement", "instrument", *AMOUNT, *FACT)


class MeasureTermInline(RowTable):
    """What one kind of beneficiary gets."""

    model = MeasureTerm
    form = NumberedForm
    formset = NumberedFormSet
    fields = TERM


@admin.register(Plan)
class PlanAdmin(RowAdmin):
    """Governments' papers on AI, each with all that it promises on one page."""

    list_display = ("name_en", "name_zh", "jurisdiction", "kind", "status", "issued_on", "reliability", "is_published", "id")
    list_filter = ("status", "kind", *FACT_FILTERS)
    search_fields = (*NAMED, "document_number", "jurisdiction__name_en", "jurisdiction__name_zh")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "id",
                    *NAMES,
                    ("jurisdiction", "kind", "status"),
                    ("document_number", "period_start", "period_end"),
                    "issuers",
                    "topics",
                    "companies",
                    "summary",
                )
            },
        ),
        RESTS_ON,
        ("Derived from its events and relations", {"fields": (DERIVED[:2], DERIVED[2:5], DERIVED[5:], "related_by"), "classes": ("collapse",)}),
    )
    readonly_fields = (*DERIVED, "related_by")
    inlines = (PlanEventInline, PlanRelationInline, TargetInline, MeasureInline)

    @admin.display(description="related by")
    def related_by(self, plan: Plan) -> str:
        """What other plans are to it."""
        relations = PlanRelation.objects.filter(other=plan.pk).select_related("plan")
        return format_html_join("\n", "{} {}<br>", ((relation.plan, relation.get_kind_display()) for relation in relations)) or "-"


@admin.register(PlanEvent)
class PlanEventAdmin(RowAdmin):
    """The days in the lives of all plans."""

    list_display = ("plan", "kind", "date")
    list_filter = ("kind",)
    search_fields = tuple(f"plan__{name}" for name in NAMED)
    fields = ("plan", ("kind", "date"))


@admin.register(PlanRelation)
class PlanRelationAdmin(RowAdmin):
    """What all plans are to each other."""

    list_display = ("plan", "kind", "other")
    list_filter = ("kind",)
    search_fields = tuple(f"{which}__{name}" for which in ("plan", "other") for name in NAMED)
    fields = (("plan", "kind", "other"),)


@admin.register(Target)
class TargetAdmin(RowAdmin):
    """The targets of all plans."""

    list_display = ("statement", "jurisdiction", "indicator", quantity, "due", "reliability", "is_published")
    list_filter = ("comparator", "basis", "is_stretch", *FACT_FILTERS)
    search_fields = ("id", "statement", "value_text", "scope", "plan__name_en", "plan__name_zh", "indicator__name_en", "indicator__name_zh")
    fieldsets = ((None, {"fields": ("id", "plan", *TARGET, "jurisdiction")}), RESTS_ON)
    readonly_fields = (*READ_ONLY, "jurisdiction")


@admin.register(Measure)
class MeasureAdmin(RowAdmin):
    """The measures of all plans, and of jurisdictions."""

    list_display = ("statement", "jurisdiction", "instrument", "money", "reliability", "is_published")
    list_filter = ("instrument", *FACT_FILTERS)
    search_fields = ("id", "statement", "beneficiaries", "plan__name_en", "plan__name_zh", "jurisdiction__name_en", "jurisdiction__name_zh")
    fieldsets = ((None, {"fields": ("id", ("plan", "own_jurisdiction"), "statement", "instrument", *AMOUNT, "jurisdiction")}), RESTS_ON)
    readonly_fields = ("jurisdiction",)
    inlines = (MeasureTermInline,)

    @admin.display(description="amount", ordering="amount")
    def money(self, measure: Measure) -> str:
        """The amount as the plan wrote it."""
        if measure.amount is None:
            return "-"
        per = f" a {measure.get_per_display()}" if measure.per else ""
        return f"{measure.get_amount_comparator_display()} {measure.amount.normalize():,f} {measure.currency_id}{per}"


@admin.register(MeasureTerm)
class MeasureTermAdmin(RowAdmin):
    """What the beneficiaries of all measures get."""

    list_display = ("condition", "rate", "cap", "cap_per", "threshold", "measure")
    list_display_links = ("condition", "rate", "cap", "threshold")
    search_fields = ("condition", "threshold", "measure__id", "measure__statement")
    fields = ("measure", *TERM)

    @admin.display(description="rate percent", ordering="rate_percent", empty_value="-")
    def rate(self, term: MeasureTerm) -> str | None:
        """The rate without the zeros behind it."""
        return _plain(term.rate_percent)

    @admin.display(description="cap amount", ordering="cap_amount", empty_value="-")
    def cap(self, term: MeasureTerm) -> str | None:
        """The cap with its digits in threes."""
        return _plain(term.cap_amount)


@admin.register(Observation)
class ObservationAdmin(RowAdmin):
    """What was measured, estimated or forecast."""

    list_display = ("__str__", quantity, normalized, "stated_on", "kind", "reliability", "is_published")
    list_filter = ("kind", "comparator", *FACT_FILTERS)
    search_fields = (
        "id",
        "value_text",
        "scope",
        *(f"{what}__{name}" for what in ("indicator", "jurisdiction", "company") for name in ("name_en", "name_zh", "aliases")),
    )
    fieldsets = (
        (None, {"fields": ("id", ("jurisdiction", "company"), "indicator", ("period", "stated_on", "kind"), *QUANTITY)}),
        RESTS_ON,
    )
    readonly_fields = READ_ONLY


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():,f}"
