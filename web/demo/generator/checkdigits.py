"""Check characters of ISBN-13, ISBN-10 and ISSN (ISO 2108, ISO 3297)."""

from __future__ import annotations

_MODULUS_11 = "0123456789X0"


def isbn13_check(first12: str) -> str:
    total = sum((1, 3)[place & 1] * int(digit) for place, digit in enumerate(first12))
    return str(-total % 10)


def isbn10_check(first9: str) -> str:
    total = sum((10 - place) * int(digit) for place, digit in enumerate(first9)) % 11
    return _MODULUS_11[(11 - total) % 11]


def issn_check(first7: str) -> str:
    total = sum((8 - place) * int(digit) for place, digit in enumerate(first7)) % 11
    return _MODULUS_11[(11 - total) % 11]
