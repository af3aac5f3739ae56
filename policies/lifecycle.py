"""What follows from a plan's events and from its place: its dates, when it held, and where its facts apply."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from publishing.derivation import write_derived
from publishing.partial_dates import PartialDate

# The first kind of event that a plan has gives the date.
_DATES = {
    "consultation_opened": ("consultation_opened",),
    "consultation_closed": ("consultation_closed",),
    "issued_on": ("signed", "published", "approved", "adopted"),
    "effective_on": ("effective",),
    "expires_on": ("repealed", "expired"),
}
_NEVER_HELD = ("planned", "draft_for_comment", "withdrawn")


def derive_dates(plans: QuerySet[Any]) -> set[str]:
    """Recompute the dates of these plans from their events; return the ids of those that changed.

    A plan holds from the first day of its `effective` event, else of its issue, until the last day of its expiry, or the day before its repeal or
    before a plan that replaces it holds. A draft, a planned and a withdrawn plan never hold; the end of a plan's period ends nothing.
    """
    names = (*_DATES, "in_force_from", "in_force_until")
    changed = []
    for plan in plans.prefetch_related("events", "incoming__plan__events"):
        before = [getattr(plan, name) for name in names]
        events = _events(plan)
        for name, kinds in _DATES.items():
            setattr(plan, name, next((events[kind].text for kind in kinds if kind in events), None))
        plan.in_force_from = _start(plan)
        plan.in_force_until = _end(plan, events) if plan.in_force_from else None
        if before != [getattr(plan, name) for name in names]:
            changed.append(plan)
    write_derived(changed, names)
    return {plan.pk for plan in changed}


def settle_jurisdictions(facts: QuerySet[Any]) -> set[str]:
    """Recompute where these targets or measures apply: their own jurisdiction, else their plan's; return the ids of those that changed."""
    changed = []
    for fact in facts.select_related("plan"):
        place = fact.own_jurisdiction_id or fact.plan.jurisdiction_id
        if fact.jurisdiction_id != place:
            fact.jurisdiction_id = place
            changed.append(fact)
    write_derived(changed, ("jurisdiction",))
    return {fact.pk for fact in changed}


def _events(plan: Any) -> dict[str, PartialDate]:
    """The first event of each kind."""
    found: dict[str, PartialDate] = {}
    for event in sorted(plan.events.all(), key=lambda event: (PartialDate.parse(event.date).earliest, event.date)):
        found.setdefault(event.kind, PartialDate.parse(event.date))
    return found


def _start(plan: Any) -> str | None:
    if plan.status in _NEVER_HELD:
        return None
    events = _events(plan)
    first = next((events[kind] for kind in ("effective", *_DATES["issued_on"]) if kind in events), None)
    return first.earliest.isoformat() if first else None


def _end(plan: Any, events: dict[str, PartialDate]) -> str | None:
    ends = [events["expired"].latest] if "expired" in events else []
    if "repealed" in events:
        ends.append(events["repealed"].earliest - timedelta(days=1))
    for relation in plan.incoming.all():
        successor = _start(relation.plan) if relation.kind == "replaces" and relation.plan.is_published else None
        if successor:
            ends.append(PartialDate.parse(successor).earliest - timedelta(days=1))
    return min(ends).isoformat() if ends else None
