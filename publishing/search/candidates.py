"""Candidates: the records whose names have most in common with a given one, for whoever then compares the names themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat

from publishing.models import SearchEntry
from publishing.paths import batches
from publishing.search import analysis
from publishing.search.matching import Alternatives, some
from publishing.search.nearest import near_words
from publishing.search.once import Within

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
_Sought = tuple[Alternatives, Within]
# The entries that have what is sought; None where there are too many.
_Entries = dict[_Sought, list[_Key] | None]


def candidates(name: str, resources: Collection[str], most: int = MOST) -> list[SearchEntry]:
    """What `candidates_of_all` finds for one name."""
    [found] = candidates_of_all([(name, Within(tuple(resources)))], most)
    return found


def candidates_of_all(asked: Sequence[tuple[str, Within]], most: int = MOST) -> list[list[SearchEntry]]:
    """For each name, entries of its resources whose names share words with it, the most and the rarest first; at most `most`.

    Shared is a word, a pair of Chinese letters or the sound of it, or the whole name; an English word that no name has counts as the nearest
    ones that some have. Words that more than 500 records have are looked for together, not one by one: so a name of such words alone finds
    those that have all of them, or all but one. The order is no verdict, and is the same on every database and whatever else is asked along.
    The queries are some five, and one more for every few hundred different words.
    """
    names = [_Name(name, within) for name, within in asked]
    found = _found(sought for name in names for sought in name.sought())
    near = near_words({word for name in names for word in name.missing(found)})
    for name in names:
        name.mend(found, near)
    for further in (_Name.sought, _Name.together, _Name.almost):
        found |= _found({sought for name in names for sought in further(name, found)} - found.keys())
    best = [name.best(found, most) for name in names]
    known: dict[int, SearchEntry] = {}
    for batch in batches({id_ for keys in best for *_, id_ in keys}):
        known |= SearchEntry.objects.defer("tokens").in_bulk(batch)
    return [[known[id_] for *_, id_ in keys if id_ in known] for keys in best]


class _Name:
    """A name on the way to its candidates."""

    def __init__(self, text: str, within: Within) -> None:
        self.text = text
        self.within = within
        # Nothing is found among no resources.
        self.words = list(islice(analysis.words(text), _MOST_TOKENS)) if within.resources else []
        # The tokens that stand for each word; of a mistyped one, those of the words that may be meant.
        self.tokens = [[f"{analysis.IN_NAME}{token}" for token in word.sought] for word in self.words]
        self.corrected = [word.text for word in self.words]

    def sought(self, found: _Entries | None = None) -> Iterator[_Sought]:
        """The whole name, and each of its words."""
        for token in sorted({*(analysis.whole_names(self.text) if self.words else ()), *analysis.whole_names("".join(self.corrected))}):
            yield ((token,),), self.within
        for token in self._all:
            yield ((token,),), self.within

    def missing(self, found: _Entries) -> Iterator[str]:
        """The English words that no name has."""
        for word, tokens in zip(self.words, self.tokens, strict=True):
            if not word.is_chinese and all(self._by(token, found) == [] for token in tokens):
                yield word.text

    def mend(self, found: _Entries, near: dict[str, list[str]]) -> None:
        """Read each of them as the nearest words."""
        missing = set(self.missing(found))
        for place, word in enumerate(self.words):
            if word.text in missing and near.get(word.text):
                self.corrected[place] = near[word.text][0]
                self.tokens[place] = [f"{analysis.IN_NAME}{analysis.stem(text)}" for text in near[word.text][:_MOST_NEAR]]

    def together(self, found: _Entries) -> Iterator[_Sought]:
        """All of its words, where none is rare enough to be looked for by itself: what has them all has a rare one, too."""
        if len(self._all) > 1 and not any(self._by(token, found) for token in self._all):
            yield (self._all,), self.within

    def almost(self, found: _Entries) -> Iterator[_Sought]:
        """All words but one, where no name has all of them."""
        if any(found.get(sought) == [] for sought in self.together(found)):
            for token in self._all:
                yield (tuple(other for other in self._all if other != token),), self.within

    def best(self, found: _Entries, most: int) -> list[_Key]:
        weights: defaultdict[_Key, float] = defaultdict(float)
        for sought in dict.fromkeys((*self.sought(), *self.together(found), *self.almost(found))):
            entries = found.get(sought) or ()
            for entry in entries:
                weights[entry] += 1 / len(entries)
        return sorted(weights, key=lambda entry: (-weights[entry], entry))[:most]

    @property
    def _all(self) -> tuple[str, ...]:
        return tuple(islice(dict.fromkeys(token for tokens in self.tokens for token in tokens), _MOST_TOKENS))

    def _by(self, token: str, found: _Entries) -> list[_Key] | None:
        return found.get((((token,),), self.within), [])


def _found(sought: Iterable[_Sought]) -> _Entries:
    """The entries that have each of these."""
    found: _Entries = {}
    wanted = list(dict.fromkeys(sought))
    for start in range(0, len(wanted), _MOST_PARTS):
        part = wanted[start : start + _MOST_PARTS]
        found |= dict(zip(part, _read(part), strict=True))
    return found


def _read(asked: Sequence[_Sought]) -> list[list[_Key] | None]:
    parts: list[str] = []
    params: list[Any] = []
    for place, (alternatives, within) in enumerate(asked):
        # Not the column itself: PostgreSQL would read the index of all entries of the resources beside that of the few tokens.
        of_resource = SearchEntry.objects.annotate(of=Concat("resource", Value(""))).filter(of__in=within.resources)
        once = {"has_narrower": False} if within.once else {}
        rows = of_resource.filter(tokens__has=alternatives, **once).order_by()
        sql, values = rows.values("words", "record", "resource", "id").query.sql_with_params()
        parts.append(f"SELECT {place} AS place, part.* FROM ({some(sql, _COMMON + 1)}) AS part")  # noqa: S608  (what is put in is the ORM's)
        params += values
    found: list[list[_Key]] = [[] for _ in asked]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        for place, *entry in cursor.fetchall():
            found[place].append(tuple(entry))
    return [entries if len(entries) <= _COMMON else None for entries in found]
