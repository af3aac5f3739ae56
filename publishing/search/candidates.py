"""Candidates: the records whose names have most in common with a given one, for whoever then compares the names themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection

from publishing.models import SearchEntry
from publishing.paths import batches
from publishing.search import analysis
from publishing.search.matching import Alternatives
from publishing.search.nearest import near_words

MOST = 300
# A token that more records have says too little to look at all of them.
_COMMON = 500
# The names in use are shorter; what follows in a longer one tells nothing more.
_MOST_TOKENS = 40
# Words that one mistyped word may stand for.
_MOST_NEAR = 3
# SQLite joins at most 500 SELECTs.
_MOST_PARTS = 400
# The length of its names, its record and resource; and last the entry's own number, which may differ from database to database.
_Key = tuple[int, str, str, int]
# What an entry must have, and the resources that it may be of.
_Sought = tuple[Alternatives, tuple[str, ...]]


def candidates(name: str, resources: Collection[str], most: int = MOST) -> list[SearchEntry]:
    """What `candidates_of_all` finds for one name."""
    [found] = candidates_of_all([(name, resources)], most)
    return found


def candidates_of_all(asked: Sequence[tuple[str, Collection[str]]], most: int = MOST) -> list[list[SearchEntry]]:
    """For each name, entries of its resources whose names share words with it, the most and the rarest first; at most `most`.

    Shared is a word, a pair of Chinese letters or the sound of it, or the whole name; an English word that no name has counts as the nearest
    ones that some have. Words that more than 500 records have are looked for together, not one by one: so a name of such words alone finds
    those that have all of them, or all but one. The order is no verdict, and is the same on every database and whatever else is asked along.
    The queries are some five, and one more for every few hundred different words.
    """
    names = [_Name(name, tuple(sorted(resources))) for name, resources in asked]
    found = _found(sought for name in names for sought in name.sought())
    near = near_words({word for name in names for word in name.missing(found)})
    for name in names:
        name.mend(found, near)
    found |= _found({sought for name in names for sought in name.sought()} - found.keys())
    found |= _found(sought for name in names for sought in name.almost(found))
    best = [name.best(found, most) for name in names]
    known: dict[int, SearchEntry] = {}
    for batch in batches({id_ for keys in best for *_, id_ in keys}):
        known |= SearchEntry.objects.defer("tokens").in_bulk(batch)
    return [[known[id_] for *_, id_ in keys if id_ in known] for keys in best]


class _Name:
    """A name on the way to its candidates."""

    def __init__(self, text: str, resources: tuple[str, ...]) -> None:
        self.text = text
        self.resources = resources
        # Nothing is found among no resources.
        self.words = list(islice(analysis.words(text), _MOST_TOKENS)) if resources else []
        # The tokens that stand for each word; of a mistyped one, those of the words that may be meant.
        self.tokens = [[f"{analysis.IN_NAME}{token}" for token in word.sought] for word in self.words]
        self.corrected = [word.text for word in self.words]

    def sought(self) -> Iterator[_Sought]:
        """The whole name, all words of it, and each by itself."""
        for token in sorted({*(analysis.whole_names(self.text) if self.words else ()), *analysis.whole_names("".join(self.corrected))}):
            yield ((token,),), self.resources
        if len(self._all) > 1:
            yield (self._all,), self.resources
        for token in self._all:
            yield ((token,),), self.resources

    def missing(self, found: dict[_Sought, list[_Key]]) -> Iterator[str]:
        """The English words that no name has."""
        for word, tokens in zip(self.words, self.tokens, strict=True):
            if not word.is_chinese and not any(self._by(token, found) for token in tokens):
                yield word.text

    def mend(self, found: dict[_Sought, list[_Key]], near: dict[str, list[str]]) -> None:
        """Read each of them as the nearest words."""
        missing = set(self.missing(found))
        for place, word in enumerate(self.words):
            if word.text in missing and near.get(word.text):
                self.corrected[place] = near[word.text][0]
                self.tokens[place] = [f"{analysis.IN_NAME}{analysis.stem(text)}" for text in near[word.text][:_MOST_NEAR]]

    def almost(self, found: dict[_Sought, list[_Key]]) -> Iterator[_Sought]:
        """All words but one, where no word is rare enough to be looked for by itself."""
        if len(self._all) > 1 and not any(self._by(token, found) for token in self._all):
            for token in self._all:
                yield (tuple(other for other in self._all if other != token),), self.resources

    def best(self, found: dict[_Sought, list[_Key]], most: int) -> list[_Key]:
        weights: defaultdict[_Key, float] = defaultdict(float)
        for sought in dict.fromkeys((*self.sought(), *self.almost(found))):
            entries = found.get(sought, ())
            for entry in entries:
                weights[entry] += 1 / len(entries)
        return sorted(weights, key=lambda entry: (-weights[entry], entry))[:most]

    @property
    def _all(self) -> tuple[str, ...]:
        return tuple(islice(dict.fromkeys(token for tokens in self.tokens for token in tokens), _MOST_TOKENS))

    def _by(self, token: str, found: dict[_Sought, list[_Key]]) -> list[_Key]:
        return found.get((((token,),), self.resources), [])


def _found(sought: Iterable[_Sought]) -> dict[_Sought, list[_Key]]:
    """The entries that have each of these; none where there are too many."""
    found: dict[_Sought, list[_Key]] = {}
    wanted = list(dict.fromkeys(sought))
    for start in range(0, len(wanted), _MOST_PARTS):
        part = wanted[start : start + _MOST_PARTS]
        found |= dict(zip(part, _read(part), strict=True))
    return found


def _read(asked: Sequence[_Sought]) -> list[list[_Key]]:
    parts: list[str] = []
    params: list[Any] = []
    for place, (alternatives, resources) in enumerate(asked):
        rows = SearchEntry.objects.filter(tokens__has=alternatives, resource__in=resources).order_by()
        sql, values = rows.values("words", "record", "resource", "id")[: _COMMON + 1].query.sql_with_params()
        parts.append(f"SELECT {place} AS place, part.* FROM ({sql}) AS part")  # noqa: S608  (what is put in is the ORM's)
        params += values
    found: list[list[_Key]] = [[] for _ in asked]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        for place, *entry in cursor.fetchall():
            found[place].append(tuple(entry))
    return [entries if len(entries) <= _COMMON else [] for entries in found]
