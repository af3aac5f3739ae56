"""Comparison: one indicator over jurisdictions, what each aims at beside what was observed there, on one scale.

Figures are set against each other only where unit, basis, per and scope are the same. All are shown; gaps and ranks are null where they would
compare unlike things.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from policies.readings import Scale, ended, is_of_part, is_of_whole, recency


@dataclass(frozen=True)
class Rank:
    """A place among those of the same scale, the best first; equals share one."""

    place: int
    of: int


@dataclass
class Row:
    """One jurisdiction: its targets by due date, and the latest that was observed."""

    jurisdiction: Any
    targets: list[Any] = field(default_factory=list)
    observations: list[Any] = field(default_factory=list)
    observation: Any = None
    # The target that the latest observation is held against, and what is missing to it.
    next_target: Any = None
    gap: Decimal | None = None
    # The target that it is ranked by: the last to fall due.
    last_target: Any = None
    observation_rank: Rank | None = None
    target_rank: Rank | None = None


def compare(targets: Iterable[Any], observations: Iterable[Any], jurisdictions: Iterable[Any], *, higher_is_better: bool | None) -> list[Row]:
    """The rows of these jurisdictions and of all that have a target or an observation, by id."""
    rows = {place.pk: Row(place) for place in jurisdictions}
    for target in targets:
        rows.setdefault(target.jurisdiction_id, Row(target.jurisdiction)).targets.append(target)
    for one in observations:
        rows.setdefault(one.jurisdiction_id, Row(one.jurisdiction)).observations.append(one)
    for row in rows.values():
        row.targets.sort(key=lambda target: (_due(target), target.pk))
        row.observations.sort(key=lambda one: (ended(one), one.pk))
        row.observation = latest(row.observations)
        row.next_target = next_target(row.targets, row.observation)
        if row.next_target is not None:
            row.gap = row.next_target.normalized_value - row.observation.normalized_value
        row.last_target = next((target for target in reversed(row.targets) if _counts(target)), None)
    ordered = [rows[id_] for id_ in sorted(rows)]
    measured = [row.observation if row.observation is not None and _is_whole(row.observation) else None for row in ordered]
    places = rank(measured, lowest_first=higher_is_better is False)
    aims = rank([row.last_target for row in ordered], lowest_first=higher_is_better is False)
    for row, observed, aimed in zip(ordered, places, aims, strict=True):
        row.observation_rank, row.target_rank = observed, aimed
    return ordered


def latest(observations: Sequence[Any]) -> Any:
    """The last that was reported, with a figure, and is neither disputed nor retracted; of one day, the more reliable, then the later stated."""
    known = [one for one in observations if one.kind == "reported" and _is_reliable(one) and one.normalized_value is not None]
    return max(known, key=lambda one: (*recency(one), one.pk), default=None)


def next_target(targets: Sequence[Any], observation: Any) -> Any:
    """The target on the observation's scale that falls due next after it, else the last one; stretch goals and disputed ones aside."""
    if observation is None or not _is_whole(observation):
        return None
    alike = [target for target in targets if _counts(target) and Scale.of(target) == Scale.of(observation)]
    ahead = [target for target in alike if _due(target) >= ended(observation)]
    return (ahead or alike[-1:] or [None])[0]


def rank(quantities: Sequence[Any], *, lowest_first: bool) -> list[Rank | None]:
    """The place of each among those on its own scale; None for None."""
    scales: defaultdict[Scale, list[Decimal]] = defaultdict(list)
    for quantity in quantities:
        if quantity is not None:
            scales[Scale.of(quantity)].append(quantity.normalized_value)
    return [None if quantity is None else _place(quantity.normalized_value, scales[Scale.of(quantity)], lowest_first) for quantity in quantities]


def scales(rows: Iterable[Row]) -> list[tuple[Scale, int, int]]:
    """The scales that figures are on, with the number of targets and of observations on each, most first."""
    targets = Counter(Scale.of(target) for row in rows for target in row.targets if target.normalized_value is not None)
    observations = Counter(Scale.of(one) for row in rows for one in row.observations if one.normalized_value is not None)
    found = [(scale, targets[scale], observations[scale]) for scale in {*targets, *observations}]
    return sorted(found, key=lambda counted: (-counted[1] - counted[2], [str(part) for part in vars(counted[0]).values()]))


def _place(figure: Decimal, figures: list[Decimal], lowest_first: bool) -> Rank:
    better = sum(other < figure if lowest_first else other > figure for other in figures)
    return Rank(better + 1, len(figures))


def _counts(target: Any) -> bool:
    return target.normalized_value is not None and not target.is_stretch and _is_reliable(target)


def _is_reliable(fact: Any) -> bool:
    return fact.reliability not in {"disputed", "retracted"}


def _is_whole(observation: Any) -> bool:
    return is_of_whole(observation) and not is_of_part(observation)


def _due(target: Any) -> date:
    due: date | None = target.falls_due
    return due or date.max
