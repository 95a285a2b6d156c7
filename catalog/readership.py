"""The young readers for whom a title was made: three groups, and their codes in the coded data of both formats. Pure."""

from __future__ import annotations

from typing import Final

from catalog.bibdata import Readership
from kernel.i18n import Text

# The ages are those of UNIMARC 100 $a/17-19, by which most records say it.
READERSHIPS: Final[dict[str, Text]] = {
    "preschool": Text("学龄前（6 岁以下）", "Preschool (under 6)"),
    "children": Text("儿童（6–14 岁）", "Children (6–14)"),
    "young": Text("青少年（14–20 岁）", "Young people (14–20)"),
}
# UNIMARC 100 $a/17-19: a juvenile in general, b to five years, c to ten, d to fourteen, e to twenty; k and m are adults.
_UNIMARC: Final[dict[str, Readership]] = {"b": "preschool", "c": "children", "d": "children", "a": "children"}
# MARC 21 008/22: a preschool, b primary, c pre-adolescent, d adolescent, j juvenile in general.
_MARC21: Final[dict[str, Readership]] = {
    "a": "preschool", "b": "children", "c": "children", "j": "children", "d": "young",
}  # fmt: skip
_UNIMARC_CODES: Final[dict[Readership | None, str]] = {
    "preschool": "b  ", "children": "d  ", "young": "e  ", None: "em ",
}  # fmt: skip
_MARC21_CODES: Final[dict[Readership | None, str]] = {"preschool": "a", "children": "j", "young": "d", None: " "}


def from_unimarc(values: list[str]) -> Readership | None:
    """Of several codes the youngest counts; `e` beside `m`, which most Chinese records carry, is everybody."""
    codes = values[0].lower() if values else ""
    for code, group in _UNIMARC.items():
        if code in codes:
            return group
    return "young" if "e" in codes and not set(codes) & {"k", "m"} else None


def from_marc21(values: list[str]) -> Readership | None:
    return _MARC21.get(values[0].lower()) if values else None


def unimarc_codes(readership: Readership | None) -> str:
    """Three characters for 100 $a/17-19."""
    return _UNIMARC_CODES[readership]


def marc21_code(readership: Readership | None) -> str:
    """The character of 008/22."""
    return _MARC21_CODES[readership]
