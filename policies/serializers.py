"""How plans, targets, measures and observations are shown."""

from __future__ import annotations

from typing import Any

from policies.models import Measure, MeasureTerm, Observation, Plan, PlanEvent, PlanRelation, Target
from policies.usage import PLANS
from publishing.resolving.usage import called
from publishing.resources import publishes
from publishing.search.texts import Searched, named
from publishing.shapes import RecordSerializer, Reference
from reference.serializers import FACT, QUANTITY, UNITS, FactSerializer


@publishes(
    "targets",
    Searched(names=(), text=("statement", "value_text", "scope", "note", *named("indicator", "jurisdiction", "plan", "topics"))),
)
class TargetSerializer(FactSerializer):
    """What a plan says will be true, and by when."""

    units = {**UNITS, "baseline_value": "unit"}

    jurisdiction = Reference(read_only=True, help_text="Where it shall be true: its own jurisdiction, else its plan's.")

    class Meta:
        model = Target
        fields = (
            "id", "plan", "jurisdiction", "statement", "indicator", *QUANTITY, "is_stretch", "series", "baseline_value", "baseline_period", "due",
            "topics", *FACT,
        )  # fmt: skip

    @classmethod
    def title(cls, record: dict[str, Any]) -> str:
        return f"{record['statement'].rstrip('.')}, in: {super().title(record['plan'])}"


class MeasureTermSerializer(RecordSerializer):
    """What one kind of beneficiary gets."""

    class Meta:
        model = MeasureTerm
        fields = ("condition", "rate_percent", "cap_amount", "cap_per", "threshold")


@publishes(
    "measures",
    Searched(names=(), text=("statement", "beneficiaries", "note", "terms.condition", *named("jurisdiction", "plan", "topics"))),
)
class MeasureSerializer(FactSerializer):
    """What is done: money, rules, services."""

    units = {"amount": "currency", "terms.cap_amount": "currency", "terms.rate_percent": "percent"}

    jurisdiction = Reference(read_only=True, help_text="Who takes it: its own jurisdiction, else its plan's.")
    terms = MeasureTermSerializer(many=True, read_only=True, help_text="What one kind of beneficiary gets.")

    class Meta:
        model = Measure
        fields = (
            "id", "plan", "jurisdiction", "statement", "instrument", "amount_comparator", "amount", "currency", "per", "beneficiaries", "terms",
            "topics", *FACT,
        )  # fmt: skip

    @classmethod
    def title(cls, record: dict[str, Any]) -> str:
        return f"{record['statement'].rstrip('.')}, in: {super().title(record['plan'] or record['jurisdiction'])}"


def _observation(document: Any) -> str:
    """What it is called wherever a reference shows it."""
    subject = document["company"] or document["jurisdiction"]
    return f"{document['indicator']['id']} of {subject['id']}, {document['period']}"


@publishes(
    "observations",
    Searched(names=(), text=(*named("indicator", "jurisdiction", "company"), "value_text", "scope", "note"), called=_observation),
)
class ObservationSerializer(FactSerializer):
    """What was measured, estimated or forecast."""

    units = UNITS

    class Meta:
        model = Observation
        fields = ("id", "jurisdiction", "company", "indicator", "period", "stated_on", "kind", *QUANTITY, *FACT)

    @classmethod
    def title(cls, record: dict[str, Any]) -> str:
        what = [record["indicator"], *(record[subject] for subject in ("company", "jurisdiction") if record[subject])]
        return ", ".join([*map(super().title, what), record["period"]])


class PlanEventSerializer(RecordSerializer):
    """A day in a plan's life."""

    class Meta:
        model = PlanEvent
        fields = ("kind", "date")


class PlanRelationSerializer(RecordSerializer):
    """What the plan is to another."""

    plan = Reference(source="other", read_only=True, help_text="The other plan.")

    class Meta:
        model = PlanRelation
        fields = ("kind", "plan")


class IncomingPlanRelationSerializer(RecordSerializer):
    """What another plan is to this one."""

    plan = Reference(read_only=True, help_text="The other plan.")

    class Meta:
        model = PlanRelation
        fields = ("kind", "plan")


@publishes(
    "plans",
    Searched(text=("document_number", "summary", "note", *named("jurisdiction", "issuers", "topics", "companies"))),
)
@called(PLANS)
class PlanSerializer(FactSerializer):
    """A government's paper on AI, with all that it promises."""

    events = PlanEventSerializer(many=True, read_only=True, help_text="The days of its life, first to last.")
    relations = PlanRelationSerializer(source="outgoing", many=True, read_only=True, help_text="What it is to other plans.")
    related_by = IncomingPlanRelationSerializer(source="incoming", many=True, read_only=True, help_text="What other plans are to it.")
    targets = TargetSerializer(many=True, read_only=True, help_text="What it says will be true.")
    measures = MeasureSerializer(many=True, read_only=True, help_text="What it does about it.")

    class Meta:
        model = Plan
        fields = (
            "id", "name_en", "name_zh", "aliases", "jurisdiction", "issuers", "kind", "document_number", "status",
            "consultation_opened", "consultation_closed", "issued_on", "effective_on", "expires_on", "period_start", "period_end",
            "topics", "companies", "summary", "events", "relations", "related_by", "targets", "measures", *FACT,
        )  # fmt: skip
