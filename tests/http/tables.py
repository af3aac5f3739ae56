"""Tables as those read them who were sent them."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

from openpyxl import load_workbook


def read_csv(response):
    return list(csv.reader(StringIO(response.content.decode(), newline="")))


def read_xlsx(response):
    content = response if isinstance(response, bytes) else response.content
    return [list(row) for row in load_workbook(BytesIO(content))["Records"].iter_rows(values_only=True)]
