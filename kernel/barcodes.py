"""What a code and a number may be, and which of several bearers of one number is meant: barcodes are unique only within a
namespace, since merged networks collide. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Final, TypeVar

from kernel.errors import Conflict, Invalid, NotFound
from kernel.i18n import Text

T = TypeVar("T")

LONGEST_CODE: Final = 32
LONGEST_BARCODE: Final = 64
LONGEST_ASKED: Final = LONGEST_CODE + 1 + LONGEST_BARCODE  # `CODE:barcode`
CODE: Final = re.compile(rf"^[A-Za-z0-9][A-Za-z0-9_.-]{{0,{LONGEST_CODE - 1}}}\Z", re.ASCII)


def check_code(code: str) -> None:
    """Refuse a code that could not stand before a colon or in an address."""
    if not CODE.match(code):
        detail = Text(
            "代码用字母、数字和 _ . -，以字母或数字开头，最多 {n} 位。",
            "A code is 1 to {n} letters, digits, _ . or -, and begins with a letter or digit.",
        ).format(n=LONGEST_CODE)
        raise Invalid("code.malformed", detail, {"code": [detail]})


def is_barcode(text: str) -> bool:
    """Whether a copy or a card may be given this number: a colon divides `CODE:barcode`, a slash divides addresses, and what a
    desk folds as it is scanned (blanks at the ends, full-width digits) would never be found again."""
    is_kept = text == text.strip() and unicodedata.is_normalized("NFKC", text) and text.isprintable()
    return is_kept and 1 <= len(text) <= LONGEST_BARCODE and not set(text) & set(":/")


def split_barcode(text: str) -> tuple[str | None, str]:
    """`CODE:barcode` as its two parts; a bare barcode has no code."""
    code, colon, barcode = text.strip().partition(":")
    return (code, barcode) if colon and code and barcode else (None, text.strip())


def choose(
    found: Sequence[T],
    *,
    thing: str,
    asked: str,
    prefers: Callable[[T], bool],
    describe: Callable[[T], dict[str, str]],
) -> T:
    """The one that is preferred (it lies in the asker's namespace), else the only one.

    Raises NotFound for none and Conflict `<thing>.ambiguous` with the candidates for several, by the code of their `org`: the
    database finds them in no order.
    """
    if not found:
        raise NotFound(thing, asked)
    preferred = [one for one in found if prefers(one)]
    remaining = preferred or list(found)
    if len(remaining) == 1:
        return remaining[0]
    raise Conflict(
        f"{thing}.ambiguous",
        Text("「{asked}」不止一个，请选定是哪一个。", "“{asked}” stands for more than one. Choose which.").format(
            asked=asked
        ),
        candidates=sorted(map(describe, remaining), key=itemgetter("org")),
    )
