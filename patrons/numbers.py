"""What a card number may be. Pure."""

from __future__ import annotations

from typing import Final

from kernel.barcodes import LONGEST_BARCODE, is_barcode
from kernel.i18n import Text

TAKEN: Final = Text(
    "证号「{b}」已被使用，证号不重复发放。", "“{b}” was given out before; numbers are never used twice."
)
_MALFORMED: Final = Text(
    "证号最长 {n} 个字符，用半角，不含空格、冒号和斜线。",
    "A card number has at most {n} half-width characters, without blanks, colons and slashes.",
).format(n=LONGEST_BARCODE)


def card_number_problem(barcode: str) -> Text | None:
    """Why a number could not be looked up again; None for one that can."""
    return None if is_barcode(barcode) and not any(char.isspace() for char in barcode) else _MALFORMED
