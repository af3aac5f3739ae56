"""Differences of two plans: which targets and measures of the one are those of the other, and what became of them.

Two plans rarely call a thing by the same name, so pairs are found by what is promised, from the closest likeness to the loosest, and only where
no other could be meant: what might belong to several is shown as dropped and added rather than paired by guess. Nothing is paired twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from rapidfuzz.distance import Indel

from policies.likeness import fold
from policies.readings import Scale, upper, wanted

# Statements at least so alike are of one thing, where the indicator or the instrument is the same.
_ALIKE = 0.6
# More pairs than that are not read word by word.
_MOST_READ = 2_500


class Direction(StrEnum):
    """What became of a promise by its figure, how that binds and when it is due, if all go one way; `reworded` is all else.

    More is promised where the figure is higher; where less is better, or there is a ceiling, where it is lower.
    """

    RAISED = "raised"
    LOWERED = "lowered"
    REWORDED = "reworded"


@dataclass(frozen=True)
class Pair:
    """One promise in both plans; no direction where nothing changed."""

    before: Any
    after: Any
    direction: Direction | None


@dataclass
class Difference:
    """What became of the promises of one kind: each of either plan is here once."""

    added: list[Any] = field(default_factory=list)
    dropped: list[Any] = field(default_factory=list)
    changed: list[Pair] = field(default_factory=list)
    unchanged: list[Pair] = field(default_factory=list)


def diff_targets(before: Sequence[Any], after: Sequence[Any]) -> Difference:
    """The difference of two plans' targets."""
    return _difference(before, after, _pair(before, after, _TARGET_KEYS, "indicator_id"), _target_direction)


def diff_measures(before: Sequence[Any], after: Sequence[Any]) -> Difference:
    """The difference of two plans' measures, with their terms."""
    return _difference(before, after, _pair(before, after, _MEASURE_KEYS, "instrument"), _measure_direction)


def _difference(
    before: Sequence[Any], after: Sequence[Any], pairs: Iterable[tuple[Any, Any]], direction: Callable[[Any, Any], Direction | None]
) -> Difference:
    found = [Pair(one, other, direction(one, other)) for one, other in sorted(pairs, key=lambda pair: pair[1].pk)]
    old, new = {pair.before.pk for pair in found}, {pair.after.pk for pair in found}
    return Difference(
        added=[one for one in after if one.pk not in new],
        dropped=[one for one in before if one.pk not in old],
        changed=[pair for pair in found if pair.direction],
        unchanged=[pair for pair in found if not pair.direction],
    )


Key = Callable[[Any], Hashable]


def _pair(before: Sequence[Any], after: Sequence[Any], keys: Iterable[Key], same: str) -> list[tuple[Any, Any]]:
    """Those that share a key which no other of their plan has, of several with one key those of one name; then those alike in words.

    A key of None is none. In words only those are compared that are of the `same`.
    """
    pairs: list[tuple[Any, Any]] = []
    old, new = list(before), list(after)
    for key in keys:
        for within in (lambda one, key=key: (key(one), _name(one)), key):
            olds, news = _by(old, within), _by(new, within)
            pairs += (
                (olds[shared][0], news[shared][0])
                for shared in olds.keys() & news.keys()
                if len(olds[shared]) == len(news[shared]) == 1 and key(olds[shared][0]) is not None
            )
            taken = {one.pk for pair in pairs for one in pair}
            old, new = ([one for one in rest if one.pk not in taken] for rest in (old, new))
    return pairs + _pair_by_words(old, new, same)


def _by(rows: Iterable[Any], key: Key) -> dict[Hashable, list[Any]]:
    found: defaultdict[Hashable, list[Any]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _pair_by_words(before: list[Any], after: list[Any], same: str) -> list[tuple[Any, Any]]:
    """Those whose statements are most alike, the most alike first."""
    if len(before) * len(after) > _MOST_READ:
        return []
    read = ((one, other, _likeness(one, other)) for one in before for other in after if getattr(one, same) == getattr(other, same))
    alike = sorted((found for found in read if found[2] >= _ALIKE), key=lambda found: (-found[2], found[0].pk, found[1].pk))
    pairs: list[tuple[Any, Any]] = []
    taken: set[str] = set()
    for one, other, _ in alike:
        if one.pk not in taken and other.pk not in taken:
            pairs.append((one, other))
            taken |= {one.pk, other.pk}
    return pairs


def _likeness(one: Any, other: Any) -> float:
    said = one.statement.casefold(), other.statement.casefold()
    # Never less than the ratio that counts, and a hundred times as fast to find.
    if Indel.normalized_similarity(*said) < _ALIKE - 0.01:
        return 0.0
    return SequenceMatcher(None, *said, autojunk=False).ratio()


def _name(fact: Any) -> str:
    """What its plan calls it: its id without the plan's."""
    return str(fact.pk).partition(".")[2]


def _of_indicator(*rest: Callable[[Any], Hashable]) -> Key:
    """Key of a target by its indicator and more; none without an indicator."""
    return lambda target: (target.indicator_id, *(part(target) for part in rest)) if target.indicator_id else None


def _due(target: Any) -> date | None:
    due: date | None = target.falls_due
    return due


def _counted(target: Any) -> Hashable:
    return target.basis, target.per, target.scope


def _stretch(target: Any) -> bool:
    return bool(target.is_stretch)


_TARGET_KEYS: tuple[Key, ...] = (
    _of_indicator(_counted, _due, _stretch, lambda target: (target.series, target.normalized_value)),
    _of_indicator(_counted, _due, _stretch),
    lambda target: (target.indicator_id, target.series, target.falls_due) if target.indicator_id and target.series else None,
    # A due date that was moved, or a scope that was reworded.
    _of_indicator(_counted, _stretch),
    _of_indicator(_name),
    # Without an indicator, the same name; and last the same words.
    lambda target: (_name(target),) if not target.indicator_id else None,
    lambda target: (fold(target.statement),),
)
_MEASURE_KEYS: tuple[Key, ...] = (
    lambda measure: (measure.instrument, _name(measure)),
    lambda measure: (measure.instrument, fold(measure.statement)),
    lambda measure: (measure.instrument, measure.amount, measure.currency_id, measure.per) if measure.amount is not None else None,
)
# Of two figures alike, the stricter comes later.
_STRICTNESS = {"approx": 0, "order_of_magnitude": 0, "gte": 1, "lte": 1, "gt": 2, "lt": 2}
_OPEN_ENDED = ("gte", "gt", "lte", "lt")


def _target_direction(before: Any, after: Any) -> Direction | None:
    old, new = (_figures(one, as_written=before.unit_id == after.unit_id) for one in (before, after))
    if _compare(before, after):
        # More by a later day is neither raised nor lowered.
        steps = _figure_steps(before, after, old, new) | {_step(after.is_stretch, before.is_stretch), _step(after.falls_due, before.falls_due)}
        if direction := _direction(steps):
            return direction
    said = [
        [one.comparator, *figures, one.per, one.basis, one.scope, one.value_text, one.is_stretch, one.falls_due, fold(one.statement)]
        for one, figures in ((before, old), (after, new))
    ]
    return None if said[0] == said[1] else Direction.REWORDED


def _compare(before: Any, after: Any) -> bool:
    """Whether one can be more than the other: figures on one scale that aim the same way."""
    has_figures = before.normalized_value is not None and after.normalized_value is not None
    return has_figures and Scale.of(before) == Scale.of(after) and _aims_up(before) == _aims_up(after)


def _aims_up(target: Any) -> bool:
    return wanted(target, target.indicator.higher_is_better if target.indicator else None).low is not None


Figures = tuple[str | None, Decimal | None, Decimal | None]


def _figures(target: Any, *, as_written: bool) -> Figures:
    """Unit, figure and upper bound, in its own unit or normalised: one sum of dollars is two of yuan, by the rates of two years."""
    if as_written or target.normalized_value is None:
        return target.unit_id, target.value, target.value_max
    return target.normalized_unit_id, target.normalized_value, upper(target)


def _figure_steps(before: Any, after: Any, old: Figures, new: Figures) -> set[int]:
    """Whether more or less is promised, by the figure and by where it ends; where both stayed, by how it binds."""
    steps = {_step(old[1], new[1]), _step(_end(before, old), _end(after, new))} - {0}
    if not steps:
        return {_step(_STRICTNESS.get(before.comparator), _STRICTNESS.get(after.comparator))}
    return steps if _aims_up(before) else {-step for step in steps}


def _end(target: Any, figures: Figures) -> Decimal | None:
    """Where it ends: at the upper bound of a range, at the figure itself, or nowhere."""
    _, figure, high = figures
    return None if target.comparator in _OPEN_ENDED else figure if high is None else high


def _measure_direction(before: Any, after: Any) -> Direction | None:
    is_same_money = before.currency_id == after.currency_id
    if is_same_money and before.per == after.per and (step := _step(before.amount, after.amount)):
        return _direction({step})
    terms = [list(one.terms.all()) for one in (before, after)]
    (old_rate, old_caps), (new_rate, new_caps) = map(_offer, terms)
    caps = {_step(old_caps[per], new_caps[per]) for per in old_caps.keys() & new_caps.keys()} if is_same_money else set()
    if direction := _direction({_step(old_rate, new_rate), *caps}):
        return direction
    said = [
        [fold(one.statement), one.amount_comparator, one.amount, one.currency_id, one.per, one.beneficiaries, *map(_term, shown)]
        for one, shown in zip((before, after), terms, strict=True)
    ]
    return None if said[0] == said[1] else Direction.REWORDED


def _offer(terms: Iterable[Any]) -> tuple[Decimal | None, dict[str | None, Decimal]]:
    """The highest rate, and the highest cap by what it counts by."""
    rates: list[Decimal] = []
    caps: dict[str | None, Decimal] = {}
    for term in terms:
        if term.rate_percent is not None:
            rates.append(term.rate_percent)
        if term.cap_amount is not None:
            caps[term.cap_per] = max(term.cap_amount, caps.get(term.cap_per, term.cap_amount))
    return max(rates, default=None), caps


def _term(term: Any) -> tuple[Any, ...]:
    return term.condition, term.rate_percent, term.cap_amount, term.cap_per, term.threshold


def _direction(steps: set[int]) -> Direction | None:
    """The way that all steps go which are any."""
    return {frozenset({1}): Direction.RAISED, frozenset({-1}): Direction.LOWERED}.get(frozenset(steps - {0}))


def _step(before: Any, after: Any) -> int:
    """1 up, -1 down, 0 where it stayed or either is not known."""
    if before is None or after is None:
        return 0
    return int(after > before) - int(after < before)
