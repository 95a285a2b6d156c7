"""Hands out ISBNs, each once: a publisher's registrant elements in turn, then spare five-digit ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from web.demo.generator.checkdigits import isbn10_check, isbn13_check

_STEP = 7919  # prime, so that counting by it visits every number once


class Isbn(NamedTuple):
    isbn13: bytes
    isbn10: bytes


class _Range:
    def __init__(self, registrants: Sequence[str]) -> None:
        self.registrants = list(registrants)
        self.place = 0
        self.used = 0

    def width(self) -> int:
        return 8 - len(self.registrants[self.place])


class IsbnRegister:
    def __init__(self) -> None:
        self._ranges: dict[str, _Range] = {}
        self._spare = iter(range(82000, 88000))

    def next_for(self, registrants: Sequence[str]) -> Isbn:
        numbers = self._ranges.setdefault(registrants[0], _Range(registrants))
        if numbers.used >= 10 ** numbers.width():
            numbers.place += 1
            numbers.used = 0
            if numbers.place >= len(numbers.registrants):
                numbers.registrants.append(str(next(self._spare)))
        width = numbers.width()
        registrant = numbers.registrants[numbers.place]
        title = f"{(numbers.used * _STEP + 13) % 10**width:0{width}d}"
        numbers.used += 1
        core = f"7{registrant}{title}"
        return Isbn(
            f"978-7-{registrant}-{title}-{isbn13_check('978' + core)}".encode(),
            f"7-{registrant}-{title}-{isbn10_check(core)}".encode(),
        )
