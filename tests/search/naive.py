"""What search should find and in which order, said again in plain Python over the records as they are shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rapidfuzz.distance import OSA, JaroWinkler

from publishing.resources import RESOURCES
from publishing.search import analysis
from publishing.search.analysis import Word

World = dict[str, list[dict[str, Any]]]
Found = dict[tuple[str, str], int]


def search(text: str, world: World, *, mended: bool = True) -> Found:
    """The rank of each record that has all words of `text`, in thousandths, by resource and id; `mended` where there are none, unless that is off."""
    words = list(analysis.words(text))
    found = _found(words, world)
    if mended and not found and words:
        names = {word.text for name in names_of(world) for word in analysis.words(name) if word.text.isascii() and word.text.isalpha()}
        found = _found([_mended(word, names, world) for word in words], world)
    return found


def search_all(text: str, world: World) -> Found:
    """The same where no resource is named: a city, which is a jurisdiction as well, is found as a city alone."""
    cities = {record["id"] for record in world["cities"]}
    return {(resource, id_): rank for (resource, id_), rank in search(text, world).items() if resource != "jurisdictions" or id_ not in cities}


def texts(value: Any, field: str) -> Iterator[str]:
    """The texts in a field of a record."""
    name, _, rest = field.partition(".")
    values = value if isinstance(value, list) else [value]
    for one in values:
        if isinstance(one, dict):
            yield from texts(one.get(name), rest)
        elif isinstance(one, str) and not field:
            yield one


def searched_texts(resource: str, record: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Its names, and all texts that it is searched by."""
    searched = RESOURCES[resource].searched
    names = [text for field in searched.names for text in texts(record, field)]
    return names, [*names, *(text for field in searched.text for text in texts(record, field))]


def names_of(world: World) -> list[str]:
    return [name for resource, records in world.items() for record in records for name in searched_texts(resource, record)[0]]


def _found(words: Sequence[Word], world: World) -> Found:
    ranks = {(resource, record["id"]): _rank(words, resource, record) for resource, records in world.items() for record in records}
    return {hit: rank for hit, rank in ranks.items() if rank}


def _rank(words: Sequence[Word], resource: str, record: dict[str, Any]) -> int:
    names, said = searched_texts(resource, record)
    sought = {token for word in words for token in word.sought}
    whole = "".join(word.text for word in words)
    if not whole:
        return 0
    in_names = {token for name in names for token in analysis.name_tokens(name)}
    anywhere = in_names | {token for text in said for word in analysis.words(text) for token in word.tokens}
    if any(analysis.whole(whole) in analysis.whole_names(name) for name in names):
        return 1000
    covered = _covered(words, names or [RESOURCES[resource].searched.shown(record)[0]])
    if sought <= in_names:
        return 500 + covered
    return 100 + covered * 3 // 4 if sought <= anywhere else 0


def _covered(words: Sequence[Word], names: list[str]) -> int:
    asked = sum(len(word.text) if word.is_chinese else 1 for word in words)
    in_chinese = any(word.is_chinese for word in words)
    lengths = []
    for name in names:
        found = list(analysis.words(name))
        if any(word.is_chinese == in_chinese for word in found):
            lengths.append(sum(len(word.text) if word.is_chinese else 1 for word in found))
    return min(400, 400 * asked // min(lengths)) if lengths else 0


def _mended(word: Word, names: set[str], world: World) -> Word:
    if word.is_chinese or len(word.text) < 4 or not (word.text.isascii() and word.text.isalpha()) or _occurs(word, world):
        return word
    alike = [name for name in names if len(name) >= 4 and name[0] in word.text[:2]]
    slips = 1 if len(word.text) < 8 else 2
    near = [name for name in alike if OSA.distance(word.text, name) <= slips]
    near.sort(key=lambda name: (OSA.distance(word.text, name), -JaroWinkler.similarity(word.text, name), name))
    longer = sorted((name for name in alike if name.startswith(word.text)), key=lambda name: (len(name), name))
    return Word((near + longer + [word.text])[0], word.start, word.end, is_chinese=False)


def _occurs(word: Word, world: World) -> bool:
    return any(
        token in {found for text in searched_texts(resource, record)[1] for other in analysis.words(text) for found in other.tokens}
        or token in {found for name in searched_texts(resource, record)[0] for found in analysis.name_tokens(name)}
        for token in word.sought
        for resource, records in world.items()
        for record in records
    )
