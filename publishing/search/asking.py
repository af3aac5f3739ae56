"""Asking: from the words of `?q=` to the entries that have them all, and how well each answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.db.models.functions import Coalesce, Least, NullIf

from publishing.models import SearchEntry
from publishing.ordering import Key
from publishing.resources import Resource
from publishing.search import analysis, index
from publishing.search.analysis import IN_NAME, Word
from publishing.search.index import SHORTEST_MENDED
from publishing.search.matching import occurs
from publishing.search.nearest import nearest

# What the whole name scores, all words in names, and all words anywhere; the last two and up to `_COVERAGE` or three quarters of it more, by how
# much of the name the words are.
WHOLE_NAME, IN_NAMES, ANYWHERE = 1000, 500, 100
_COVERAGE = 400


@dataclass(frozen=True)
class Search:
    """Words to look for, as they are understood."""

    words: tuple[Word, ...]

    @cached_property
    def tokens(self) -> list[str]:
        """What a record has that has all the words."""
        return list(dict.fromkeys(token for word in self.words for token in word.sought))

    @cached_property
    def whole(self) -> str | None:
        """What a record has that is called just that, however the words are parted."""
        return analysis.whole("".join(word.text for word in self.words))

    @property
    def alternatives(self) -> list[list[str]]:
        return [self.tokens, [self.whole]] if self.whole else []

    def entries(self, resources: Sequence[str] = ()) -> QuerySet[SearchEntry]:
        """The entries that it finds, in these resources, or in all, where each row is found once."""
        if not self.whole:
            return SearchEntry.objects.none()
        found = SearchEntry.objects.filter(tokens__has=self.alternatives)
        return found.filter(resource__in=resources) if resources else found.filter(has_narrower=False)

    def finds(self, document: Any, resource: Resource) -> bool:
        """Whether it finds a record that is shown so."""
        tokens = index.tokens(document, resource.searched)
        return any(tokens.issuperset(wanted) for wanted in self.alternatives)

    def ranked(self, entries: QuerySet[SearchEntry]) -> QuerySet[SearchEntry]:
        """The entries with their `rank`: thousandths, which depend on the entry alone, so that a page stays where it is whatever else is written."""
        named = [f"{IN_NAME}{token}" for token in self.tokens]
        return entries.annotate(
            rank=Case(
                When(tokens__has=[[self.whole]], then=Value(WHOLE_NAME)),
                When(tokens__has=[named], then=IN_NAMES + self._coverage),
                default=ANYWHERE + self._coverage * 3 / 4,
                output_field=IntegerField(),
            )
        )

    @property
    def _coverage(self) -> Any:
        """How much of the entry's shortest name the words are: of those with a Chinese letter, if one is asked for, else with an English word."""
        words, letters = analysis.length(" ".join(word.text for word in self.words))
        length = NullIf(F("letters" if letters else "words"), Value(0))
        # PostgreSQL's least of 400 and null is 400, SQLite's null.
        return Least(Value(_COVERAGE), Coalesce(Value(_COVERAGE * (words + letters)) / length, Value(0)))


# Score, then id; across resources, which may share an id, then the resource.
RANKED = (Key("rank", descending=True, nullable=False, made=IntegerField()), Key("record", nullable=False))
RANKED_ACROSS = (*RANKED, Key("resource", nullable=False))


def as_written(text: str) -> Search:
    """The words of `text`."""
    return Search(tuple(analysis.words(text)))


def understand(text: str) -> Search:
    """The words of `text`. If no record has them all, those that occur nowhere count as the nearest word that some name has."""
    search = as_written(text)
    mendable = [word for word in search.words if not word.is_chinese and len(word.text) >= SHORTEST_MENDED]
    if not mendable or occurs(search.alternatives):
        return search
    return Search(tuple(_mended(search.words)))


def _mended(words: Sequence[Word]) -> Iterator[Word]:
    for word in words:
        if word.is_chinese or occurs([word.sought]):
            yield word
        else:
            yield replace(word, text=nearest(word.text) or word.text)
