"""Writes a book as CNMARC, with 905 holdings. Draws from the run's random source in a fixed order."""

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


class CnmarcWriter:
    def __init__(self, encoding: str, rng: random.Random, holdings: Holdings) -> None:
        self._encoding = encoding
        self._rng = rng
        self._holdings = holdings

    def record(self, book: Book, kind: Kind, variation: int, sequence: int) -> Record:
        bits = self._rng.getrandbits
        words = describe(book, variation, self._encoding)
        pinyin_code = b"A" if sequence & 1 else b"9"  # both conventions occur in real files
        year = b"%d" % max(book.year, 1998)
        control = b"01%s%07d" % (year, sequence)
        day = b"%s%02d%02d" % (year, book.month, 1 + bits(16) % 28)
        clock = b"%02d%02d%02d.0" % (8 + bits(3), bits(16) % 60, bits(16) % 60)
        fields: list[Field] = [(b"001", control), (b"005", day + clock)]
        fields += self._numbers(book, kind, variation)
        fields += self._coded(book, day)
        fields.append((b"200", self._title(book, words, variation, pinyin_code)))
        fields += self._description(book, words, pinyin_code)
        fields += self._notes(book, variation)
        fields += self._links(book, sequence, words, pinyin_code)
        fields += self._subjects(book, variation)
        fields += self._names(book, pinyin_code)
        holdings = self._holdings.draw()
        fields.append(
            (b"801", b" 0" + sub(b"a", b"CN") + sub(b"b", holdings[0].library.code.encode()) + sub(b"c", day))
        )
        fields += [(b"905", _holding(book, holding)) for holding in holdings]
        status = b"nas0" if book.is_serial else b"nam0"
        return Record(control, status, fields, holdings, words.title, words.initials)

    def _e(self, text: str) -> bytes:
        return text.encode(self._encoding)

    def _numbers(self, book: Book, kind: Kind, variation: int) -> list[Field]:
        price = sub(b"d", price_as_written(book, variation, self._encoding))
        fields: list[Field] = []
        if book.isbn13:
            isbn = isbn_as_written(book, variation)
            if variation & Variation.WRONG_CHECK_DIGIT and kind == "dup" and self._rng.getrandbits(4) == 0:
                wrong = isbn[:-1] + (b"0" if isbn[-1:] != b"0" else b"1")
                fields.append((b"010", b"  " + sub(b"a", wrong) + price))
            else:
                binding = sub(b"b", self._e("精装")) if book.bound else b""
                fields.append((b"010", b"  " + sub(b"a", isbn) + binding + price))
        elif book.issn:
            fields.append((b"011", b"  " + sub(b"a", book.issn) + price))
        else:
            fields.append((b"010", b"  " + price))
        if book.unified:
            fields.append((b"091", b"  " + sub(b"a", book.unified)))
        return fields

    def _coded(self, book: Book, day: bytes) -> list[Field]:
        charset = b"50      " if self._encoding == "utf-8" else b"0120    "
        dates = b"a%d9999" % book.year if book.is_serial else b"d%d    " % book.year
        fields = [
            (b"100", b"  " + sub(b"a", day + dates + b"em y0chiy" + charset + b"ea")),
            (
                b"101",
                b"1 " + sub(b"a", b"chi") + sub(b"c", book.language) if book.original else b"0 " + sub(b"a", b"chi"),
            ),
            (b"102", b"  " + sub(b"a", b"CN") + sub(b"b", book.publisher.country)),
        ]
        if book.is_serial:
            fields.append((b"110", b"  " + sub(b"a", b"aa  z   0yy0")))
        else:
            pictures = b"ak" if book.illustrated else b"y "
            literature = b"0fy" if book.is_novel else b"0yy"
            fields.append((b"105", b"  " + sub(b"a", pictures + b"  z   00" + literature)))
        fields.append((b"106", b"  " + sub(b"a", b"r")))
        return fields

    def _title(self, book: Book, words: Wording, variation: int, pinyin_code: bytes) -> bytes:
        parts = [b"1 ", sub(b"a", words.title)]
        if not variation & Variation.NO_TITLE_PINYIN:
            parts.append(sub(pinyin_code, words.pinyin))
        if self._rng.getrandbits(2):
            parts.append(sub(b"b", self._e("期刊" if book.is_serial else "专著")))
        if book.volume:
            parts.append(sub(b"h", book.volume.text))
        if book.original and self._rng.getrandbits(1):
            parts.append(sub(b"d", book.original))
        if words.subtitle:
            parts.append(sub(b"e", words.subtitle))
        parts.append(sub(b"f", book.publisher.name.text if book.is_serial else words.responsibility))
        if book.translator and not book.is_serial:
            parts.append(sub(b"g", book.translator.text + self._e("译")))
        if book.original:
            parts.append(sub(b"z", book.language))
        return b"".join(parts)

    def _description(self, book: Book, words: Wording, pinyin_code: bytes) -> list[Field]:
        fields: list[Field] = []
        if book.edition:
            fields.append((b"205", b"  " + sub(b"a", book.edition)))
        if book.is_serial:
            fields.append((b"207", b" 0" + sub(b"a", b"%d,no.1-" % book.year)))
        imprint = sub(b"a", book.publisher.place.text) + sub(b"c", words.publisher) + sub(b"d", words.year)
        fields.append((b"210", b"  " + imprint))
        if not book.is_serial:
            pictures = sub(b"c", self._e("图")) if book.illustrated else b""
            extent = sub(b"a", b"%d" % words.pages + self._e("页")) + pictures + sub(b"d", book.size)
            fields.append((b"215", b"  " + extent))
        if book.series:
            fields.append((b"225", b"2 " + sub(b"a", book.series.text) + sub(pinyin_code, book.series.pinyin)))
        return fields

    def _notes(self, book: Book, variation: int) -> list[Field]:
        fields: list[Field] = []
        if book.is_serial:
            fields.append((b"326", b"  " + sub(b"a", self._e("月刊"))))
        if book.abstract:
            fields.append((b"330", b"  " + sub(b"a", book.abstract)))
        if book.audience and not variation & Variation.FEWER_SUBJECTS:
            fields.append((b"333", b"  " + sub(b"a", book.audience)))
        return fields

    def _links(self, book: Book, sequence: int, words: Wording, pinyin_code: bytes) -> list[Field]:
        fields: list[Field] = []
        embedded = b" 0" + sub(b"1", b"2001 ")
        if book.series:
            fields.append((b"410", embedded + sub(b"a", book.series.text)))
        if book.volume:
            fields.append((b"461", embedded + sub(b"a", book.title.text) + sub(b"v", book.volume.text)))
        if book.original:
            tag, code = (b"500", b"m") if sequence & 2 else (b"510", b"z")
            fields.append((tag, b"10" + sub(b"a", book.original) + sub(code, book.language)))
        if words.subtitle and book.subtitle and sequence % 3 == 0:
            fields.append((b"517", b"1 " + sub(b"a", words.subtitle) + sub(pinyin_code, book.subtitle.pinyin)))
        return fields

    def _subjects(self, book: Book, variation: int) -> list[Field]:
        fields: list[Field] = []
        if has_subjects(variation):
            division, further = subject_words(book)
            heading = sub(b"a", book.heading.text) + (sub(b"x", division.text) if division else b"")
            fields.append((b"606", b"0 " + heading))
            fields += [(b"606", b"0 " + sub(b"a", word.text)) for word in further]
        fields.append((b"690", b"  " + sub(b"a", class_as_written(book, variation)) + sub(b"v", b"5")))
        return fields

    def _names(self, book: Book, pinyin_code: bytes) -> list[Field]:
        if book.is_serial:
            return [(b"711", b"02" + sub(b"a", book.publisher.name.text) + sub(b"4", self._e("主办")))]
        fields = [(b"701", b" 0" + _author(author, pinyin_code)) for author in book.authors]
        if book.translator:
            name = sub(b"a", book.translator.text) + sub(pinyin_code, book.translator.pinyin)
            fields.append((b"702", b" 0" + name + sub(b"4", self._e("译"))))
        return fields


def _author(author: Author, pinyin_code: bytes) -> bytes:
    person = author.person
    role = sub(b"4", author.role.text)
    if person.nation and author.entry:
        nation = sub(b"c", b"(" + person.nation + b")")
        original = sub(b"c", b"(" + person.original + b")")
        return nation + sub(b"a", author.entry) + sub(pinyin_code, person.pinyin) + original + role
    birth = sub(b"f", b"(%d-)" % person.birth) if person.birth else b""
    return sub(b"a", person.text) + sub(pinyin_code, person.pinyin) + birth + role


def _holding(book: Book, holding: Holding) -> bytes:
    barcodes = b"".join(sub(b"b", barcode) for barcode in holding.barcodes)
    call = sub(b"d", book.class_number) + sub(b"e", book.book_number)
    whole = sub(b"s", book.class_number + b"/" + book.book_number)
    return (
        b"  "
        + sub(b"a", holding.library.code.encode())
        + barcodes
        + call
        + sub(b"f", b"%d" % len(holding.barcodes))
        + whole
    )
