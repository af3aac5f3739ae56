"""Scores: how sure it is that a name, as somebody wrote it, is the name of a record.

| score | what it means |
|---|---|
| 1 | a name of the record, or its id, but for case, width, accents, blanks and punctuation |
| 0.98 | one of its aliases |
| 0.95 | a name or an alias, less a year or an ending (what kind of thing it is), or with another way to write a word |
| 0.93 | the same, where the ending left out sets the record apart from another |
| 0.92 | a name or an alias, with a year or an ending that none of its names has |
| 0.9 | how its Chinese name is read, with or without its ending |
| below | 0.89 of the likeness: which share of the words asked for are in the name, which share of the name they are, and in what order |

Years or endings that say otherwise (2025 for 2023) make what would be the same only alike. A score depends on the record's names and on what was
written alone: not on what other records there are. To a record of one name, more typing errors, more words that it has not, or fewer that it has,
never raise it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pypinyin import lazy_pinyin
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from publishing.resolving.usage import Usage

NAME, ALIAS, SAME, LESS, MORE, READ = 1.0, 0.98, 0.95, 0.93, 0.92, 0.9
# What is only alike stays below what is the same.
_ALIKE = 0.89
# Of a record whose names have the words asked for between them, none alone.
_SPREAD = 0.85
# Where a year or an ending says otherwise.
_OTHER = 0.8
# Which share of likeness is of the words asked for; the rest is of the name's.
_ASKED = 0.65
_ORDER = 0.2
_LIGHT = 0.25
_LETTER = 0.5
# Two words less alike than this are two words.
_NEAREST = 0.7
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKENS = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
_APOSTROPHES = re.compile(r"['’‘`ʼ](?=\w)")
_YEAR = re.compile(r"(19|20)[0-9]{2}")
# A name longer than this is read no further.
_MOST_TOKENS = 150
_GRAMMAR = frozenset(
    ("a", "an", "and", "at", "by", "for", "from", "in", "into", "its", "of", "on", "or", "the", "to", "with", "的", "与", "和", "及"),
)


@dataclass(frozen=True)
class Called:
    """What a record is called: its names proper, and its aliases."""

    id: str
    names: tuple[str, ...]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """How well a record matches, and by which of its names."""

    score: float
    matched: str


# Of a word asked for and a word of a name: their places, and how alike they are.
Pairs = Sequence[tuple[int, int, float]]


@dataclass(frozen=True)
class _Parsed:
    """A name taken apart."""

    # All its letters and figures.
    whole: str
    # The same, less years and endings, with one word for each group of synonyms.
    core: str
    # What the years and endings say.
    said: frozenset[str]
    words: tuple[str, ...]
    weights: tuple[float, ...]
    # How its Chinese letters are read: of the whole, and of the core.
    readings: frozenset[str]
    is_latin: bool
    # Where its words are that may be mistyped.
    mistypable: frozenset[int]


def match(written: str, called: Called, usage: Usage) -> Match:
    """How well the record matches what was written; of names that match alike, the first counts."""
    asked = _parse(written, usage)
    if not asked.whole:
        return Match(0.0, called.names[0])
    if asked.whole == _parse(called.id, usage).whole:
        by_id = Match(NAME, called.id)
        return next((Match(NAME, name) for name in called.names if _parse(name, usage).whole == asked.whole), by_id)
    every = (*called.names, *called.aliases)
    names = [_parse(name, usage) for name in every]
    said = frozenset().union(*(name.said for name in names))
    same = SAME if asked.said >= said & frozenset(usage.setting_apart) else LESS
    scores = [_sameness(asked, name, said, (ALIAS if place >= len(called.names) else NAME, same)) for place, name in enumerate(names)]
    if not any(scores):
        pairs = [_pairs(asked, name) for name in names]
        agreement = _ALIKE * _agreement(asked, said)
        scores = [agreement * max(_likeness(asked, *one), _likeness_read(asked, one[0])) for one in zip(names, pairs, strict=True)]
        spread = agreement * _SPREAD * _likeness_to_all(asked, names, pairs) if len(names) > 1 else 0.0
        return Match(round(max(*scores, spread), 3), every[scores.index(max(scores))])
    return Match(max(scores), every[scores.index(max(scores))])


def _sameness(asked: _Parsed, name: _Parsed, said: frozenset[str], scores: tuple[float, float]) -> float:
    """By one name of a record, of which all names together say `said`; 0 where it is not the same. `scores` are of the whole and of the core."""
    if asked.whole == name.whole:
        return scores[0]
    if _agreement(asked, said) < 1:
        return 0.0
    if asked.core == name.core:
        return scores[1] if asked.said <= said else MORE
    return READ if asked.is_latin and (asked.whole in name.readings or asked.core in name.readings) else 0.0


def _agreement(asked: _Parsed, said: frozenset[str]) -> float:
    """Less than 1 where years and endings say different things."""
    return 1.0 if asked.said <= said or said <= asked.said else _OTHER


def _likeness(asked: _Parsed, name: _Parsed, pairs: Pairs) -> float:
    if not pairs:
        return 0.0
    of_asked = sum(asked.weights[mine] * alike for mine, _, alike in pairs) / sum(asked.weights)
    of_name = _share(name, pairs)
    return (_ASKED * of_asked + (1 - _ASKED) * of_name) * (1 - _ORDER + _ORDER * _in_order(pairs))


def _likeness_read(asked: _Parsed, name: _Parsed) -> float:
    """By how a Chinese name is read, where that was mistyped."""
    if not asked.is_latin:
        return 0.0
    return _SPREAD * max((DamerauLevenshtein.normalized_similarity(asked.core, reading, score_cutoff=0.8) for reading in name.readings), default=0.0)


def _likeness_to_all(asked: _Parsed, names: Sequence[_Parsed], pairs: Sequence[Pairs]) -> float:
    """To all names of a record together: sources mix them."""
    found: defaultdict[int, float] = defaultdict(float)
    share = 0.0
    for name, paired in zip(names, pairs, strict=True):
        share = max(share, _share(name, paired))
        for mine, _, alike in paired:
            found[mine] = max(found[mine], alike)
    of_asked = sum(asked.weights[mine] * alike for mine, alike in found.items()) / sum(asked.weights)
    return _ASKED * of_asked + (1 - _ASKED) * share


def _share(name: _Parsed, pairs: Pairs) -> float:
    """Which share of the name its paired words are."""
    return sum(name.weights[other] * alike for _, other, alike in pairs) / (sum(name.weights) or 1)


def _pairs(asked: _Parsed, name: _Parsed) -> Pairs:
    """Which word asked for is which word of the name; each counts once, equal ones first."""
    free: dict[str, list[int]] = {}
    for place in range(len(name.words) - 1, -1, -1):
        free.setdefault(name.words[place], []).append(place)
    pairs: list[tuple[int, int, float]] = []
    missing: list[int] = []
    for place, word in enumerate(asked.words):
        if free.get(word):
            pairs.append((place, free[word].pop(), 1.0))
        elif place in asked.mistypable:
            missing.append(place)
    if missing:
        taken = {other for _, other, _ in pairs}
        left = {other: name.words[other] for other in sorted(name.mistypable - taken)}
        for place in missing:
            near = process.extractOne(asked.words[place], left, scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=_NEAREST)
            if near is not None:
                _, alike, other = near
                del left[other]
                pairs.append((place, other, alike))
    return sorted(pairs)


def _may_be_mistyped(word: str) -> bool:
    return len(word) > 3 and word.isalpha() and not _IS_HAN.match(word)


def _in_order(pairs: Pairs) -> float:
    """Which share of the pairs stand in the name as they were written, one after the other."""
    if len(pairs) < 2:
        return 1.0
    return sum(one[1] < other[1] for one, other in pairwise(pairs)) / (len(pairs) - 1)


@lru_cache(50_000)
def _parse(text: str, usage: Usage) -> _Parsed:
    tokens = _tokens(text)
    words = _unified(tokens, usage)
    said = {word for word in words if _YEAR.fullmatch(word)}
    core = [word for word in words if word not in said] or list(words)
    if len(core) == len(words):
        said = set()
    core, endings = _without_endings(core, usage)
    readings = frozenset(filter(None, (_reading(tokens), _reading(core))))
    return _Parsed(
        mistypable=frozenset(place for place, word in enumerate(words) if _may_be_mistyped(word)),
        whole="".join(tokens),
        core="".join(core),
        said=frozenset(said | endings),
        words=tuple(words),
        weights=tuple(_weight(word, usage) for word in words),
        readings=readings if any(_IS_HAN.match(token) for token in tokens) else frozenset(),
        is_latin=not any(_IS_HAN.match(token) for token in tokens),
    )


def _tokens(text: str) -> list[str]:
    """Its words, in lower case, of usual width and without accents; each Chinese letter is a word."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text))).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _TOKENS.findall(plain)[:_MOST_TOKENS]


def _unified(tokens: Sequence[str], usage: Usage) -> list[str]:
    """The words, with one word for each group of synonyms, and phrases that weigh little as one word each."""
    phrases = _phrases(usage)
    words: list[str] = []
    place = 0
    while place < len(tokens):
        for length, stands_for in phrases.get(tokens[place], ()):
            if tuple(tokens[place : place + len(length)]) == length:
                words.append(stands_for)
                place += len(length)
                break
        else:
            words.append(tokens[place])
            place += 1
    return words


@lru_cache
def _phrases(usage: Usage) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """By their first word, longest first: phrases, and the word that stands for each."""
    found: dict[tuple[str, ...], str] = {tuple(_tokens(phrase)): "".join(_tokens(phrase)) for phrase in usage.light}
    found |= {tuple(_tokens(phrase)): "".join(_tokens(group[0])) for group in usage.synonyms for phrase in group}
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for phrase in sorted(found, key=len, reverse=True):
        by_first[phrase[0]].append((phrase, found[phrase]))
    return dict(by_first)


@lru_cache
def _light(usage: Usage) -> frozenset[str]:
    return _GRAMMAR | {"".join(_tokens(phrase)) for phrase in (*usage.light, *usage.endings)}


@lru_cache
def _endings(usage: Usage) -> list[tuple[tuple[str, ...], str]]:
    return sorted(((tuple(_tokens(ending)), says) for ending, says in usage.endings.items()), key=lambda ending: -len(ending[0]))


def _without_endings(words: list[str], usage: Usage) -> tuple[list[str], set[str]]:
    """The words less their endings, and what those say; something is always left."""
    said: set[str] = set()
    tokens = words
    while True:
        for ending, says in _endings(usage):
            rest = tokens[: -len(ending)]
            if tuple(tokens[-len(ending) :]) == ending and _can_stand_alone(rest):
                tokens = rest
                said.add(says)
                break
        else:
            return tokens, said


def _can_stand_alone(words: Sequence[str]) -> bool:
    return len(words) > 1 or any(len(word) > 1 for word in words)


def _weight(word: str, usage: Usage) -> float:
    if word in _light(usage):
        return _LIGHT
    if _IS_HAN.match(word):
        return _LETTER * len(word)
    return 1.0


def _reading(words: Iterable[str]) -> str:
    """How it is read, in letters from a to z."""
    return "".join(_read("".join(words)))


@lru_cache(50_000)
def _read(text: str) -> tuple[str, ...]:
    return tuple(_plain(lazy_pinyin(text)))


def _plain(syllables: Iterable[str]) -> Iterator[str]:
    for syllable in syllables:
        decomposed = unicodedata.normalize("NFKD", syllable)
        yield "".join(letter for letter in decomposed if letter.isascii() and letter.isalnum())
