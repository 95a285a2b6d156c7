"""Which libraries hold a book, in how many copies, under which barcodes. Hubs buy most."""

from __future__ import annotations

import random
from collections.abc import Sequence

from web.demo.generator.libraries import LENDING_WEIGHTS, Library
from web.demo.generator.record import Holding
from web.demo.generator.stock import draw_table

_MOST_LIBRARIES = 12


class Holdings:
    def __init__(self, libraries: Sequence[Library], rng: random.Random) -> None:
        self._rng = rng
        self._table = draw_table(libraries, [LENDING_WEIGHTS[library.tier] for library in libraries])
        self._barcode = 0
        self.copies = 0

    def draw(self) -> list[Holding]:
        bits = self._rng.getrandbits
        wanted = 1
        while bits(8) < 110 and wanted < _MOST_LIBRARIES:
            wanted += 1
        seen: set[str] = set()
        out: list[Holding] = []
        for _ in range(wanted):
            library = self._table[bits(16)]
            if library.code in seen:
                continue
            seen.add(library.code)
            copies = 1 + (bits(8) < 90) + (bits(8) < 40) if library.tier == "hub" else 1
            out.append(Holding(library, [self._next_barcode(library) for _ in range(copies)]))
            self.copies += copies
        return out

    def _next_barcode(self, library: Library) -> bytes:
        self._barcode += 1
        return library.barcode_prefix + b"%08d" % self._barcode
