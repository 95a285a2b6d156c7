"""The same books as several houses deliver them, each in its format and encoding and with its own dirt, and what every record really
is: for checking how records are merged.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from web.demo.generator import dirt
from web.demo.generator.book import Kind
from web.demo.generator.cnmarc import CnmarcWriter
from web.demo.generator.containers import iso2709
from web.demo.generator.dirt import Dirt, Places
from web.demo.generator.holdings import Holdings
from web.demo.generator.libraries import library_list
from web.demo.generator.marc21 import Marc21Writer
from web.demo.generator.near import NearStream
from web.demo.generator.run import DEFAULT_SEED, Encoding, Format
from web.demo.generator.stock import build_stock

_ENCODING: Final = "utf-8"  # books are drawn in it, whatever a house writes
_CAREFUL: Final[dict[Dirt, float]] = {
    dirt.next_printing: 0.03,
    dirt.bracketed_year: 0.02,
    dirt.no_isbn: 0.01,
    dirt.first_edition: 0.05,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A source of records. `share` is its part of all records, `dirt` how often which slip befalls one."""

    code: str
    format: Format
    encoding: Encoding
    share: int
    dirt: Mapping[Dirt, float] = field(default_factory=dict)


HOUSES: Final = (
    House(code="province", format="cnmarc", encoding="gb18030", share=30, dirt=_CAREFUL),
    House(
        code="vendor",
        format="cnmarc",
        encoding="utf-8",
        share=30,
        dirt=_CAREFUL
        | {
            dirt.full_width: 0.1,
            dirt.isbn_with_words: 0.15,
            dirt.long_house: 0.1,
            dirt.two_houses: 0.03,
            dirt.page_words: 0.1,
            dirt.quoted_title: 0.03,
        },
    ),
    House(
        code="county",
        format="cnmarc",
        encoding="gb18030",
        share=25,
        dirt={
            dirt.no_isbn: 0.08,
            dirt.no_headings: 0.2,
            dirt.and_others: 0.1,
            dirt.no_extent: 0.1,
            dirt.no_house: 0.01,
            dirt.spaced_title: 0.03,
            dirt.next_printing: 0.04,
            dirt.slip_in_title: 0.004,
            dirt.slip_in_name: 0.004,
            dirt.volume_in_title: 0.1,
        },
    ),
    House(
        code="overseas",
        format="marc21",
        encoding="utf-8",
        share=15,
        dirt=_CAREFUL | {dirt.traditional: 0.5},
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One record of a house: its bytes, and what it really is (records of one `manifestation` are of one title)."""

    house: str
    control: str
    manifestation: int
    kind: Kind
    raw: bytes
    copies: int


class Deliveries:
    """Draws `count` records; everything follows from the arguments. Iterate it once."""

    def __init__(self, count: int, *, dup_rate: float = 0.4, libraries: int = 60, seed: int = DEFAULT_SEED) -> None:
        self._rng = random.Random(seed)  # noqa: S311 - a repeatable run is the point
        self.libraries = library_list(libraries, seed)
        holdings = Holdings(self.libraries, self._rng)
        stock = build_stock(_ENCODING)
        self._stream = NearStream(stock, self._rng, count=count, dup_rate=dup_rate, abstract_rate=0.3)
        self._writers: dict[Format, CnmarcWriter | Marc21Writer] = {
            "cnmarc": CnmarcWriter(_ENCODING, self._rng, holdings),
            "marc21": Marc21Writer(_ENCODING, self._rng, holdings),
        }

    def __iter__(self) -> Iterator[Delivered]:
        shares = [house.share for house in HOUSES]
        for book, kind, variation in self._stream:
            [house] = self._rng.choices(HOUSES, shares)
            record = self._writers[house.format].record(book, kind, variation, self._stream.sequence)
            fields = [(tag.decode(), value.decode(_ENCODING)) for tag, value in record.fields]
            for befall, rate in house.dirt.items():
                if self._rng.random() < rate:
                    fields = befall(fields, _PLACES[house.format], self._rng)
            yield Delivered(
                house=house.code,
                control=record.control.decode(),
                manifestation=book.manifestation,
                kind=kind,
                raw=_written(house, record.status, fields),
                copies=sum(len(holding.barcodes) for holding in record.holdings),
            )


_PLACES: Final[Mapping[Format, Places]] = {"cnmarc": dirt.CNMARC, "marc21": dirt.MARC21}


def _written(house: House, status: bytes, fields: dirt.Record) -> bytes:
    encoded = [(tag.encode(), value.encode(house.encoding)) for tag, value in fields]
    if house.format == "cnmarc":
        return iso2709(status + b" 22", b"   450 ", encoded)
    return iso2709(status + b"a22", b" i 4500", encoded)
