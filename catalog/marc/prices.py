"""The price of one copy in fen, out of `CNY79.00 (全2册)`, `￥68.00`, `0.38元`, `7`. Other currencies are no price in yuan."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from catalog.bibdata import HIGHEST_PRICE_FEN
from catalog.marc.numerals import NUMERAL, number

_AMOUNT = re.compile(r"(?<![\d.])(\d{1,3}(?:,\d{3}){1,2}|\d{1,9})(\.\d{1,2})?(?![\d.])")
_FOREIGN = re.compile(
    r"HK\s?\$?|NT\s?\$?|US|EUR|GBP|JPY|TWD|CAD|AUD|DEM|FRF|RUB|SEK|руб|р\.|yen|円|港|台币|日元|美元|欧元|[$€£]", re.I
)
_YUAN = re.compile(r"CNY|RMB|人民币|[￥¥]|元|圆", re.I)
_VOLUMES = re.compile(f"(?:[全共]|全套|一套|套装)?\\s*({NUMERAL})\\s*(?:册|卷|本)")
_NAMED_VOLUMES = (("上中下", 3), ("上、中、下", 3), ("上、下", 2), ("上下", 2))
_EACH = ("每册", "每卷", "每本", "单册", "单价")
_LONGEST = 200


def price_fen(text: str, *, bare: bool) -> int | None:
    """`bare`: whether a number without a currency means yuan (it does in CNMARC, not in MARC21)."""
    text = unicodedata.normalize("NFKC", text[:_LONGEST])
    if _FOREIGN.search(text) or not (bare or _YUAN.search(text)):
        return None
    found = _AMOUNT.search(text)
    if found is None:
        return None
    amount = Decimal(found.group(1).replace(",", "") + (found.group(2) or ""))
    fen = (amount * 100 / _volumes(text[found.end() :])).quantize(Decimal(1), ROUND_HALF_UP)
    return int(fen) if 0 < fen <= HIGHEST_PRICE_FEN else None


def is_divided(values: list[str], *, bare: bool) -> bool:
    """Whether the price that counts (`first_price`) is that of a set, divided among its volumes."""
    for value in values:
        if price_fen(value, bare=bare) is not None:
            text = unicodedata.normalize("NFKC", value[:_LONGEST])
            found = _AMOUNT.search(text)
            return found is not None and _volumes(text[found.end() :]) > 1
    return False


def first_price(values: list[str], *, bare: bool) -> int | None:
    for value in values:
        fen = price_fen(value, bare=bare)
        if fen is not None:
            return fen
    return None


def _volumes(behind: str) -> int:
    """Among how many volumes a set's price is to be divided, by what stands behind the amount."""
    if any(word in behind for word in _EACH):
        return 1
    found = _VOLUMES.search(behind)
    if found:
        return max(1, min(number(found.group(1)) or 1, 1000))
    for words, count in _NAMED_VOLUMES:
        if f"{words}册" in behind or f"{words}卷" in behind:
            return count
    return 1
