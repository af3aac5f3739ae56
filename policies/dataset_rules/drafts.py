"""Rules on drafts and their final texts."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

from policies.dataset_rules.rows import ids
from policies.dataset_rules.rule import Ids, rule
from policies.likeness import fold, without_draft
from policies.models import Plan, PlanRelation


@rule("wrong", "A draft whose final text is known is superseded.")
def draft_with_final() -> Ids:
    yield from ids(Plan.objects.filter(status="draft_for_comment", incoming__kind="finalises").distinct())


@rule("wrong", "A final text of a draft's name finalises it.")
def final_without_finalises() -> Ids:
    related = related_plans()
    namesakes = defaultdict(list)
    for plan in Plan.objects.order_by("id"):
        namesakes[plan.jurisdiction_id, without_draft(plan.name_zh or plan.name_en)].append((plan.pk, _is_draft(plan)))
    for plans in namesakes.values():
        for (one, is_draft), (other, is_draft_too) in combinations(plans, 2):
            if is_draft != is_draft_too and frozenset((one, other)) not in related:
                yield f"{one} and {other}"


def _is_draft(plan: Plan) -> bool:
    return plan.status == "draft_for_comment" or any(without_draft(name) != fold(name) for name in (plan.name_en, plan.name_zh) if name)


@rule("gap", "It is not known which plan took the place of the superseded one.")
def superseded_by_unknown() -> Ids:
    yield from ids(Plan.objects.filter(status="superseded").exclude(incoming__kind__in=("finalises", "replaces")))


def related_plans() -> set[frozenset[str]]:
    """Pairs of plans that are known to have to do with each other."""
    return {frozenset(pair) for pair in PlanRelation.objects.values_list("plan", "other")}
