"""How a description becomes a CNMARC record: one line a part of it."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from catalog.bibdata import BibData, BibKind, Contributor
from catalog.marc import cnmarc, links
from catalog.marc.carrying import Headings
from catalog.marc.parts import Part, filled, made, part, patched, plain, price, statement, subject
from catalog.marc.record import Field
from catalog.marc.subjects import is_clc
from catalog.readership import from_unimarc, unimarc_codes

_KINDS: Final[dict[BibKind, str]] = {
    "book": "am", "ancient": "am", "serial": "as", "article": "aa", "music": "cm", "audio": "jm", "video": "gm", "map": "em",
    "picture": "km", "electronic": "lm", "mixed": "mm",
}  # fmt: skip
_EXTENT_MARKS: Final = {":": "c", ";": "d", "+": "e"}
_DIVIDED_EXTENT: Final = re.compile(r" ([:;+]) ")
_LENGTH_140: Final = 28
_WRITTEN_200: Final = "adefghiv"
_HEADINGS: Final = Headings(main=cnmarc.MAIN, bodies=cnmarc.BODIES, role="4")


def leader_cnmarc(kind: BibKind) -> str:
    return f"     n{_KINDS[kind]}0 22        450 "


def coded_cnmarc(data: BibData, entered_on: date) -> Field:
    """100: when it was entered, when it came out, and that it was catalogued in Chinese."""
    year = f"{data.year:04d}" if data.year else "    "
    return made("100", "  ", ("a", f"{entered_on:%Y%m%d}d{year}    {unimarc_codes(data.readership)}y0chiy0120    ea"))


def _numbers(data: BibData, _existing: list[Field]) -> list[Field]:
    first, *others = data.isbns or (None,)
    fields = filled(made("010", "  ", ("a", first), ("d", price(data))))
    fields += [made("010", "  ", ("a", isbn)) for isbn in others]
    return fields + [made("010", "  ", ("z", wrong)) for wrong in (*data.isbns_other, *data.isbn_invalid)]


def _coded(data: BibData, existing: list[Field]) -> list[Field]:
    """The first date and the readers among the coded data, where the record has any."""
    return [
        Field(
            field.tag,
            field.indicators,
            tuple((code, _patched(text, data) if code == "a" else text) for code, text in field.subfields),
        )
        for field in existing
    ]


def _patched(text: str, data: BibData) -> str:
    """Codes of readers that say the same already stay as they are."""
    text = patched(text, 9, f"{data.year:04d}" if data.year else "    ")
    if from_unimarc([text[17:20]]) == data.readership:
        return text
    return patched(text, 17, unimarc_codes(data.readership))


def _title(data: BibData, existing: list[Field]) -> list[Field]:
    """Title, part, what completes it, parallel titles, responsibility; what else the old title field held stays."""
    subfields: list[tuple[str, str | None]] = [("a", data.title), ("h", data.volume), ("e", data.subtitle)]
    subfields += [("d", text) for text in data.parallel_titles]
    subfields.append(("f", data.responsibility or statement(data.contributors)))
    old = [field for field in existing if field.tag == "200"]
    if old:
        subfields += [(code, text) for code, text in old[0].subfields if code not in _WRITTEN_200]
    return [made("200", "1 ", *subfields)]


def _imprint(data: BibData, _existing: list[Field]) -> list[Field]:
    when = data.year_text or (str(data.year) if data.year else None)
    return filled(made("210", "  ", ("a", data.place), ("c", data.publisher), ("d", when)))


def _extent(data: BibData, _existing: list[Field]) -> list[Field]:
    first, *rest = _DIVIDED_EXTENT.split(data.extent or "")
    following = [(_EXTENT_MARKS[mark], text) for mark, text in zip(rest[::2], rest[1::2], strict=True)]
    return filled(made("215", "  ", ("a", first), *following))


def _series(data: BibData, _existing: list[Field]) -> list[Field]:
    divided = (text.rpartition(" ; ") for text in data.series)
    return [made("225", "2 ", ("a", title or number), ("v", number if title else None)) for title, _, number in divided]


def _subjects(data: BibData, _existing: list[Field]) -> list[Field]:
    return [subject("606", "0 ", heading) for heading in data.subjects]


def _classes(data: BibData, _existing: list[Field]) -> list[Field]:
    fields = filled(made("690", "  ", ("a", data.class_number), ("v", "5" if data.class_number else None)))
    return fields + [made("690" if is_clc(number) else "686", "  ", ("a", number)) for number in data.other_classes]


def _old_book(data: BibData, existing: list[Field]) -> list[Field]:
    """The coded data by which a book is known to be old: nobody has tried to code them."""
    if data.kind != "ancient":
        return []
    return existing or [made("140", "  ", ("a", "|" * _LENGTH_140))]


def _contributors(data: BibData, existing: list[Field]) -> list[Field]:
    return _HEADINGS.carry(data.contributors, existing, _person)


def _person(one: Contributor) -> Field:
    tag = f"7{1 if one.body else 0}{1 if one.main else 2}"
    return made(tag, "02" if one.body else " 0", ("a", one.name), ("4", one.role))


def _tags(first: int, last: int) -> list[str]:
    return [f"{tag:03d}" for tag in range(first, last + 1)]


_NOTES: Final = [*_tags(300, 317), *_tags(320, 326), "328", "336", "337", "345"]

CNMARC_PARTS: Final[tuple[Part, ...]] = (
    part("isbns isbns_other isbn_invalid price_fen", "010", _numbers),
    plain("issns", "011", "  "),
    part("year readership", "100", _coded),
    part("language", "101", lambda data, _: filled(made("101", "0 ", ("a", data.language)))),
    part("country", "102", lambda data, _: filled(made("102", "  ", ("a", data.country)))),
    part("title subtitle volume parallel_titles responsibility", "200 510", _title),
    plain("edition", "205", "  "),
    part("place publisher year year_text", "210 214", _imprint),
    part("extent", "215", _extent),
    part("series", "225 410 461 462", _series),
    plain("notes", _NOTES, "  "),
    plain("contents", "327", "1 "),
    plain("abstract", "330", "  "),
    plain("audience", "333", "  "),
    plain("variant_titles", ["517", "500", *_tags(512, 516), "518", "532", "540", "541"], "1 "),
    part("subjects", _tags(600, 608), _subjects),
    plain("keywords", "610", "0 "),
    part("class_number other_classes", "690 692 675 676 680 686 696 096", _classes),
    part("contributors", _tags(700, 722), _contributors),
    part("urls url_access", "856", lambda data, existing: links.links(data, existing, "4 ")),
    part("kind", "140", _old_book),
)
