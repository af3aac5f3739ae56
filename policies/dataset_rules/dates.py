"""Rules on dates: what cannot have been before what."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import F, Q

from companies.models import Presence, Product
from policies.dataset_rules.rows import WEAK, ids, today, unique
from policies.dataset_rules.rule import Ids, rule
from policies.models import Observation, Plan, PlanEvent, Target


@rule("wrong", "A target does not fall due before its plan is issued.")
def due_before_issue() -> Ids:
    yield from ids(Target.objects.filter(due_latest__lt=F("plan__issued_on_earliest")))


@rule("wrong", "A period ends after it starts, and after the plan is issued; what is announced is not on sale before; what ends has begun.")
def period_order() -> Ids:
    yield from ids(Plan.objects.filter(Q(period_end_latest__lt=F("period_start_earliest")) | Q(period_end_latest__lt=F("issued_on_earliest"))))
    yield from ids(Presence.objects.filter(until_latest__lt=F("since_earliest")))
    yield from ids(Product.objects.filter(released_latest__lt=F("announced_earliest")))


@rule("wrong", "What was reported had begun when it was stated; what was forecast was not over, else it is an estimate.")
def observation_stated_out_of_time() -> Ids:
    yield from ids(Observation.objects.filter(kind="reported", period_earliest__gt=F("stated_on_latest")))
    yield from ids(Observation.objects.filter(kind="forecast", period_latest__lt=F("stated_on_earliest")).exclude(reliability__in=WEAK))


_ORDER = (
    ("consultation_opened", "consultation_closed"),
    ("consultation_opened", "adopted"),
    ("consultation_opened", "signed"),
    ("first_reading", "adopted"),
    ("adopted", "published"),
    ("signed", "published"),
    ("published", "amended"),
    ("signed", "repealed"),
    ("signed", "expired"),
    ("effective", "repealed"),
    ("effective", "expired"),
)
# Rules may not bind retroactively (Legislation Law, article 104); benefits are at times granted for a year already begun.
_NEVER_RETROACTIVE = ("legislation", "regulation")


@rule(
    "wrong",
    "Events follow each other: comments close after they open, a text is published once it is signed and holds from then, or for the year begun.",
)
def event_order() -> Ids:
    plans: dict[str, dict[str, list[PlanEvent]]] = defaultdict(lambda: defaultdict(list))
    for event in PlanEvent.objects.select_related("plan").order_by("plan", "date_earliest"):
        plans[event.plan_id][event.kind].append(event)
    for plan, events in plans.items():
        wrong = [pair for pair in _ORDER if all(kind in events for kind in pair) and _precedes(events[pair[1]][-1], events[pair[0]][0])]
        if wrong or _is_retroactive(events):
            yield plan


def _precedes(one: Any, other: Any) -> bool:
    return bool(one.date_latest < other.date_earliest)


def _is_retroactive(events: dict[str, list[PlanEvent]]) -> bool:
    decided = next((events[kind][0] for kind in ("signed", "adopted", "approved") if kind in events), None)
    if decided is None or "effective" not in events or not _precedes(events["effective"][0], decided):
        return False
    years = int(decided.date[:4]) - int(events["effective"][0].date[:4])
    return years > 0 or decided.plan.kind in _NEVER_RETROACTIVE


@rule("wrong", "What is recorded as done has happened; only the end of a consultation, taking effect and ceasing to hold are known beforehand.")
def event_after_today() -> Ids:
    ahead = ("consultation_closed", "effective", "repealed", "expired")
    yield from unique(PlanEvent.objects.filter(date_earliest__gt=today()).exclude(kind__in=ahead).values_list("plan", flat=True))


@rule(
    "wrong",
    "What is planned is not issued yet; what is in force took effect on a known day, or ends on one; what has expired has a stated end that is past.",
)
def status_against_dates() -> Ids:
    planned = Q(status="planned", issued_on__isnull=False)
    issued = Q(status="issued", expires_on_latest__gte=today())
    in_force = Q(Q(effective_on_earliest__gt=today()) | Q(effective_on=None, expires_on=None), status="in_force")
    expired = Q(Q(expires_on=None) | Q(expires_on_latest__gte=today()), status="expired")
    yield from ids(Plan.objects.filter(planned | issued | in_force | expired))


# Merely a gap: a data set that was right must not turn wrong overnight.
@rule("gap", "Since the status was entered, the day has come on which the plan took effect or ended.")
def status_overtaken() -> Ids:
    began = Q(status="issued", effective_on_latest__lte=today())
    ended = Q(status__in=("issued", "in_force"), expires_on_latest__lt=today())
    yield from ids(Plan.objects.filter(began | ended))
