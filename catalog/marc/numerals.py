"""Chinese numerals in dates and prices: 民国二十五年, 二〇〇三年, 全三册."""

from __future__ import annotations

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "O": 0,
    "两": 2,
    "元": 1,
    "廿": 20,
    "卅": 30,
}
_UNITS = {"十": 10, "百": 100}
NUMERAL = "[0-9零〇○一二三四五六七八九十百两廿卅元]+"


def number(text: str) -> int | None:
    """The value of `25`, `二十五`, `二〇〇三` or `元` (the first year of an era); None for what is no number."""
    if text.isdigit() and text.isascii():
        return int(text)
    if not text or any(char not in _DIGITS and char not in _UNITS for char in text):
        return None
    if len(text) > 1 and all(char in _DIGITS and _DIGITS[char] < 10 for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total, pending = 0, 0
    for char in text:
        if char in _UNITS:
            total += (pending or 1) * _UNITS[char]
            pending = 0
        elif _DIGITS[char] >= 10:
            total += _DIGITS[char]
        else:
            pending = _DIGITS[char]
    return total + pending
