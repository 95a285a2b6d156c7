"""Decides what a unit may ask others to send, from where it is fetched, and whether a copy in hand is what was asked for. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from branches.tree import LENDING_KINDS
from circ.hold_rules import IdleCopy, in_order_of_fetching

RECEIVING_KINDS: Final = LENDING_KINDS | {"store"}
IN_HAND: Final = frozenset({"available", "missing", "lost"})  # the book in hand is the truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A copy on a shelf that nobody needs and nobody asked for."""

    id: int
    bib_id: int
    location_id: int
    home_id: int
    item_type: str
    acquired_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What the policies say of one kind of copy at one place, for the unit that asks; `near_days`: so long a new one stays with its
    home and the units below."""

    is_lent: bool
    is_forbidden: bool
    near_days: int | None = None


def can_receive(kind: str, *, is_closed: bool) -> bool:
    return kind in RECEIVING_KINDS and not is_closed


def is_forbidden(
    limits: Sequence[Mapping[str, str]] | None, *, from_: Collection[str], to: Collection[str], types: Collection[str]
) -> bool:
    """Whether a limit names the pair. `from_` and `to` are the units with all above them, `types` the type with its parents: a limit
    holds for whatever lies below what it names."""
    chains = {"from": from_, "to": to, "item_type": types}
    return any(all(code in chains[name] for name, code in limit.items()) for limit in limits or ())


def in_order_of_asking(
    to_id: int, candidates: Iterable[Candidate], km: Callable[[int, int], float], load: Mapping[int, int]
) -> list[Candidate]:
    """As copies are fetched for holds: the nearer libraries first, of those about equally far the one with the least to fetch."""
    by_id = {one.id: one for one in candidates}
    copies = [IdleCopy(id=one.id, bib_id=one.bib_id, location_id=one.location_id) for one in by_id.values()]
    return [by_id[copy.id] for copy in in_order_of_fetching(to_id, copies, km, load)]


def different_titles_first(candidates: Sequence[Candidate], asked_for: Collection[int]) -> list[Candidate]:
    """Twenty picture books are twenty books: a second copy of a title comes only after all the others."""
    seen = set(asked_for)
    first: list[Candidate] = []
    second: list[Candidate] = []
    for one in candidates:
        (second if one.bib_id in seen else first).append(one)
        seen.add(one.bib_id)
    return first + second


def fits_criteria(
    criteria: Mapping[str, Any], *, types: Collection[str], class_number: str | None, readership: str | None
) -> bool:
    """Whether a copy is of what was asked for: `types` is its type with the parents."""
    return (
        criteria.get("type", next(iter(types), None)) in types
        and (class_number or "").startswith(criteria.get("class", ""))
        and criteria.get("audience") in (None, readership)
    )
