"""What quantities say of each other: when two compare, which figures each leaves open, and whether the one observed is one that was asked for.

"More than 40" may be 41 or 90. Against "at least 50" it tells nothing, and that is what we say then: no figure is taken for more than it says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from publishing.partial_dates import PartialDate
from reference.quantities import Basis, Comparator, on_scale

# How far "about" may lie from the truth, on either side.
ABOUT = Decimal("0.1")
# A year of whole months may lack a day where its source names days.
_YEAR = (360, 366)


@dataclass(frozen=True)
class Scale:
    """What two quantities share if they compare: the contradictions in the wild are mostly two scopes of one word."""

    unit: str | None
    basis: str
    per: str | None
    scope: str | None

    @classmethod
    def of(cls, quantity: Any) -> Scale:
        return cls(quantity.normalized_unit_id, quantity.basis, quantity.per, quantity.scope)


@dataclass(frozen=True)
class Bounds:
    """The figures from `low` to `high`, without those themselves where they are open; None is no bound."""

    low: Decimal | None = None
    high: Decimal | None = None
    low_is_open: bool = False
    high_is_open: bool = False

    def holds(self, other: Bounds) -> bool | None:
        """Whether the figure that `other` speaks of is among these: surely, surely not, or None where it does not say."""
        if self._reaches_down_to(other) and self._reaches_up_to(other):
            return True
        return False if self.is_below(other) or other.is_below(self) else None

    def is_below(self, other: Bounds) -> bool:
        """Whether the highest of these is less than the lowest of the others."""
        if self.high is None or other.low is None:
            return False
        return self.high < other.low or (self.high == other.low and (self.high_is_open or other.low_is_open))

    def _reaches_down_to(self, other: Bounds) -> bool:
        if self.low is None or other.low is None:
            return self.low is None
        return self.low < other.low or (self.low == other.low and (other.low_is_open or not self.low_is_open))

    def _reaches_up_to(self, other: Bounds) -> bool:
        if self.high is None or other.high is None:
            return self.high is None
        return self.high > other.high or (self.high == other.high and (other.high_is_open or not self.high_is_open))


def stated(quantity: Any, *, upwards: bool) -> Bounds:
    """The figure as it is written, to see how far it has come upwards or downwards: "more than 40" and "about 40" have come up to 40.

    What bounds it on the far side alone says nothing of that: "less than 60" may have come up to 60 or to 6.
    """
    figure, comparator = quantity.normalized_value, quantity.comparator
    if comparator in ({Comparator.LTE, Comparator.LT} if upwards else {Comparator.GTE, Comparator.GT}):
        return possible(quantity)
    return Bounds(figure, upper(quantity) if comparator == Comparator.RANGE else figure)


def possible(quantity: Any) -> Bounds:
    """The figures that the true one may be."""
    figure, comparator = quantity.normalized_value, quantity.comparator
    if comparator in {Comparator.GTE, Comparator.GT}:
        return Bounds(low=figure, low_is_open=comparator == Comparator.GT)
    if comparator in {Comparator.LTE, Comparator.LT}:
        return Bounds(high=figure, high_is_open=comparator == Comparator.LT)
    if comparator == Comparator.APPROX:
        return Bounds(figure - abs(figure) * ABOUT, figure + abs(figure) * ABOUT)
    if comparator == Comparator.ORDER_OF_MAGNITUDE:
        return Bounds(*sorted((figure, figure * 10)))
    return Bounds(figure, upper(quantity) if comparator == Comparator.RANGE else figure)


def wanted(quantity: Any, higher_is_better: bool | None) -> Bounds:
    """The figures that fulfil what is promised. What is better than "exactly 100", or than a range, fulfils it, too."""
    figure, comparator = quantity.normalized_value, quantity.comparator
    if comparator in {Comparator.GTE, Comparator.GT, Comparator.LTE, Comparator.LT}:
        return possible(quantity)
    if higher_is_better is None:
        return Bounds(figure, upper(quantity) if comparator == Comparator.RANGE else figure)
    if higher_is_better:
        return Bounds(low=figure)
    return Bounds(high=upper(quantity) if comparator == Comparator.RANGE else figure)


def fulfils(observed: Bounds, target: Any, higher_is_better: bool | None) -> bool | None:
    """Whether what was observed is what the target asks for; None where the figures do not say."""
    found = wanted(target, higher_is_better).holds(observed)
    if found is False and _is_arguable(observed, target, higher_is_better):
        return None
    return found


def upper(quantity: Any) -> Decimal | None:
    """The upper bound of a range on the scale of `normalized_value`; None where that is not known."""
    return normalized(quantity.value_max, quantity) if quantity.value_max is not None else None


def normalized(value: Decimal, quantity: Any) -> Decimal | None:
    """A figure in the quantity's unit on the scale of its `normalized_value`; None where that is not known."""
    if quantity.normalized_unit_id == quantity.unit_id:
        return value
    if not quantity.value or quantity.normalized_value is None:
        return None
    factor: Decimal = quantity.normalized_value / quantity.value
    return on_scale(value * factor)


def ended(observation: Any) -> date:
    """The last day that it speaks of: no figure speaks of days after the one on which it was stated."""
    last = PartialDate.parse_span(observation.period).latest
    return min(last, PartialDate.parse(observation.stated_on).latest) if observation.stated_on else last


def recency(observation: Any) -> tuple[date, bool, date]:
    """What observations are told apart by: when they end, whether they are confirmed, and when they were stated; the greatest is the last word."""
    said = PartialDate.parse(observation.stated_on).latest if observation.stated_on else date.min
    return ended(observation), observation.reliability == "confirmed", said


def is_of_part(observation: Any) -> bool:
    """Whether it covers part of a year: January to June of what is counted by the year."""
    return "/" in observation.period and _days(observation.period) < _YEAR[0]


def is_of_whole(observation: Any) -> bool:
    """Whether what it covers is what a target speaks of.

    A level is one of a year, of a month or of a day, not the sum of several years. A rate of growth is one of a year or more, and neither it nor
    a multiple is one of half a year.
    """
    days = _days(observation.period)
    if observation.basis == Basis.GROWTH:
        return days >= _YEAR[0]
    if observation.basis == Basis.MULTIPLE:
        return not is_of_part(observation)
    return observation.basis != Basis.LEVEL or days <= _YEAR[1]


def _is_arguable(observed: Bounds, target: Any, higher_is_better: bool | None) -> bool:
    """Whether the target is near to what was observed and not exact, or was passed and says nothing of more or less."""
    if target.comparator in {Comparator.APPROX, Comparator.ORDER_OF_MAGNITUDE} and possible(target).holds(observed) is not False:
        return True
    exact = {Comparator.EQ, Comparator.ORDER_OF_MAGNITUDE}
    return higher_is_better is None and target.comparator in exact and observed.low is not None and observed.low >= target.normalized_value


def _days(period: str) -> int:
    span = PartialDate.parse_span(period)
    return (span.latest - span.earliest).days + 1
