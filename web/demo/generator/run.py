"""A run of the generator: draws books and writes their records in one format and encoding."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Literal

from web.demo.generator.book import Book, Kind
from web.demo.generator.books import BookStream
from web.demo.generator.cnmarc import CnmarcWriter
from web.demo.generator.containers import iso2709, marcxml
from web.demo.generator.holdings import Holdings
from web.demo.generator.libraries import Library, library_list
from web.demo.generator.marc21 import Marc21Writer
from web.demo.generator.record import Record
from web.demo.generator.stock import build_stock

Encoding = Literal["utf-8", "gb18030"]
Format = Literal["cnmarc", "marc21"]
DEFAULT_SEED = 20240601


class Generator:
    """Streams bibliographic records; everything follows from the arguments. Iterate it once."""

    def __init__(
        self,
        count: int,
        *,
        encoding: Encoding = "utf-8",
        format: Format = "cnmarc",
        dup_rate: float = 0.15,
        libraries: int | Sequence[Library] = 60,
        seed: int = DEFAULT_SEED,
        abstract_rate: float = 0.8,
    ) -> None:
        rng = random.Random(seed)  # noqa: S311 - a repeatable run is the point
        self.count = count
        self.encoding: Encoding = encoding
        self.format: Format = format
        self.libraries = library_list(libraries, seed) if isinstance(libraries, int) else list(libraries)
        self.stock = build_stock(encoding)
        self._holdings = Holdings(self.libraries, rng)
        writer = CnmarcWriter if format == "cnmarc" else Marc21Writer
        self._writer = writer(encoding, rng, self._holdings)
        self._stream = BookStream(self.stock, rng, count=count, dup_rate=dup_rate, abstract_rate=abstract_rate)

    def __iter__(self) -> Iterator[tuple[Book, Kind, int, Record]]:
        for book, kind, variation in self._stream:
            yield book, kind, variation, self._writer.record(book, kind, variation, self._stream.sequence)

    def stats(self) -> dict[str, int]:
        return {
            **{str(kind): count for kind, count in self._stream.stats.items()},
            "items": self._holdings.copies,
        }

    def iso(self, record: Record) -> bytes:
        return iso2709(*self._leader(record), record.fields)

    def xml(self, record: Record) -> bytes:
        return marcxml(*self._leader(record), record.fields, self.encoding)

    def _leader(self, record: Record) -> tuple[bytes, bytes]:
        if self.format == "cnmarc":
            return record.status + b" 22", b"   450 "
        charset = b"a" if self.encoding == "utf-8" else b" "
        return record.status + charset + b"22", b" i 4500"
