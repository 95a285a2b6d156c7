"""The titles that records of a chunk may be of: looked up for all of them at once, and joined by those that the chunk itself brings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final, NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from catalog.bibdata import BibData
from catalog.description import from_json
from catalog.matching import DEFAULT_WEIGHTS, Match, Weights, compare_years, find_match
from catalog.models import Bib, BibIdentifier
from catalog.service.imports.chunk import Incoming

_AT_ONCE: Final = 500
# Of one record, as many that are there and as many that its chunk brings: 总目录 must not be compared with everything of that name.
MOST_CANDIDATES: Final = 40
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


class _Glance(NamedTuple):
    """What the columns of a title that is there say of it."""

    bib_id: int
    isbn: str | None
    year: int | None


@dataclass(slots=True)
class Candidates:
    """Titles by what they are found by: those that are there, and those that the chunk brings."""

    weights: Weights = DEFAULT_WEIGHTS
    _there: dict[str, list[_Glance]] = field(default_factory=dict)
    _targets: dict[int, Target] = field(default_factory=dict)
    _brought: dict[str, list[Target]] = field(default_factory=dict)

    def load(self, session: Session, records: Sequence[Incoming]) -> None:
        """Fetch every title that shares a number or a key with one of these records, but for those that a glance rules out.

        On PostgreSQL a title may go into another one, or be taken back, between two statements: then it is looked for again.
        """
        wanted = sorted({key for record in records for _, key in record.identifiers})
        while True:
            self._there = _glance_at(session, wanted)
            bib_ids = {bib_id for record in records for bib_id in self._worth_a_look(record)}
            self._targets = _load_targets(session, bib_ids)
            if self._targets.keys() == bib_ids:
                return

    def add(self, target: Target, record: Incoming) -> None:
        """A title that the chunk brings."""
        for _, key in record.identifiers:
            self._brought.setdefault(key, []).append(target)

    def of(self, record: Incoming) -> list[Found]:
        """The titles that a record may be of, the best first; none where it is a new one."""
        there = [self._targets[bib_id] for bib_id in self._worth_a_look(record)]
        brought = dict.fromkeys(target for _, key in record.identifiers for target in self._brought.get(key, ()))
        likely = [
            Found(target=target, match=match)
            for target in chain(there, islice(brought, MOST_CANDIDATES))
            if (match := find_match(record.data, target.data, self.weights)) is not None
        ]
        return sorted(likely, key=lambda found: (found.match.verdict != "same", -found.match.score))

    def _worth_a_look(self, record: Incoming) -> list[int]:
        """The titles that are there which a record may be of. Those that share a number stand before those that share a title."""
        ids = dict.fromkeys(
            glance.bib_id
            for kind, key in record.identifiers
            for glance in self._there.get(key, ())
            if kind != "key" or not _is_ruled_out(record.data, glance)
        )
        return list(islice(ids, MOST_CANDIDATES))


def _is_ruled_out(data: BibData, glance: _Glance) -> bool:
    """Whether a title of the same name has a number and a year of its own, which make another book of it whatever else it says.
    Of a name like 红楼梦 there are hundreds."""
    is_numbered = bool(data.isbns) and glance.isbn is not None
    return is_numbered and data.kind != "serial" and compare_years(data.year, glance.year) == "differs"


def take_turns(session: Session) -> None:
    """Let one transaction at a time look for titles and make new ones: two files with one new book, read at once, make one title.
    SQLite has one writer anyhow. The lock ends with the transaction; an import waits longer for it than a desk would."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL lock_timeout = '30s'"))
        session.execute(text("SET LOCAL statement_timeout = '30s'"))
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MATCHING_LOCK})


def _glance_at(session: Session, keys: Sequence[str]) -> dict[str, list[_Glance]]:
    there: dict[str, list[_Glance]] = {}
    i = BibIdentifier
    for start in range(0, len(keys), _AT_ONCE):
        rows = session.execute(
            select(i.value, i.bib_id, Bib.isbn, Bib.year)
            .join(Bib, Bib.id == i.bib_id)
            .where(i.value.in_(keys[start : start + _AT_ONCE]))
        )
        for value, bib_id, isbn, year in rows:
            there.setdefault(value, []).append(_Glance(bib_id, isbn, year))
    return there


def _load_targets(session: Session, bib_ids: Iterable[int]) -> dict[int, Target]:
    found: dict[int, Target] = {}
    ids = sorted(bib_ids)
    for start in range(0, len(ids), _AT_ONCE):
        rows = session.execute(select(Bib.id, Bib.data).where(Bib.id.in_(ids[start : start + _AT_ONCE])))
        found |= {row.id: Target(bib_id=row.id, data=from_json(row.data)) for row in rows}
    return found
