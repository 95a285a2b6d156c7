"""A made-up district of any size: county hubs, township branches, village points."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Literal, NamedTuple

from web.demo.generator.words import word_lists

Tier = Literal["hub", "branch", "point"]
LENDING_WEIGHTS: dict[Tier, float] = {"hub": 12.0, "branch": 3.0, "point": 1.0}


class Library(NamedTuple):
    """A holding library; `barcode_prefix` opens the barcodes of its copies."""

    code: str
    name: str
    tier: Tier
    parent: str
    barcode_prefix: bytes


class _Names:
    """Names that do not repeat: a clash takes a compass word, then a number."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._taken: set[str] = set()

    def new(self, first: Sequence[str], second: Sequence[str], tail: str) -> str:
        while True:
            name = self._rng.choice(first) + self._rng.choice(second) + tail
            if name not in self._taken:
                self._taken.add(name)
                return name
            tail = self._rng.choice("上下东西南北") + tail if len(tail) < 9 else tail + str(len(self._taken))


def library_list(count: int, seed: int = 20240601) -> list[Library]:
    words = word_lists()
    names = _Names(random.Random(seed ^ 0x5EED))  # noqa: S311 - made-up names, no secret
    counties, seconds, towns = words["county_first"], words["county_second"], words["town_second"]
    hubs = max(1, count // 20)
    out: list[Library] = []
    for place in range(count):
        tier: Tier
        if place < hubs:
            tier, code, parent = "hub", f"H{place + 1:02d}", ""
            name = names.new(counties, seconds, "县图书馆")
        elif (place - hubs) % 3 == 0 or place < hubs * 4:
            tier, code, parent = "branch", f"T{place + 1:03d}", out[(place - hubs) % hubs].code
            name = names.new(counties, towns, "镇分馆")
        else:
            tier, code, parent = "point", f"V{place + 1:04d}", _parent_of_point(out, place)
            name = names.new(counties, towns, "村图书室")
        out.append(Library(code, name, tier, parent, b"%04d" % (place + 1)))
    return out


def _parent_of_point(out: Sequence[Library], place: int) -> str:
    branches = [library for library in out if library.tier == "branch"]
    return branches[place % len(branches)].code if branches else out[0].code
