"""Excel workbooks: the records, and a sheet that says where they are from and what the columns mean."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import Any

from drf_spectacular.settings import spectacular_settings
from xlsxwriter import Workbook

from publishing.formats.format import About, Format
from publishing.formats.table import Cell, Table

_LONGEST = 32_767
_CUT = "… [cut: a cell holds no more]"
_WIDEST = 50
_PIECE = 2**16
# Texts stay texts, whatever they begin with; rows leave memory as they are written.
_OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def _write(table: Table, about: About) -> Iterator[bytes]:
    with TemporaryFile() as file:
        with Workbook(file, _OPTIONS) as workbook:
            # Else it would say when it was written, and no two would be alike.
            workbook.set_properties({"created": about.at.replace(tzinfo=None), "title": spectacular_settings.TITLE})
            bold = workbook.add_format({"bold": True})
            _write_records(workbook.add_worksheet("Records"), table, bold)
            _write_about(workbook.add_worksheet("About"), table, about, bold)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _write_records(sheet: Any, table: Table, bold: Any) -> None:
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, min(max(len(column.name), 12), _WIDEST))
        sheet.write_string(0, place, column.name, bold)
    sheet.freeze_panes(1, 1)
    for row, cells in enumerate(table.cells, start=1):
        for place, value in enumerate(cells):
            _write_cell(sheet, row, place, value)


def _write_cell(sheet: Any, row: int, place: int, value: Cell) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, str):
        sheet.write_string(row, place, _fitting(value))
    else:
        sheet.write_number(row, place, value)


def _fitting(value: str) -> str:
    """The text, cut where a cell can hold no more, and saying so; Excel counts in UTF-16."""
    units = value.encode("utf-16-le")
    if len(units) <= 2 * _LONGEST:
        return value
    return units[: 2 * (_LONGEST - len(_CUT))].decode("utf-16-le", "ignore") + _CUT


def _write_about(sheet: Any, table: Table, about: About, bold: Any) -> None:
    license_ = spectacular_settings.LICENSE
    facts = (
        ("Data set", spectacular_settings.TITLE),
        ("Revision", str(about.revision)),
        ("Published", about.at.isoformat(timespec="seconds")),
        ("License", f"{license_['name']}, {license_['url']}"),
        ("Asked for", about.address),
    )
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 100)
    for row, (name, value) in enumerate(facts):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, _fitting(value))
    first = len(facts) + 1
    sheet.write_string(first, 0, "Column", bold)
    sheet.write_string(first, 1, "Definition", bold)
    for row, column in enumerate(table.columns, start=first + 1):
        sheet.write_string(row, 0, column.name)
        sheet.write_string(row, 1, column.definition)


XLSX = Format(
    "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    _write,
    schema={"type": "string", "format": "binary"},
    most=10_000,
)
