"""The named word lists of the stock."""

from __future__ import annotations

from functools import cache

from web.demo.resources import rows


@cache
def word_lists() -> dict[str, tuple[str, ...]]:
    return {row[0]: tuple(row[1:]) for row in rows("stock", "words.txt")}
