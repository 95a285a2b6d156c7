"""How a CNMARC (UNIMARC, RUSMARC) record becomes a bib: one line a field."""

from __future__ import annotations

from catalog import readership
from catalog.bibdata import BibKind, Contributor
from catalog.marc import codes, dates, isbn, links, people, prices, subjects, titles
from catalog.marc.extract import Line, each, fields, first, joined, line
from catalog.marc.record import Field, MarcRecord, control_number
from catalog.marc.tidy import clean, imprint, unique, without_isbd, without_stop

_NOTES = " ".join(f"{tag}$a" for tag in (*range(300, 318), *range(320, 327), 328, 336, 337, 345))
NAMES = "700 701 702 710 711 712 720 721 722"
NUMBERS, _CANCELLED, PRICES = each("010$a"), each("010$z"), each("010$d 011$d 091$d")
MAIN = frozenset({"700", "701", "710", "711", "720", "721"})
BODIES = frozenset({"710", "711", "712"})
_SUBJECTS = "600 601 602 604 605 606 607 608"
_OLD_BOOKS = ("140", "141", "193", "194")


def _contributors(found: list[Field]) -> tuple[Contributor, ...]:
    """The name headings, or what the first 200 says when a record has none."""
    named = people.headings([field for field in found if field.tag != "200"], MAIN, BODIES, "b")
    if not named:
        main = titles.chosen([field for field in found if field.tag == "200"])
        statements = [(text, code == "f") for code, text in main.subfields if code in "fg"]
        named = people.from_statement(statements)
    return people.unique_contributors(named)


def _series(found: list[Field]) -> tuple[str, ...]:
    """225, or the linked series and sets (410, 461, 462) of a record that has none."""
    stated = [field for field in found if field.tag == "225"]
    texts = []
    for field in stated or found:
        parts = [clean(text) for text in field.every("athi")] + [f"; {clean(text)}" for text in field.every("v")]
        texts.append(" ".join(part for part in parts if part))
    return unique(texts)


def _extent(found: list[Field]) -> str | None:
    marks = {"c": " : ", "d": " ; ", "e": " + "}
    texts = []
    for field in found:
        text = ""
        for code, value in field.subfields:
            if code in "acde" and (tidy := without_isbd(clean(value))):
                text += (marks.get(code, ", ") if text else "") + tidy
        texts.append(text)
    return unique(texts)[0] if unique(texts) else None


def _kind(record: MarcRecord) -> BibKind:
    """What the leader makes of it; a book with coded data for old books, or of a time before 1912, is one."""
    kind = codes.kind(record.leader, unimarc=True)
    if kind != "book":
        return kind
    coded = record.first("100", "a") or ""
    is_old = any(tag in record for tag in _OLD_BOOKS) or codes.is_ancient(coded[9:13], record.first("101", "a") or "")
    return "ancient" if is_old else "book"


def _wrong_isbns(record: MarcRecord) -> tuple[str, ...]:
    return isbn.invalid_isbns(NUMBERS(record), _CANCELLED(record))


def _other_isbns(record: MarcRecord) -> tuple[str, ...]:
    return isbn.other_isbns(_CANCELLED(record), NUMBERS(record))


CNMARC: tuple[Line, ...] = (
    line("control_number", each("001"), lambda values: control_number(first(values))),
    line("title", fields("200"), titles.proper_200),
    line("subtitle", fields("200"), titles.other_200),
    line("volume", fields("200"), titles.part_200),
    line("parallel_titles", fields("200 510"), titles.parallel_200),
    line("variant_titles", fields("200 500 512 513 514 515 516 517 518 532 540 541"), titles.variants_200),
    line("contributors", fields(f"{NAMES} 200"), _contributors),
    line("responsibility", fields("200"), titles.responsibility_200),
    line("edition", joined("205$ab"), first),
    line("place", each("210$a 214$a"), imprint),
    line("publisher", each("210$c 214$c"), imprint),
    line("year", each("210$d 214$d 100$a/9-12"), dates.first_year),
    line("year_text", each("210$d 214$d"), lambda values: without_stop(values[0]) if values else None),
    line("extent", fields("215"), _extent),
    line("series", fields("225 410 461 462"), _series),
    line("notes", each(_NOTES), unique),
    line("abstract", each("330$a"), "\n".join),
    line("contents", each("327$a"), "\n".join),
    line("audience", each("333$a"), first),
    line("readership", each("100$a/17-19"), readership.from_unimarc),
    line("isbns", NUMBERS, isbn.valid_isbns),
    Line("isbn_invalid", _wrong_isbns),
    Line("isbns_other", _other_isbns),
    line("issns", each("011$a 225$x"), isbn.valid_issns),
    line("price_fen", PRICES, lambda values: prices.first_price(values, bare=True)),
    line("language", each("101$a"), codes.language),
    line("country", each("102$a"), codes.iso_country),
    line("class_number", each("690$a 096$a 905$d 090$a"), subjects.first_class),
    line("other_classes", each("690$a 692$a 675$a 676$a 680$a 686$a 696$a"), subjects.other_classes),
    line("subjects", fields(_SUBJECTS), subjects.cnmarc_subjects),
    line("keywords", each("610$a"), subjects.keywords),
    Line("kind", _kind),
    line("urls", fields("856"), links.urls),
    line("url_access", fields("856"), links.accesses),
)
