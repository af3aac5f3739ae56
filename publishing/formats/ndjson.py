"""NDJSON: a record a line, for programs that read as it comes."""

from __future__ import annotations

from collections.abc import Iterator

from publishing.formats.format import About, Format, pieces
from publishing.formats.table import Table


def _write(table: Table, about: About) -> Iterator[bytes]:
    return pieces(f"{table.shown(body)}\n".encode() for body in table.bodies)


NDJSON = Format("ndjson", "application/x-ndjson", _write)
