"""Writes a book as MARC21 with 952 holdings; a third in East Asian style, romanised with linked 880."""

from __future__ import annotations

import random

from web.demo.generator.book import Author, Book, Kind, Variation
from web.demo.generator.holdings import Holdings
from web.demo.generator.record import (
    Field,
    Holding,
    Record,
    Wording,
    class_as_written,
    describe,
    has_subjects,
    isbn_as_written,
    price_as_written,
    sub,
    subject_words,
)

_AGENCY = b"CN-UC"
_RDA_SINCE = 2013


class _Fields:
    """One record; in East Asian style a field is romanised and an 880 carries the original script."""

    def __init__(self, *, romanised: bool) -> None:
        self.fields: list[Field] = []
        self.alternates: list[Field] = []
        self._romanised = romanised

    def add(self, tag: bytes, indicators: bytes, content: bytes) -> None:
        self.fields.append((tag, indicators + content))

    def add_both(self, tag: bytes, indicators: bytes, roman: bytes, original: bytes) -> None:
        if not self._romanised:
            self.add(tag, indicators, original)
            return
        number = b"%02d" % (len(self.alternates) + 1)
        self.add(tag, indicators, sub(b"6", b"880-" + number) + roman)
        self.alternates.append((b"880", indicators + sub(b"6", tag + b"-" + number + b"/$1") + original))


class Marc21Writer:
    def __init__(self, encoding: str, rng: random.Random, holdings: Holdings) -> None:
        self._encoding = encoding
        self._rng = rng
        self._holdings = holdings

    def record(self, book: Book, kind: Kind, variation: int, sequence: int) -> Record:
        words = describe(book, variation, self._encoding)
        control = b"UC%09d" % sequence
        out = _Fields(romanised=kind != "dup" and sequence % 10 < 3)
        self._add_control(out, book, control)
        self._add_numbers(out, book, variation)
        self._add_class(out, book, variation)
        self._add_title(out, book, words)
        self._add_description(out, book, words)
        self._add_notes(out, book, variation)
        self._add_subjects(out, book, variation)
        self._add_further_names(out, book)
        fields = out.fields + out.alternates
        holdings = self._holdings.draw()
        for holding in holdings:
            fields += _items(book, holding)
        status = b"nas " if book.is_serial else b"nam "
        return Record(control, status, fields, holdings, words.title, words.initials)

    def _e(self, text: str) -> bytes:
        return text.encode(self._encoding)

    def _add_control(self, out: _Fields, book: Book, control: bytes) -> None:
        bits = self._rng.getrandbits
        day = b"%d%02d%02d" % (max(book.year, 1998), book.month, 1 + bits(16) % 28)
        clock = b"%02d%02d%02d.0" % (8 + bits(3), bits(16) % 60, bits(16) % 60)
        out.add(b"001", b"", control)
        out.add(b"003", b"", _AGENCY)
        out.add(b"005", b"", day + clock)
        if book.is_serial:
            dates, material = b"c%d9999" % book.year, b"mr p       0   a0"
        else:
            pictures = b"a    " if book.illustrated else b"     "
            dates, material = (
                b"s%d    " % book.year,
                pictures + b"      000 " + (b"1" if book.is_novel else b"0") + b" ",
            )
        out.add(b"008", b"", day[2:] + dates + b"cc " + material + b"chi d")

    def _add_numbers(self, out: _Fields, book: Book, variation: int) -> None:
        price = sub(b"c", price_as_written(book, variation, self._encoding))
        if book.isbn13:
            hyphens = bool(
                variation & Variation.NO_HYPHENS
            )  # the other way round than in CNMARC, whose habit is hyphens
            isbn = isbn_as_written(book, variation & ~Variation.NO_HYPHENS)
            written = isbn if hyphens else isbn.replace(b"-", b"")
            out.add(b"020", b"  ", sub(b"a", written + self._binding(book, variation)) + price)
        elif book.issn:
            out.add(b"022", b"  ", sub(b"a", book.issn))
        out.add(b"040", b"  ", sub(b"a", _AGENCY) + sub(b"b", b"chi") + sub(b"c", _AGENCY))
        if book.original:
            out.add(b"041", b"1 ", sub(b"a", b"chi") + sub(b"h", book.language))

    def _binding(self, book: Book, variation: int) -> bytes:
        """Old cataloguing writes the binding in brackets behind the number, newer in $q."""
        binding = self._e("精装" if book.bound else "平装")
        if variation & Variation.STRAY_BLANK:
            return b" (" + binding + b")"
        return sub(b"q", binding) if self._rng.getrandbits(1) else b""

    def _add_class(self, out: _Fields, book: Book, variation: int) -> None:
        if has_subjects(variation):
            out.add(b"084", b"  ", sub(b"a", class_as_written(book, variation)) + sub(b"2", b"clc"))

    def _add_title(self, out: _Fields, book: Book, words: Wording) -> None:
        if not book.is_serial:
            _add_main_author(out, book.authors[0])
        if book.original:
            out.add(b"240", b"10", sub(b"a", book.original + b".") + sub(b"l", b"Chinese"))
        subtitle = b" :" + sub(b"b", words.subtitle) if words.subtitle else b""
        roman_subtitle = b" :" + sub(b"b", book.subtitle.pinyin) if words.subtitle and book.subtitle else b""
        capital = words.pinyin[:1].upper() + words.pinyin[1:]
        volume = sub(b"n", book.volume.text) if book.volume else b""
        translator = b" ; " + book.translator.text + self._e("译") if book.translator else b""
        out.add_both(
            b"245",
            b"00" if book.is_serial else b"10",
            sub(b"a", capital) + roman_subtitle + b" /" + sub(b"c", book.authors[0].person.pinyin + b"."),
            sub(b"a", words.title) + volume + subtitle + b" /" + sub(b"c", words.responsibility + translator + b"."),
        )
        if book.original and self._rng.getrandbits(1):
            out.add(b"246", b"31", sub(b"a", book.original))

    def _add_description(self, out: _Fields, book: Book, words: Wording) -> None:
        if book.edition:
            ordinal = self._e("第") if book.edition[:1].isdigit() else b""
            out.add(b"250", b"  ", sub(b"a", ordinal + book.edition))
        tag, indicators = (b"264", b" 1") if book.year >= _RDA_SINCE else (b"260", b"  ")
        place, publisher, year = book.publisher.place, book.publisher.name, sub(b"c", words.year + b".")
        out.add_both(
            tag,
            indicators,
            sub(b"a", place.pinyin.title() + b" :") + sub(b"b", publisher.pinyin + b",") + year,
            sub(b"a", place.text + b" :") + sub(b"b", words.publisher + b",") + year,
        )
        if book.is_serial:
            out.add(b"310", b"  ", sub(b"a", self._e("月刊")))
        else:
            pictures = b" :" + sub(b"b", self._e("插图")) if book.illustrated else b""
            pages = sub(b"a", b"%d" % words.pages + self._e("页"))
            out.add(b"300", b"  ", pages + pictures + b" ;" + sub(b"c", book.size))
        out.add(b"336", b"  ", sub(b"a", b"text") + sub(b"b", b"txt") + sub(b"2", b"rdacontent"))
        out.add(b"337", b"  ", sub(b"a", b"unmediated") + sub(b"b", b"n") + sub(b"2", b"rdamedia"))
        out.add(b"338", b"  ", sub(b"a", b"volume") + sub(b"b", b"nc") + sub(b"2", b"rdacarrier"))

    def _add_notes(self, out: _Fields, book: Book, variation: int) -> None:
        if book.series:
            out.add(b"490", b"1 ", sub(b"a", book.series.text))
        if book.unified:
            out.add(b"500", b"  ", sub(b"a", self._e("统一书号：") + book.unified))
        if book.abstract:
            out.add(b"520", b"  ", sub(b"a", book.abstract))
        if book.audience and not variation & Variation.FEWER_SUBJECTS:
            out.add(b"521", b"  ", sub(b"a", book.audience))

    def _add_subjects(self, out: _Fields, book: Book, variation: int) -> None:
        if not has_subjects(variation):
            return
        division, further = subject_words(book)
        source = sub(b"2", b"cct")
        out.add(
            b"650",
            b" 7",
            sub(b"a", book.heading.text) + (sub(b"x", division.text) if division else b"") + source,
        )
        for word in further:
            out.add(b"650", b" 7", sub(b"a", word.text) + source)

    def _add_further_names(self, out: _Fields, book: Book) -> None:
        if not book.is_serial:
            for author in book.authors[1:]:
                out.add(b"700", b"1 ", sub(b"a", author.person.text) + sub(b"e", author.role.text))
            if book.translator:
                out.add(b"700", b"1 ", sub(b"a", book.translator.text) + sub(b"e", b"translator."))
        if book.series:
            out.add(b"830", b" 0", sub(b"a", book.series.text))


def _add_main_author(out: _Fields, author: Author) -> None:
    person = author.person
    role = sub(b"e", b"author.")
    if person.nation:
        out.add(b"100", b"1 ", sub(b"a", person.original) + role)
        return
    birth = b"," + sub(b"d", b"%d-" % person.birth) if person.birth else b""
    out.add_both(b"100", b"1 ", sub(b"a", person.pinyin.title()) + birth + role, sub(b"a", person.text) + birth + role)


def _items(book: Book, holding: Holding) -> list[Field]:
    code = holding.library.code.encode()
    acquired = b"%d-%02d-15" % (min(book.year + 1, 2025), book.month)
    before = sub(b"a", code) + sub(b"b", code) + sub(b"c", b"GEN") + sub(b"d", acquired)
    call = sub(b"g", b"%d.%02d" % divmod(book.price, 100)) + sub(b"o", book.class_number + b"/" + book.book_number)
    kind = sub(b"y", b"SER" if book.is_serial else b"BK")
    return [(b"952", b"  " + before + call + sub(b"p", barcode) + kind) for barcode in holding.barcodes]
