"""Subject headings, free keywords and class numbers. `--` stands between a heading and its subdivisions, in either format."""

from __future__ import annotations

import re
import unicodedata

from catalog.marc.record import Field
from catalog.marc.tidy import clean, unique, without_isbd, without_stop

_SEVERAL = re.compile(r"\s*[;；]\s*")
_DASH = re.compile(r"\s*(?:－－|--|－|——|—)\s*")
_KEYWORDS = re.compile(r"\s*[;；,，、]\s*|\s{2,}")
_CLC = re.compile(r"[A-Z]{1,2}[0-9.\-()=+/\"&:*<>A-Za-z《》∶：〈〉\[\]{}#']*")
_CLC_LETTERS = frozenset("ABCDEFGHIJKNOPQRSTUVXZ")


def cnmarc_subjects(fields: list[Field]) -> tuple[str, ...]:
    """606 and its family; a list that a script wrote into one $a is taken apart."""
    found: list[str] = []
    for field in fields:
        heading = _heading(field, "abcdfgt", "xyzj")
        found.extend(_DASH.sub("--", text) for text in _SEVERAL.split(heading))
    return unique(found)


def marc21_subjects(fields: list[Field]) -> tuple[str, ...]:
    return unique([without_stop(_heading(field, "abcdfgklmnopqrstu", "vxyz")) for field in fields])


def keywords(values: list[str]) -> tuple[str, ...]:
    return unique([without_stop(word) for value in values for word in _KEYWORDS.split(value)])


def first_class(values: list[str]) -> str | None:
    """The first number that can be one of the Chinese Library Classification; a French 690 holds a subject."""
    return next((number for value in values for number in class_numbers(value) if is_clc(number)), None)


def other_classes(values: list[str]) -> tuple[str, ...]:
    numbers = unique([number for value in values for number in class_numbers(value)])
    main = first_class(list(numbers))
    return tuple(number for number in numbers if number != main)


def class_numbers(value: str) -> list[str]:
    """The numbers of a list that stands where one number should: in half width, each in capitals where it begins with a small letter."""
    numbers = (number.strip() for number in _SEVERAL.split(unicodedata.normalize("NFKC", value)))
    return [number.upper() if number[0].islower() else number for number in numbers if number]


def is_clc(number: str) -> bool:
    return number[0] in _CLC_LETTERS and len(number) <= 60 and _CLC.fullmatch(number) is not None


def _heading(field: Field, head_codes: str, subdivision_codes: str) -> str:
    head: list[str] = []
    parts: list[str] = []
    for code, text in field.subfields:
        tidy = without_isbd(clean(text))
        if not tidy:
            continue
        if code in subdivision_codes:
            parts.append(tidy)
        elif code in head_codes:
            head.append(tidy)
    return "--".join([" ".join(head), *parts] if head else parts)
