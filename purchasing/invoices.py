"""A shop's invoice as a table: which columns it has, and each row as a line or every reason why it is none. Pure.

Tables of shops have a title over their heads, sums and signatures below their lines, numbers of books that became numbers of the
spreadsheet, and cells that were merged. What says nothing of a book is passed over; what seems to and cannot be read is refused, with
its row, and then nothing is taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from io import BytesIO
from typing import IO, Final

from catalog.fold import plain
from catalog.marc.isbn import isbn13s
from kernel.errors import Invalid
from kernel.i18n import Text
from kernel.invisible import without_invisible
from kernel.money import MAX_MONEY_FEN
from kernel.sheets.cells import BLANK, FORMULA, Cell, as_text
from kernel.sheets.tables import Column, Layout, open_table
from purchasing.settling import InvoiceLine

LARGEST_FILE: Final = 5_000_000
MOST_ROWS: Final = 10_000
MOST_COPIES: Final = 1_000
MOST_REASONS: Final = 20
HEADS: Final = 2  # so many names of columns in a typed line are no book
_MOST_DIGITS: Final = 12

LAYOUT: Final = Layout(
    code="invoice",
    columns={
        "isbn": Column(label=Text("ISBN", "ISBN"), heads="isbn isbn号 书号 国际标准书号 标准书号", is_required=True),
        "title": Column(label=Text("书名", "title"), heads="title 书名 题名 名称 商品名称 图书名称 品名"),
        "copies": Column(label=Text("册数", "copies"), heads="copies quantity qty 册数 数量 复本 本数"),
        "price": Column(label=Text("定价", "price"), heads="price 定价 单价 价格 码价", is_required=True),
        "net": Column(label=Text("折后单价", "net price"), heads="net netprice 折后价 折后单价 实价 结算价 实洋单价"),
        "discount": Column(label=Text("折扣", "discount"), heads="discount 折扣 折扣率 结算折扣"),
        "amount": Column(label=Text("金额", "amount"), heads="amount total 实洋 金额 折后金额 结算金额 实付金额"),
    },
    known_by=("isbn", "price"),
    largest_file=LARGEST_FILE,
    most_rows=MOST_ROWS,
    too_many=Text(
        "一张发票最多 {n} 行，什么也没有改。", "An invoice has at most {n} rows; nothing was changed."
    ).format(n=MOST_ROWS),
)
_SUMS: Final = ("合计", "总计", "小计", "共计", "总金额", "大写", "本页", "total", "sum", "subtotal")
_BESIDE_MONEY: Final = re.compile(r"[¥￥元,，\s]|CNY|RMB", re.IGNORECASE)

_NO_BOOK: Final = Text("没有 ISBN，也没有书名", "neither ISBN nor title")
_NO_ISBN: Final = Text("“{shown}”不是有效的 ISBN，又没有书名", "“{shown}” is no valid ISBN, and there is no title")
_NO_PRICE: Final = Text("没有价格", "no price")
_ODD: Final = Text("{head}“{shown}”看不懂", "the {head} “{shown}” cannot be read")
_ROW: Final = Text("第 {n} 行：{why}。", "Row {n}: {why}.")
_REFUSED: Final = Text(
    "有 {n} 行看不懂，什么也没有改。请改好后再传。",
    "{n} rows cannot be read; nothing was changed. Correct them and send it again.",
)
_NOTHING: Final = Text("表里没有一行书。", "There is no row with a book in this table.")


class _Unusable(Exception):
    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(kw_only=True)
class _Sums:
    """What the rows above come to, by which a row of sums without a word is told from a book without a name."""

    copies: int = 0
    prices: int = 0
    listed: int = 0
    asked: int = 0

    def add(self, line: InvoiceLine) -> None:
        price = line.price_fen or 0
        self.copies += line.copies
        self.prices += price
        self.listed += price * line.copies
        self.asked += line.asked_fen if line.asked_fen is not None else price * line.copies

    def are(self, numbers: Mapping[str, Decimal]) -> bool:
        fen = {self.prices, self.listed, self.asked}
        known = [
            number == self.copies if name == "copies" else number * 100 in fen
            for name, number in numbers.items()
            if name in ("copies", "price", "amount")
        ]
        return self.copies > 0 and bool(known) and all(known)


def read_invoice(file: IO[bytes]) -> list[InvoiceLine]:
    """Raises Invalid, with the rows that cannot be read."""
    lines: list[InvoiceLine] = []
    reasons: list[Text] = []
    sums = _Sums()
    with open_table(file, LAYOUT) as table:
        for row, cells in table.rows:
            try:
                line = _line(row, dict(zip(table.fields, cells, strict=True)), sums)
            except _Unusable as problem:
                reasons.append(_ROW.format(n=row, why=problem.sentence))
                continue
            if line is not None:
                sums.add(line)
                lines.append(line)
    if reasons:
        raise Invalid("invoice.rows", _REFUSED.format(n=len(reasons)), {"file": reasons[:MOST_REASONS]})
    if not lines:
        raise Invalid("invoice.empty", _NOTHING, {"file": [_NOTHING]})
    return lines


def typed_invoice(text: str) -> list[InvoiceLine]:
    """Lines typed or pasted into a form: ISBN, title, copies, price; with a line of heads above, whatever columns it names."""
    text = text.strip().replace("，", ",")
    divider = "\t" if "\t" in text else ","
    first = text.partition("\n")[0]
    named = {LAYOUT.column_of[head] for head in map(plain, first.split(divider)) if head in LAYOUT.column_of}
    if "isbn" not in named and len(named) < HEADS:  # of heads that lack one it is said which
        text = divider.join(("isbn", "title", "copies", "price")) + "\n" + text
    return read_invoice(BytesIO(text.encode()))


def _line(row: int, cells: Mapping[str, Cell], sums: _Sums) -> InvoiceLine | None:
    """None for a row of sums, a signature or a remark."""
    shown = {name: BLANK if cell == FORMULA else as_text(cell) for name, cell in cells.items()}
    written, title = shown["isbn"], _title(shown.get("title", BLANK))
    if _names_sums(written) or _names_sums(title):
        return None
    found = isbn13s(written)
    has_figures = any(shown.get(name) for name in ("copies", "price", "net", "amount"))
    if not has_figures and not found:
        return None
    if not found and not title:
        if not written and sums.are(_figures(shown)):
            return None
        raise _Unusable(_NO_ISBN.format(shown=written[:40]) if written else _NO_BOOK)
    copies = _copies(shown.get("copies", BLANK))
    price = _money("price", shown["price"])
    asked = _asked(shown, copies, price)
    if price is None and asked is None:
        raise _Unusable(_NO_PRICE)
    isbn = found[0] if len(found) == 1 else ""
    return InvoiceLine(row=row, isbn=isbn, title=title, copies=copies, price_fen=price, asked_fen=asked)


def _title(text: str) -> str:
    kept = "".join(letter for letter in without_invisible(text) if letter.isprintable())
    return kept.strip()[:300]


def _names_sums(text: str) -> bool:
    folded = plain(text)
    return any(folded == word or (folded.startswith(word) and not folded.isascii()) for word in _SUMS)


def _figures(shown: Mapping[str, str]) -> dict[str, Decimal]:
    """The numbers of a row that names no book; one that is none makes it no row of sums."""
    figures = {}
    for name in ("copies", "price", "net", "amount"):
        if text := shown.get(name, BLANK):
            figures[name] = _decimal(name, text)
    return figures


def _asked(shown: Mapping[str, str], copies: int, price: int | None) -> int | None:
    """What the line asks for: by the net price, by its discount, or as it says; None where it says nothing but the price."""
    net = _money("net", shown.get("net", BLANK))
    if net is not None:
        return net * copies
    amount = _money("amount", shown.get("amount", BLANK))
    discount = shown.get("discount", BLANK)
    if discount and price is not None:
        part = _part(discount)
        return int((price * part).quantize(Decimal(1), ROUND_HALF_UP)) * copies
    return amount


def _part(text: str) -> Decimal:
    """A discount as people write it: 85, 85%, 0.85, 8.5折, 八五折 is not read."""
    folded = unicodedata.normalize("NFKC", text).replace(" ", "")
    number = _decimal("discount", folded.rstrip("%折"))
    if folded.endswith("%"):
        part = number / 100
    elif folded.endswith("折"):
        part = number / 10 if number <= 10 else number / 100
    else:
        part = number if number <= 1 else number / 10 if number <= 10 else number / 100
    if not 0 < part <= 1:
        raise _Unusable(_odd("discount", text))
    return part


def _copies(text: str) -> int:
    if not text:
        return 1
    number = _decimal("copies", text)
    if number != int(number) or not 1 <= number <= MOST_COPIES:
        raise _Unusable(_odd("copies", text))
    return int(number)


def _money(name: str, text: str) -> int | None:
    """Whole fen; more decimals than two are no price."""
    if not text:
        return None
    fen = _decimal(name, text) * 100
    if fen != int(fen) or not 0 < fen <= MAX_MONEY_FEN // 100:
        raise _Unusable(_odd(name, text))
    return int(fen)


def _decimal(name: str, text: str) -> Decimal:
    digits = _BESIDE_MONEY.sub("", unicodedata.normalize("NFKC", text))
    try:
        number = Decimal(digits)
    except InvalidOperation:
        raise _Unusable(_odd(name, text)) from None
    if not number.is_finite() or not number.adjusted() < _MOST_DIGITS:
        raise _Unusable(_odd(name, text))
    return number


def _odd(name: str, shown: str) -> Text:
    return _ODD.format(head=LAYOUT.columns[name].label, shown=shown[:40])
