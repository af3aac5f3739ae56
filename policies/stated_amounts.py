"""The numbers that a text states, in Chinese or English: 1.5万亿, 千亿级, 3.6 billion, 2,000."""

from __future__ import annotations

import re
from decimal import Decimal

_SCALES = {
    "万亿": 12,
    "千亿": 11,
    "百亿": 10,
    "亿": 8,
    "千万": 7,
    "百万": 6,
    "万": 4,
    "trillion": 12,
    "billion": 9,
    "bn": 9,
    "million": 6,
    "mn": 6,
    "thousand": 3,
}
_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", start=1)} | {"两": 2}
_WORDS = {word: value for value, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1)}
_TENS = f"([{''.join(_DIGITS)}]?)(十?)([{''.join(_DIGITS)}]?)"
_NUMBER = r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?"
_SCALED = re.compile(
    rf"({_NUMBER}|[{''.join(_DIGITS)}]?十[{''.join(_DIGITS)}]?|[{''.join(_DIGITS)}]|\b(?:{'|'.join(_WORDS)}|hundred)\b|)[\s-]*({'|'.join(_SCALES)})(?![a-z])",
    re.IGNORECASE,
)
_PLAIN = re.compile(_NUMBER)


def scaled_amounts(text: str) -> list[Decimal]:
    """The numbers with a word for their scale; a Chinese scale alone (千亿级) stands for one of it."""
    amounts = []
    for number, scale in _SCALED.findall(text):
        if number or not scale.isascii():
            amounts.append(_read(number or "1").scaleb(_SCALES[scale.lower()]))
    return amounts


def amounts(text: str) -> list[Decimal]:
    """All numbers, with or without a scale."""
    return scaled_amounts(text) + [_read(number) for number in _PLAIN.findall(text)]


def states(text: str, value: Decimal) -> bool:
    """Whether the value is among the numbers, give or take a hundredth."""
    return any(_near(value, stated) for stated in amounts(text))


def is_off_by_tens(value: Decimal, text: str) -> bool:
    """Whether the text states this value times a power of ten, and nowhere the value itself."""
    if not value or states(text, value):
        return False
    return any(_near(value.scaleb(power), stated) for stated in scaled_amounts(text) for power in range(-12, 13))


def _read(number: str) -> Decimal:
    word = number.lower()
    if word in _WORDS or word == "hundred":
        return Decimal(_WORDS.get(word, 100))
    chinese = re.fullmatch(_TENS, number)
    if chinese is None:
        return Decimal(number.replace(",", ""))
    tens, ones = _DIGITS.get(chinese[1], 0), _DIGITS.get(chinese[3], 0)
    return Decimal((tens or 1) * 10 + ones if chinese[2] else tens)


def _near(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= abs(one) / 100
