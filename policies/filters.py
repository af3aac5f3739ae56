"""By what plans, targets, measures and observations are filtered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cities.filters import place
from policies import verdicts
from policies.in_force import in_force
from policies.models import Measure, Observation, Plan, PlanRelation, Target
from publishing import keys
from publishing.filters import Parameter, RecordFilters, family, search
from publishing.shown import Record
from publishing.values import ChoiceField, ReferenceField
from reference.filters import COMPARABLE, FACT, NAMES, QUANTITY

Family = Callable[[str, type[models.Model]], dict[str, Parameter]]


def related(name: str, model: type[models.Model]) -> dict[str, Parameter]:
    """Plans with this relation, by the kind that the parameter is named after, to one of these plans."""
    kind = PlanRelation.Kind(name)

    def condition(plans: list[str]) -> Q:
        return Q(Exists(PlanRelation._base_manager.filter(plan=OuterRef("pk"), kind=kind, other__in=plans)))

    def shown(plans: list[str]) -> Callable[[Record], bool]:
        return lambda record: any(relation["kind"] == name and relation["plan"]["id"] in plans for relation in record["relations"])

    text = f"A plan that it {'is ' if name.endswith('_of') else ''}{name.replace('_', ' ')}."
    by = keys.of_links(PlanRelation._base_manager.filter(kind=kind), "plan", "other", text)
    return {name: Parameter(ReferenceField(model=Plan), condition, text, by=by, shown=shown, about="relations.plan")}


class PlanFilters(RecordFilters):
    """By what plans are filtered."""

    class Meta:
        model = Plan
        parameters: dict[str, Any] = {
            "q": search,
            "id": "id",
            **NAMES,
            "jurisdiction": place("jurisdiction"),
            "issuer": "issuers",
            "kind": "kind",
            "document_number": "document_number",
            "status": "status",
            "consultation_opened": "consultation_opened",
            "consultation_closed": "consultation_closed",
            "issued_on": "issued_on",
            "effective_on": "effective_on",
            "expires_on": "expires_on",
            "period_start": "period_start",
            "period_end": "period_end",
            "in_force_on": in_force(),
            "topic": "topics",
            "company": "companies",
            "summary": "summary",
            **{kind.value: related for kind in PlanRelation.Kind},
            **FACT,
        }


class TargetFilters(RecordFilters):
    """By what targets are filtered."""

    class Meta:
        model = Target
        parameters: dict[str, Any] = {
            "q": search,
            "id": "id",
            "plan": "plan",
            "jurisdiction": place("jurisdiction"),
            "statement": "statement",
            "indicator": "indicator",
            **QUANTITY,
            "is_stretch": "is_stretch",
            "series": "series",
            "baseline_value": "baseline_value",
            "baseline_period": "baseline_period",
            "due": "due",
            "in_force_on": in_force("plan__"),
            "topic": "topics",
            **FACT,
        }
        comparable = COMPARABLE | {"baseline_value": ("indicator", "unit", "per", "scope")}


class Stands(Parameter):
    """Targets that stand so today."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        filters: Any = self.parent  # type: ignore[attr-defined]  # set by the filter set
        return qs.filter(verdicts.standing(value, filters.today())) if value else qs


def verdict(name: str, model: type[models.Model]) -> dict[str, Parameter]:
    """Targets by how they stand."""
    field = ChoiceField(words=verdicts.Verdict.values)
    return {name: Stands(field, lambda value: Q(), "How the target stands: met, missed, ahead, behind or no_data.")}


class ProgressFilters(TargetFilters):
    """By what progress is filtered: as targets are, and by verdict."""

    @staticmethod
    def today() -> date:
        """The day that verdicts are of: what falls due today is missed tomorrow."""
        return timezone.now().date()

    class Meta(TargetFilters.Meta):
        parameters: dict[str, Any] = {"verdict": verdict, **TargetFilters.Meta.parameters}


class ComparisonFilters(RecordFilters):
    """By what a comparison is narrowed: targets and observations alike, the former also by due date, the latter by period."""

    class Meta:
        model = Target
        parameters: dict[str, Any] = {
            "jurisdiction": place("jurisdiction"),
            "due": "due",
            "period": lambda name, model: family(name, name, Observation),
            "basis": "basis",
            "per": "per",
            "scope": "scope",
            "is_stretch": "is_stretch",
            "kind": lambda name, model: family(name, name, Observation),
            "reliability": "reliability",
        }

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the rows that the parameters admit which are about their fields."""
        fields = {field.name for field in rows.model._meta.get_fields()}
        for name, value in self.form.cleaned_data.items():
            if name.partition("__")[0] in fields:
                rows = self.filters[name].filter(rows, value)
        return rows


class MeasureFilters(RecordFilters):
    """By what measures are filtered."""

    class Meta:
        model = Measure
        parameters: dict[str, Any] = {
            "q": search,
            "id": "id",
            "plan": "plan",
            "jurisdiction": place("jurisdiction"),
            "statement": "statement",
            "instrument": "instrument",
            "amount_comparator": "amount_comparator",
            "amount": "amount",
            "currency": "currency",
            "per": "per",
            "beneficiaries": "beneficiaries",
            "in_force_on": in_force("plan__"),
            "topic": "topics",
            **FACT,
        }
        comparable = {"amount": ("currency", "per")}


class ObservationFilters(RecordFilters):
    """By what observations are filtered."""

    class Meta:
        model = Observation
        parameters: dict[str, Any] = {
            "q": search,
            "id": "id",
            "jurisdiction": place("jurisdiction"),
            "company": "company",
            "indicator": "indicator",
            "period": "period",
            "stated_on": "stated_on",
            "kind": "kind",
            **QUANTITY,
            **FACT,
        }
        comparable = COMPARABLE
