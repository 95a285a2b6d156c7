"""Money: whole fen inside, yuan as a string such as `68.00` outside. Never a float. Pure."""

from __future__ import annotations

import re
from typing import Final

MAX_MONEY_FEN: Final = 99_999_999_99
MONEY: Final = re.compile(r"^\d{1,10}(\.\d{1,2})?\Z", re.ASCII)


def show_money(fen: int) -> str:
    """Yuan with two decimals and no sign of the currency: `68.00`, `-0.50`."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def read_money(yuan: str) -> int:
    """The fen of what looks like `MONEY`."""
    whole, _, rest = yuan.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0") or 0)
