"""Invoices as shops write them: titles above, sums below, merged cells, numbers that became numbers of the spreadsheet."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
import xlsxwriter

from kernel.errors import Invalid
from purchasing.invoices import read_invoice, typed_invoice
from purchasing.settling import InvoiceLine

HEADS = ["ISBN", "书名", "数量", "定价"]


def sheet(rows: list[list[Any]], merged: tuple[str, ...] = ()) -> BytesIO:
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        for cells in merged:
            page.merge_range(cells, rows[int(cells[1]) - 1][0])
    file.seek(0)
    return file


def lines(*rows: list[Any], heads: list[str] | None = None) -> list[InvoiceLine]:
    return read_invoice(sheet([heads or HEADS, *rows]))


def reasons(*rows: list[Any], heads: list[str] | None = None) -> list[str]:
    with pytest.raises(Invalid) as caught:
        lines(*rows, heads=heads)
    return [one.zh for one in caught.value.errors["file"]]


def test_a_shops_table_with_a_merged_title_sums_and_signatures() -> None:
    file = sheet(
        [
            ["新华书店 2026 年 11 月销售清单"],
            ["ISBN", "书名", "数量", "定价", "实洋", "备注"],
            ["978-7-02-000220-7", "红楼梦", 2, 59.7, 101.49, ""],
            [9787536692930, "三体", 1, 23, 19.55, "一号柜"],
            ["合计", "", 3, "", 121.04, ""],
            ["大写：壹佰贰拾壹元零肆分"],
            ["制表：王", "", "", "", "", ""],
        ],
        merged=("A1:F1", "A6:F6"),
    )
    first, second = read_invoice(file)
    assert (first.isbn, first.copies, first.price_fen, first.asked_fen) == ("9787020002207", 2, 5970, 10149)
    assert (second.isbn, second.title, second.row, second.asked_fen) == ("9787536692930", "三体", 4, 1955)


def test_what_is_typed_may_have_heads_and_of_heads_that_lack_one_it_is_said_which() -> None:
    bare, headed = "9787020002207，红楼梦，1，59.70", "定价,ISBN\n59.70,9787020002207"
    assert [typed_invoice(text)[0].price_fen for text in (bare, headed)] == [5970, 5970]
    with pytest.raises(Invalid) as caught:
        typed_invoice("书名,数量\n红楼梦,2")
    assert "没有找到表头“ISBN”和“定价”" in caught.value.errors["file"][0].zh


def test_csv_in_the_encoding_of_an_old_till() -> None:
    text = "书号,书名,册数,单价\r\n9787020002207,红楼梦,1,￥59.70\r\n总计,,1,59.70\r\n"
    (one,) = read_invoice(BytesIO(text.encode("gb18030")))
    assert (one.isbn, one.price_fen, one.asked_fen) == ("9787020002207", 5970, None)


def test_a_row_of_sums_without_a_word_is_told_by_its_figures() -> None:
    rows = [["9787020002207", "红楼梦", 2, 59.7], ["9787536692930", "三体", 1, 23]]
    assert len(lines(*rows, ["", "", 3, 142.4])) == 2
    assert reasons(*rows, ["", "", 1, 23.5]) == ["第 4 行：没有 ISBN，也没有书名。"]


@pytest.mark.parametrize(
    ("written", "fen"), [("59.70", 5970), (59.7, 5970), ("￥59.7元", 5970), ("１２．５０", 1250), ("1,059.70", 105970)]
)
def test_prices_as_people_write_them(written: Any, fen: int) -> None:
    (one,) = lines(["9787020002207", "红楼梦", 1, written])
    assert one.price_fen == fen


@pytest.mark.parametrize(
    ("discount", "asked"),
    [(85, 5075), ("85%", 5075), (0.85, 5075), ("8.5折", 5075), (8.5, 5075), (100, 5970), (1, 5970)],
)
def test_discounts_as_people_write_them(discount: Any, asked: int) -> None:
    (one,) = lines(["9787020002207", "红楼梦", 2, 59.7, discount], heads=[*HEADS, "折扣"])
    assert one.asked_fen == 2 * asked


def test_a_book_without_a_valid_number_is_kept_by_its_title() -> None:
    (one,) = lines(["7020002207-X", "红楼梦", "", 59.7])
    assert (one.isbn, one.title, one.copies) == ("", "红楼梦", 1)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["9.78702E+12", "", 1, 59.7], "第 2 行：“9.78702E+12”不是有效的 ISBN，又没有书名。"),
        (["9787020002207", "红楼梦", 1, ""], "第 2 行：没有价格。"),
        (["9787020002207", "红楼梦", 1, "面议"], "第 2 行：定价“面议”看不懂。"),
        (["9787020002207", "红楼梦", 1, 59.705], "第 2 行：定价“59.705”看不懂。"),
        (["9787020002207", "红楼梦", 1, -59.7], "第 2 行：定价“-59.7”看不懂。"),
        (["9787020002207", "红楼梦", 1.5, 59.7], "第 2 行：册数“1.5”看不懂。"),
        (["9787020002207", "红楼梦", 0, 59.7], "第 2 行：册数“0”看不懂。"),
        (["9787020002207", "红楼梦", "1e9999999", 59.7], "第 2 行：册数“1e9999999”看不懂。"),
        (["9787020002207", "红楼梦", "NaN", 59.7], "第 2 行：册数“NaN”看不懂。"),
    ],
)
def test_a_row_that_cannot_be_read_refuses_the_file(row: list[Any], reason: str) -> None:
    assert reasons(row) == [reason]


def test_a_second_row_under_a_merged_title_is_not_lost_in_silence() -> None:
    assert reasons(["9787020002207", "红楼梦", 1, 59.7], ["", "", 1, 35.5]) == ["第 3 行：没有 ISBN，也没有书名。"]


def test_a_table_without_books_or_heads() -> None:
    with pytest.raises(Invalid, match=r"invoice\.empty"):
        read_invoice(sheet([HEADS, ["合计", "", 0, 0]]))
    with pytest.raises(Invalid, match=r"invoice\.columns"):
        read_invoice(sheet([["书", "钱"], ["红楼梦", 59.7]]))
    with pytest.raises(Invalid, match=r"invoice\.unreadable"):
        read_invoice(BytesIO(b"PK\x03\x04 no zip"))


def test_five_thousand_lines_are_read() -> None:
    rows = [["9787020002207", "红楼梦", 1, 59.7] for _ in range(5000)]
    assert len(lines(*rows, ["合计", "", 5000, ""])) == 5000
