"""The parts of a made-up book: title, imprint, people, description, notes. Each draws in a fixed order."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from web.demo.generator.book import Author, Book
from web.demo.generator.checkdigits import issn_check
from web.demo.generator.isbn import IsbnRegister
from web.demo.generator.people import People
from web.demo.generator.stock import BookClass, Fragment, Pattern, Person, Publisher, Stock
from web.demo.generator.words import word_lists

_ISBN_SINCE = 1987
_SIZES = (b"19cm", b"20cm", b"21cm", b"21cm", b"24cm", b"24cm", b"26cm", b"29cm")
_FORM_DIVISIONS = ("49", "61", "62", "43", "64")
_PRICE_LEVELS = ((1985, 0.12), (1995, 0.3), (2008, 0.7), (9999, 1.25))
_VOLUME_NAMES = {
    2: "上 下",
    3: "上 中 下",
    4: "第一卷 第二卷 第三卷 第四卷",
    5: "第一卷 第二卷 第三卷 第四卷 第五卷",
}


class BookParts:
    def __init__(self, stock: Stock, rng: random.Random, abstract_rate: float) -> None:
        self._stock = stock
        self._rng = rng
        self._abstract_rate = abstract_rate
        self._people = People(stock.encoding)
        self._isbns = IsbnRegister()
        words = word_lists()
        self._english = {name: words[f"english_{name}"] for name in ("adjectives", "nouns", "patterns")}
        self._nations = {entry.split(":")[0]: entry.split(":")[1:] for entry in words["nations"]}
        self._nations_any = [entry.split(":") for entry in words["nations_any"]]
        self._volumes = {
            count: [Fragment(n.encode(stock.encoding), b"", b"") for n in names.split()]
            for count, names in _VOLUME_NAMES.items()
        }
        self._fillers: dict[str, Callable[[BookClass], Fragment | Person]] = {
            "p": lambda _: stock.places[rng.getrandbits(16)],
            "a": lambda _: self._word("adjectives"),
            "n": lambda _: self._word("nouns"),
            "k": lambda _: self._word("numbers"),
            "v": lambda book_class: book_class.topics[rng.getrandbits(10)],
            "h": lambda book_class: self._people.chinese(book_class.place, 400 + self._rank(9.0)),
            "g": lambda _: stock.counties[rng.getrandbits(16) % len(stock.counties)],
            "y": lambda _: stock.years[rng.getrandbits(16) % len(stock.years)],
        }

    # -- drawing ---------------------------------------------------------------
    def _word(self, name: str) -> Fragment:
        words = self._stock.words[name]
        return words[self._rng.getrandbits(16) % len(words)]

    def _rank(self, spread: float) -> int:
        """Zipf-like: low ranks are drawn far more often."""
        return int(math.exp(self._rng.random() * spread))

    def _fill(self, pattern: Pattern, book_class: BookClass, topic: Fragment, used: list[Fragment]) -> Fragment:
        texts: list[bytes] = []
        syllables: list[bytes] = []
        letters: list[bytes] = []
        for part in pattern:
            piece: Fragment | Person
            if not isinstance(part, str):
                piece = part
            elif part == "t":
                piece = topic
            elif part == "u":
                other = book_class.topics[self._rng.getrandbits(10)]
                used.append(other)
                piece = other
            else:
                piece = self._fillers[part](book_class)
            texts.append(piece.text)
            if piece.pinyin:
                syllables.append(piece.pinyin)
            letters.append(piece.initials)
        return Fragment(b"".join(texts), b" ".join(syllables), b"".join(letters))

    def abstract(self, book: Book) -> bytes:
        bits, sentences = self._rng.getrandbits, self._stock.sentences
        return b"".join(
            self._fill(sentences[bits(16) % len(sentences)], book.book_class, book.topics[0], []).text
            for _ in range(1 + bits(2))
        )

    # -- the parts -------------------------------------------------------------
    def subject_and_title(self, work: int, manifestation: int) -> Book:
        bits = self._rng.getrandbits
        book_class = self._stock.class_table[bits(16)]
        topic = book_class.topics[bits(10)]
        used = [topic]
        title = self._fill(self._stock.patterns[book_class.kind][bits(10)], book_class, topic, used)
        subtitle = None
        if bits(8) < 52:
            subtitles = self._stock.subtitles
            subtitle = self._fill(subtitles[bits(16) % len(subtitles)], book_class, topic, used)
        return Book(
            work=work,
            manifestation=manifestation,
            kind="new",
            book_class=book_class,
            title=title,
            subtitle=subtitle,
            topics=used,
            year=0,
            month=0,
            publisher=self._stock.publishers[0],
            authors=[],
        )

    def set_imprint(self, book: Book) -> None:
        bits = self._rng.getrandbits
        share = self._rng.random()
        book.year = int(1978 + 47 * share**0.55) if share > 0.03 else 1950 + bits(5)
        book.month = 1 + bits(16) % 12
        suitable = book.book_class.publishers
        table = suitable if suitable is not None and bits(8) < 170 else self._stock.publishers
        book.publisher = table[bits(16)]
        if book.year < _ISBN_SINCE and bits(8) < 200:
            number = f"{10 + bits(4)}{bits(16) % 250:03d}·{1 + bits(16) % 4000}"
            book.unified = number.encode(self._stock.encoding)
        else:
            self.give_isbn(book, book.publisher)

    def give_isbn(self, book: Book, publisher: Publisher) -> None:
        book.isbn13, book.isbn10 = self._isbns.next_for(publisher.registrants)

    def set_people(self, book: Book) -> None:
        kind = book.book_class.kind
        often = kind in ("acad", "pop", "kid", "text")
        translated = kind == "trlit" or (often and self._rng.getrandbits(8) < 26)
        rank = self._rank(9.2)
        if translated:
            self._set_foreign_author(book, rank)
        else:
            self._set_authors(book, rank)

    def _set_foreign_author(self, book: Book, rank: int) -> None:
        bits = self._rng.getrandbits
        index = book.book_class.place
        nation, language = (
            self._nations.get(book.book_class.number[:4]) or self._nations_any[bits(16) % len(self._nations_any)]
        )
        person, entry = self._people.foreign(index, rank, nation)
        book.authors = [Author(person, self._stock.written, entry)]
        book.translator = self._people.chinese(index, self._rank(7.5))
        book.language = language.encode()
        book.original = self._english_title().encode("ascii")

    def _english_title(self) -> str:
        adjectives, nouns, patterns = (self._english[name] for name in ("adjectives", "nouns", "patterns"))
        pattern, a, n, m = (
            words[self._rng.getrandbits(16) % len(words)] for words in (patterns, adjectives, nouns, nouns)
        )
        return pattern.format(a=a, n=n, m=m)

    def _set_authors(self, book: Book, rank: int) -> None:
        bits = self._rng.getrandbits
        index = book.book_class.place
        roles = self._stock.words["roles"]
        only_children = 2  # the last two roles, drawing and picture-book author, are for children's books
        role = roles[bits(16) % (len(roles) if book.book_class.kind == "kid" else len(roles) - only_children)]
        book.authors = [Author(self._people.chinese(index, rank), role, None)]
        while bits(8) < 40 and len(book.authors) < 4:
            book.authors.append(Author(self._people.chinese(index, self._rank(9.2)), role, None))

    def set_description(self, book: Book) -> None:
        bits = self._rng.getrandbits
        is_kid = book.book_class.kind == "kid"
        book.edition = b"" if bits(8) < 205 else f"{2 + bits(2)}版".encode(self._stock.encoding)
        book.pages = 32 + bits(5) if is_kid else 90 + int(self._rng.random() ** 1.7 * 620)
        book.size = _SIZES[bits(3)]
        book.illustrated = bits(8) < 120
        book.series = self._word("series") if bits(8) < 85 else None
        book.price = self._price(book, 0.22 if is_kid else 0.075)
        book.bound = bits(8) < 26
        book.class_number = self._class_number(book)

    def _price(self, book: Book, a_page: float) -> int:
        level = next(level for before, level in _PRICE_LEVELS if book.year < before)
        fen = int((4 + book.pages * a_page) * level * (0.7 + 0.6 * self._rng.random()) * 10) * 10
        return max(20, fen - fen % 100 if fen > 1500 else fen)

    def _class_number(self, book: Book) -> bytes:
        bits = self._rng.getrandbits
        number = book.book_class.number
        share = bits(8)
        division = "" if share < 90 or "." in number else f".{1 + bits(16) % 9}"
        form = ""
        if 90 < share < 110 and book.book_class.kind != "novel":
            form = "-" + _FORM_DIVISIONS[bits(16) % len(_FORM_DIVISIONS)]
        return (number + division + form).encode()

    def set_notes(self, book: Book) -> None:
        bits = self._rng.getrandbits
        book.abstract = self.abstract(book) if self._rng.random() < self._abstract_rate else None
        audiences = self._stock.audiences
        book.audience = audiences[bits(16) % len(audiences)] if bits(8) < 60 else None
        if bits(1):
            book.book_number = b"%d" % (1 + int(self._rng.random() ** 2 * 900))
        else:
            book.book_number = book.authors[0].person.pinyin[:1].upper() + b"%d" % (100 + bits(16) % 900)

    def make_serial(self, book: Book) -> None:
        number = f"{1_000_000 + book.work % 8_999_999:07d}"
        book.issn = f"{number[:4]}-{number[4:]}{issn_check(number)}".encode()
        book.isbn13 = book.isbn10 = book.unified = None
        book.original, book.translator, book.language = None, None, b"chi"
        book.kind = "serial"

    def volume_names(self, count: int) -> list[Fragment]:
        return self._volumes[count]
