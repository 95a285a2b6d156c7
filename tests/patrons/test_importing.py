"""Rows of a table of readers: what they ask for, or every reason why not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kernel.sheets.cells import FORMULA
from patrons.importing import LineReader, Names, ReaderLine
from patrons.tables import FIELDS, ReaderTable

TODAY = date(2026, 11, 22)
GOOD: dict[str, Any] = {"barcode": "P1", "name": "张三", "category": "adult", "home": "CG"}
CATEGORIES = Names([("adult", "成人"), ("child", "少儿")])
UNITS = Names([("CG", "城关分馆"), ("A", "同名馆"), ("B", "同名馆"), ("C", "A")])


def read(counts_from_1904: bool = False, **cells: Any) -> ReaderLine:
    row = dict.fromkeys(FIELDS, "") | GOOD | cells
    table = ReaderTable(
        fields=tuple(FIELDS), rows=((2, tuple(row[name] for name in FIELDS)),), counts_from_1904=counts_from_1904
    )
    (line,) = LineReader(table, categories=CATEGORIES, units=UNITS, today=TODAY).lines()
    return line


def test_a_row_says_only_what_it_fills_in() -> None:
    line = read()
    assert (line.values, line.reasons) == (GOOD, ())


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ("barcode", '="0012"', "0012"),
        ("barcode", "3E5", "3E5"),
        ("name", " 张\u200b三 ", "张三"),
        ("name", "=1+1", "=1+1"),
        ("category", "成 人", "adult"),
        ("category", "ADULT", "adult"),
        ("home", "城关分馆", "CG"),
        ("home", "A", "A"),  # a code counts before another's name
        ("expires_on", "2026-1-2", date(2026, 1, 2)),
        ("expires_on", "2026/1/2", date(2026, 1, 2)),
        ("expires_on", "2026.01.02", date(2026, 1, 2)),
        ("expires_on", "２０２６年１月２日", date(2026, 1, 2)),
        ("expires_on", "20260102", date(2026, 1, 2)),
        ("expires_on", 20260102.0, date(2026, 1, 2)),
        ("expires_on", "2026/1/2 0:00:00", date(2026, 1, 2)),
        ("expires_on", 46024.0, date(2026, 1, 2)),
        ("birth_on", 32994.0, date(1990, 5, 1)),
        ("guardian", "ZG:P9", "ZG:P9"),
        ("guardian_agrees", " 是 ", True),
        ("guardian_agrees", "已同意", True),
        ("guardian_agrees", "No", False),
        ("phone", 13812345678.0, "13812345678"),
        ("phone", "138-1234 5678", "13812345678"),
        ("phone", "'+8613812345678", "+8613812345678"),
    ],
)
def test_reads_what_people_write(field: str, cell: Any, value: Any) -> None:
    line = read(**{field: cell})
    assert line.reasons == ()
    assert line.values[field] == value


def test_days_of_a_file_that_counts_from_1904() -> None:
    assert read(counts_from_1904=True, birth_on=31532.0).values["birth_on"] == date(1990, 5, 1)


@pytest.mark.parametrize(
    ("field", "cell", "sentence"),
    [
        ("barcode", "", "缺少证号"),
        ("barcode", "9.787E+12", "设为“文本”格式"),
        ("barcode", "9E+12", "设为“文本”格式"),
        ("barcode", "12.0", "设为“文本”格式"),
        ("barcode", 12.0, "设为“文本”格式"),
        ("barcode", 9.787e12, "设为“文本”格式"),
        ("barcode", FORMULA, "公式"),
        ("barcode", "P 1", "不含空格"),
        ("barcode", "x" * 65, "最长 64"),
        ("name", "", "缺少姓名"),
        ("name", "张\n三", "换行"),
        ("name", "张" * 65, "最长 64"),
        ("name", "\ud800", "不能保存"),
        ("category", "新生", "没有类别“新生”"),
        ("home", "{x}", "没有所属馆“{x}”"),
        ("home", "同名馆", "A, B"),
        ("expires_on", "2026-02-30", "看不出是哪一天"),
        ("expires_on", "明年", "看不出是哪一天"),
        ("expires_on", "3/4/26", "看不出是哪一天"),
        ("expires_on", 2026.0, "看不出是哪一天"),
        ("expires_on", 3e6, "看不出是哪一天"),
        ("expires_on", "9999-12-31", "看不出是哪一天"),
        ("birth_on", "2027-01-01", "在今天之后"),
        ("guardian", 12.0, "监护人“12”存成了数字"),
        ("phone", "0791", "5 至 15 位"),
        ("phone", 1.5, "5 至 15 位"),
    ],
)
def test_refuses_what_cannot_be_kept(field: str, cell: Any, sentence: str) -> None:
    line = read(**{field: cell})
    assert len(line.reasons) == 1
    assert sentence in line.reasons[0].zh
    assert field not in line.values


def test_all_reasons_of_a_row_are_told() -> None:
    line = read(barcode=1.0, name="", category="x", home="y", expires_on="z", birth_on="z", guardian=2.0, phone="z")
    assert len(line.reasons) == 8
