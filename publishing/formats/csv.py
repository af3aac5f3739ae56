"""CSV after RFC 4180, for spreadsheets and scripts."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8
from collections.abc import Iterator
from io import StringIO
from itertools import chain

from publishing.formats.format import About, Format, pieces
from publishing.formats.table import Cell, Table, text

# A spreadsheet takes a text that begins so for a formula, and runs it.
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")


def harmless(value: Cell) -> str:
    """The value as text that no spreadsheet runs; a number stays one."""
    if isinstance(value, str):
        return f"'{value}" if value[:1] in _FORMULA else value
    return text(value)


def _lines(table: Table) -> Iterator[bytes]:
    held = StringIO(newline="")
    writer = csv.writer(held)
    writer.writerow([column.name for column in table.columns])
    for cells in table.cells:
        writer.writerow(map(harmless, cells))
        yield held.getvalue().encode()
        held.seek(0)
        held.truncate()
    yield held.getvalue().encode()


def _write(table: Table, about: About) -> Iterator[bytes]:
    return pieces(chain([BOM_UTF8] if about.bom else [], _lines(table)))


CSV = Format("csv", "text/csv", _write, charset="utf-8")
