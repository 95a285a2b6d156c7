"""MARC-8 to Unicode, with pymarc's tables. Unlike pymarc's decoder it says what it could not read instead of writing to stderr.

The graphic sets return to Basic and Extended Latin at every subfield, as the records in use do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

REPLACEMENT = "\ufffd"
_LATIN, _ANSEL, _EAST_ASIAN = 0x42, 0x45, 0x31
_G0, _G1 = b"(,", b")-"
_SLOW = re.compile(rb"[\x1b\x80-\xff]")
DESIGNATION = re.compile(rb"\x1b(?:[(),-]!?[1-4BENQS]|\$[,)-]?1|[gbps])")


def decode(data: bytes) -> tuple[str, int]:
    """The text of a segment without delimiters, and how many characters of it could not be read."""
    if not _SLOW.search(data):
        return data.decode("ascii"), 0
    text, unread = _Decoder(data).run()
    return unicodedata.normalize("NFC", text), unread


class _Decoder:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.codesets, self.odd = _tables()
        self.at = 0
        self.g0, self.g1 = _LATIN, _ANSEL
        self.out: list[str] = []
        self.marks: list[str] = []
        self.unread = 0

    def run(self) -> tuple[str, int]:
        while self.at < len(self.data):
            if self.data[self.at] == 0x1B:
                self._escape()
            else:
                self._character()
        self.out.extend(self.marks)  # marks without a letter: kept, the reader notes them
        return "".join(self.out), self.unread

    def _escape(self) -> None:
        found = DESIGNATION.match(self.data, self.at)
        if found is None:
            self.unread += 1
            self.at += 1
            return
        self.at = found.end()
        sequence, final = found.group(), found.group()[-1]
        if len(sequence) == 2:  # ESC g, b, p: Greek symbols, subscripts, superscripts; ESC s: back to ASCII
            self.g0 = _LATIN if final == 0x73 else final
        elif sequence[1] in _G1 or (sequence[1] == 0x24 and sequence[2] in _G1):
            self.g1 = final
        else:
            self.g0 = final

    def _character(self) -> None:
        byte = self.data[self.at]
        if byte >= 0x80:
            self._put(self._wide(self.g1, byte & 0x7F) if self.g1 == _EAST_ASIAN else self._narrow(self.g1, byte))
        elif byte <= 0x20 or self.g0 == _LATIN:
            self.at += 1
            self._put((byte, 0))
        else:
            self._put(self._wide(self.g0, byte) if self.g0 == _EAST_ASIAN else self._narrow(self.g0, byte))

    def _narrow(self, charset: int, byte: int) -> tuple[int, int] | None:
        self.at += 1
        if (
            0x80 <= byte < 0xA0
        ):  # C1: the non-sorting marks 88, 89, 98, 9C pass, the rest is cleaned with other controls
            return byte, 0
        # A set designated to the other half is addressed with the high bit turned.
        table = self.codesets.get(charset, {})
        return table.get(byte) or table.get(byte ^ 0x80)

    def _wide(self, charset: int, first: int) -> tuple[int, int] | None:
        rest = self.data[self.at + 1 : self.at + 3]
        code = (first << 16) | ((rest[0] & 0x7F) << 8) | (rest[1] & 0x7F) if len(rest) == 2 else 0
        mapped = self.codesets[charset].get(code) or self._odd(code)
        whole = mapped is not None or (len(rest) == 2 and min(rest[0] & 0x7F, rest[1] & 0x7F) > 0x20)
        self.at += 3 if whole else 1  # a broken triple costs one byte, so that the next whole one is found again
        return mapped

    def _put(self, mapped: tuple[int, int] | None) -> None:
        if mapped is None:
            self.unread += 1
            if not self.out or self.out[-1] != REPLACEMENT:
                self.out.append(REPLACEMENT)
            return
        code, combining = mapped
        if combining:
            self.marks.append(chr(code))
            return
        self.out.append(chr(code))
        if self.marks:
            self.out.extend(self.marks)
            self.marks = []

    def _odd(self, code: int) -> tuple[int, int] | None:
        mapped = self.odd.get(code)
        return None if mapped is None else (mapped, 0)


@cache
def _tables() -> tuple[Mapping[int, Mapping[int, tuple[int, int]]], Mapping[int, int]]:
    """Characters of each set, and those that stand in none."""
    from pymarc.marc8_mapping import CODESETS, ODD_MAP  # 4 MB: only where MARC-8 is read

    return CODESETS, ODD_MAP
