"""The files of one resource: NDJSON as the API serves it, CSV, Parquet with nested values as they are; and a table in the SQLite file of all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import orjson

from publishing.exports.kinds import SQLITE, duckdb_columns, flat_columns
from publishing.formats import CSV, About, Table
from publishing.models import Document
from publishing.paths import BATCH
from publishing.resources import Resource

Advance = Callable[[int], object]


def write_ndjson(path: Path, resource: Resource, revision: int, advance: Advance) -> int:
    """A record a line, as it was at the revision, by ascending id; returns how many there are."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for bodies in _bodies(resource.name, revision):
            file.writelines(f"{body}\n" for body in bodies)
            count += len(bodies)
            advance(len(bodies))
    return count


def write_csv(path: Path, resource: Resource, ndjson: Path, about: About) -> None:
    """The same records with the columns that a list has as CSV."""
    with ndjson.open(encoding="utf-8") as lines, path.open("wb") as file:
        table = Table((line.rstrip("\n") for line in lines), resource.serializer)
        file.writelines(CSV.write(table, about))


def write_parquet(path: Path, resource: Resource, ndjson: Path, metadata: dict[str, str]) -> None:
    """The same records with types; `metadata` goes into the file's own."""
    columns = ", ".join(f"{_quoted(name)}: {_quoted(kind)}" for name, kind in duckdb_columns(resource.serializer()).items())
    said = ", ".join(f'"{name}": {_quoted(value)}' for name, value in metadata.items())
    records = f"read_json({_quoted(str(ndjson))}, format = 'newline_delimited', columns = {{{columns}}}, maximum_object_size = 67108864)"
    with duckdb.connect() as database:
        # One thread keeps the order, and leaves the other cores to whoever is served meanwhile.
        database.execute("SET threads = 1")
        database.execute(f"COPY (SELECT * FROM {records}) TO {_quoted(str(path))} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{said}}})")  # noqa: S608  (names of ours)


def write_sqlite(path: Path, resources: Iterable[Resource], folder: Path, facts: dict[str, str]) -> None:
    """A table a resource, nested records as columns of their own and lists as JSON; `facts` about the whole are in the table `about`."""
    with sqlite3.connect(path) as database:
        # Nobody reads it before it is whole.
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        database.executemany("INSERT INTO about VALUES (?, ?)", facts.items())
        for resource in resources:
            _fill(database, resource, folder / f"{resource.name}.ndjson")
    database.close()


def _fill(database: sqlite3.Connection, resource: Resource, ndjson: Path) -> None:
    columns = list(flat_columns(resource.serializer()))
    declared = ", ".join(f'"{column.name}" {SQLITE[column.kind]}{" PRIMARY KEY" if column.name == "id" else ""}' for column in columns)
    database.execute(f'CREATE TABLE "{resource.name}" ({declared})')
    with ndjson.open(encoding="utf-8") as lines:
        rows = ([_cell(record, column.steps, column.kind) for column in columns] for record in map(orjson.loads, lines))
        database.executemany(f'INSERT INTO "{resource.name}" VALUES ({", ".join("?" * len(columns))})', rows)  # noqa: S608  (names of ours)
    for column in columns:
        if column.name.endswith("_id"):
            database.execute(f'CREATE INDEX "{resource.name}_{column.name}" ON "{resource.name}" ("{column.name}")')


def _cell(record: Any, steps: tuple[str, ...], kind: str) -> Any:
    value = record
    for step in steps:
        value = None if value is None else value[step]
    return orjson.dumps(value).decode() if kind == "json" else value


def _bodies(resource: str, revision: int) -> Iterator[list[str]]:
    documents = Document.objects.as_of(revision).bodies().filter(resource=resource).order_by("record")
    last = ""
    while found := list(documents.filter(record__gt=last).values_list("record", "body")[:BATCH]):
        last = found[-1][0]
        yield [body for _, body in found]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
