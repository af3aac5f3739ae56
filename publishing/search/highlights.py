"""Highlights: the passages of a document that answer a search, with what was found in them marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from publishing.search import analysis
from publishing.search.asking import Search
from publishing.search.texts import Searched, texts

Span = tuple[int, int]
_MOST_PASSAGES = 3
# Letters to show before and after the first mark.
_BEFORE, _AFTER = 40, 160


def highlight(document: Any, searched: Searched, search: Search) -> str:
    """Passages that show all that was found, as HTML with `<mark>`; nothing else in it is markup, and nothing else than the document's own words."""
    missing = set(search.tokens)
    passages: list[str] = []
    for text, is_name in _texts(document, searched):
        found = _found(text, search, is_name=is_name)
        if missing & found.keys():
            missing -= found.keys()
            passages.append(_passage(text, _merged(found.values())))
        if not missing or len(passages) == _MOST_PASSAGES:
            break
    return " … ".join(passages)


def _texts(document: Any, searched: Searched) -> Iterator[tuple[str, bool]]:
    yield from ((text, True) for text in texts(document, searched.names))
    yield from ((text, False) for text in texts(document, searched.text))


def _found(text: str, search: Search, *, is_name: bool) -> dict[str, list[Span]]:
    """Where the tokens of the search stand in a text."""
    if is_name and search.whole in analysis.whole_names(text):
        return {token: [(0, len(text))] for token in search.tokens}
    found: dict[str, list[Span]] = {}
    for word in analysis.words(text):
        for token, start, end in (*word.spans(), *(analysis.readings(word) if is_name else ())):
            if token in search.tokens:
                found.setdefault(token, []).append((start, end))
    return found


def _merged(spans: Iterator[list[Span]] | Any) -> list[Span]:
    """All of these places, in order; those that overlap or touch as one."""
    merged: list[Span] = []
    for start, end in sorted(span for some in spans for span in some):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _passage(text: str, marks: Sequence[Span]) -> str:
    first = max(0, marks[0][0] - _BEFORE)
    last = min(len(text), max(marks[0][1], marks[0][0] + _AFTER))
    # Whole words at the ends, where there are blanks.
    first = 0 if first == 0 else text.rfind(" ", 0, marks[0][0] - _BEFORE // 2) + 1 or first
    last = last if last == len(text) else max(text.rfind(" ", 0, last), marks[0][1])
    shown = ["…"] if first else []
    place = first
    for start, end in marks:
        if end <= last:
            shown += [escape(text[place:start], quote=False), "<mark>", escape(text[start:end], quote=False), "</mark>"]
            place = end
    return "".join([*shown, escape(text[place:last], quote=False), *(["…"] if last < len(text) else [])])
