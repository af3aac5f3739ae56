"""Differences of two plans: which targets and measures of the one are those of the other, and what became of them.

Two plans rarely call a thing by the same name, so pairs are found by what is promised, from the closest likeness to the loosest, and only where
no other could be meant: what might belong to several is shown as dropped and added rather than paired by guess. Nothing is paired twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from policies.likeness import fold
from policies.readings import Scale
from publishing.partial_dates import PartialDate

# Statements at least so alike are of one thing, where the indicator or the instrument is the same.
_ALIKE = 0.6
# More pairs than that are not read word by word.
_MOST_READ = 2_500


class Direction(StrEnum):
    """What became of a figure, of how it binds and of when it is due, if all go one way; `reworded` is all else."""

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
    alike = sorted(
        (
            (-_likeness(one, other), one.pk, other.pk, one, other)
            for one in before
            for other in after
            if getattr(one, same) == getattr(other, same) and _likeness(one, other) >= _ALIKE
        ),
        key=lambda found: found[:3],
    )
    pairs: list[tuple[Any, Any]] = []
    taken: set[str] = set()
    for *_, one, other in alike:
        if one.pk not in taken and other.pk not in taken:
            pairs.append((one, other))
            taken |= {one.pk, other.pk}
    return pairs


def _likeness(one: Any, other: Any) -> float:
    return SequenceMatcher(None, one.statement.casefold(), other.statement.casefold(), autojunk=False).ratio()


def _name(fact: Any) -> str:
    """What its plan calls it: its id without the plan's."""
    return str(fact.pk).partition(".")[2]


def _due(target: Any) -> date | None:
    return PartialDate.parse(target.due).latest if target.due else None


def _of_indicator(*rest: Callable[[Any], Hashable]) -> Key:
    """Key of a target by its indicator and more; none without an indicator."""
    return lambda target: (target.indicator_id, *(part(target) for part in rest)) if target.indicator_id else None


def _counted(target: Any) -> Hashable:
    return target.basis, target.per, target.scope


def _stretch(target: Any) -> bool:
    return bool(target.is_stretch)


_TARGET_KEYS: tuple[Key, ...] = (
    _of_indicator(_counted, _due, _stretch, lambda target: (target.series, target.normalized_value)),
    _of_indicator(_counted, _due, _stretch),
    lambda target: (target.indicator_id, target.series, _due(target)) if target.indicator_id and target.series else None,
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
_QUANTITY = ("comparator", "normalized_value", "value_max", "normalized_unit_id", "per", "basis", "scope", "value_text")
# Of two figures alike, the stricter comes later.
_STRICTNESS = {"approx": 0, "order_of_magnitude": 0, "gte": 1, "lte": 1, "gt": 2, "lt": 2}


def _target_direction(before: Any, after: Any) -> Direction | None:
    if Scale.of(before) == Scale.of(after) and before.normalized_value is not None and after.normalized_value is not None:
        # More by a later day is neither raised nor lowered.
        steps = {_figure_step(before, after), _step(after.is_stretch, before.is_stretch), _step(_due(after), _due(before))} - {0}
        if len(steps) == 1:
            return Direction.RAISED if steps == {1} else Direction.LOWERED
    said = [[*(getattr(one, name) for name in _QUANTITY), one.is_stretch, _due(one), fold(one.statement)] for one in (before, after)]
    return None if said[0] == said[1] else Direction.REWORDED


def _figure_step(before: Any, after: Any) -> int:
    """Whether the figure went up or down; of a range its upper bound, where the lower one stayed; of one figure, how it binds."""
    return (
        _step(before.normalized_value, after.normalized_value)
        or (_step(before.value_max or before.value, after.value_max or after.value) if before.unit_id == after.unit_id else 0)
        or _step(_STRICTNESS.get(before.comparator), _STRICTNESS.get(after.comparator))
    )


def _measure_direction(before: Any, after: Any) -> Direction | None:
    if (before.currency_id, before.per) == (after.currency_id, after.per) and (step := _step(before.amount, after.amount)):
        return Direction.RAISED if step > 0 else Direction.LOWERED
    terms = [list(one.terms.all()) for one in (before, after)]
    steps = {_step(old, new) for old, new in zip(_offers(terms[0]), _offers(terms[1]), strict=True)} - {0}
    if len(steps) == 1:
        return Direction.RAISED if steps == {1} else Direction.LOWERED
    said = [
        [fold(one.statement), one.amount_comparator, one.amount, one.currency_id, one.per, one.beneficiaries, *map(_term, shown)]
        for one, shown in zip((before, after), terms, strict=True)
    ]
    return None if said[0] == said[1] else Direction.REWORDED


def _offers(terms: list[Any]) -> tuple[Any, Any]:
    """The highest rate and the highest cap."""
    return tuple(max((getattr(term, name) for term in terms if getattr(term, name) is not None), default=None) for name in _OFFERED)  # type: ignore[return-value]


_OFFERED = ("rate_percent", "cap_amount")


def _term(term: Any) -> tuple[Any, ...]:
    return term.condition, term.rate_percent, term.cap_amount, term.cap_per, term.threshold


def _step(before: Any, after: Any) -> int:
    """1 up, -1 down, 0 where it stayed or either is not known."""
    if before is None or after is None:
        return 0
    return int(after > before) - int(after < before)
