"""What follows from a plan's events and from its place: its dates, when it held, and where its facts apply."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
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
    before a plan that replaces it holds. A draft, a planned and a withdrawn plan never hold, whatever is published of them; a draft is also what
    another plan finalises. The end of a plan's period ends nothing.
    """
    names = (*_DATES, "in_force_from", "in_force_until")
    changed = []
    for plan in plans.prefetch_related("events", "incoming__plan"):
        before = [getattr(plan, name) for name in names]
        events = _first_events(plan)
        for name, kinds in _DATES.items():
            setattr(plan, name, next((events[kind].text for kind in kinds if kind in events), None))
        related_by = [relation for relation in plan.incoming.all() if relation.plan.is_published]
        plan.in_force_from = start(plan.status, events, [relation.kind for relation in related_by])
        # Where a successor's own day is yet to be derived, this plan is derived again after it.
        successors = [relation.plan.in_force_from for relation in related_by if relation.kind == "replaces"]
        plan.in_force_until = end(events, successors) if plan.in_force_from else None
        if before != [getattr(plan, name) for name in names]:
            changed.append(plan)
    write_derived(changed, names)
    return {plan.pk for plan in changed}


def first_events(events: Iterable[tuple[str, str]]) -> dict[str, PartialDate]:
    """The first event of each kind, of kinds and dates."""
    found: dict[str, PartialDate] = {}
    for kind, day in sorted(events, key=lambda event: (PartialDate.parse(event[1]).earliest, event[1])):
        found.setdefault(kind, PartialDate.parse(day))
    return found


def start(status: str, events: dict[str, PartialDate], related_by: Collection[str]) -> str | None:
    """The first day on which a plan held, by what it is called, what happened to it and what other plans are to it."""
    if status in _NEVER_HELD or "finalises" in related_by:
        return None
    first = next((events[kind] for kind in ("effective", *_DATES["issued_on"]) if kind in events), None)
    return first.earliest.isoformat() if first else None


def end(events: dict[str, PartialDate], successors: Iterable[str | None]) -> str | None:
    """The last day on which a plan held that such plans replace as began to hold on these days."""
    ends = [events["expired"].latest] if "expired" in events else []
    if "repealed" in events:
        ends.append(_eve(events["repealed"].earliest))
    ends += [_eve(PartialDate.parse(day).earliest) for day in successors if day]
    return min(ends).isoformat() if ends else None


def _eve(day: date) -> date:
    """The day before; the first of all days has none."""
    return day - timedelta(days=1) if day > date.min else day


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


def _first_events(plan: Any) -> dict[str, PartialDate]:
    return first_events((event.kind, event.date) for event in plan.events.all())
