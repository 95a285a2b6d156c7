"""What stands in the cells of a sheet."""

from __future__ import annotations

import zipfile

import pytest
from lxml import etree

from web.spreadsheet import Cell, money, write_sheet

MAIN = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def cell_of(value: Cell) -> tuple[str | None, str | None]:
    """What the file keeps in the one cell below the head, and the number format it is shown by."""
    with write_sheet("一", [("头", 10)], [[value]]) as file, zipfile.ZipFile(file) as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        styles = etree.fromstring(book.read("xl/styles.xml"))
    found = sheet.xpath("//m:c[@r='A2']", namespaces=MAIN)
    if not found:
        return None, None
    formats = {one.get("numFmtId"): one.get("formatCode") for one in styles.xpath("//m:numFmt", namespaces=MAIN)}
    style = styles.xpath("//m:cellXfs/m:xf", namespaces=MAIN)[int(found[0].get("s", "0"))].get("numFmtId")
    known = formats | {"0": None, "2": "0.00"}  # 2 is built in
    return "".join(found[0].itertext()), known[style]


@pytest.mark.parametrize(
    ("fen", "kept"), [(5970, "59.70"), (1, "0.01"), (-17, "-0.17"), (0, "0.00"), (9_007_199_254_741, "90071992547.41")]
)
def test_money_is_a_number_to_the_fen_shown_with_both_digits(fen: int, kept: str) -> None:
    assert cell_of(money(fen)) == (kept, "0.00")


@pytest.mark.parametrize(("value", "kept"), [("=1+1", "=1+1"), (12, "12"), (None, None), (money(None), None)])
def test_other_cells_are_text_or_plain_numbers(value: Cell, kept: str | None) -> None:
    assert cell_of(value) == (kept, None)
