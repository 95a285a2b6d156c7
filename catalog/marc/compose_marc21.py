"""How a description becomes a MARC21 record: one line a part of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from catalog.bibdata import BibData, BibKind, Contributor
from catalog.marc import links, marc21
from catalog.marc.carrying import Headings
from catalog.marc.codes import marc_country_code
from catalog.marc.parts import Part, filled, made, part, patched, plain, price, statement, subject
from catalog.marc.record import Field
from catalog.readership import from_marc21, marc21_code

_KINDS: Final[dict[BibKind, str]] = {
    "book": "am", "ancient": "am", "serial": "as", "article": "aa", "music": "cm", "audio": "jm", "video": "gm", "map": "em",
    "picture": "km", "electronic": "mm", "mixed": "pm",
}  # fmt: skip
_OLD_BOOKS: Final = ("e", "cgcrb")
_HEADINGS: Final = Headings(main=marc21.MAIN, bodies=marc21.BODIES, role="e")
_CODED: Final = " " * 35 + "   " + " d"


def leader_marc21(kind: BibKind) -> str:
    return f"     n{_KINDS[kind]} a22        4500"


def coded_marc21(data: BibData, entered_on: date) -> Field:
    """008: when it was entered, when and where it came out, and its language."""
    return Field("008", value=_coded(patched(_CODED, 0, f"{entered_on:%y%m%d}s"), data))


def _coded(text: str, data: BibData) -> str:
    text = patched(text, 7, f"{data.year:04d}" if data.year else "    ")
    text = patched(text, 15, marc_country_code(data.country))
    if from_marc21([text[22:23]]) != data.readership:
        text = patched(text, 22, marc21_code(data.readership))
    return patched(text, 35, data.language or "   ")


def _changed_coded(data: BibData, existing: list[Field]) -> list[Field]:
    return [Field("008", value=_coded(field.value, data)) for field in existing]


def _numbers(data: BibData, _existing: list[Field]) -> list[Field]:
    first, *others = data.isbns or (None,)
    fields = filled(made("020", "  ", ("a", first), ("c", price(data))))
    fields += [made("020", "  ", ("a", isbn)) for isbn in others]
    return fields + [made("020", "  ", ("z", wrong)) for wrong in (*data.isbns_other, *data.isbn_invalid)]


def _title(data: BibData, _existing: list[Field]) -> list[Field]:
    added = "1" if any(one.main for one in data.contributors) else "0"
    by = data.responsibility or statement(data.contributors)
    title = made("245", f"{added}0", ("a", data.title), ("n", data.volume), ("b", data.subtitle), ("c", by))
    parallels = [made("246", "31", ("a", text)) for text in data.parallel_titles]
    return [title, *parallels, *(made("246", "3 ", ("a", text)) for text in data.variant_titles)]


def _imprint(data: BibData, existing: list[Field]) -> list[Field]:
    """Publication; manufacture, distribution and copyright (264 with other indicators) stay."""
    when = data.year_text or (str(data.year) if data.year else None)
    others = [field for field in existing if field.tag == "264" and field.indicators[1:2] in ("0", "2", "3", "4")]
    return [*filled(made("264", " 1", ("a", data.place), ("b", data.publisher), ("c", when))), *others]


def _subjects(data: BibData, _existing: list[Field]) -> list[Field]:
    return [subject("650", " 4", heading) for heading in data.subjects]


def _classes(data: BibData, _existing: list[Field]) -> list[Field]:
    fields = filled(made("084", "  ", ("a", data.class_number), ("2", "clc" if data.class_number else None)))
    return fields + [made("084", "  ", ("a", number)) for number in data.other_classes]


def _rules(data: BibData, existing: list[Field]) -> list[Field]:
    """Old books are known by the rules they were catalogued by."""
    others = [
        field._replace(subfields=tuple(one for one in field.subfields if one != _OLD_BOOKS)) for field in existing
    ]
    if data.kind != "ancient":
        return [field for field in others if field.subfields]
    first, *rest = others or [Field("040", "  ")]
    return [first._replace(subfields=(*first.subfields, _OLD_BOOKS)), *rest]


def _contributors(data: BibData, existing: list[Field]) -> list[Field]:
    """One main entry; who else is mainly responsible stands among the added entries, and so do the works that are named there."""
    works = [field for field in existing if field.tag[0] == "7" and field.first("t")]
    named = [field for field in existing if field not in works]
    ordered = sorted(data.contributors, key=lambda one: not one.main)
    entries = tuple(replace(one, main=one.main and place == 0) for place, one in enumerate(ordered))
    return [*_HEADINGS.carry(entries, named, lambda one: _person(one, "1" if one.main else "7")), *works]


def _person(one: Contributor, entry: str) -> Field:
    tag, kind = (f"{entry}10", "2") if one.body else (f"{entry}00", "1" if "," in one.name else "0")
    return made(tag, f"{kind} ", ("a", one.name), ("e", one.role))


_NOTES: Final = [str(tag) for tag in (*range(500, 505), *range(506, 520), *range(522, 590))]

MARC21_PARTS: Final[tuple[Part, ...]] = (
    part("year language country readership", "008", _changed_coded),
    part("isbns isbns_other isbn_invalid price_fen", "020", _numbers),
    plain("issns", "022", "  "),
    part("language", "041", lambda data, _: filled(made("041", "  ", ("a", data.language)))),
    part("class_number other_classes", "084 093 050 090 082 080", _classes),
    part("contributors", "100 110 111 700 710 711", _contributors),
    part("title subtitle volume parallel_titles variant_titles responsibility", "245 246 240 130 740", _title),
    plain("edition", "250", "  "),
    part("place publisher year year_text", "260 264", _imprint),
    plain("extent", "300", "  "),
    plain("series", "490 440 830 800", "0 "),
    plain("notes", _NOTES, "  "),
    plain("contents", "505", "0 "),
    plain("abstract", "520", "  "),
    plain("audience", "521", "  "),
    part("subjects", "650 600 610 611 630 648 651 655", _subjects),
    plain("keywords", "653", "  "),
    part("urls url_access", "856", lambda data, existing: links.links(data, existing, "40")),
    part("kind", "040", _rules),
)
