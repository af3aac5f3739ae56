"""The forms that answers are had in: JSON, and what is made of it for spreadsheets, programs that read line by line, maps and bibliographies."""

from publishing.formats.chart import SVG, VEGA_LITE
from publishing.formats.citation import BIBTEX, CSL_JSON, RIS
from publishing.formats.csv import CSV
from publishing.formats.format import JSON, About, Format, negotiate
from publishing.formats.geojson import GEOJSON
from publishing.formats.ndjson import NDJSON
from publishing.formats.table import Table
from publishing.formats.xlsx import XLSX

# What any list of records is had in.
TABLES = (CSV, NDJSON, XLSX)
# What tells how any record is cited.
CITATIONS = (BIBTEX, CSL_JSON, RIS)
CHARTS = (SVG, VEGA_LITE)

__all__ = [
    "BIBTEX",
    "CHARTS",
    "CITATIONS",
    "CSL_JSON",
    "CSV",
    "GEOJSON",
    "JSON",
    "NDJSON",
    "RIS",
    "SVG",
    "TABLES",
    "VEGA_LITE",
    "XLSX",
    "About",
    "Format",
    "Table",
    "negotiate",
]
