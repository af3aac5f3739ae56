"""The forms that answers are had in: JSON, and what is made of it for spreadsheets, programs that read line by line, and maps."""

from publishing.formats.csv import CSV
from publishing.formats.format import JSON, About, Format, negotiate
from publishing.formats.geojson import GEOJSON
from publishing.formats.ndjson import NDJSON
from publishing.formats.table import Table
from publishing.formats.xlsx import XLSX

# What any list of records is had in.
TABLES = (CSV, NDJSON, XLSX)

__all__ = ["CSV", "GEOJSON", "JSON", "NDJSON", "TABLES", "XLSX", "About", "Format", "Table", "negotiate"]
