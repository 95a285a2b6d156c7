"""Filling the queues of holds and reading what is to be fetched, as the job and the pages do, in this process."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bench import county
from bench.cpu import cpu_ms
from bench.databases import Server, fresh, settle
from branches.access import SYSTEM
from branches.context import Context
from branches.models import OrgUnit
from branches.reference import TREE
from circ.hold_rules import Wish
from circ.models import Hold
from circ.queries.holds import pull_list
from circ.service.holds import HoldService
from kernel.clock import read_clock
from kernel.db import Database
from web import wiring

WARM = 200
HOLDS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Milliseconds of CPU for one hold: finding its copy, and its line on the list of what is to be fetched."""

    database: str
    holds: int
    application_ms: float
    database_ms: float

    @property
    def total_ms(self) -> float:
        return self.application_ms + self.database_ms


def measure(server: Server | None, folder: Path) -> Figure:
    """Every hold waits for a title of its own, collected at one of the branches; all copies stand in the hub."""
    wiring.connect()
    with fresh(server, folder) as database:
        county.build(database, items=(WARM + HOLDS) * county.ITEMS_PER_BIB)
        database.run(lambda session: _wait(session, 0, WARM))
        _fill(database)
        database.run(lambda session: _wait(session, WARM, HOLDS))
        settle(database)
        busy, database_busy = time.process_time(), 0.0 if server is None else cpu_ms(server.pid)
        filled = _fill(database)
        listed = _list(database)
        application = (time.process_time() - busy) * 1000
        database_ms = 0.0 if server is None else cpu_ms(server.pid) - database_busy
    if filled != HOLDS or not listed:
        raise RuntimeError(f"{filled} of {HOLDS} holds found a copy")
    return Figure(
        database="SQLite" if server is None else "PostgreSQL",
        holds=HOLDS,
        application_ms=application / HOLDS,
        database_ms=database_ms / HOLDS,
    )


def _wait(session: Session, first: int, count: int) -> None:
    """Readers who wait, as plain rows."""
    branches = list(session.scalars(select(OrgUnit.id).where(OrgUnit.kind == "branch").order_by(OrgUnit.id)))
    now = read_clock() - timedelta(days=1)
    rows = [
        {
            "patron_id": n % county.READERS + 1,
            "bib_id": n + 1,
            "wants": Wish().word,
            "pickup_id": branches[n % len(branches)],
            "status": "queued",
            "rank": n,
            "placed_at": now,
        }
        for n in range(first, first + count)
    ]
    session.execute(insert(Hold), rows)


def _fill(database: Database) -> int:
    """Turns of the job until nothing is left to do."""
    found = 0
    while turn := database.run(lambda session: HoldService(_context(session)).target_due()):
        found += turn
    return found


def _list(database: Database) -> int:
    """What every library has to fetch."""
    with database.reading() as session:
        return sum(len(pull_list(session, [unit], limit=HOLDS)) for unit in TREE.get(session).by_id)


def _context(session: Session) -> Context:
    return Context(session=session, now=read_clock(), caller=SYSTEM, channel="job")
