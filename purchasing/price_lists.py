"""A shop's list of books as spreadsheets write it, row by row: what it says of a book, or every reason why not. Pure.

Prices and numbers come out of the shops' own programs in many spellings; what can be read one way only is read, the rest is refused.
A list speaks of what it has a column for and of nothing else: one of prices leaves the stock alone, and the other way round.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from kernel.i18n import Text
from kernel.invisible import without_invisible
from kernel.money import show_money
from kernel.sheets.cells import Cell, as_text
from kernel.sheets.reading import CellReader, Unusable, counted_day, plain_text, read_cells, shown_cells
from kernel.sheets.tables import Column, Layout, Table
from purchasing.isbns import NO_ISBN, isbn_of, isbn_problem
from purchasing.volumes import JOINT, same_volumes, split_volumes
from purchasing.volumes import LONGEST as LONGEST_VOLUMES
from purchasing.volumes import MOST as MOST_VOLUMES

LARGEST_FILE: Final = 30_000_000
MOST_ROWS: Final = 100_000
MOST_FEN: Final = 1_000_000_00
LONGEST: Final = {"title": 300, "author": 200, "publisher": 200, "class_number": 64}
MOST_STOCK: Final = 1_000_000
_FIRST_YEAR: Final = 1000

LAYOUT: Final = Layout(
    code="price_list",
    columns={
        "isbn": Column(
            label=Text("ISBN", "ISBN"),
            heads="isbn isbn号 isbn编号 isbn13 isbn码 书号 国际书号 国际标准书号 ean ean13",
            is_required=True,
        ),
        "title": Column(
            label=Text("书名", "title"),
            heads="title booktitle bookname name 书名 题名 正题名 图书名称 书籍名称 商品名称 商品名 品名 名称",
        ),
        "price": Column(
            label=Text("定价", "price"),
            heads="price listprice 定价 价格 单价 标价 图书定价 图书价格",
        ),
        "author": Column(label=Text("作者", "author"), heads="author authors 作者 著者 责任者 编著者 著作者 作者名"),
        "publisher": Column(
            label=Text("出版社", "publisher"), heads="publisher press 出版社 出版者 出版单位 出版商 版别 出版社名称"
        ),
        "year": Column(
            label=Text("出版年", "year"),
            heads="year pubyear publicationyear pubdate publicationdate published 出版年 出版年份 出版年月 出版日期 出版时间 版次年份",
        ),
        "class_number": Column(
            label=Text("分类号", "class number"),
            heads="class classnumber clc 分类号 中图分类号 中图分类 中图法分类号 中图法 图书分类号",
        ),
        "stock": Column(
            label=Text("库存", "stock"),
            heads="stock quantity qty count instock 库存 数量 库存量 库存数 库存数量 现存 现存量 册数 可供数 结存",
        ),
        "volumes": Column(
            label=Text("分册", "volumes"),
            heads="volumes volume vol 分册 各册 分册名 分卷 卷册 册次 卷次",
        ),
    },
    known_by=("isbn",),
    largest_file=LARGEST_FILE,
    largest_part=100_000_000,
    most_rows=MOST_ROWS,
    too_many=Text(
        "一次最多 {n} 行，什么也没有改。请拆成几个文件，第二个起选“加到清单里”。",
        "At most {n} rows at once; nothing was changed. Split the file, and add the second and later ones to the list.",
    ).format(n=MOST_ROWS),
)

FIELD_OF: Final = {name: "price_fen" if name == "price" else name for name in LAYOUT.columns}
NEEDED_WHEN_NEW: Final = ("title", "price")
_TOLD: Final = ("price", "stock")  # a list that speaks of neither is none
_EMPTY: Final[Mapping[str, Any]] = {
    "author": "",
    "publisher": "",
    "year": None,
    "class_number": None,
    "stock": None,
    "volumes": "",
}

_SPOILT: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?E\+?[0-9]+", re.ASCII | re.IGNORECASE)
_PRICE: Final = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(?:\.([0-9]{1,2})0*)?", re.ASCII)
_CURRENCY: Final = re.compile(r"^(?:定价:?)?(?:CNY|RMB|人民币|¥)*|(?:元整?|圆|CNY|RMB)\Z", re.IGNORECASE)
_YEAR: Final = re.compile(
    r"([12][0-9]{3})(?:年|[-/.年](?:0?[1-9]|1[0-2])(?:[-/.月].*|月)?|(?:0[1-9]|1[0-2])(?:[0-3][0-9])?)?"
)
_COUNT: Final = re.compile(r"(-?[0-9]{1,9})(?:\.0+)?", re.ASCII)

_EXPONENT: Final = Text(
    "ISBN“{shown}”被表格软件存成了科学计数，后几位数字已经丢了。请先把这一列设为“文本”格式，再从书店系统重新导出或粘贴。",
    "A spreadsheet kept the ISBN “{shown}” as a number in powers of ten, and its last digits are lost. "
    "Format the column as text first, then export or paste it anew.",
)
_NO_PRICE: Final = Text(
    "定价“{shown}”看不出是多少。请写人民币金额，如 59.80；套装写整套的价格。",
    "The price “{shown}” is no amount. Write yuan such as 59.80; for a set, the price of the set.",
)
_NOTHING: Final = Text("定价是 0。请写书上印的定价。", "The price is 0. Write the price printed on the book.")
_HIGH: Final = Text(
    "定价“{shown}”超过 {most} 元，请核对是不是写成了分，或多了几位。",
    "The price “{shown}” is above {most} yuan. Check whether it is in fen or has digits too many.",
)
_NO_YEAR: Final = Text(
    "出版年“{shown}”看不出是哪一年，请写四位年份，如 2025，或留空。",
    "The year “{shown}” is none; write four digits such as 2025, or leave it empty.",
)
_NO_COUNT: Final = Text(
    "库存“{shown}”不是册数，请写整数，或留空。",
    "The stock “{shown}” is no number of copies; write one, or leave it empty.",
)
_BELOW_ZERO: Final = Text(
    "库存“{shown}”是负数，多半是卖了还没入账。请核对实有几册再写，没有就写 0。",
    "The stock “{shown}” is below zero, often books sold before they were booked. Count and write how many there are, 0 for none.",
)
_NO_CLASS: Final = Text(
    "分类号“{shown}”最长 {n} 个字符，请核对或留空。",
    "The class number “{shown}” has at most {n} characters; check it, or leave it empty.",
)
_MANY_VOLUMES: Final = Text(
    "分册“{shown}”太多了：一个 ISBN 最多写 {n} 册。",
    "The volumes “{shown}” are too many: at most {n} of one ISBN.",
)
_SAME_VOLUME: Final = Text(
    "分册“{first}”和“{second}”是同一册，请只写一个。",
    "The volumes “{first}” and “{second}” are one; name it once.",
)
TWICE: Final = Text(
    "ISBN 与第 {n} 行相同。一套书各册共用一个 ISBN 时只留一行，在“分册”一栏写明各册，如“上、下”，柜台会问是哪一册。",
    "The ISBN stands on line {n} already. Where the volumes of a set share one, keep one row and name them in a column “volumes”, "
    "such as “1, 2”: the counter asks which one it is.",
)


NEITHER: Final = Text(
    "没有“定价”也没有“库存”一栏，不知道要改什么。请至少留一栏。",
    "There is no column of prices and none of stock, so there is nothing to change. Keep at least one of them.",
)
NEW_NEEDS: Final = Text(
    "清单里还没有这本书，文件也没有写{heads}。新书要写明书名和定价，请补上这几栏再传。",
    "This book is not on the list yet, and the file does not give its {heads}. A new book needs title and price: add the columns.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A book on a shop's list. `stock` None: the shop does not say. `volumes` are those that share its number."""

    isbn: str
    title: str
    price_fen: int
    author: str = ""
    publisher: str = ""
    year: int | None = None
    class_number: str | None = None
    stock: int | None = None
    volumes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a row says of a book: a value for every column that the file has, by the names of `Offer`."""

    isbn: str
    values: Mapping[str, Any]

    @property
    def lacks(self) -> Text | None:
        """What would have to be known of the book, were it new on the list."""
        labels = [LAYOUT.columns[name].label for name in NEEDED_WHEN_NEW if FIELD_OF[name] not in self.values]
        if not labels:
            return None
        return Text("和", " and ").join(labels)

    def on(self, before: Offer | None) -> Offer:
        """The book as it stands on the list then. Without one before, nothing may be lacking."""
        return Offer(isbn=self.isbn, **self.values) if before is None else replace(before, **self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLine:
    """A row as it was understood: what it says, or the reasons against it. `isbn` and `title` are as they stand in the file."""

    number: int
    isbn: str
    title: str
    said: Said | None
    reasons: tuple[Text, ...] = field(default=())


def read_offers(table: Table, today: date) -> Iterator[OfferLine]:
    """The rows of an open table, one by one. Of two with one ISBN the first stands. Raises Invalid for a list that says neither what
    books cost nor how many there are."""
    if not set(_TOLD) & set(table.fields):
        raise LAYOUT.refused("columns", NEITHER)
    columns = {
        name: replace(LAYOUT.columns[name], is_required=name == "isbn" or name in NEEDED_WHEN_NEW)
        for name in table.fields
    }
    readers = _readers(table.counts_from_1904, today)
    seen: dict[int, int] = {}
    for number, cells in table.rows:
        line = _line(number, dict(zip(table.fields, cells, strict=True)), columns, readers)
        if line.said is not None:
            first = seen.setdefault(int(line.said.isbn), number)
            if first != number:
                line = replace(line, said=None, reasons=(TWICE.format(n=first),))
        yield line


def read_price(text: str) -> int:
    """Fen of an amount in any usual spelling: `¥59.80`, `CNY59.80`, `59.8元`, `１，０５９．８０`. Raises Unusable."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    found = _PRICE.fullmatch(_CURRENCY.sub("", plain))
    if found is None:
        raise Unusable(_NO_PRICE)
    fen = int(found[1].replace(",", "")) * 100 + int((found[2] or "0").ljust(2, "0"))
    if fen == 0:
        raise Unusable(_NOTHING)
    if fen > MOST_FEN:
        raise Unusable(_HIGH, most=show_money(MOST_FEN))
    return fen


def _line(
    number: int, cells: Mapping[str, Cell], columns: Mapping[str, Column], readers: Mapping[str, CellReader]
) -> OfferLine:
    values, reasons = read_cells(columns, readers, cells)
    shown = shown_cells(cells)
    said = None
    if not reasons:
        told = {FIELD_OF[name]: values.get(name, _EMPTY.get(name)) for name in columns if name != "isbn"}
        said = Said(isbn=values["isbn"], values=told)
    return OfferLine(
        number=number, isbn=shown["isbn"][:40], title=shown.get("title", "")[:80], said=said, reasons=tuple(reasons)
    )


def _readers(counts_from_1904: bool, today: date) -> Mapping[str, CellReader]:
    return {
        "isbn": _isbn,
        "title": lambda cell, _head: plain_text(_one_line(cell), LONGEST["title"]),
        "price": lambda cell, _head: read_price(as_text(cell)),
        "author": _cut_to(LONGEST["author"]),
        "publisher": _cut_to(LONGEST["publisher"]),
        "year": lambda cell, _head: _year(cell, counts_from_1904, today),
        "class_number": _class_number,
        "stock": _stock,
        "volumes": _volumes,
    }


def _isbn(cell: Cell, _head: Text) -> str:
    text = as_text(cell)
    found = isbn_of(text)
    if found is not None:
        return found
    if _SPOILT.fullmatch(text) or (isinstance(cell, float) and text.endswith("00000")):
        raise Unusable(_EXPONENT)
    raise Unusable(isbn_problem(text) or NO_ISBN)


def _cut_to(longest: int) -> Callable[[Cell, Text], str]:
    """Long lists of names are cut, for nothing is decided by them."""

    def read(cell: Cell, _head: Text) -> str:
        return plain_text(_one_line(cell)[:longest], longest)

    return read


def _year(cell: Cell, counts_from_1904: bool, today: date) -> int:
    day = counted_day(cell, counts_from_1904) if isinstance(cell, float) and cell < 190_001 else None
    if day is not None:
        return day.year
    text = "".join(unicodedata.normalize("NFKC", as_text(cell)).split())
    found = _YEAR.fullmatch(text)
    if found is None or not _FIRST_YEAR <= int(found[1]) <= today.year + 1:
        raise Unusable(_NO_YEAR)
    return int(found[1])


def _class_number(cell: Cell, _head: Text) -> str:
    text = plain_text(_one_line(cell), 1000)
    if len(text) > LONGEST["class_number"]:
        raise Unusable(_NO_CLASS, n=LONGEST["class_number"])
    return text


def _stock(cell: Cell, _head: Text) -> int:
    """Below zero is refused: how many there are then, nobody knows."""
    found = _COUNT.fullmatch("".join(unicodedata.normalize("NFKC", as_text(cell)).replace(",", "").split()))
    if found is None or int(found[1]) > MOST_STOCK:
        raise Unusable(_NO_COUNT)
    if int(found[1]) < 0:
        raise Unusable(_BELOW_ZERO)
    return int(found[1])


def _volumes(cell: Cell, _head: Text) -> str:
    """Those of a set, joined in one way; no two may mean one."""
    names = split_volumes(plain_text(without_invisible(as_text(cell)), 1000))
    joined = JOINT.join(names)
    if len(names) > MOST_VOLUMES or len(joined) > LONGEST_VOLUMES:
        raise Unusable(_MANY_VOLUMES, n=MOST_VOLUMES)
    if (twice := same_volumes(names)) is not None:
        raise Unusable(_SAME_VOLUME, first=twice[0], second=twice[1])
    return joined


def _one_line(cell: Any) -> str:
    """Line breaks and runs of blanks within a cell are one blank."""
    return " ".join(without_invisible(as_text(cell)).split())
