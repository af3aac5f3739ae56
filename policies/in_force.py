"""In force: what held on a day, by what is known of its plan now; and by what was known of it then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q

from policies.lifecycle import end, first_events, start
from policies.models import Plan
from publishing.filters import Parameter
from publishing.partial_dates import PartialDate
from publishing.past import Past
from publishing.resources import RESOURCES
from publishing.shown import Record
from publishing.then import Then, replaced
from publishing.values import DateField


def in_force(prefix: str = "") -> Callable[[str, type[models.Model]], dict[str, Parameter]]:
    """The parameter that takes what held on a day, by the events of the plan at `prefix`."""
    return lambda name, model: {name: _InForce(prefix)}


class _InForce(Parameter):
    def __init__(self, prefix: str) -> None:
        text = "What held on that day: from its taking effect, else its issue, until its expiry, its repeal or its successor; drafts never held."
        super().__init__(DateField(day=True, single=True), lambda day: _held_on(day, prefix), text)
        self.plan = "plan_id" if prefix else "id"

    def then(self, value: PartialDate, past: Past) -> Then:
        # A fact's document stands while the life of its plan is told anew, and a plan's while that of its successor is.
        held = {id_: life.held_on(value.text, successors) for id_, (life, successors) in _told_anew(past).items()}
        others = ~Q(**{f"{self.plan}__in": list(held)}) & self.condition(value)
        those = Q(**{f"{self.plan}__in": [id_ for id_, is_held in held.items() if is_held]})

        def admits(records: Sequence[Record]) -> Sequence[Record]:
            plans = {id_ for record in records if (id_ := self._plan(record)) is not None}
            unchanged = Plan.objects.filter(_held_on(value), pk__in=plans - held.keys())
            holding = {id_ for id_ in plans if held.get(id_)} | set(unchanged.values_list("pk", flat=True))
            return [record for record in records if self._plan(record) in holding]

        return Then(others | those, admits)

    def _plan(self, record: Record) -> Any:
        return record["id"] if self.plan == "id" else record["plan"] and record["plan"]["id"]


@dataclass(frozen=True)
class _Life:
    """What a plan's document tells of when it held."""

    status: str
    events: tuple[tuple[str, str], ...]
    replaces: tuple[str, ...]
    replaced_by: tuple[str, ...]
    related_by: tuple[str, ...]

    @classmethod
    def of(cls, plan: Record) -> _Life:
        replaces, replaced_by = (tuple(link["plan"]["id"] for link in plan[way] if link["kind"] == "replaces") for way in ("relations", "related_by"))
        return cls(
            status=plan["status"],
            events=tuple((event["kind"], event["date"]) for event in plan["events"]),
            replaces=replaces,
            replaced_by=replaced_by,
            related_by=tuple(link["kind"] for link in plan["related_by"]),
        )

    @property
    def start(self) -> str | None:
        return start(self.status, first_events(self.events), self.related_by)

    def held_on(self, day: str, successors: Iterable[_Life]) -> bool:
        """Whether it held on that day, where these plans replace it."""
        first = self.start
        last = end(first_events(self.events), [later.start for later in successors])
        return first is not None and first <= day and (last is None or day <= last)


def _held_on(day: PartialDate, prefix: str = "") -> Q:
    first, last = f"{prefix}in_force_from", f"{prefix}in_force_until"
    return Q(**{f"{first}__lte": day.text}) & (Q(**{last: None}) | Q(**{f"{last}__gte": day.text}))


def _told_anew(past: Past) -> dict[str, tuple[_Life, list[_Life]]]:
    """The plans of then of which it may be known otherwise now when they held, by id, each with its successors of then.

    Of a plan that is not among them neither the document has changed nor that of a plan that replaced it.
    """
    lives = {plan["id"]: _Life.of(plan) for batch in replaced(RESOURCES["plans"], past) for plan in batch.values()}
    suspects = lives.keys() | {id_ for life in lives.values() for id_ in life.replaces}
    lives |= _lives(past, suspects - lives.keys())
    lives |= _lives(past, {id_ for life in lives.values() for id_ in life.replaced_by} - lives.keys())
    return {id_: (lives[id_], [lives[later] for later in lives[id_].replaced_by if later in lives]) for id_ in suspects}


def _lives(past: Past, ids: set[str]) -> dict[str, _Life]:
    return {plan["id"]: _Life.of(plan) for plan in past.records("plans", ids)}
