"""Which names are so alike that they may be one thing entered twice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import combinations
from typing import NamedTuple

_ALIKE = 0.93
_FIGURES = re.compile(r"[0-9]+|[一二三四五六七八九十]+")
_DRAFT = re.compile(r"\(?(公开)?(征求意见稿|征求意见|意见征集稿|草案|送审稿|draft( for (public )?comments?)?)\)?", re.IGNORECASE)


class Name(NamedTuple):
    id: str
    name_en: str
    name_zh: str | None


def near_duplicates(names: Iterable[Name]) -> Iterator[tuple[str, str]]:
    """Pairs of ids whose names are nearly the same. Names whose figures differ (a year, a phase) name two things.

    Where both have a name in Chinese, it alone decides.
    """
    folded = [(name.id, fold(name.name_en), fold(name.name_zh or "")) for name in names]
    for one, other in combinations(folded, 2):
        column = 2 if one[2] and other[2] else 1
        if _alike(one[column], other[column]):
            yield one[0], other[0]


def fold(name: str) -> str:
    """Letters and digits alone, in lower case."""
    return "".join(character for character in unicodedata.normalize("NFKC", name).casefold() if character.isalnum())


def without_draft(name: str) -> str:
    """The name less what marks it as a draft."""
    return fold(_DRAFT.sub("", unicodedata.normalize("NFKC", name)))


def _alike(one: str, other: str) -> bool:
    if one == other:
        return bool(one)
    if _FIGURES.findall(one) != _FIGURES.findall(other):
        return False
    match = SequenceMatcher(None, one, other, autojunk=False)
    return match.real_quick_ratio() > _ALIKE and match.quick_ratio() > _ALIKE and match.ratio() > _ALIKE
