"""Workbooks for tests: sound ones as Excel writes them, and ones put together part by part to do harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import xlsxwriter

MAIN: Final = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINKED: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET: Final = "xl/worksheets/sheet1.xml"


def workbook(rows: Iterable[Sequence[str | float | date]], **options: object) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False, **options}) as book:
        sheet, as_day = book.add_worksheet("读者"), book.add_format({"num_format": "yyyy年m月d日"})
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, as_day)
                else:
                    sheet.write(number, column, value)
    return file.getvalue()


def parts(rows: str, more: Mapping[str, str | bytes] | None = None, *, before: str = "") -> bytes:
    """A workbook whose sheet holds this XML."""
    written: dict[str, str | bytes] = {
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{LINKED}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{LINKED}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        SHEET: f"{before}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>",
    } | dict(more or {})
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in written.items():
            archive.writestr(name, body)
    return file.getvalue()


def texts(number: int, *cells: str) -> str:
    inner = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f'<row r="{number}">{inner}</row>'
