"""The nearest word of a name to one that occurs nowhere: Shenzen is Shenzhen, Hangz the beginning of Hangzhou."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from string import ascii_lowercase

from django.db.models import Q
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from publishing.models import NameWord
from publishing.search.analysis import IN_NAME, stem
from publishing.search.index import SHORTEST_MENDED
from publishing.search.matching import occurs

# So many are looked up, nearest first, until one is found in the index.
_MOST_TRIED = 8


def nearest(word: str) -> str | None:
    """A word that is in some name now, at most one slip from this folded word, or two if it is long; else the shortest that begins with it."""
    near = near_words([word]).get(word, ())
    return next((text for text in near if occurs([[IN_NAME + stem(text)]])), None)


def near_words(words: Collection[str]) -> dict[str, list[str]]:
    """For each of these folded words those that it may stand for, best first, in one query; of equally near ones that which begins most like it.

    Some of them may be in no name any more.
    """
    mendable = [word for word in words if len(word) >= SHORTEST_MENDED and word.isascii() and word.isalpha()]
    if not mendable:
        return {}
    vocabulary = _vocabulary({letter for word in mendable for letter in word[:2]})
    return {word: _near(word, [text for letter in {*word[:2]} for text in vocabulary[letter]]) for word in mendable}


def _near(word: str, vocabulary: Sequence[str]) -> list[str]:
    slips = 1 if len(word) < 8 else 2
    found = process.extract(word, vocabulary, scorer=OSA.distance, score_cutoff=slips, limit=None)
    close = sorted(found, key=lambda near: (near[1], -JaroWinkler.similarity(word, near[0]), near[0]))
    longer = sorted((text for text in vocabulary if text.startswith(word)), key=lambda text: (len(text), text))
    return list(dict.fromkeys([*(text for text, *_ in close), *longer]))[:_MOST_TRIED]


def _vocabulary(letters: Collection[str]) -> dict[str, list[str]]:
    """All words by their first letter: one of the first two of a mistyped word, as a slip in the first leaves the second."""
    alike = Q()
    for letter in letters:
        alike |= Q(text__gte=letter, text__lt=_next(letter))
    found: defaultdict[str, list[str]] = defaultdict(list)
    for text in NameWord.objects.filter(alike).order_by().values_list("text", flat=True):
        found[text[0]].append(text)
    return found


def _next(letter: str) -> str:
    return "{" if letter == "z" else ascii_lowercase[ascii_lowercase.index(letter) + 1]
