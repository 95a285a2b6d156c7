"""Books that look like another and are not: the other title of a name, a reissue, a set under one ISBN, a new edition under the old one.

Other volumes, re-editions and an ISBN used twice come from `books` itself.
"""

from __future__ import annotations

import copy
import random
from typing import Final

from web.demo.generator.book import Book, Kind
from web.demo.generator.books import BookStream
from web.demo.generator.stock import Stock

_NEAR_OF_256: Final = 20
_YEARS_OF_A_REISSUE: Final = 5  # at least; closer ones are printings, which are catalogued as one
_LAST_YEAR: Final = 2025


class NearStream(BookStream):
    """A stream of books with the four kinds of near-duplicates added; it draws otherwise as its base does."""

    def __init__(self, stock: Stock, rng: random.Random, *, count: int, dup_rate: float, abstract_rate: float) -> None:
        super().__init__(stock, rng, count=count, dup_rate=dup_rate, abstract_rate=abstract_rate)
        self._followed: set[int] = (
            set()
        )  # books that have a later edition under their own number: a second one would be its twin

    def _next(self) -> tuple[Book, Kind, int]:
        if not self._pending and self._pool and self._rng.getrandbits(8) < _NEAR_OF_256:
            near = self._near(self._pool[self._rng.getrandbits(20) % len(self._pool)])
            if near is not None:
                return near
        return super()._next()

    def _near(self, old: Book) -> tuple[Book, Kind, int] | None:
        """One of the four, or None where the old book has no such neighbour."""
        if old.is_serial or old.volume or old.kind == "reuse":
            return None
        which = self._rng.getrandbits(2)
        if which == 0:
            return self._namesake(old), "namesake", 0
        if which == 1:
            return (self._reissue(old), "reissue", 0) if old.year <= _LAST_YEAR - _YEARS_OF_A_REISSUE else None
        if which == 2:
            return self._set_under_one_isbn(), "set", 0
        if old.isbn13 is None or old.manifestation in self._followed:
            return None
        self._followed.add(old.manifestation)
        return self._edition_under_its_isbn(old), "same_isbn", 0

    def _other(self, old: Book, kind: Kind) -> Book:
        book = copy.copy(old)
        self._manifestations += 1
        book.manifestation, book.kind, book.first = self._manifestations, kind, 0
        book.pages = max(40, old.pages + 17 + self._rng.getrandbits(6))
        book.unified = None
        return book

    def _give_own_number(self, book: Book) -> None:
        """An ISBN where the book that it resembles has one; of old books neither has."""
        if book.isbn13:
            self._parts.give_isbn(book, book.publisher)

    def _namesake(self, old: Book) -> Book:
        """The same title by somebody else: textbooks and village histories share theirs by the dozen."""
        other = self._new_book()
        self._pending = []
        book = self._other(old, "namesake")
        self._works += 1
        book.work, book.subtitle, book.translator, book.original = self._works, None, None, None
        people = [author for author in other.authors if author.person.text != old.authors[0].person.text]
        book.authors = people or other.authors
        book.year, book.month, book.abstract = other.year, other.month, other.abstract
        if self._rng.getrandbits(1):
            book.publisher = other.publisher
        self._give_own_number(book)
        return book

    def _reissue(self, old: Book) -> Book:
        """Set anew years later by the same house, without a word on the edition."""
        book = self._other(old, "reissue")
        book.year = min(_LAST_YEAR, old.year + _YEARS_OF_A_REISSUE + self._rng.getrandbits(3))
        self._give_own_number(book)
        return book

    def _set_under_one_isbn(self) -> Book:
        """The first volume of a set whose volumes carry the ISBN of the set; the others follow."""
        first = self._new_book()
        self._pending = []
        names = self._parts.volume_names(2 + self._rng.getrandbits(2))
        first.kind, first.volume = "set", names[0]
        if first.isbn13 is None:
            first.unified, first.issn = None, None
            self._parts.give_isbn(first, first.publisher)
        if first.is_serial:
            first.issn = None
        for name in names[1:]:
            book = self._other(first, "set")
            book.volume = name
            self._pending.append(book)
        return first

    def _edition_under_its_isbn(self, old: Book) -> Book:
        """A new edition for which the house did not ask for a new number."""
        book = self._other(old, "same_isbn")
        book.year = min(_LAST_YEAR, old.year + 1 + self._rng.getrandbits(2))
        number = int(old.edition[:1]) + 1 if old.edition[:1].isdigit() else 2
        book.edition = f"{number}版".encode(self._stock.encoding)
        return book
