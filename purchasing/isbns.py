"""The number of a book as a shop, a scanner or a reader gives it: its ISBN, or why there is none. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from catalog.marc.isbn import isbn13s, right_check
from kernel.i18n import Text

# The number of Chinese books before 1987: class and publisher, a point, and a count; no ISBN can be made of it.
_UNIFIED: Final = re.compile(r"(?:统一书号)?[:：]?\s*[0-9]{4,5}\s*[·•・‧.．-]\s*[0-9]{1,5}")

NO_ISBN: Final = Text(
    "“{shown}”不是有效的 ISBN。请照书的封底或版权页核对；不是书的商品请删掉这一行。",
    "“{shown}” is no valid ISBN. Check it with the back of the book; delete the row where it is no book.",
)
WRONG_CHECK: Final = Text(
    "ISBN“{shown}”的末位写的是 {written}，按前面的数字应是 {right}。请照书的封底核对。",
    "The ISBN “{shown}” ends in {written}, but its other digits ask for {right}. Check it with the back of the book.",
)
SEVERAL: Final = Text(
    "“{shown}”里不止一个 ISBN。请每个 ISBN 一行。", "“{shown}” holds several ISBNs. Give each a row of its own."
)
UNIFIED: Final = Text(
    "“{shown}”是统一书号，不是 ISBN。没有 ISBN 的书不能这样选，请删掉这一行。",
    "“{shown}” is a unified book number (统一书号) and no ISBN. Books without an ISBN cannot be chosen; delete the row.",
)


def is_unified_number(written: str) -> bool:
    """Whether this is the number that Chinese books had before there were ISBNs."""
    return _UNIFIED.fullmatch(unicodedata.normalize("NFKC", written).strip()) is not None


def isbn_of(written: str) -> str | None:
    """The one ISBN of what was scanned or typed, as 13 digits; None for anything else."""
    found = isbn13s(written)
    return found[0] if len(found) == 1 else None


def isbn_problem(written: str) -> Text | None:
    """What is wrong with an ISBN and what to do, None where it is one; `{shown}` is left to be filled in."""
    found = isbn13s(written)
    if len(found) == 1:
        return None
    if found:
        return SEVERAL
    if is_unified_number(written):
        return UNIFIED
    checks = right_check(written)
    return WRONG_CHECK.format(shown="{shown}", written=checks[0], right=checks[1]) if checks else NO_ISBN
