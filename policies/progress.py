"""Progress: which observation tells on a target, and what follows from it, before the due date and after it.

An observation tells on a target if it was reported, of the same indicator and jurisdiction and of no company, on the same scale (unit, basis, per
and scope), and neither disputed nor retracted. What ended before the plan began is where it starts from, not what came of it. Of the rest the
last one counts that ends by the due date. Where it is too old or too vague to tell, there is no data: a figure of June is no verdict on December.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from policies.readings import Bounds, Scale, ended, fulfils, is_of_part, is_of_whole, normalized, possible, recency, stated, upper, wanted
from policies.verdicts import Rule
from publishing.derivation import write_derived
from publishing.partial_dates import PartialDate
from reference.quantities import Basis, Comparator

# A figure this much older than the due date does not tell what was reached by then: half a year before, most of what was missed later was not there.
IN_TIME = timedelta(days=92)


@dataclass(frozen=True)
class Start:
    """Where a target starts from: a figure on its own scale, the day it held, and the observation that says so, if one does."""

    value: Decimal
    on: date
    observation: Any = None


@dataclass(frozen=True)
class Standing:
    """How a target stands until its due date and after it; the observation that tells on it, and where it started from."""

    until_due: Rule
    after_due: Rule
    observation: Any = None
    start: Start | None = None


def stand(target: Any, observations: Iterable[Any]) -> Standing:
    """How a target stands by these observations of its indicator and jurisdiction; those that do not compare are passed over."""
    if target.reliability in {"disputed", "retracted"}:
        return Standing(Rule.UNRELIABLE, Rule.UNRELIABLE)
    if target.normalized_value is None or _has_lost_its_figure(target):
        return Standing(Rule.NO_FIGURE, Rule.NO_FIGURE)
    alike = [one for one in observations if Scale.of(one) == Scale.of(target) and is_of_whole(one) and not _has_lost_its_figure(one)]
    told = find_telling(target, alike)
    start = find_start(target, alike, told)
    if told is None:
        return Standing(Rule.UNOBSERVED, Rule.UNOBSERVED, None, start)
    reached = _reached(target, told)
    return Standing(_until_due(target, told, start, reached), _after_due(target, told, reached), told, start)


def find_telling(target: Any, alike: Sequence[Any]) -> Any:
    """The observation that tells on the target, of those on its scale: the last by the due date, and not of what was before the plan.

    Of several of one day the more reliable stands, then the one stated last, then the one that says less for the target. What covers part of a
    year, or adds up since a later one than the plan's first, tells nothing but that enough is reached already.
    """
    due, begun = target.falls_due or date.max, _begin(target.plan)
    known = PartialDate.parse(target.baseline_period).latest if target.baseline_period else date.min
    found = []
    for one in alike:
        period, end = PartialDate.parse_span(one.period), ended(one)
        if period.latest > due or end <= known or end < period.earliest or (begun and end < begun) or _may_count_more(one, begun):
            continue
        reached = _reached(target, one)
        if _is_partial(one, begun) and not reached:
            continue
        favour = {False: 0, None: 1, True: 2}[reached]
        found.append(((*recency(one), -favour, one.pk), one))
    return max(found, key=lambda ranked: ranked[0])[1] if found else None


def find_start(target: Any, alike: Sequence[Any], told: Any = None) -> Start | None:
    """Where the target starts from.

    That is the level that the plan gives, else the last one observed before the plan began, else the first one since, if another tells; what is
    new or added up starts from nothing, a multiple from one, and a rate of growth adds up to no line.
    """
    begun = _begin(target.plan)
    if target.basis == Basis.GROWTH:
        return None
    if target.basis in {Basis.INCREASE, Basis.MULTIPLE}:
        return Start(Decimal(target.basis == Basis.MULTIPLE), begun) if begun else None
    given = normalized(target.baseline_value, target) if target.baseline_value is not None else None
    on = PartialDate.parse(target.baseline_period).latest if target.baseline_period else begun
    if given is not None and on is not None:
        return Start(given, on)
    whole = sorted((one for one in alike if not is_of_part(one) and _counted_since(one) is None), key=lambda one: (*recency(one), one.pk))
    before = [one for one in whole if begun and ended(one) < begun]
    if before:
        return Start(before[-1].normalized_value, ended(before[-1]), before[-1])
    if target.basis == Basis.CUMULATIVE and begun:
        return Start(Decimal(0), begun)
    since = [one for one in whole if told is not None and ended(one) < ended(told)]
    return Start(since[0].normalized_value, ended(since[0]), since[0]) if since else None


def way(target: Any, value: Decimal, start: Start | None) -> float | None:
    """The share of the way from the start to the target that this figure has gone."""
    if start is None or start.value == target.normalized_value:
        return None
    return float(Fraction(value - start.value) / Fraction(target.normalized_value - start.value))


def ratio(target: Any, value: Decimal) -> float | None:
    """Observed over target."""
    return float(Fraction(value) / Fraction(target.normalized_value)) if target.normalized_value else None


def start_of(target: Any) -> Start | None:
    """Where a target that is settled starts from."""
    return find_start(target, [target.starts_from] if target.starts_from else [], target.told_by)


def settle(targets: QuerySet[Any], observed: QuerySet[Any]) -> set[Any]:
    """Recompute how these targets stand by what was observed; return the ids of those that changed."""
    rows = list(targets.select_related("plan", "indicator").order_by("pk"))
    seen = _observed_of(rows, observed)
    changed = []
    for target in rows:
        found = stand(target, seen[target.indicator_id, target.jurisdiction_id])
        start = found.start.observation if found.start else None
        derived = (_key(found.observation), _key(start), found.until_due.value, found.after_due.value)
        if (target.told_by_id, target.starts_from_id, target.rule_until_due, target.rule_after_due) != derived:
            target.told_by_id, target.starts_from_id, target.rule_until_due, target.rule_after_due = derived
            changed.append(target)
    write_derived(changed, ("told_by", "starts_from", "rule_until_due", "rule_after_due"))
    return {target.pk for target in changed}


def _observed_of(targets: list[Any], observed: QuerySet[Any]) -> defaultdict[tuple[str, str], list[Any]]:
    """What was observed of the targets' indicators and jurisdictions, by both."""
    pairs = {(target.indicator_id, target.jurisdiction_id) for target in targets if target.indicator_id and target.normalized_value is not None}
    seen: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    if pairs:
        indicators, places = map(set, zip(*pairs, strict=True))
        for one in observed.filter(indicator__in=indicators, jurisdiction__in=places).order_by("pk"):
            seen[one.indicator_id, one.jurisdiction_id].append(one)
    return seen


def _key(observation: Any) -> str | None:
    return observation.pk if observation is not None else None


def _begin(plan: Any) -> date | None:
    """The day that a plan plans from, else that of its issue, else that on which its draft was shown."""
    text = plan.period_start or plan.issued_on or plan.consultation_opened
    return PartialDate.parse(text).earliest if text else None


def _reached(target: Any, observation: Any) -> bool | None:
    observed = possible(observation)
    if _is_partial(observation, _begin(target.plan)):
        observed = Bounds(low=observed.low, low_is_open=observed.low_is_open)
    return fulfils(observed, target, _better(target))


def _is_partial(observation: Any, begun: date | None) -> bool:
    """Whether it counts part of what the target speaks of: part of a year, or what came since a later year than the plan's first."""
    since = _counted_since(observation)
    is_later = since is not None and begun is not None and since > begun.year
    return is_later or (observation.basis in {Basis.LEVEL, Basis.INCREASE} and is_of_part(observation))


def _may_count_more(observation: Any, begun: date | None) -> bool:
    """Whether it adds up since before the plan's first year, which is more than the plan's own; or since nobody knows whether before it."""
    since = _counted_since(observation)
    return since is not None and (begun is None or since < begun.year)


def _counted_since(observation: Any) -> int | None:
    """The year from which it adds up, if it does and says so; a total without a first year is of all that there ever was."""
    adds_up = observation.basis == Basis.INCREASE or (observation.basis == Basis.CUMULATIVE and "/" in observation.period)
    return PartialDate.parse_span(observation.period).earliest.year if adds_up else None


def _has_lost_its_figure(quantity: Any) -> bool:
    """Whether its figure is nothing to hold another one against: too small for four decimals in the base unit, or a range whose end is unknown."""
    return bool(quantity.value and not quantity.normalized_value) or (quantity.comparator == Comparator.RANGE and upper(quantity) is None)


def _lasts(target: Any) -> bool:
    """Whether what is reached can only stay so: a level that is to be at least so high, by the due date."""
    return target.comparator in {Comparator.GTE, Comparator.GT} and target.basis in {Basis.LEVEL, Basis.CUMULATIVE}


def _after_due(target: Any, told: Any, reached: bool | None) -> Rule:
    if reached is None:
        return Rule.UNTOLD
    due = target.falls_due
    if due and due - ended(told) > IN_TIME and not (reached and _lasts(target)):
        return Rule.OUTDATED
    return Rule.REACHED if reached else Rule.NOT_REACHED


def _until_due(target: Any, told: Any, start: Start | None, reached: bool | None) -> Rule:
    if reached:
        return Rule.REACHED if _lasts(target) else Rule.REACHED_EARLY
    goal = wanted(target, _better(target))
    figure = stated(told, upwards=goal.low is not None)
    if reached is None and goal.low is not None and goal.is_below(figure):
        # Passed, where neither more nor less is better.
        return Rule.UNTOLD
    line = _line(target, goal, start, ended(told))
    if line is None:
        return Rule.NO_LINE if goal.holds(figure) is False else Rule.UNTOLD
    return {True: Rule.ON_THE_WAY, False: Rule.OFF_THE_WAY, None: Rule.UNTOLD}[line.holds(figure)]


def _line(target: Any, goal: Bounds, start: Start | None, on: date) -> Bounds | None:
    """The figures that are on the straight line from the start to the target on a day, or beyond it as far as the target goes."""
    due = target.falls_due
    if start is None or due is None or start.on >= due or goal.holds(Bounds(start.value, start.value)):
        return None
    rises = goal.low is not None and start.value < goal.low
    end = goal.low if rises else goal.high
    if end is None:
        return None
    share = Fraction(max((on - start.on).days, 0), (due - start.on).days)
    # Exact, so that a figure on the line is on it.
    figure: Any = Fraction(start.value) + (Fraction(end) - Fraction(start.value)) * share
    return replace(goal, low=figure, low_is_open=False) if rises else replace(goal, high=figure, high_is_open=False)


def _better(target: Any) -> bool | None:
    better: bool | None = target.indicator.higher_is_better if target.indicator else None
    return better
