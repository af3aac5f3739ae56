"""The nearest word of a name to one that occurs nowhere: Shenzen is Shenzhen, Hangz the beginning of Hangzhou."""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_lowercase

from django.db.models import Q
from rapidfuzz.distance import OSA, JaroWinkler

from publishing.models import NameWord, SearchEntry
from publishing.search.analysis import IN_NAME, stem
from publishing.search.index import SHORTEST_MENDED

# So many are looked up, nearest first, until one is found in the index.
_MOST_TRIED = 8


def nearest(word: str) -> str | None:
    """A word that is in some name now, at most one slip from this folded word, or two if it is long; else the shortest that begins with it."""
    return next((near for near in _near(word) if SearchEntry.objects.filter(tokens__has=((IN_NAME + stem(near),),)).exists()), None)


def _near(word: str) -> list[str]:
    """The words to try, best first; of equally near ones that which begins most like it."""
    if len(word) < SHORTEST_MENDED or not (word.isascii() and word.isalpha()):
        return []
    slips = 1 if len(word) < 8 else 2
    found = [(distance, text) for text in _alike(word) if (distance := OSA.distance(word, text, score_cutoff=slips)) <= slips]
    close = sorted(found, key=lambda near: (near[0], -JaroWinkler.similarity(word, near[1]), near[1]))
    longer = sorted((text for text in _alike(word) if text.startswith(word)), key=lambda text: (len(text), text))
    return list(dict.fromkeys([*(text for _, text in close), *longer]))[:_MOST_TRIED]


def _alike(word: str) -> Iterator[str]:
    """All words that begin with one of its first two letters: a slip in the first leaves the second."""
    alike = Q()
    for letter in {*word[:2]}:
        alike |= Q(text__gte=letter, text__lt=_next(letter))
    yield from NameWord.objects.filter(alike).order_by().values_list("text", flat=True)


def _next(letter: str) -> str:
    return "{" if letter == "z" else ascii_lowercase[ascii_lowercase.index(letter) + 1]
