"""How a MARC21 record becomes a bib: one line a field. Fields in Han script stand before their romanised twins (`vernacular_first`)."""

from __future__ import annotations

import re

from catalog import readership
from catalog.bibdata import BibKind, Contributor
from catalog.marc import codes, dates, isbn, links, people, prices, subjects, titles
from catalog.marc.extract import Line, each, fields, first, joined, line
from catalog.marc.record import Field, MarcRecord, control_number
from catalog.marc.tidy import has_han, imprint, unique, without_isbd, without_stop

NAMES = "100 110 111 700 710 711"
NUMBERS, _CANCELLED, PRICES = each("020$a"), each("020$z"), each("020$c")
MAIN = frozenset({"100", "110", "111"})
BODIES = frozenset({"110", "111", "710", "711"})
_SUBJECTS = "600 610 611 630 648 650 651 655"
_NOTES = " ".join(f"{tag}$a" for tag in (*range(500, 505), *range(506, 520), *range(522, 590)))
_TITLES = "245 246 240 130 740 880"
_OLD_BOOKS = "cgcrb"
_LINK = re.compile(r"([0-9]{3})-([0-9]{2})")


def vernacular_first(record: MarcRecord) -> MarcRecord:
    """The record with each field that has an 880 in Han script exchanged for it: 245 then holds 红楼梦, the 880 `Hong lou meng`.

    A desk in China reads and sorts by the script of the book; the romanised form stays as a variant. Other scripts are left."""
    twins: dict[tuple[str, str], Field] = {}
    for field in record.named("880"):
        found = _LINK.match(field.first("6") or "")
        if found and found.group(2) != "00" and any(has_han(text) for code, text in field.subfields if code != "6"):
            twins[found.group(1), found.group(2)] = field
    if not twins:
        return record
    exchanged: list[Field] = []
    for field in record.fields:
        twin = _twin(field, twins)
        if twin is None:
            exchanged.append(field)
        else:
            exchanged.append(_as(field, twin))
            exchanged.append(Field("880", field.indicators, (("6", f"{field.tag}-00"), *_without_link(field))))
    used = {id(twin) for twin in twins.values()}
    return MarcRecord(record.leader, [field for field in exchanged if id(field) not in used])


def _twin(field: Field, twins: dict[tuple[str, str], Field]) -> Field | None:
    found = _LINK.match(field.first("6") or "") if field.tag != "880" else None
    return twins.get((field.tag, found.group(2))) if found else None


def _as(field: Field, twin: Field) -> Field:
    """The twin under the field's tag; roles that only the romanised form states come along."""
    subfields = _without_link(twin)
    if not twin.every("e4"):
        subfields += tuple((code, text) for code, text in field.subfields if code in "e4")
    return Field(field.tag, twin.indicators, subfields)


def _without_link(field: Field) -> tuple[tuple[str, str], ...]:
    return tuple((code, text) for code, text in field.subfields if code != "6")


def _contributors(found: list[Field]) -> tuple[Contributor, ...]:
    """The name headings; a 700 that names a work ($t) says whose, not who made this book."""
    names = [field for field in found if field.tag != "245" and not (field.tag[0] == "7" and field.first("t"))]
    named = people.headings(names, MAIN, BODIES, "b")
    if not named:
        statement = titles.responsibility_245([field for field in found if field.tag == "245"])
        named = people.from_statement([(statement, True)]) if statement else []
    return people.unique_contributors(named)


def _series(found: list[Field]) -> tuple[str, ...]:
    """490 and 440 as the book states them; 830 and 800 only where it does not."""
    stated = [field for field in found if field.tag in ("490", "440")]
    return unique([without_stop(" ".join(field.every("anptv"))) for field in stated or found])


def _wrong_isbns(record: MarcRecord) -> tuple[str, ...]:
    return isbn.invalid_isbns(NUMBERS(record), _CANCELLED(record))


def _other_isbns(record: MarcRecord) -> tuple[str, ...]:
    return isbn.other_isbns(_CANCELLED(record), NUMBERS(record))


def _class_number(found: list[Field]) -> str | None:
    """084 whose $2 names the Chinese Library Classification, or 093 of Chinese suppliers."""
    chinese = [
        field
        for field in found
        if field.tag == "093" or (field.first("2") or "").strip().lower() in ("clc", "clcs", "ztf")
    ]
    return subjects.first_class([text for field in chinese for text in field.every("a")])


def _other_classes(found: list[Field]) -> tuple[str, ...]:
    main = _class_number(found)
    numbers = [
        " ".join(field.every("ab")) if field.tag in ("050", "090") else first(field.every("a")) for field in found
    ]
    return tuple(number for number in unique([number.strip() for number in numbers if number]) if number != main)


def _kind(record: MarcRecord) -> BibKind:
    """What the leader makes of it; a book under the rules for Chinese rare books, or of a time before 1912, is an old one, and one that is
    read online or on a disc (008/23) is electronic."""
    kind = codes.kind(record.leader, unimarc=False)
    if kind != "book":
        return kind
    coded = record.control("008") or ""
    if coded[23:24] in ("o", "q", "s"):
        return "electronic"
    is_old = any(_OLD_BOOKS in field.every("e") for field in record.named("040"))
    return "ancient" if is_old or codes.is_ancient(coded[7:11], coded[35:38]) else "book"


MARC21: tuple[Line, ...] = (
    line("control_number", each("001"), lambda values: control_number(first(values))),
    line("title", fields("245"), titles.proper_245),
    line("subtitle", fields("245"), titles.other_245),
    line("volume", fields("245"), titles.part_245),
    line("parallel_titles", fields("245 246"), titles.parallel_245),
    line("variant_titles", fields(_TITLES), titles.variants_245),
    line("contributors", fields(f"{NAMES} 245"), _contributors),
    line("responsibility", fields("245"), titles.responsibility_245),
    line("edition", joined("250$ab"), lambda values: without_isbd(values[0]) if values else None),
    line("place", each("264$a 260$a"), imprint),
    line("publisher", each("264$b 260$b"), imprint),
    line("year", each("008/7-10 264$c 260$c"), dates.first_year),
    line("year_text", each("264$c 260$c"), lambda values: without_stop(values[0]) if values else None),
    line("extent", joined("300$abce"), lambda values: without_stop(values[0]) if values else None),
    line("series", fields("490 440 830 800"), _series),
    line("notes", each(_NOTES), unique),
    line("abstract", joined("520$ab"), "\n".join),
    line("contents", joined("505$agrt"), "\n".join),
    line("audience", each("521$a"), first),
    line("readership", each("008/22"), readership.from_marc21),
    line("isbns", NUMBERS, isbn.valid_isbns),
    Line("isbn_invalid", _wrong_isbns),
    Line("isbns_other", _other_isbns),
    line("issns", each("022$a"), isbn.valid_issns),
    line("price_fen", PRICES, lambda values: prices.first_price(values, bare=False)),
    line("language", each("008/35-37 041$a"), codes.language),
    line("country", each("008/15-17 044$a"), codes.marc_country),
    line("class_number", fields("084 093"), _class_number),
    line("other_classes", fields("084 093 050 090 082 080"), _other_classes),
    line("subjects", fields(_SUBJECTS), subjects.marc21_subjects),
    line("keywords", each("653$a"), subjects.keywords),
    Line("kind", _kind),
    line("urls", fields("856"), links.urls),
    line("url_access", fields("856"), links.accesses),
)
