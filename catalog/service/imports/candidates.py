"""The titles that records of a chunk may be of: looked up for all of them at once, and joined by those that the chunk itself brings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from catalog.bibdata import BibData
from catalog.description import from_json
from catalog.matching import DEFAULT_WEIGHTS, Match, Weights, compare
from catalog.models import Bib, BibIdentifier
from catalog.service.imports.chunk import Incoming

_AT_ONCE: Final = 500
MOST_CANDIDATES: Final = (
    40  # of one record: a word of the trade (总目录) must not be compared with everything of that name
)
_MATCHING_LOCK: Final = 0x746A_6D61


@dataclass(slots=True, kw_only=True, eq=False)
class Target:
    """A title that records are given to: one that is there, or one that the chunk brings, whose id is known once it is written."""

    data: BibData
    bib_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A title that a record may be of, and how well it fits."""

    target: Target
    match: Match


@dataclass(slots=True)
class Candidates:
    """Titles by what they are found by."""

    weights: Weights = DEFAULT_WEIGHTS
    _by_key: dict[str, list[Target]] = field(default_factory=dict)

    def load(self, session: Session, records: Sequence[Incoming]) -> None:
        """Fetch every title that shares a number or a key with one of these records."""
        wanted = sorted({key for record in records for _, key in record.identifiers})
        pairs: list[tuple[int, str]] = []
        i = BibIdentifier
        for start in range(0, len(wanted), _AT_ONCE):
            rows = session.execute(select(i.bib_id, i.value).where(i.value.in_(wanted[start : start + _AT_ONCE])))
            pairs += [(row.bib_id, row.value) for row in rows]
        targets = _load_targets(session, {bib_id for bib_id, _ in pairs})
        for bib_id, key in pairs:
            self._by_key.setdefault(key, []).append(targets[bib_id])

    def add(self, target: Target, record: Incoming) -> None:
        """A title that the chunk brings."""
        for _, key in record.identifiers:
            self._by_key.setdefault(key, []).append(target)

    def of(self, record: Incoming) -> list[Found]:
        """The titles that a record may be of, the best first; none where it is a new one. Those that share a number are looked at
        before those that share a title."""
        of_key = (self._by_key.get(key, ()) for _, key in record.identifiers)
        looked_at = dict.fromkeys(chain.from_iterable(of_key))  # each once, in this order, however many there are
        compared = (
            Found(target=target, match=compare(record.data, target.data, self.weights))
            for target in islice(looked_at, MOST_CANDIDATES)
        )
        likely = [found for found in compared if found.match.verdict != "different"]
        return sorted(likely, key=lambda found: (found.match.verdict != "same", -found.match.score))


def take_turns(session: Session) -> None:
    """Let one transaction at a time look for titles and make new ones: two files with one new book, read at once, make one title.
    SQLite has one writer anyhow. The lock ends with the transaction; an import waits longer for it than a desk would."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL lock_timeout = '30s'"))
        session.execute(text("SET LOCAL statement_timeout = '30s'"))
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MATCHING_LOCK})


def _load_targets(session: Session, bib_ids: Iterable[int]) -> dict[int, Target]:
    found: dict[int, Target] = {}
    ids = sorted(bib_ids)
    for start in range(0, len(ids), _AT_ONCE):
        rows = session.execute(select(Bib.id, Bib.data).where(Bib.id.in_(ids[start : start + _AT_ONCE])))
        found |= {row.id: Target(bib_id=row.id, data=from_json(row.data)) for row in rows}
    return found
