"""Tables of readers as spreadsheets write them, sound and hostile: a table, or one sentence and nothing done."""

from __future__ import annotations

import io
import tracemalloc
from datetime import date

import pytest

from kernel.errors import Invalid
from kernel.sheets.cells import FORMULA
from patrons.tables import LARGEST_FILE, MOST_ROWS, ReaderTable, read_table
from tests.kernel.sheets.workbooks import parts, texts, workbook

HEADS = ("证号", "姓名", "类别", "所属馆")
ROW = ("P1", "张三", "adult", "CG")
CSV = "证号,姓名,类别,所属馆\r\nP1,张三,adult,CG\n"


def read(body: bytes) -> ReaderTable:
    return read_table(io.BytesIO(body))


@pytest.mark.parametrize(
    "body",
    [
        CSV.encode(),
        CSV.encode("utf-8-sig"),
        CSV.encode("gbk"),
        CSV.encode("utf-16"),
        CSV.replace(",", "\t").encode("utf-16"),
        CSV.replace(",", ";").encode(),
        CSV.replace("\r\n", "\r").encode(),
        b"\n\n" + CSV.encode(),
        "某馆读者名册,,,\n".encode() + CSV.encode(),
        CSV.replace("证号", " 证号（必填）* ").encode(),
        workbook([HEADS, ROW]),
        workbook([HEADS, ROW], constant_memory=True),
        parts(texts(1, *HEADS) + texts(2, *ROW)),
    ],
)
def test_reads_what_spreadsheets_write(body: bytes) -> None:
    table = read(body)
    assert table.fields == ("barcode", "name", "category", "home")
    assert [cells for _number, cells in table.rows] == [ROW]


def test_rows_keep_the_numbers_of_the_file_and_unknown_heads_are_named() -> None:
    table = read(
        "姓名,Card Number,Patron category,home,单位\n\n张三,P1,adult,CG,一中\n,,,,\n李四,P2,adult,CG,\n".encode()
    )
    assert (table.fields, table.ignored) == (("name", "barcode", "category", "home"), ("单位",))
    assert [(number, cells[1]) for number, cells in table.rows] == [(3, "P1"), (5, "P2")]
    book = read(workbook([HEADS, (), ROW, (), ("P2", *ROW[1:])]))
    assert [number for number, _cells in book.rows] == [3, 5]


def test_numbers_days_and_formulas_of_a_workbook_come_as_they_are() -> None:
    heads, row = (
        ("证号", "姓名", "类别", "所属馆", "出生", "电话"),
        (12, "张三", "adult", "CG", date(1990, 5, 1), "'+86"),
    )
    table = read(workbook([heads, row]))
    assert table.rows[0][1] == (12.0, "张三", "adult", "CG", 32994.0, "'+86")
    assert read(workbook([heads, row], date_1904=True)).counts_from_1904
    cells = '<row r="2"><c><f>A1</f></c><c t="str"><f>A1</f><v>张三</v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c></row>'
    assert read(parts(texts(1, *HEADS) + cells)).rows[0][1] == (FORMULA, "张三", "1", "#N/A")


def test_readings_above_the_characters_are_no_part_of_a_name() -> None:
    name = '<c t="inlineStr"><is><r><t>张</t></r><r><t>三</t></r><rPh sb="0" eb="1"><t>zhang</t></rPh></is></c>'
    table = read(parts(texts(1, *HEADS) + f'<row r="2">{texts(2, "P1")[11:-6]}{name}</row>'))
    assert table.rows[0][1] == ("P1", "张三", "", "")


DOCTYPE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY b "{}">]>'.format("ha" * 100)
BOMB = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)
MANY = "".join(f"P{n},张三,adult,CG\n" for n in range(MOST_ROWS + 1))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (CSV.splitlines()[0].encode(), "empty"),
        (b"\xff\xd8\xff\xe0 picture \x00", "unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old Excel", "unreadable"),
        (CSV.encode("utf-16-le"), "unreadable"),
        (b"PK\x03\x04 and no more", "unreadable"),
        (workbook([HEADS, ROW])[:-900], "unreadable"),
        (parts("<row>"), "unreadable"),
        (parts(texts(1, *HEADS), {"xl/workbook.xml": "<workbook/>"}), "unreadable"),
        (parts(texts(1, *HEADS) + '<row><c t="s"><v>99</v></c></row>'), "unreadable"),
        (parts(texts(1, *HEADS) + "<row><c><v>1e999</v></c></row>"), "unreadable"),
        (parts(texts(1, *HEADS) + texts(2, "&e;", *ROW[1:]), before=DOCTYPE), "unreadable"),
        (parts(texts(1, *HEADS) + texts(2, "&j;", *ROW[1:]), before=BOMB + "]>"), "unreadable"),
        (CSV.encode() + b'P2,"open,adult,CG\nP3,x,adult,CG\n', "unreadable"),
        (CSV.encode() + b"P2," + b"x" * 9_000_000 + b",adult,CG\n", "unreadable"),
        (b"x" * (LARGEST_FILE + 1), "too_large"),
        (CSV.encode() + MANY.encode(), "too_many"),
        (b"a,b\n1,2\n", "columns"),
        ("证号,姓名\nP1,张三\n".encode(), "columns"),
        ("证号,姓名,类别,所属馆,条码\nP1,张三,adult,CG,2\n".encode(), "columns"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(body: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(body)
    assert refused.value.code == f"patron_import.{code}"
    assert refused.value.detail.zh.endswith("。")


@pytest.mark.parametrize(
    "body",
    [
        parts(texts(1, *HEADS) + texts(2, *ROW), {"xl/sharedStrings.xml": b"<sst>" + b" " * 300_000_000 + b"</sst>"}),
        parts(texts(1, *HEADS) + "<row><c/></row>" * 3_000_000),
        parts(texts(1, *HEADS) + "<row>" + '<c t="inlineStr"><is><t>' + "x" * 11_000_000 + "</t></is></c></row>"),
    ],
    ids=["shared texts", "rows", "one cell"],
)
def test_a_small_file_does_not_become_a_large_one(body: bytes) -> None:
    assert len(body) < 400_000
    tracemalloc.start()
    with pytest.raises(Invalid, match="unreadable"):
        read(body)
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()


def test_empty_cells_far_to_the_right_and_below_are_passed_over() -> None:
    wide = "<row>" + '<c s="1"/>' * 16_384 + "</row>"
    table = read(
        parts(texts(1, *HEADS) + texts(2, *ROW) + wide * 100 + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    )
    assert len(table.rows) == 1
