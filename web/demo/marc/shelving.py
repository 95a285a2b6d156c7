"""Which units hold a work, in how many copies and under which barcodes. Hubs hold most, a village point a few.

Every unit counts its own barcodes up from 1 behind its prefix, in the order in which the files are written.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from web.demo import county
from web.demo.classics import Audience, Material

_BARCODE_DIGITS = 8
_STAYS_AT_HUB: tuple[Material, ...] = ("sound",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The copies of one work in one unit."""

    unit: str
    barcodes: tuple[str, ...]


class Shelving:
    """Deals out the copies of one county; deterministic for a seed and an order of works."""

    def __init__(self, seed: str) -> None:
        self._rng = random.Random(seed)  # noqa: S311 - a repeatable county is the point
        self._units = county.units()
        self._counters = {unit.code: 0 for unit in self._units}

    def shelve(self, audience: Audience, material: Material, *, reach: float = 1.0) -> tuple[Shelf, ...]:
        """The copies of one work; `reach` below 1 keeps it from most branches and points."""
        hub = "SE" if audience == "children" else "ZG"
        shelves = [self._shelf(hub, self._copies_at_hub(material))]
        if material in _STAYS_AT_HUB:
            return tuple(shelves)
        chances = _chances(audience, material)
        for unit in self._units:
            if unit.code != hub and self._rng.random() < chances.get(unit.kind, 0.0) * reach:
                shelves.append(self._shelf(unit.code, 1))
        return tuple(shelves)

    def _copies_at_hub(self, material: Material) -> int:
        if material in ("reference", "serial", "sound"):
            return 1
        return self._rng.choice((1, 1, 2, 2, 3))

    def _shelf(self, code: str, copies: int) -> Shelf:
        return Shelf(unit=code, barcodes=tuple(self._barcodes(code, copies)))

    def _barcodes(self, code: str, copies: int) -> Iterator[str]:
        prefix = next(unit.barcode_prefix for unit in self._units if unit.code == code)
        for _ in range(copies):
            self._counters[code] += 1
            yield f"{prefix}{self._counters[code]:0{_BARCODE_DIGITS}d}"


def _chances(audience: Audience, material: Material) -> Mapping[str, float]:
    """How likely a unit of a kind holds a copy. Shops hold none of the county's books."""
    if material == "reference":
        return {"hub": 0.2, "branch": 0.25}
    if material == "serial":
        return {"branch": 0.35, "point": 0.15}
    if audience == "children":
        return {"branch": 0.45, "point": 0.3, "selfservice": 0.25, "mobile": 0.25}
    return {"branch": 0.35, "point": 0.15, "selfservice": 0.2, "mobile": 0.1, "store": 0.1}


class CallNumbers:
    """Book numbers in the order of arrival within a class (种次号); the volumes of one set share a number."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self._sets: dict[tuple[str, str], tuple[int, int]] = {}

    def number(self, class_number: str, title: str, *, is_volume: bool) -> str:
        known = self._sets.get((class_number, title))
        if is_volume and known is not None:
            self._sets[class_number, title] = (known[0], known[1] + 1)
            return f"{known[0]}:{known[1] + 1}"
        self._last[class_number] = self._last.get(class_number, 0) + 1
        number = self._last[class_number]
        if is_volume:
            self._sets[class_number, title] = (number, 1)
            return f"{number}:1"
        return str(number)
