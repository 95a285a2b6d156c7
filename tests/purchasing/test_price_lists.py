"""Shops' lists: what is read, in every usual spelling, and what is refused, with the line, the reason and the way out."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest

from kernel.errors import Invalid
from kernel.sheets.reading import Unusable
from kernel.sheets.tables import open_table
from purchasing.isbns import is_unified_number, isbn_problem
from purchasing.price_lists import LAYOUT, Offer, OfferLine, Said, read_offers, read_price
from tests.kernel.sheets.workbooks import workbook

TODAY = date(2026, 11, 29)
ISBN, OTHER = "9787020002207", "9787536692930"


def read(body: bytes) -> list[OfferLine]:
    with open_table(io.BytesIO(body), LAYOUT) as table:
        return list(read_offers(table, TODAY))


def read_text(text: str) -> list[OfferLine]:
    return read(text.encode())


def said(line: OfferLine) -> Said:
    assert line.said is not None, line.reasons
    return line.said


def reasons(cell: str, head: str) -> str:
    """Why a line with one odd cell is refused."""
    cells = {"ISBN": ISBN, "书名": "红楼梦", "定价": "59.80"} | {head: cell}
    text = ",".join(cells) + "\n" + ",".join(f'"{value}"' for value in cells.values())
    (line,) = read_text(text)
    assert line.said is None
    return " ".join(reason.zh for reason in line.reasons)


# --- heads --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heads",
    [
        "ISBN,书名,定价,作者,出版社,出版日期,中图分类号,库存",
        "isbn,title,price,author,publisher,pub_date,class,stock",
        "书号,图书名称,单价,著者,出版单位,出版年月,分类号,库存数量",
        "ISBN,Title*,定价（元）,author,Publisher,出版时间,CLC,QTY",
    ],
)
def test_heads_are_understood_in_both_languages(heads: str) -> None:
    (line,) = read_text(f"{heads}\n{ISBN},红楼梦,59.80,曹雪芹,人民文学出版社,2025-05-01,I242.4,3\n")
    assert said(line).on(None) == Offer(
        isbn=ISBN,
        title="红楼梦",
        price_fen=5980,
        author="曹雪芹",
        publisher="人民文学出版社",
        year=2025,
        class_number="I242.4",
        stock=3,
    )


def test_columns_stand_in_any_order_below_a_title_and_others_are_passed_over() -> None:
    text = f"新华书店可供书目,,,,\n\n序号,库存,定价,书名,ISBN\n1,,59.80,红楼梦,{ISBN}\n"
    (line,) = read_text(text)
    assert (line.number, said(line).on(None)) == (4, Offer(isbn=ISBN, title="红楼梦", price_fen=5980))


def test_a_list_with_neither_prices_nor_stock_is_refused_as_a_whole() -> None:
    with pytest.raises(Invalid, match=r"price_list\.columns"):
        read_text(f"ISBN,书名\n{ISBN},红楼梦\n")


BEFORE = Offer(isbn=ISBN, title="红楼梦", price_fen=5980, author="曹雪芹", year=2020, class_number="I242.4", stock=3)


@pytest.mark.parametrize(
    ("text", "after", "lacks"),
    [
        (f"ISBN,定价\n{ISBN},62.00", replace(BEFORE, price_fen=6200), "书名"),
        (f"ISBN,库存\n{ISBN},7", replace(BEFORE, stock=7), "书名和定价"),
        (f"ISBN,库存\n{ISBN},", replace(BEFORE, stock=None), "书名和定价"),
        (f"ISBN,书名,定价,作者\n{ISBN},红楼梦,59.80,", replace(BEFORE, author=""), None),
        (f"ISBN,书名,定价,出版年\n{ISBN},红楼梦,59.80,2024", replace(BEFORE, year=2024), None),
    ],
)
def test_a_list_speaks_of_what_it_has_a_column_for(text: str, after: Offer, lacks: str | None) -> None:
    """A column that is there and left blank says that nothing is known; one that is not there says nothing."""
    (line,) = read_text(text)
    assert said(line).on(BEFORE) == after
    assert (said(line).lacks and said(line).lacks.zh) == lacks  # type: ignore[union-attr]


# --- prices -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("59.80", 5980),
        ("59.8", 5980),
        ("59", 5900),
        ("¥59.80", 5980),
        ("￥59.80", 5980),
        ("¥ 59.80 ", 5980),
        ("CNY59.80", 5980),
        ("cny 59.80", 5980),
        ("RMB59.80", 5980),
        ("人民币59.80元", 5980),
        ("59.80元", 5980),
        ("定价：59.80元", 5980),
        ("５９．８０", 5980),
        ("￥１，０５９．８０", 105980),
        ("1,059.80", 105980),
        ("59.8000", 5980),
        ("0.5", 50),
    ],
)
def test_a_price_is_read_in_every_usual_spelling(text: str, fen: int) -> None:
    assert read_price(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "免费",
        "59,80",
        "59.805",
        "$59.80",
        "HK$80",
        "USD20",
        "-59.80",
        "59.80-69.80",
        "1e3",
        "59.80（全2册）",
        "0",
        "1000000.01",
    ],
)
def test_what_is_no_amount_in_yuan_is_no_price(text: str) -> None:
    with pytest.raises(Unusable):
        read_price(text)


def test_numbers_of_a_workbook_are_read_as_they_are_shown() -> None:
    heads = ("ISBN", "书名", "定价", "出版日期", "库存")
    (line,) = read(workbook([heads, (9787020002207, "红楼梦", 59.8, date(2025, 5, 1), 2)]))
    assert said(line).on(None) == Offer(isbn=ISBN, title="红楼梦", price_fen=5980, year=2025, stock=2)


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        ("2025", 2025),
        ("2025年", 2025),
        ("2025-05", 2025),
        ("2025.5", 2025),
        ("2025年5月第1版", 2025),
        ("202505", 2025),
        ("２０２５", 2025),
    ],
)
def test_years_are_read_as_shops_write_them(cell: str, year: int) -> None:
    (line,) = read_text(f"ISBN,书名,定价,出版年\n{ISBN},红楼梦,59.80,{cell}\n")
    assert said(line).values["year"] == year


# --- what is refused ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "cell", "why"),
    [
        ("ISBN", "9.787E+12", "科学计数"),
        ("ISBN", "9.78702E+12", "设为“文本”格式"),
        ("ISBN", "9787020002200", "末位写的是 0，按前面的数字应是 7"),
        ("ISBN", "10019·2023", "统一书号"),
        ("ISBN", "6901234567892", "不是有效的 ISBN"),
        ("ISBN", f"{ISBN} {OTHER}", "不止一个 ISBN"),
        ("ISBN", "", "缺少ISBN"),
        ("书名", "", "缺少书名"),
        ("书名", "书" * 301, "最长 300 个字符"),
        ("定价", "", "缺少定价"),
        ("定价", "面议", "定价“面议”看不出是多少"),
        ("定价", "0.00", "定价是 0"),
        ("定价", "10000000", "超过 1000000.00 元"),
        ("出版年", "近年", "四位年份"),
        ("出版年", "2031", "四位年份"),
        ("库存", "有", "不是册数"),
        ("库存", "-3", "库存“-3”是负数"),
        ("分类号", "I" * 65, "最长 64 个字符"),
    ],
)
def test_a_line_is_refused_with_what_is_wrong(head: str, cell: str, why: str) -> None:
    assert why in reasons(cell, head)


def test_an_isbn_that_a_workbook_rounded_is_told_from_a_wrong_one() -> None:
    (line,) = read(workbook([("ISBN", "书名", "定价"), (9787000000000, "红楼梦", 59.8)]))
    assert "科学计数" in line.reasons[0].zh


def test_every_reason_of_a_line_is_told_at_once_and_the_others_stand() -> None:
    lines = read_text(f"ISBN,书名,定价\n9.787E+12,,面议\n{OTHER},三体,23\n")
    assert [len(line.reasons) for line in lines] == [3, 0]
    assert said(lines[1]).isbn == OTHER


def test_of_two_lines_with_one_isbn_the_first_stands() -> None:
    first, second = read_text(f"ISBN,书名,定价\n978-7-02-000220-7,红楼梦 上,59.80\n{ISBN},红楼梦 下,59.80\n")
    assert first.said is not None
    assert (second.number, second.said, second.reasons[0].zh[:13]) == (3, None, "ISBN 与第 2 行相同")


def test_a_formula_without_a_value_is_none() -> None:
    assert "ISBN" in reasons("=A1", "ISBN")


@pytest.mark.parametrize(
    "written", ["10019·2023", "统一书号：10019·2023", "7018.12", "10019-3456", "１００１９·２０２３"]
)
def test_numbers_before_there_were_isbns_are_known(written: str) -> None:
    assert is_unified_number(written)
    assert isbn_problem(written) is not None


@pytest.mark.parametrize("written", [ISBN, "7-02-000220-X", "ISBN 978-7-02-000220-7", "702000220X"])
def test_an_isbn_in_any_spelling_has_no_problem(written: str) -> None:
    assert isbn_problem(written) is None
    assert not is_unified_number(written)


@pytest.mark.parametrize(
    ("cell", "volumes"), [("上、下", "上、下"), ("上 中 下", "上、中、下"), ("1-3", "1、2、3"), ("", "")]
)
def test_the_volumes_of_a_set_stand_in_one_row(cell: str, volumes: str) -> None:
    (line,) = read_text(f"ISBN,书名,定价,分册\n{ISBN},红楼梦,59.80,{cell}")
    assert said(line).on(None).volumes == volumes
    assert said(line).on(replace(BEFORE, volumes="甲、乙")).volumes == volumes


@pytest.mark.parametrize(("cell", "why"), [("上、上册", "“上”和“上册”是同一册"), ("1-101", "最多写 100 册")])
def test_volumes_that_are_none_are_refused(cell: str, why: str) -> None:
    assert why in reasons(cell, "分册")
