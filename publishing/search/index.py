"""The index: an entry a published record, made of its document, and written where it differs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import orjson

from publishing.models import NameWord, SearchEntry
from publishing.resources import Resource
from publishing.search import analysis
from publishing.search.texts import Searched, texts

COLUMNS = ("name_en", "name_zh", "names", "words", "letters", "tokens", "has_narrower")
# Shorter words have too many neighbours.
SHORTEST_MENDED = 4
_MOST_COUNTED = 1000


def write(resource: Resource, bodies: Mapping[str, str | None]) -> int:
    """Bring the entries of these records up to date with their documents, in a handful of queries; return how many were not."""
    wrong = stale(resource, bodies)
    gone = [record for record, entry in wrong.items() if entry is None]
    if gone:
        SearchEntry.objects.filter(resource=resource.name, record__in=gone).delete()
    entries = [entry for entry in wrong.values() if entry is not None]
    if entries:
        SearchEntry.objects.bulk_create(entries, update_conflicts=True, unique_fields=["resource", "record"], update_fields=COLUMNS)
        found = {word for entry in entries for word in _name_words(entry.names)}
        NameWord.objects.bulk_create([NameWord(text=word) for word in sorted(found)], ignore_conflicts=True)
    if wrong and resource.wider is not None:
        _note_narrower(resource.wider, wrong)
    return len(wrong)


def stale(resource: Resource, bodies: Mapping[str, str | None]) -> dict[str, SearchEntry | None]:
    """The entries that these documents give where they differ from the stored ones; None where there should be none."""
    stored = {entry.record: entry for entry in SearchEntry.objects.filter(resource=resource.name, record__in=list(bodies))}
    fresh = {record: None if body is None else entry(resource, record, body) for record, body in bodies.items()}
    for record in _in_narrower(resource, bodies):
        if (found := fresh[record]) is not None:
            found.has_narrower = True
    return {record: found for record, found in fresh.items() if _columns(found) != _columns(stored.get(record))}


def entry(resource: Resource, record: str, body: str) -> SearchEntry:
    """What a record is found by."""
    document = orjson.loads(body)
    name_en, name_zh = resource.searched.shown(document)
    names = resource.searched.called_names(document)
    lengths = [analysis.length(name) for name in names or [name_en]]
    return SearchEntry(
        resource=resource.name,
        record=record,
        name_en=name_en,
        name_zh=name_zh,
        names=[" ".join(name.split()) for name in names],  # type: ignore[misc]  # Lines take a list
        words=_shortest(words + letters for words, letters in lengths if words),
        letters=_shortest(words + letters for words, letters in lengths if letters),
        tokens=" ".join(sorted(tokens(document, resource.searched))),
    )


def tokens(document: Any, searched: Searched) -> set[str]:
    """All tokens that a document is found by."""
    names, others = searched.called_names(document), texts(document, searched.text)
    named = {token for name in names for token in analysis.name_tokens(name)}
    said = {token for text in others for word in analysis.words(text) for token in word.tokens}
    whole = {token for name in names for token in analysis.whole_names(name)}
    return named | said | whole | {f"{analysis.IN_NAME}{token}" for token in named}


def _in_narrower(resource: Resource, records: Collection[str]) -> Iterable[str]:
    """Those of these records that a narrower resource has, too."""
    if not resource.narrower:
        return ()
    names = [narrower.name for narrower in resource.narrower]
    return SearchEntry.objects.filter(resource__in=names, record__in=list(records)).values_list("record", flat=True)


def _note_narrower(resource: Resource, records: Collection[str]) -> None:
    """Note in the entries of these records whether a narrower resource has them; its own entries may be written before or after."""
    entries = SearchEntry.objects.filter(resource=resource.name, record__in=list(records))
    having = set(_in_narrower(resource, records))
    entries.filter(record__in=having, has_narrower=False).update(has_narrower=True)
    entries.filter(has_narrower=True).exclude(record__in=having).update(has_narrower=False)


def _shortest(counts: Iterator[int]) -> int:
    return min(min(counts, default=0), _MOST_COUNTED)


def _name_words(names: Collection[str]) -> Iterator[str]:
    for name in names:
        for word in analysis.words(name):
            if len(word.text) >= SHORTEST_MENDED and word.text.isascii() and word.text.isalpha():
                yield word.text


def _columns(entry: SearchEntry | None) -> list[Any] | None:
    return None if entry is None else [getattr(entry, column) for column in COLUMNS]
