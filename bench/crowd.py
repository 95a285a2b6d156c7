"""Many clients at once beside as many of pgbench, and a check-out when a million loans lie behind it, on PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from bench import circulation, county, limits
from bench.client import Sent, send_all
from bench.county import County
from bench.cpu import cpu_ms
from bench.databases import Server, fresh, settle
from bench.limits import Bare
from bench.samples import last_written
from bench.server import WebServer, serve
from kernel.db import Database

CLIENTS = 16
WORKERS = 2
PAST_LOANS = 1_000_000
WARM = circulation.WARM * CLIENTS // circulation.CONNECTIONS_PER_WORKER // WORKERS  # as many a connection as there

# Every reader had each of many copies once, long ago.
_PAST = text(
    """INSERT INTO loan (item_id, patron_id, org_id, checked_out_at, due_at, renewals, policy, closed_at, closed_org_id, close_reason)
    SELECT n % :items + 1, n % :readers + 1, 2, now() - interval '400 days', now() - interval '370 days', 0, '{}',
      now() - interval '380 days', 2, 'returned'
    FROM generate_series(1, :loans) n"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`none_ms` and `past_ms` are milliseconds of CPU for one check-out, application and database, without and with past loans."""

    sent: Sent
    bare: Bare
    past_loans: int
    none_ms: float
    past_ms: float

    @property
    def per_second(self) -> float:
        return len(self.sent.latencies) / self.sent.seconds

    @property
    def share_of_bare(self) -> float:
        return self.per_second / self.bare.per_second

    @property
    def growth(self) -> float:
        return self.past_ms / self.none_ms


def measure(server: Server, folder: Path, *, acts: int, past_loans: int = PAST_LOANS) -> Figure:
    """One database: check-outs by sixteen clients, the same rows by pgbench, then the past is written and check-outs go on."""
    with fresh(server, folder) as database:
        built = county.build(database, items=3 * (WARM + acts) + acts)
        settle(database)
        with serve(database, folder, workers=WORKERS) as web:
            _lend(web, built, 0, WARM)
            settle(database)  # as in `circulation`
            sent, none_ms = _timed(server, web, built, WARM, acts)
            lent = WARM + acts
            sample = last_written(database)
            bare = limits.postgresql(
                server, database, "check-out", "crowd-", lent + 1, acts, folder, sample=sample, clients=CLIENTS
            )
            _forget(database, lent)
            _remember(database, built, past_loans)
            _lend(web, built, lent + acts, WARM)
            _, past_ms = _timed(server, web, built, lent + acts + WARM, acts)
    return Figure(sent=sent, bare=bare, past_loans=past_loans, none_ms=none_ms, past_ms=past_ms)


def _timed(server: Server, web: WebServer, built: County, first: int, acts: int) -> tuple[Sent, float]:
    before = cpu_ms(web.pid) + cpu_ms(server.pid)
    sent = _lend(web, built, first, acts)
    return sent, (cpu_ms(web.pid) + cpu_ms(server.pid) - before) / acts


def _lend(web: WebServer, built: County, first: int, count: int) -> Sent:
    requests = [circulation.build(built, "check-out", n, "crowd") for n in range(first, first + count)]
    return send_all(web.port, requests, connections=CLIENTS)


def _forget(database: Database, lent: int) -> None:
    """What pgbench lent, all of it to one reader: that card has too many now."""
    with database.transaction() as session:
        session.execute(text("DELETE FROM loan WHERE item_id > :lent"), {"lent": lent})


def _remember(database: Database, built: County, loans: int) -> None:
    with database.transaction() as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        session.execute(_PAST, {"items": built.items, "readers": built.readers, "loans": loans})
    settle(database)
