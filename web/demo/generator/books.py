"""Draws the books of a run: new works, re-editions, volumes, serials, duplicates, one ISBN used twice.

Every draw comes from one random source, in one order: so the same arguments give the same bytes.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator

from web.demo.generator.book import Book, Kind
from web.demo.generator.book_parts import BookParts
from web.demo.generator.stock import Fragment, Stock

_POOL_SIZE = 60_000
_REUSE_OF_256 = 3
_EDITION_SHARE = 0.05


class BookStream:
    """`stats` counts what came, by kind."""

    def __init__(self, stock: Stock, rng: random.Random, *, count: int, dup_rate: float, abstract_rate: float) -> None:
        self._rng = rng
        self._stock = stock
        self._count = count
        self._dup_rate = dup_rate
        self._parts = BookParts(stock, rng, abstract_rate)
        self._pool: list[Book] = []
        self._pending: list[Book] = []
        self._works = 0
        self._manifestations = 0
        self.sequence = 0
        self.stats: dict[Kind, int] = {"new": 0, "edition": 0, "volume": 0, "dup": 0, "reuse": 0, "serial": 0}

    def __iter__(self) -> Iterator[tuple[Book, Kind, int]]:
        """(book, kind, variation bits) for each record of the run."""
        for _ in range(self._count):
            book, kind, variation = self._next()
            self.sequence += 1
            if kind != "dup":
                book.first = self.sequence
                self._remember(book)
            self.stats[kind] = self.stats.get(kind, 0) + 1
            yield book, kind, variation

    def _next(self) -> tuple[Book, Kind, int]:
        share = self._rng.random()
        if self._pending:
            return self._pending.pop(0), "volume", 0
        if share < self._dup_rate and self._pool:
            return self._repeat()
        if share < self._dup_rate + _EDITION_SHARE and self._pool:
            old = self._pool[self._rng.getrandbits(20) % len(self._pool)]
            if not (old.is_serial or old.volume or old.kind == "reuse"):
                return self._re_edition(old), "edition", 0
        book = self._new_book()
        return book, book.kind, 0

    def _remember(self, book: Book) -> None:
        if len(self._pool) < _POOL_SIZE:
            self._pool.append(book)
        elif self._rng.getrandbits(3) == 0:
            self._pool[self._rng.getrandbits(20) % _POOL_SIZE] = book

    def _repeat(self) -> tuple[Book, Kind, int]:
        old = self._pool[int(len(self._pool) * self._rng.random() ** 1.35)]
        variation = self._rng.getrandbits(12)
        if self._rng.getrandbits(8) < _REUSE_OF_256 and old.isbn13:
            return self._reuse(old), "reuse", variation
        return old, "dup", variation

    def _reuse(self, old: Book) -> Book:
        """A different book under the ISBN of an old one, by the same publisher."""
        book = self._new_book()
        self._pending = []
        book.isbn13, book.isbn10, book.unified, book.issn = old.isbn13, old.isbn10, None, None
        book.kind, book.volume = "reuse", None
        book.publisher = old.publisher
        return book

    def _new_book(self) -> Book:
        self._works += 1
        self._manifestations += 1
        book = self._parts.subject_and_title(self._works, self._manifestations)
        self._parts.set_imprint(book)
        self._parts.set_people(book)
        self._parts.set_description(book)
        self._parts.set_notes(book)
        self._set_special_kind(book)
        return book

    def _set_special_kind(self, book: Book) -> None:
        """A small share becomes serials and works in volumes, each volume a record with its own ISBN."""
        kind = book.book_class.kind
        if kind in ("acad", "pop", "text", "gov") and self._rng.getrandbits(10) < 18:
            self._parts.make_serial(book)
        elif kind in ("novel", "acad", "lit", "trlit") and self._rng.getrandbits(8) < 16 and book.isbn13:
            names = self._parts.volume_names(2 + self._rng.getrandbits(2))
            book.kind, book.volume = "volume", names[0]
            self._pending.extend(self._volume(book, name) for name in names[1:])

    def _volume(self, first: Book, name: Fragment) -> Book:
        book = copy.copy(first)
        self._manifestations += 1
        book.manifestation = self._manifestations
        book.volume = name
        book.pages = max(60, first.pages + self._rng.getrandbits(7) - 64)
        self._parts.give_isbn(book, first.publisher)
        return book

    def _re_edition(self, old: Book) -> Book:
        bits = self._rng.getrandbits
        book = copy.copy(old)
        self._manifestations += 1
        book.manifestation, book.kind, book.first = self._manifestations, "edition", 0
        book.year = min(2025, old.year + 1 + bits(4))
        book.month = 1 + bits(16) % 12
        book.edition = (f"{2 + bits(2)}版" if bits(1) else "修订版").encode(self._stock.encoding)
        book.price = int(old.price * (1.1 + self._rng.random()) / 100) * 100 + 80
        book.pages = old.pages + bits(6)
        if bits(2) == 0:
            book.publisher = self._stock.publishers[bits(16)]
        book.unified = None
        self._parts.give_isbn(book, book.publisher)
        book.abstract = self._parts.abstract(book) if bits(1) else old.abstract
        return book
