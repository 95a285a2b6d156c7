"""Which records of a title may be set apart, and which title they make: a new one, or one that was merged into it and comes back. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from catalog.bibdata import BibData
from catalog.merging import BY_HAND, Sourced, hand_identity, merge


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A record of a title: what it says (None where it cannot be read) and the barcodes of the copies that it names."""

    id: int
    source: str
    identity: str
    batch_id: int | None
    is_current: bool
    priority: int | None
    data: BibData | None
    barcodes: frozenset[str] = frozenset()

    @property
    def is_by_hand(self) -> bool:
        return self.source in BY_HAND

    @property
    def said(self) -> Sourced | None:
        """As it is heard; None where it cannot be read."""
        return Sourced.of_record(self.data, self.id, self.source, self.priority) if self.data is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """A record with its older versions, by rising id: they never part."""

    rows: tuple[Kept, ...]

    @property
    def last(self) -> Kept:
        return next((row for row in self.rows if row.is_current), self.rows[-1])

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(row.id for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A title that was merged into this one, and the records that it brought. Listed in the order in which they went."""

    bib_id: int
    records: frozenset[int]

    @property
    def hand(self) -> str:
        """Under which name stands what was typed for it."""
        return hand_identity(self.bib_id)


def lineages(rows: Iterable[Kept]) -> list[Lineage]:
    """The rows of a title by source and identity."""

    def key(row: Kept) -> tuple[str, str]:
        return row.source, row.identity

    ordered = sorted(rows, key=lambda row: (*key(row), row.id))
    return [Lineage(rows=tuple(found)) for _, found in groupby(ordered, key)]


def may_go(line: Lineage, gone: Sequence[Gone]) -> bool:
    """A record that the title rests on, or what was typed for a title that went into it; not what was typed for the title itself."""
    if line.last.is_by_hand:
        return any(one.hand == line.last.identity for one in gone)
    return line.last.is_current


def stands_alone(staying: Sequence[Lineage], chosen: Sequence[Lineage], gone: Sequence[Gone]) -> bool:
    """Whether the title is one without the chosen records. What was typed after its only record came put that very record right, and is
    nothing without it; unless the record itself came later, with a title that was merged."""
    sent = [line for line in chosen if not line.last.is_by_hand]
    came_with_another = all(any(line.ids & one.records for one in gone) for line in sent)
    first = min((min(line.ids) for line in sent), default=0)
    return any(
        line.last.is_current and (not line.last.is_by_hand or came_with_another or min(line.ids) < first)
        for line in staying
    )


def title_that_returns(chosen: Sequence[Lineage], gone: Sequence[Gone]) -> Gone | None:
    """The title that these records had before: the one whose hand-made description is among them, else the first that brought them all."""
    names = {line.last.identity for line in chosen if line.last.is_by_hand}
    if names:
        return next((one for one in gone if one.hand in names), None)
    return next((one for one in gone if all(line.ids & one.records for line in chosen)), None)


def with_what_was_typed(chosen: Sequence[Lineage], lines: Sequence[Lineage], back: Gone | None) -> list[Lineage]:
    """The chosen records, and whatever was typed for the title that returns."""
    if back is None:
        return list(chosen)
    typed = [line for line in lines if line.last.is_by_hand and line.last.identity == back.hand]
    return [*chosen, *(line for line in typed if line not in chosen)]


def said_by(lines: Iterable[Lineage]) -> BibData | None:
    """What a title says that rests on these records; None where none of them can be read."""
    heard = [said for line in lines if (said := line.last.said) is not None]
    return merge(heard) if heard else None


def brought_by(lines: Iterable[Lineage], barcode: str, batch_id: int | None) -> bool:
    """Whether one of these records came with the import that registered a copy, and names it."""
    return batch_id is not None and any(
        row.batch_id == batch_id and barcode in row.barcodes for line in lines for row in line.rows
    )


def redirects_to_turn(gone: Iterable[Gone], going: Collection[int], staying: Collection[int]) -> list[int]:
    """Titles merged before whose records all go: their old addresses lead to where these are."""
    here = {*going, *staying}
    return [one.bib_id for one in gone if one.records & here and not one.records & set(staying)]
