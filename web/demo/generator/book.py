"""One manifestation of a made-up book, as the writers of records see it. Text is encoded already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from web.demo.generator.stock import BookClass, Fragment, Person, Publisher

Kind = Literal["new", "edition", "volume", "dup", "reuse", "serial", "namesake", "reissue", "set", "same_isbn"]


class Author(NamedTuple):
    """`entry` is the entry word of a foreign name's heading."""

    person: Person
    role: Fragment
    entry: bytes | None


@dataclass(slots=True, kw_only=True)
class Book:
    """`work` and `manifestation` tell what is the same book, `first` its first record; `price` is in fen."""

    work: int
    manifestation: int
    kind: Kind
    book_class: BookClass
    title: Fragment
    subtitle: Fragment | None
    topics: list[Fragment]
    year: int
    month: int
    publisher: Publisher
    first: int = 0
    isbn13: bytes | None = None
    isbn10: bytes | None = None
    issn: bytes | None = None
    unified: bytes | None = None
    authors: list[Author]
    translator: Person | None = None
    original: bytes | None = None
    language: bytes = b"chi"
    edition: bytes = b""
    pages: int = 0
    size: bytes = b""
    illustrated: bool = False
    series: Fragment | None = None
    price: int = 0
    bound: bool = False
    class_number: bytes = b""
    abstract: bytes | None = None
    audience: bytes | None = None
    book_number: bytes = b""
    volume: Fragment | None = None

    @property
    def heading(self) -> Fragment:
        return self.book_class.heading

    @property
    def is_serial(self) -> bool:
        return self.issn is not None

    @property
    def is_novel(self) -> bool:
        return self.book_class.kind in ("novel", "trlit")


class Variation:
    """Bits that make a duplicate differ from the record it repeats."""

    NO_HYPHENS = 1
    OTHER_ISBN = 2
    SUBTITLE_IN_TITLE = 4
    SHORT_PUBLISHER = 8
    YEAR_AND_MONTH = 16
    OTHER_PRICE = 32
    OTHER_PUNCTUATION = 64
    OTHER_PAGES = 128
    STRAY_BLANK = 256
    FEWER_SUBJECTS = 512
    WRONG_CHECK_DIGIT = 1024
    NO_TITLE_PINYIN = 2048
