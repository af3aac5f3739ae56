"""What a cell of a table holds: no text that a spreadsheet would run, no values that cannot be parted again, nothing cut in silence."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from publishing.editing import editing
from tests.http.tables import read_csv, read_xlsx
from tests.http.world import topic

pytestmark = pytest.mark.django_db(transaction=True)
HARMFUL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"]
HARMLESS = ["1-1", "'=1", " =1", "算力", '"', "a,b", "a\nb"]


def test_text_is_never_a_formula_and_a_number_stays_one(client):
    with editing():
        for place, name in enumerate([*HARMFUL, *HARMLESS]):
            topic(f"t-{place:02}", name_en=name, aliases=[name.strip()])

    rows = read_csv(client.get("/v1/topics/?format=csv&fields=name_en"))[1:]
    workbook = load_workbook(BytesIO(client.get("/v1/topics/?format=xlsx&fields=name_en").content))

    assert rows == [[f"'{name}"] for name in HARMFUL] + [[name] for name in HARMLESS]
    cells = [cell for (cell,) in workbook["Records"].iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s"] * len(cells)
    assert [cell.value.replace("_x000D_", "\r") for cell in cells] == [*HARMFUL, *HARMLESS]


def test_values_that_are_joined_can_be_parted_again(client):
    topic("t", aliases=["a; b", "c|d", "back\\slash", "plain"])

    _, [cell] = read_csv(client.get("/v1/topics/t/?format=csv&fields=aliases"))

    assert cell == r"a\; b; c\|d; back\\slash; plain"
    assert [re.sub(r"\\(.)", r"\1", value) for value in re.split(r"(?<!\\); ", cell)] == ["a; b", "c|d", "back\\slash", "plain"]


def test_workbook_says_where_it_cuts_what_no_cell_can_hold(client):
    topic("t", aliases=["𠀀" * 40_000])

    [_, [cell]] = read_xlsx(client.get("/v1/topics/t/?format=xlsx&fields=aliases"))

    assert len(cell.encode("utf-16-le")) // 2 <= 32_767
    assert cell.endswith("𠀀… [cut: a cell holds no more]")
