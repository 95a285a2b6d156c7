"""GB 18030 as the standard of 2022 reads it. Python's codec follows the first edition (2000) and sends 25 codes to private use:
the 18 that the edition of 2022 moved, A8BC (2005) and six characters outside the BMP, as the WHATWG encoding standard maps them."""

from __future__ import annotations

import re

_MOVED = {
    0xE78D: 0xFE10, 0xE78E: 0xFE12, 0xE78F: 0xFE11, 0xE790: 0xFE13, 0xE791: 0xFE14, 0xE792: 0xFE15, 0xE793: 0xFE16,
    0xE794: 0xFE17, 0xE795: 0xFE18, 0xE796: 0xFE19, 0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7,
    0xE832: 0x9FB8, 0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE864: 0x9FBB,
    0xE7C7: 0x1E3F,
    0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE831: 0x215D7, 0xE83B: 0x2298F, 0xE855: 0x241FE,
}  # fmt: skip
_BACK = {new: old for old, new in _MOVED.items()}
_ANY_MOVED = re.compile(f"[{''.join(map(chr, _MOVED))}]")
_ANY_BACK = re.compile(f"[{''.join(map(chr, _BACK))}]")


def decode(data: bytes) -> str:
    """Strict: raises UnicodeDecodeError."""
    text = data.decode("gb18030")
    return text.translate(_MOVED) if _ANY_MOVED.search(text) else text


def encode(text: str) -> bytes:
    """The two-byte codes of the standard for the characters above; every Unicode character has a code."""
    return (text.translate(_BACK) if _ANY_BACK.search(text) else text).encode("gb18030")


def _level_one() -> frozenset[str]:
    rows = bytes(byte for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF) for byte in (lead, trail))
    return frozenset(rows.decode("gb2312", "ignore"))


LEVEL_ONE = _level_one()
"""The 3,755 commonest characters: nine in ten of any simplified text, almost none of what another encoding looks like."""
