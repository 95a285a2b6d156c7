"""What describing a record put right or had to work out, by kind, so that a report can count it. Pure.

What was wrong with the bytes and fields of a record its reader has noted already (`ReadRecord.repairs`); here is what a description
reads otherwise than it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from catalog.bibdata import BibData
from catalog.marc import cnmarc, dates, isbn, marc21, prices
from catalog.marc.extract import each
from catalog.marc.record import ReadRecord
from catalog.marc.tidy import has_han

_NAMES: Final = {"cnmarc": cnmarc.NAMES.split(), "marc21": marc21.NAMES.split()}
_TITLE: Final = {"cnmarc": each("200$a"), "marc21": each("245$a")}
_NUMBERS: Final = {"cnmarc": cnmarc.NUMBERS, "marc21": marc21.NUMBERS}
_PRICES: Final = {"cnmarc": cnmarc.PRICES, "marc21": marc21.PRICES}
_CLASSES: Final = each("690$a")
_PLAIN_NUMBER: Final = re.compile(r"[0-9Xx -]*")
_LATIN: Final = re.compile("[A-Za-z]")


def mendings(read: ReadRecord, data: BibData) -> tuple[str, ...]:
    """The kinds of what stands otherwise in the description than in the record, each once."""
    return tuple(kind for kind, holds in _KINDS if holds(read, data))


def repairs_of(read: ReadRecord, data: BibData) -> tuple[str, ...]:
    """All kinds that a report counts for a record: what its reader put right and what describing it did."""
    return (*read.repairs, *mendings(read, data))


def _is_divided(read: ReadRecord, data: BibData) -> bool:
    if data.price_fen is None:
        return False
    return prices.is_divided(_PRICES[read.format](read.record), bare=read.format == "cnmarc")


def _year_is_of_an_era(read: ReadRecord, data: BibData) -> bool:
    return _year_is_worked_out(read, data) and dates.is_of_an_era(data.year_text or "")


def _year_is_of_a_decade(read: ReadRecord, data: BibData) -> bool:
    return _year_is_worked_out(read, data) and not dates.is_of_an_era(data.year_text or "")


def _year_is_worked_out(read: ReadRecord, data: BibData) -> bool:
    """Whether the year follows from the printed date without standing in it."""
    if data.year is None or not data.year_text or str(data.year) in data.year_text:
        return False
    if read.format == "marc21" and (read.record.control("008") or "")[7:11] == str(data.year):
        return False
    return dates.year_of(data.year_text) == data.year


def _names_are_from_the_statement(read: ReadRecord, data: BibData) -> bool:
    return bool(data.contributors) and not any(tag in read.record for tag in _NAMES[read.format])


def _has_pinyin(read: ReadRecord, _data: BibData) -> bool:
    return read.format == "cnmarc" and any(True for _ in _pinyin(read))


def _pinyin(read: ReadRecord) -> Iterator[str]:
    """$9, or the capital letter of the subfield it spells, in the fields of titles and names."""
    for field in read.record.fields:
        if field.tag[0] in "257" and field.tag not in ("205", "210", "215"):
            for code, text in field.subfields:
                if (code == "9" or "A" <= code <= "Z") and _LATIN.search(text) and not has_han(text):
                    yield text


def _title_had_marks(read: ReadRecord, data: BibData) -> bool:
    return any(text.startswith("《") and text[1:-1] == data.title for text in _TITLE[read.format](read.record))


def _numbers_had_words(read: ReadRecord, data: BibData) -> bool:
    """Something beside a valid number in its subfield, such as `(精装)`."""
    if not data.isbns:
        return False
    odd = (text for text in _NUMBERS[read.format](read.record) if not _PLAIN_NUMBER.fullmatch(text))
    return any(isbn.isbn13s(text) for text in odd)


def _has_number_in_z(_read: ReadRecord, data: BibData) -> bool:
    return bool(data.isbns_other)


def _classes_are_listed(read: ReadRecord, _data: BibData) -> bool:
    return read.format == "cnmarc" and any(";" in text or "；" in text for text in _CLASSES(read.record))


_KINDS: Final[tuple[tuple[str, Callable[[ReadRecord, BibData], bool]], ...]] = (
    ("price.divided", _is_divided),
    ("year.era", _year_is_of_an_era),
    ("year.decade", _year_is_of_a_decade),
    ("name.from_statement", _names_are_from_the_statement),
    ("text.pinyin", _has_pinyin),
    ("title.marks", _title_had_marks),
    ("isbn.words", _numbers_had_words),
    ("isbn.in_z", _has_number_in_z),
    ("class.list", _classes_are_listed),
)
