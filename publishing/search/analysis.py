"""Analysis: from a text to the tokens that it is found by, the same for what is published and for what is asked.

All of it is done here, once, so that every database finds the very same records. English words are folded (case, width, accents) and cut to their
stems. Chinese text has no blanks: each of its letters is a token, and each pair of neighbours, so that a word of any length is found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import snowballstemmer  # type: ignore[import-untyped]  # it has no stubs
from pypinyin import lazy_pinyin

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# A letter may have its accent behind it. Xi'an is one word, as Xian is.
_LETTERS = rf"(?:[^\W_{HAN}][\u0300-\u036f]*)+"
_WORDS = re.compile(rf"([{HAN}]+)|{_LETTERS}(?:['’]{_LETTERS})*")
_GENITIVE = re.compile(r"['’]s$")
# Longer names are not asked for as they are read.
_LONGEST_READ = 12
_LONGEST_PLAIN = 60
_LONGEST_WORD = 60
_STEMMER = snowballstemmer.stemmer("english")

# What marks the tokens of names, and those that are a whole name: no word holds it.
IN_NAME = "_"
WHOLE = "__"


@dataclass(frozen=True)
class Word:
    """A word as it stands in a text, from `start` to `end`: an English one, folded, or a run of Chinese letters."""

    text: str
    start: int
    end: int
    is_chinese: bool

    @property
    def tokens(self) -> list[str]:
        """What it is found by."""
        return [token for token, _, _ in self.spans()]

    @property
    def sought(self) -> list[str]:
        """What finds it, when it is asked for: all of these."""
        if not self.is_chinese:
            return [stem(self.text)]
        return _pairs(self.text) or [self.text]

    def spans(self) -> Iterator[tuple[str, int, int]]:
        """Its tokens, and where in the text each of them stands."""
        if not self.is_chinese:
            yield stem(self.text), self.start, self.end
            return
        for place, letter in enumerate(self.text, self.start):
            yield letter, place, place + 1
        for place, pair in enumerate(_pairs(self.text), self.start):
            yield pair, place, place + 2


def words(text: str) -> Iterator[Word]:
    """The words of a text, in order."""
    for found in _WORDS.finditer(text):
        if found[1]:
            yield Word(found[1], found.start(), found.end(), is_chinese=True)
        else:
            folded = _fold(found[0])
            if folded:
                yield Word(folded[:_LONGEST_WORD], found.start(), found.end(), is_chinese=False)


@lru_cache(50_000)
def stem(word: str) -> str:
    """The stem of a folded English word."""
    return str(_STEMMER.stemWord(word))


def whole(name: str) -> str | None:
    """The token of a whole name, however its words are parted; None if it has none."""
    joined = "".join(word.text for word in words(name))
    return _whole(joined) if joined else None


def name_tokens(name: str) -> set[str]:
    """The tokens of a name, unmarked: those of its words, and of how its Chinese ones are read."""
    return {token for word in words(name) for token in (*word.tokens, *(stem(read) for read, _, _ in readings(word)))}


def whole_names(name: str) -> set[str]:
    """The tokens that are this whole name, as written and as read."""
    found = {whole(name)}
    if re.fullmatch(rf"[{HAN}]{{1,{_LONGEST_READ}}}", name):
        found.add(_whole("".join(_read(name))))
    return {token for token in found if token}


def readings(word: Word) -> Iterator[tuple[str, int, int]]:
    """How each pair of neighbours in a Chinese word is read, in letters from a to z, and where it stands: 杭州 is hangzhou."""
    if not word.is_chinese or len(word.text) > _LONGEST_READ:
        return
    syllables = _read(word.text)
    for place in range(len(syllables) - 1):
        yield syllables[place] + syllables[place + 1], word.start + place, word.start + place + 2


def length(text: str) -> tuple[int, int]:
    """How many English words and how many Chinese letters a text has."""
    found = list(words(text))
    return sum(not word.is_chinese for word in found), sum(len(word.text) for word in found if word.is_chinese)


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)]


@lru_cache(50_000)
def _read(run: str) -> tuple[str, ...]:
    # One syllable a letter, even of letters that nobody reads any more.
    return tuple(syllable if syllable.isascii() else "" for syllable in lazy_pinyin(run, errors=list))  # type: ignore[arg-type]  # a list counts each letter


def _whole(joined: str) -> str:
    return WHOLE + (joined if len(joined) <= _LONGEST_PLAIN else blake2b(joined.encode(), digest_size=12).hexdigest())


def _fold(word: str) -> str:
    """In lower case, of usual width, without accents and apostrophes."""
    if word.isascii() and word.isalnum():
        return word.lower()
    plain = unicodedata.normalize("NFKD", _GENITIVE.sub("", word)).casefold()
    return "".join(character for character in plain if character.isalnum())
