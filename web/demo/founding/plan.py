"""Who borrows when and where in the demo county, and how it ends. Pure: drawn from a random source that the caller seeds.

Finished loans come first and are short, so that nobody is refused for an overdue book; at the end some loans stay open and
some are long overdue. A few returns show every fate a transfer can have.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from web.demo.county import Reader, Unit, units

Fate = Literal["delivered", "sent", "forgotten", "cancelled", "astray"]
"""What becomes of a book returned away from home: arrived; still on its way; never sent; called off; in the wrong box."""

OVERDUE_CARDS = ("5190000108", "5190000173", "5190000231", "5190000306", "5190000066", "5190000256")
FIRST_DAY, _LAST_FINISHED_DAY = 175, 26
_LONGEST_KEPT = 11  # shorter than the shortest loan, two weeks for picture books
_RETURNED_ELSEWHERE = 0.4
_NO_DESK = ("network", "store", "shop", "mobile")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A loan to be. `kept_days` None: not returned. `back_at` is where it comes back, `fate` what happens if that is not its home."""

    reader: Reader
    days_ago: int
    unit: str
    back_at: str
    kept_days: int | None = None
    renewed_after: int | None = None
    fate: Fate = "delivered"
    astray_at: str = ""


def plan_visits(rng: random.Random, readers: Sequence[Reader]) -> Iterator[Visit]:
    """The visits of all who may borrow, in no order of time."""
    places = {unit.code: unit for unit in units()}
    active = [reader for reader in readers if reader.block is None and reader.expires_in_days > 0]
    for reader in active:
        yield from _finished(rng, reader, places)
        yield from _still_out(rng, reader, places)
    yield from _showpieces([reader for reader in active if reader.card not in OVERDUE_CARDS])


def _finished(rng: random.Random, reader: Reader, places: dict[str, Unit]) -> Iterator[Visit]:
    desks = [code for code, unit in places.items() if unit.kind not in _NO_DESK]
    for _ in range(rng.randint(3, 9)):
        unit = rng.choice(_usual_places(reader, places))
        back_at = rng.choice(desks) if rng.random() < _RETURNED_ELSEWHERE else unit
        days_ago = rng.randint(_LAST_FINISHED_DAY, FIRST_DAY)
        yield Visit(
            reader=reader, days_ago=days_ago, unit=unit, back_at=back_at, kept_days=rng.randint(3, _LONGEST_KEPT)
        )


def _still_out(rng: random.Random, reader: Reader, places: dict[str, Unit]) -> Iterator[Visit]:
    """One or two books at home now. The overdue ones were taken before all finished loans, so that those were not refused."""
    if reader.card in OVERDUE_CARDS:
        yield Visit(reader=reader, days_ago=rng.randint(47, 52), unit="ZG", back_at="ZG")
        return
    for _ in range(rng.randint(0, 2)):
        unit = rng.choice(_usual_places(reader, places))
        renewed_after = 8 if rng.random() < 0.15 else None
        yield Visit(reader=reader, days_ago=rng.randint(1, 12), unit=unit, back_at=unit, renewed_after=renewed_after)


def _showpieces(readers: Sequence[Reader]) -> Iterator[Visit]:
    """Books taken at the hub and returned in the townships lately: one for each fate, some of them twice."""
    fates: tuple[tuple[Fate, str, int], ...] = (
        ("delivered", "LT", 6),
        ("sent", "BS", 4),
        ("sent", "YQ", 4),
        ("forgotten", "LT01", 5),
        ("forgotten", "HX", 3),
        ("cancelled", "SF", 6),
        ("astray", "CG", 6),
    )
    adults = [reader for reader in readers if reader.category == "adult"]
    for reader, (fate, back_at, days_since) in zip(adults, fates, strict=False):
        yield Visit(
            reader=reader,
            days_ago=days_since + 9,
            unit="ZG",
            back_at=back_at,
            kept_days=9,
            fate=fate,
            astray_at="YQ" if fate == "astray" else "",
        )


def _usual_places(reader: Reader, places: dict[str, Unit]) -> list[str]:
    """Home, twice as likely as the library above it, and the machine in the square; children go to the children's hub instead."""
    home = places[reader.home]
    above = home.parent if home.kind in ("branch", "point") else None
    codes = [home.code, home.code, above or home.code, "SE" if reader.category == "child" else "ZZ1"]
    return ["SE" if code == "ZG" and reader.category == "child" else code for code in codes]
