"""What every written record shares: fields as bytes, and how duplicates differ in their wording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from web.demo.generator.book import Book, Variation
from web.demo.generator.libraries import Library
from web.demo.generator.stock import Fragment

FIELD_END, SUBFIELD, RECORD_END = b"\x1e", b"\x1f", b"\x1d"
Field = tuple[bytes, bytes]
_PUBLISHER_TAILS = ("出版社", "出版公司", "出版集团")


class Holding(NamedTuple):
    library: Library
    barcodes: list[bytes]


class Record(NamedTuple):
    """`status` is leader/05-09; `title` and `initials` are what the record says, for counting hits."""

    control: bytes
    status: bytes
    fields: list[Field]
    holdings: list[Holding]
    title: bytes
    initials: bytes


@dataclass(slots=True, kw_only=True)
class Wording:
    """One record's spelling of its book."""

    title: bytes
    pinyin: bytes
    initials: bytes
    subtitle: bytes | None
    publisher: bytes
    year: bytes
    responsibility: bytes
    pages: int


def sub(code: bytes, value: bytes) -> bytes:
    return SUBFIELD + code + value


def describe(book: Book, variation: int, encoding: str) -> Wording:
    title, subtitle = _title(book, variation, encoding)
    extra_pages = 1 + (variation >> 3 & 3) if variation & Variation.OTHER_PAGES else 0
    return Wording(
        title=title,
        pinyin=book.title.pinyin,
        initials=book.title.initials,
        subtitle=subtitle,
        publisher=_publisher(book, variation, encoding),
        year=b"%d" % book.year + (b".%d" % book.month if variation & Variation.YEAR_AND_MONTH else b""),
        responsibility=_responsibility(book, variation, encoding),
        pages=book.pages + extra_pages,
    )


def _title(book: Book, variation: int, encoding: str) -> tuple[bytes, bytes | None]:
    title = book.title.text
    subtitle = book.subtitle.text if book.subtitle else None
    if variation & Variation.SUBTITLE_IN_TITLE and subtitle:
        return title + "：".encode(encoding) + subtitle, None
    if variation & Variation.STRAY_BLANK and not subtitle:
        return (b" " + title if variation & 1 else title + b" "), subtitle
    return title, subtitle


def _publisher(book: Book, variation: int, encoding: str) -> bytes:
    name = book.publisher.name.text
    if variation & Variation.SHORT_PUBLISHER:
        for tail in _PUBLISHER_TAILS:
            end = tail.encode(encoding)
            if name.endswith(end) and len(name) > len(end) + 3:
                name = name[: -len(end)]
    return name


def _responsibility(book: Book, variation: int, encoding: str) -> bytes:
    separators = (b", ", "，".encode(encoding), b" ")
    separator = separators[1 + (variation & 1) if variation & Variation.OTHER_PUNCTUATION else 0]
    names = [
        b"(" + author.person.nation + b")" + author.person.text if author.person.nation else author.person.text
        for author in book.authors
    ]
    without_role = variation & Variation.OTHER_PUNCTUATION and variation & Variation.OTHER_ISBN
    return separator.join(names) + (b"" if without_role else book.authors[0].role.text)


def isbn_as_written(book: Book, variation: int) -> bytes:
    """ISBN-13 since 2007, ISBN-10 before; a duplicate may use the other form and leave out the hyphens."""
    wants_13 = (book.year >= 2007) != bool(variation & Variation.OTHER_ISBN)
    isbn = book.isbn13 if wants_13 else book.isbn10
    if isbn is None:
        raise ValueError("the book has no ISBN")
    return isbn.replace(b"-", b"") if variation & Variation.NO_HYPHENS else isbn


def price_as_written(book: Book, variation: int, encoding: str) -> bytes:
    price = b"%d.%02d" % divmod(book.price, 100)
    if variation & Variation.OTHER_PRICE:
        return price + "元".encode(encoding) if variation & 1 else "￥".encode(encoding) + price
    return b"CNY" + price


def class_as_written(book: Book, variation: int) -> bytes:
    return book.class_number.split(b".")[0] if variation & Variation.FEWER_SUBJECTS else book.class_number


def has_subjects(variation: int) -> bool:
    return not (variation & Variation.FEWER_SUBJECTS and variation & 1)


def subject_words(book: Book) -> tuple[Fragment | None, Sequence[Fragment]]:
    """The subdivision of the heading, unless it is the heading itself, and the further subject."""
    first = None if book.topics[0] is book.heading else book.topics[0]
    return first, book.topics[1:2]
