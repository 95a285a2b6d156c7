"""What the copies of a title add to its document: where they stand, what can be had, barcodes, call numbers, how often they were lent.
Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from search.analysis import identifiers
from search.fields import AVAILABLE
from search.port import WrittenDoc
from search.written import Description, distinct, unique_key, write_down, write_members


class Copy(NamedTuple):
    """A copy that readers may see. `place` is the unit that holds it, then its parent, … up to the network."""

    place: tuple[int, ...]
    is_available: bool
    item_type: str
    barcode: str
    call_number: str | None = None


class Holdings(NamedTuple):
    """The copies of a title; `loans` counts how often they were lent."""

    copies: Sequence[Copy] = ()
    loans: int = 0


NOTHING: Final = Holdings()


def complete(description: Description, version: int, holdings: Holdings) -> WrittenDoc:
    """The whole document under this version. What the description says is put in as it is, never taken apart."""
    copies, loans = holdings
    numbers = [identifiers.call_number_token(copy.call_number) for copy in copies if copy.call_number]
    own = write_members(
        keywords={
            "barcode": distinct([identifiers.number_token(copy.barcode) for copy in copies]),
            "call_number": distinct([*description.call_numbers, *numbers]),
        },
        numbers={"by_popularity": unique_key(loans, description.id)},
    )
    standing, is_available = _standing(frozenset([copy[:3] for copy in copies]))
    weight = _weight(description.year, loans, len(copies), is_available)
    return write_down(description.id, version, weight, description.members, standing, own)


@lru_cache(maxsize=8192)
def _standing(copies: frozenset[tuple[tuple[int, ...], bool, str]]) -> tuple[str, bool]:
    """Where copies count (place, is it available, item type), the same for many titles, and whether any of them can be had. A copy counts
    for every unit above it."""
    places = {unit for place, _, _ in copies for unit in place}
    available = {unit for place, is_available, _ in copies if is_available for unit in place}
    members = write_members(
        keywords={
            "org": _written(places),
            "available_at": _written(available),
            "availability": (AVAILABLE,) if available else (),
            "item_type": tuple(sorted({item_type for _, _, item_type in copies})),
        }
    )
    return members, any(is_available for _, is_available, _ in copies)


def _written(units: set[int]) -> tuple[str, ...]:
    return tuple(sorted(map(str, units)))


@lru_cache(maxsize=8192)
def _weight(year: int, loans: int, copies: int, is_available: bool) -> float:
    """0 to 1, so a score grows by at most 1.6: the popular, the available and the new come first among equals."""
    popular = min(math.log10(1 + loans) / 3, 1.0)
    held = min(math.log2(1 + copies) / 5, 1.0)
    available = 1.0 if is_available else 0.0
    recent = min(max(year - 1990, 0) / 40, 1.0)
    return round(0.4 * popular + 0.15 * held + 0.2 * available + 0.25 * recent, 4)
