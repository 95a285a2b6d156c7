"""The year of publication out of what records write for it: `[2003]`, `民国25年`, `1985.07`, `c1998`, `184u`, `2547 [2004]`."""

from __future__ import annotations

import re

from catalog.marc.numerals import NUMERAL, number

_LONGEST = 200
_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")
_CORRECTED = re.compile(r"(\d{4})\s*[\[(（]\s*(?:i\.\s?e\.,?\s*|=\s*)?(\d{4})")
_HAN_YEAR = re.compile(r"[一二][〇○零一二三四五六七八九]{3}(?=年|$|\D)")
_DECADE = re.compile(r"(?<!\d)(1[0-9]{2}|20[0-9])[u?_-](?!\w)")
_ERAS = {
    "民国": 1911, "令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "宣统": 1908, "光绪": 1874,
    "同治": 1861, "咸丰": 1850, "道光": 1820, "嘉庆": 1795, "乾隆": 1735, "雍正": 1722, "康熙": 1661, "顺治": 1643,
}  # fmt: skip
_LONGEST_REIGN = 150  # the Republic's years are still counted on Taiwan
_ERA = re.compile(f"({'|'.join(_ERAS)})\\s*({NUMERAL})\\s*年?")
_TRADITIONAL = str.maketrans("國緒統豐慶順", "国绪统丰庆顺")


def year_of(text: str) -> int | None:
    """The first year a date names in the common era; None where it names none (`19uu`, `[s.d.]`)."""
    text = text[:_LONGEST]
    corrected = _CORRECTED.search(text)
    if corrected and _is_year(corrected.group(2)):
        return int(corrected.group(2))
    plain = _YEAR.search(text)
    if plain:
        return int(plain.group(1))
    return _era_year(text) or _han_year(text) or _decade(text)


def is_of_an_era(text: str) -> bool:
    """Whether a date names its year by an era (民国25年) or in Chinese numerals, and in no other way."""
    text = text[:_LONGEST]
    return _YEAR.search(text) is None and bool(_era_year(text) or _han_year(text))


def first_year(values: list[str]) -> int | None:
    """Of several dates, the year of the first that names one."""
    return next((year for value in values if (year := year_of(value))), None)


def _is_year(digits: str) -> bool:
    return _YEAR.fullmatch(digits) is not None


def _era_year(text: str) -> int | None:
    found = _ERA.search(text.translate(_TRADITIONAL))
    count = number(found.group(2)) if found else None
    return _ERAS[found.group(1)] + count if found and count and count <= _LONGEST_REIGN else None


def _han_year(text: str) -> int | None:
    found = _HAN_YEAR.search(text)
    return number(found.group()) if found else None


def _decade(text: str) -> int | None:
    """The decade a record is sure of: the first year it can mean."""
    found = _DECADE.search(text)
    return int(found.group(1)) * 10 if found else None
