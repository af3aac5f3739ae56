"""Candidates: the records whose names have most in common with a given one, for whoever then compares the names themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from django.db import connection

from publishing.models import SearchEntry
from publishing.search import analysis
from publishing.search.matching import Alternatives
from publishing.search.nearest import nearest

MOST = 300
# A token that more records have says too little to look at all of them.
_COMMON = 500
# The length of its names, its record and resource; and last the entry's own number, which may differ from database to database.
_Key = tuple[int, str, str, int]
# The names in use are shorter; what follows in a longer one tells nothing more.
_MOST_TOKENS = 40


def candidates(name: str, resources: Collection[str], most: int = MOST) -> list[SearchEntry]:
    """Entries of these resources whose names share words with `name`, the most and the rarest first; at most `most`, in some four queries.

    Shared is a word, a pair of Chinese letters or the sound of it, or the whole name; an English word that no name has counts as the nearest
    that one has. Words that more than 500 records have are looked for together, not one by one: so a name of such words alone finds those
    that have all of them, or all but one. The order is no verdict, and is the same on every database.
    """
    words = [_known(word) for word in islice(analysis.words(name), _MOST_TOKENS)]
    tokens = list(islice(dict.fromkeys(f"{analysis.IN_NAME}{token}" for word in words for token in word.sought), _MOST_TOKENS))
    if not tokens or not resources:
        return []
    whole = sorted({*analysis.whole_names(name), *analysis.whole_names("".join(word.text for word in words))})
    found = _found([*([[token]] for token in tokens), [[token] for token in whole], [tokens]], resources)
    if not any(found[: len(tokens)]) and len(tokens) > 1:
        found += _found([[[other for other in tokens if other != token]] for token in tokens], resources)
    weights: defaultdict[_Key, float] = defaultdict(float)
    for entries in found:
        for entry in entries:
            weights[entry] += 1 / len(entries)
    best = sorted(weights, key=lambda entry: (-weights[entry], entry))[:most]
    known = SearchEntry.objects.defer("tokens").in_bulk([id_ for *_, id_ in best])
    return [known[id_] for *_, id_ in best if id_ in known]


def _known(word: analysis.Word) -> analysis.Word:
    """The word, or the nearest that a name has."""
    if word.is_chinese or SearchEntry.objects.filter(tokens__has=[[f"{analysis.IN_NAME}{token}" for token in word.sought]]).exists():
        return word
    return replace(word, text=nearest(word.text) or word.text)


def _found(asked: Sequence[Alternatives], resources: Collection[str]) -> list[list[_Key]]:
    """The entries that have each of these, in one query; none where there are too many."""
    if not asked:
        return []
    parts: list[str] = []
    params: list[Any] = []
    for place, alternatives in enumerate(asked):
        rows = SearchEntry.objects.filter(tokens__has=alternatives, resource__in=sorted(resources)).order_by()
        sql, values = rows.values("words", "record", "resource", "id")[: _COMMON + 1].query.sql_with_params()
        parts.append(f"SELECT {place} AS place, part.* FROM ({sql}) AS part")  # noqa: S608  (what is put in is the ORM's)
        params += values
    found: list[list[_Key]] = [[] for _ in asked]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        for place, *entry in cursor.fetchall():
            found[place].append(tuple(entry))
    return [entries if len(entries) <= _COMMON else [] for entries in found]
