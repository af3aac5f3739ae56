"""Verdicts: how a target stands on a day, and the rule that says so.

A verdict changes with the day alone, from one known rule to another: both are columns of the target, kept when it or an observation is written.
So a filter on verdicts is an index, whatever the day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q


class Verdict(models.TextChoices):
    """How a target stands. `missed` is said after its due date alone, `ahead` and `behind` before it alone."""

    MET = "met"
    MISSED = "missed"
    AHEAD = "ahead"
    BEHIND = "behind"
    NO_DATA = "no_data"


class Rule(models.TextChoices):
    """Why a target stands so. `{observation}` is the one that was looked at."""

    REACHED = "reached", "What the target asks for was observed by the due date; a level that is to be at least so high counts as soon as it is."
    NOT_REACHED = (
        "not_reached",
        "The due date is past, and the last comparable figure, of the three months before it, is not what the target asks for.",
    )
    REACHED_EARLY = "reached_early", "What the target asks for was observed before the due date, and may still change until then."
    ON_THE_WAY = "on_the_way", "The last comparable figure is on or above the straight line from the starting point to the target."
    OFF_THE_WAY = (
        "off_the_way",
        "The last comparable figure is not on the straight line from the starting point to the target: it is short of the line, or past the target.",
    )
    NO_LINE = (
        "no_line",
        "The last comparable figure is not yet what the target asks for, and no straight line leads there from a known starting point.",
    )
    UNTOLD = "untold", "The last comparable figure, {observation}, is too vague to tell whether the target is reached."
    OUTDATED = (
        "outdated",
        "The last comparable figure, {observation}, is of more than three months before the due date: what came until then is not known.",
    )
    UNOBSERVED = "unobserved", "Nothing comparable was reported by the due date since the plan began: same indicator, place, unit, basis and scope."
    NO_FIGURE = "no_figure", "The target has no figure to hold an observation against."
    UNRELIABLE = "unreliable", "The target itself is disputed or retracted: nothing is held against it."

    @property
    def verdict(self) -> Verdict:
        return _VERDICTS.get(self, Verdict.NO_DATA)

    @classmethod
    def of(cls, verdicts: Iterable[str]) -> list[Rule]:
        """The rules that give these verdicts."""
        return [rule for rule in cls if rule.verdict in set(verdicts)]


_VERDICTS = {
    Rule.REACHED: Verdict.MET,
    Rule.NOT_REACHED: Verdict.MISSED,
    Rule.REACHED_EARLY: Verdict.AHEAD,
    Rule.ON_THE_WAY: Verdict.AHEAD,
    Rule.OFF_THE_WAY: Verdict.BEHIND,
    Rule.NO_LINE: Verdict.BEHIND,
}


_AFTER_DUE_ALONE = {Rule.NOT_REACHED, Rule.OUTDATED}
_UNTIL_DUE_ALONE = {Rule.REACHED_EARLY, Rule.ON_THE_WAY, Rule.OFF_THE_WAY, Rule.NO_LINE}


def rule_on(target: Any, today: date) -> Rule:
    """The rule that holds on a day."""
    rule = target.rule_after_due if (target.falls_due or date.max) < today else target.rule_until_due
    # Null: the row was written before there was such a column, and is not yet mended.
    return Rule(rule or Rule.UNOBSERVED)


def standing(verdicts: Iterable[str], today: date) -> Q:
    """The condition that a target stands so on a day."""
    rules = Rule.of(verdicts)
    # Each part is found by an index of its own, and the parts that cannot be are left out: else all targets would be looked at. A due date of
    # null is never past.
    past = Q(due_latest__lt=today.isoformat(), due__isnull=False)
    after, until = ([rule for rule in rules if rule not in other] for other in (_UNTIL_DUE_ALONE, _AFTER_DUE_ALONE))
    found = Q(pk__in=())
    if after:
        found |= Q(rule_after_due__in=after) & past
    if until:
        found |= Q(rule_until_due__in=until) & ~past
    # Null: see `rule_on`.
    return found | Q(rule_until_due=None) if Rule.UNOBSERVED in rules else found
