"""Reading what the protocol asks: JSON within a form or an address, every fault of it named with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from publishing.bodies import Reader, parse
from publishing.errors import Other
from publishing.reconciliation.extension import known
from publishing.reconciliation.properties import properties
from publishing.resolving.candidates import named_resources, usual_resources
from publishing.resources import RESOURCES
from publishing.values import ChoiceField, ValueField

MOST_QUERIES = 100
MOST_CANDIDATES = 50
MOST_PROPERTIES = 20
MOST_VALUES = 100
MOST_ENTITIES = 1000
_LIMIT = 10
_MEMBERS = ("query", "type", "limit", "properties", "type_strict")
_STRICT = ChoiceField(words=("any", "all", "should"), single=True)
_TEXT = ValueField(single=True)


@dataclass(frozen=True)
class Given:
    """Values that a property shall have, any of them."""

    property: str
    values: list[Any]


@dataclass(frozen=True)
class Query:
    """What an entity is called, of which types it may be, and what else is known of it."""

    text: str | None
    types: tuple[str, ...]
    limit: int
    given: tuple[Given, ...]


@dataclass(frozen=True)
class Extension:
    """Of which entities which properties are asked for."""

    ids: list[str]
    properties: list[str]


def read_batch(text: str) -> dict[str, Query]:
    """The queries of a batch, by their keys."""
    said = parse(text, "queries")
    if isinstance(said, dict) and len(said) > MOST_QUERIES:
        raise Other(413, f"Send at most {MOST_QUERIES} queries at once.")
    reader = Reader()
    if not isinstance(said, dict):
        reader.blame("queries", "Not an object.", said)
        said = {}
    batch = {key: _query(reader, f"queries.{key}", value) for key, value in said.items()}
    reader.finish()
    return batch


def read_single(text: str) -> Query:
    """One query: an object, or the text alone."""
    reader = Reader()
    said = parse(text, "query") if text.lstrip().startswith("{") else {"query": text}
    query = _query(reader, "query", said)
    reader.finish()
    return query


def read_extension(text: str) -> Extension:
    """A data extension query."""
    reader = Reader()
    said = reader.members("extend", parse(text, "extend"), ("ids", "properties"), ("ids", "properties"))
    ids = [reader.text(place, id_, _TEXT) for place, id_ in reader.items("extend.ids", said.get("ids", []), MOST_ENTITIES)]
    every = known()
    wanted = []
    for place, one in reader.items("extend.properties", said.get("properties", []), MOST_PROPERTIES):
        asked = reader.members(place, one, ("id", "name", "settings"), ("id",))
        if asked.get("settings"):
            reader.blame(f"{place}.settings", "No property has settings.", asked["settings"])
        if "id" in asked:
            wanted.append(reader.text(f"{place}.id", asked["id"], ChoiceField(words=tuple(every), single=True)))
    reader.finish()
    return Extension(ids, list(dict.fromkeys(wanted)))


def _query(reader: Reader, place: str, value: object) -> Query:
    said = reader.members(place, value, _MEMBERS)
    if isinstance(value, dict) and not said.get("query") and not said.get("properties"):
        reader.blame(place, "Give a query, or properties, or both.")
    text = reader.text(f"{place}.query", said["query"], _TEXT) if said.get("query") is not None and said["query"] != "" else None
    wanted = _types(reader, f"{place}.type", said["type"]) if said.get("type") else ()
    limit = reader.number(f"{place}.limit", said["limit"], MOST_CANDIDATES) if said.get("limit") is not None else _LIMIT
    if said.get("type_strict") is not None:
        reader.text(f"{place}.type_strict", said["type_strict"], _STRICT)
    given = said.get("properties")
    items = reader.items(f"{place}.properties", given, MOST_PROPERTIES) if given is not None else ()
    read = [_given(reader, below, item, wanted or usual_resources()) for below, item in items]
    return Query(text, tuple(wanted), limit or _LIMIT, tuple(one for one in read if one is not None))


def _types(reader: Reader, place: str, value: object) -> list[str]:
    field = ChoiceField(words=named_resources(), single=True)
    items = value if isinstance(value, list) else [value]
    # OpenRefine sends a type as it got it, too: with its name.
    ids = [item["id"] if isinstance(item, dict) and "id" in item else item for item in items]
    return reader.texts(place, ids if isinstance(value, list) else ids[0], field, MOST_PROPERTIES)


def _given(reader: Reader, place: str, value: object, within: Any) -> Given | None:
    said = reader.members(place, value, ("pid", "v"), ("pid", "v"))
    if len(said) < 2:
        return None
    words = tuple(dict.fromkeys(id_ for name in within for id_ in properties(RESOURCES[name])))
    id_ = reader.text(f"{place}.pid", said["pid"], ChoiceField(words=words, single=True))
    values = list(reader.items(f"{place}.v", said["v"], MOST_VALUES)) if isinstance(said["v"], list) else [(f"{place}.v", said["v"])]
    read = [_value(reader, below, item) for below, item in values]
    return Given(id_, [one for one in read if one is not None]) if id_ is not None else None


def _value(reader: Reader, place: str, value: object) -> Any:
    if isinstance(value, str):
        return reader.text(place, value, _TEXT)
    if isinstance(value, float) and value.is_integer():
        # A year in a spreadsheet is 2025.0.
        return int(value)
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        said = reader.members(place, value, ("id", "name"), ("id",))
        id_ = reader.text(f"{place}.id", said["id"], _TEXT) if "id" in said else None
        return {"id": id_} if id_ is not None else None
    reader.blame(place, "Not a text, a number, true, false or an entity.", value)
    return None
