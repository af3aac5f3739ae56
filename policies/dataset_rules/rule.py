"""What a rule is.

What is `wrong` contradicts itself or its source and fails the check; a `gap` is something not known, and is only counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

Grade = Literal["wrong", "gap"]
Ids = Iterator[str]


@dataclass(frozen=True)
class Rule:
    """What to look for, and why it matters."""

    name: str
    grade: Grade
    reason: str
    find: Callable[[], Ids]


def rule(grade: Grade, reason: str) -> Callable[[Callable[[], Ids]], Rule]:
    """Make a function the rule of its name."""
    return lambda find: Rule(find.__name__.replace("_", "-"), grade, reason, find)
