"""Lineage: the plans above a plan, those below it, and its editions, as far as the published relations lead.

Above is what it implements or belongs to, below what implements it or belongs to it; editions are its drafts, its predecessors and successors, and
what is above or below them is so of the plan. What else the plans above have below them is not of this line.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q

from policies.models import PlanRelation

EDITIONS = (PlanRelation.Kind.FINALISES, PlanRelation.Kind.REPLACES, PlanRelation.Kind.AMENDS)
# How far from the plan, and how many plans.
DEEPEST = 6
MOST = 500


class Side(StrEnum):
    """Where another plan stands to the plan; one that is an edition and more is an edition."""

    ITSELF = "itself"
    EDITION = "edition"
    ABOVE = "above"
    BELOW = "below"


_ONWARDS = (Side.EDITION, Side.ABOVE, Side.BELOW)
# A plan that was come to, and the side from which on the way goes.
Step = tuple[str, Side]


@dataclass(frozen=True)
class Lineage:
    """The plans of a line, with side and distance, nearest first; and the relations among them. Not whole where a bound cut it."""

    plans: dict[str, tuple[Side, int]]
    relations: list[tuple[str, str, str]]
    is_complete: bool


def trace(plan: str) -> Lineage:
    """The line of a plan: one query for each step away from it, and one for the relations."""
    found: dict[str, tuple[Side, int]] = {plan: (Side.ITSELF, 0)}
    seen: set[Step] = set()
    edge = {(plan, side) for side in _ONWARDS}
    is_complete = True
    for distance in range(1, DEEPEST + 2):
        seen |= edge
        edge, is_complete = _next(edge)
        edge -= seen
        # Of several sides the one named first comes last, and stands.
        new = {id_: side for id_, side in sorted(edge, key=lambda step: -_ONWARDS.index(step[1])) if id_ not in found}
        room = MOST - len(found) if distance <= DEEPEST else 0
        is_complete = is_complete and len(new) <= room and (distance <= DEEPEST or not edge)
        found |= {id_: (new[id_], distance) for id_ in sorted(new)[:room]}
        if not edge or not is_complete:
            break
    among = PlanRelation.objects.published().filter(plan__in=found, other__in=found).order_by("plan", "kind", "other")
    return Lineage(found, list(among.values_list("plan_id", "other_id", "kind")), is_complete)


def _next(edge: set[Step]) -> tuple[set[Step], bool]:
    """Where the relations of these plans lead, each on the side that it stands; and whether those are all."""
    at = {side: {id_ for id_, stands in edge if stands == side} for side in _ONWARDS}
    editions = Q(kind__in=EDITIONS)
    leading = (
        (editions & (Q(plan__in=at[Side.EDITION]) | Q(other__in=at[Side.EDITION])))
        | (~editions & Q(plan__in=at[Side.ABOVE]))
        | (~editions & Q(other__in=at[Side.BELOW]))
    )
    relations = list(PlanRelation.objects.published().filter(leading).order_by("pk").values_list("plan_id", "other_id", "kind")[: MOST + 1])
    steps: set[Step] = set()
    for one, other, kind in relations[:MOST]:
        if kind in EDITIONS:
            steps |= {(id_, side) for id_ in (one, other) for side in _ONWARDS}
        else:
            steps |= {(other, Side.ABOVE)} if one in at[Side.ABOVE] else set()
            steps |= {(one, Side.BELOW)} if other in at[Side.BELOW] else set()
    return steps, len(relations) <= MOST
