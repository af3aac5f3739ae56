"""How answers about one plan are shown that are more than its record: its difference from another, and its lineage."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any, ClassVar

from django.db.models import Q
from rest_framework import serializers

from policies.diff import Difference, Direction, diff_measures, diff_targets
from policies.lineage import Side, trace
from policies.models import Measure, Plan, PlanRelation, Target
from policies.serializers import MeasureSerializer, TargetSerializer
from publishing.documents import bodies
from publishing.errors import NotFound
from publishing.shapes import PartialDateShape, Reference, Vocabulary

_REFERENCE = Reference()
# A plan that took more drafts than that is none of ours.
_LONGEST_CHAIN = 20
# What a plan is compared with unless another is named, the first before the second.
LED_BY = (PlanRelation.Kind.FINALISES, PlanRelation.Kind.REPLACES)


class _Ends(serializers.Serializer[Any]):
    """What leads from one plan to another: a class of Python's can have no attribute `from`."""

    ends: ClassVar[dict[str, serializers.Field[Any, Any, Any, Any]]]

    def get_fields(self) -> dict[str, Any]:
        return {**deepcopy(self.ends), **super().get_fields()}


class _Changed(serializers.Serializer[Any]):
    """A fact of both plans that is not the same in both."""

    fact: ClassVar[type[serializers.BaseSerializer[Any]]]
    directions: ClassVar[str]

    def get_fields(self) -> dict[str, Any]:
        return {
            "before": self.fact(read_only=True, help_text="As the plan before says it."),
            "after": self.fact(read_only=True, help_text="As the plan after says it."),
            "direction": Vocabulary(choices=[(word.value, word.value) for word in Direction], read_only=True, help_text=self.directions),
        }


class ChangedTargetSerializer(_Changed):
    """A target of both plans that is not the same in both."""

    fact = TargetSerializer
    directions = (
        "raised or lowered: what is promised, by its figure (less is raised where less is better), how it binds, or its due date (sooner is raised), "
        "if all go one way; reworded: anything else."
    )


class ChangedMeasureSerializer(_Changed):
    """A measure of both plans that is not the same in both."""

    fact = MeasureSerializer
    directions = "raised or lowered: its amount, else its highest rate and cap; reworded: anything else."


class _Facts(serializers.Serializer[Any]):
    """What became of facts of a kind: each of either plan is here once."""

    fact: ClassVar[type[serializers.BaseSerializer[Any]]]
    pair: ClassVar[type[_Changed]]

    def get_fields(self) -> dict[str, Any]:
        return {
            "added": self.fact(many=True, read_only=True, help_text="Of the plan after alone."),
            "dropped": self.fact(many=True, read_only=True, help_text="Of the plan before alone."),
            "changed": self.pair(many=True, read_only=True, help_text="Of both, and not the same."),
            "unchanged": self.fact(many=True, read_only=True, help_text="Of both, as the plan after says it."),
        }


class TargetDifferenceSerializer(_Facts):
    """What became of the targets: each of either plan is here once."""

    fact = TargetSerializer
    pair = ChangedTargetSerializer


class MeasureDifferenceSerializer(_Facts):
    """What became of the measures: each of either plan is here once."""

    fact = MeasureSerializer
    pair = ChangedMeasureSerializer


class EditionStepSerializer(_Ends):
    """A step in the life of a plan: from a draft or an older edition to what came of it."""

    ends = {
        "from": Reference(read_only=True, help_text="The draft or older edition."),
        "to": Reference(read_only=True, help_text="What finalises or replaces it."),
    }
    kind = serializers.CharField(read_only=True, help_text="finalises or replaces.")


class DifferenceSerializer(_Ends):
    """Two plans, target by target and measure by measure."""

    ends = {"from": Reference(read_only=True, help_text="The plan before."), "to": Reference(read_only=True, help_text="The plan after.")}
    targets = TargetDifferenceSerializer(read_only=True, help_text="What became of the targets.")
    measures = MeasureDifferenceSerializer(read_only=True, help_text="What became of the measures.")
    chain = EditionStepSerializer(
        many=True, read_only=True, help_text="The editions that led to this plan, first to last; each step has a difference of its own."
    )


class LineageNodeSerializer(serializers.Serializer[Any]):
    """A plan of the line."""

    id = serializers.CharField(read_only=True, help_text="Public id.")
    name_en = serializers.CharField(read_only=True, help_text="Name in English.")
    name_zh = serializers.CharField(read_only=True, allow_null=True, help_text="Name in Chinese, where known.")
    jurisdiction = Reference(read_only=True, help_text="Whose plan it is.")
    kind = serializers.CharField(read_only=True, help_text="What the paper is: action_plan, opinions, regulation …")
    status = serializers.CharField(read_only=True, help_text="Where it stands: draft_for_comment, issued, in_force …")
    issued_on = PartialDateShape(read_only=True, allow_null=True, help_text="When it was signed, else published, approved or adopted.")
    side = Vocabulary(
        choices=[(side.value, side.value) for side in Side],
        read_only=True,
        help_text="itself; edition: a draft, predecessor or successor; above: what it implements or belongs to; below: the other way round.",
    )
    distance = serializers.IntegerField(read_only=True, help_text="Relations between it and the plan.")


class LineageEdgeSerializer(_Ends):
    """A relation between two plans of the line, read as a sentence: `from` finalises, replaces, amends, implements … `to`."""

    ends = {
        "from": serializers.CharField(read_only=True, help_text="Id of the plan that relates."),
        "to": serializers.CharField(read_only=True, help_text="Id of the plan that it relates to."),
    }
    kind = serializers.CharField(read_only=True, help_text="finalises, replaces, amends, implements, part_of or annex_of.")


class LineageSerializer(serializers.Serializer[Any]):
    """A plan among those that it comes from and those that come from it."""

    nodes = LineageNodeSerializer(many=True, read_only=True, help_text="The plans, nearest first.")
    edges = LineageEdgeSerializer(many=True, read_only=True, help_text="The relations among them.")
    is_complete = serializers.BooleanField(read_only=True, help_text="False where plans lie beyond 6 steps or the 500 nearest.")


def editions_before(plan: str) -> list[PlanRelation]:
    """The steps from the drafts and older editions to a plan, the last step first; no edition twice."""
    steps: list[PlanRelation] = []
    seen = {plan}
    while len(steps) < _LONGEST_CHAIN:
        step = _step_before(plan, seen)
        if step is None:
            break
        steps.append(step)
        plan = step.other_id
        seen.add(plan)
    return steps


def find_difference(after: str, before: str | None) -> dict[str, Any]:
    """The difference of a plan from another; from what it finalises, else replaces, if none is named. NotFound where there is none."""
    chain = editions_before(after)
    against = before or (chain[0].other_id if chain else None)
    if against is None:
        raise NotFound("It finalises and replaces no published plan: name the one to compare it with, as `against`.")
    plans = Plan.objects.published().in_bulk([against, after])
    if len(plans) < 2:
        raise NotFound("One of the two is no longer published.")
    return show_difference(plans[against], plans[after], reversed(chain))


def show_difference(before: Plan, after: Plan, chain: Iterable[PlanRelation]) -> dict[str, Any]:
    """The difference of two plans, with the documents of what they promise."""
    both = Q(plan__in=(before.pk, after.pk))
    facts = {
        "targets": list(Target.objects.published().filter(both).order_by("pk").select_related("indicator")),
        "measures": list(Measure.objects.published().filter(both).order_by("pk").prefetch_related("terms")),
    }
    documents = bodies({resource: [fact.pk for fact in rows] for resource, rows in facts.items()})

    def of(plan: Plan, resource: str) -> list[Any]:
        # One that lost its document since it was read is no more.
        return [fact for fact in facts[resource] if fact.plan_id == plan.pk and (resource, fact.pk) in documents]

    return {
        "from": _REFERENCE.to_representation(before),
        "to": _REFERENCE.to_representation(after),
        "targets": _difference(diff_targets(of(before, "targets"), of(after, "targets")), "targets", documents),
        "measures": _difference(diff_measures(of(before, "measures"), of(after, "measures")), "measures", documents),
        "chain": [
            {"from": _REFERENCE.to_representation(step.other), "to": _REFERENCE.to_representation(step.plan), "kind": step.kind} for step in chain
        ],
    }


def show_lineage(plan: str) -> dict[str, Any]:
    """The line of a plan as nodes and edges."""
    line = trace(plan)
    rows = Plan.objects.published().select_related("jurisdiction").in_bulk(list(line.plans))
    return {
        "nodes": [
            {
                **_REFERENCE.to_representation(rows[id_]),
                "jurisdiction": _REFERENCE.to_representation(rows[id_].jurisdiction),
                "kind": rows[id_].kind,
                "status": rows[id_].status,
                "issued_on": rows[id_].issued_on,
                "side": side.value,
                "distance": distance,
            }
            for id_, (side, distance) in line.plans.items()
            if id_ in rows
        ],
        "edges": [{"from": plan, "to": other, "kind": kind} for plan, other, kind in line.relations if plan in rows and other in rows],
        "is_complete": line.is_complete,
    }


def _step_before(plan: str, seen: set[str]) -> PlanRelation | None:
    """What the plan finalises, else what it replaces; of several the last issued."""
    relations = PlanRelation.objects.published().filter(plan=plan, kind__in=LED_BY).exclude(other__in=seen).select_related("plan", "other")
    found: PlanRelation | None = max(relations, key=lambda step: (-LED_BY.index(step.kind), step.other.issued_on or "", step.other_id), default=None)
    return found


def _difference(found: Difference, resource: str, documents: dict[tuple[str, str], Any]) -> dict[str, Any]:
    def shown(fact: Any) -> Any:
        return documents[resource, fact.pk]

    return {
        "added": [shown(one) for one in found.added],
        "dropped": [shown(one) for one in found.dropped],
        "changed": [{"before": shown(pair.before), "after": shown(pair.after), "direction": pair.direction} for pair in found.changed],
        "unchanged": [shown(pair.after) for pair in found.unchanged],
    }
