"""Check-out and check-in over HTTP, beside a bare transaction of the same rows in the same run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import county, limits, statements
from bench.client import Request, Sent, post, send_all
from bench.county import County
from bench.cpu import cpu_ms
from bench.databases import Server, fresh, settle
from bench.limits import Bare
from bench.samples import Sample, last_written
from bench.server import WebServer, serve
from kernel.db import Database

WARM = 100  # acts before each measurement: plans prepared, caches filled
CONNECTIONS_PER_WORKER = 2
ACTS = ("check-out", "check-in", "check-in elsewhere")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One act on one database with so many web workers. Times are milliseconds of CPU for one act; on SQLite the database
    works inside the application, so its share is in `application_ms`."""

    act: str
    database: str
    workers: int
    statements: int
    application_ms: float
    database_ms: float
    sent: Sent
    bare: Bare

    @property
    def total_ms(self) -> float:
        return self.application_ms + self.database_ms

    @property
    def ratio(self) -> float:
        return self.total_ms / self.bare.total_ms


def measure(server: Server | None, folder: Path, *, workers: int, acts: int) -> list[Figure]:
    """`server` None: SQLite."""
    with fresh(server, folder) as database:
        # Copies 1 … are for warming up, then for the application, then for the bare transactions.
        built = county.build(database, items=WARM + 2 * acts + WARM)
        settle(database)
        counted = _statements(database, built, folder)
        with serve(database, folder, workers=workers) as web:
            sent = dict(_run(server, database, web, built, acts, workers))
        samples = {act: timing.sample for act, timing in sent.items()}
        bare = _bare(server, database, WARM + acts + 1, acts, folder, samples)
    return [
        Figure(
            act=act,
            database="SQLite" if server is None else "PostgreSQL",
            workers=workers,
            statements=counted[act],
            application_ms=sent[act].application_ms,
            database_ms=sent[act].database_ms,
            sent=sent[act].sent,
            bare=bare[act],
        )
        for act in ACTS
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Timing:
    application_ms: float
    database_ms: float
    sent: Sent
    sample: Sample


def _order() -> tuple[str, ...]:
    """Every copy goes out and comes home, goes out again and comes back elsewhere. The later figure of an act stands."""
    return ("check-out", "check-in", "check-out", "check-in elsewhere")


def _run(
    server: Server | None, database: Database, web: WebServer, built: County, acts: int, workers: int
) -> Iterator[tuple[str, _Timing]]:
    connections = CONNECTIONS_PER_WORKER * workers
    for step, act in enumerate(_order()):
        warm = [build(built, act, n, f"warm{step}") for n in range(WARM)]
        send_all(web.port, warm, connections=connections)
        if not step:
            # Plans that PostgreSQL made while there was no loan would stay for as long as a measurement.
            settle(database)
        requests = [build(built, act, n, f"run{step}") for n in range(WARM, WARM + acts)]
        application_ms, database_ms = cpu_ms(web.pid), _database_cpu(server)
        sent = send_all(web.port, requests, connections=connections)
        yield (
            act,
            _Timing(
                application_ms=(cpu_ms(web.pid) - application_ms) / acts,
                database_ms=(_database_cpu(server) - database_ms) / acts,
                sent=sent,
                sample=last_written(database),
            ),
        )


def build(built: County, act: str, n: int, run: str) -> Request:
    token, key, item = built.token, f"{run}-{n}", built.barcode(n)
    if act == "check-out":
        return post(token, key, "/loans", patron=built.card(n), item=item, at="ZG")
    return post(token, key, "/check-ins", item=item, at="F01" if act == "check-in elsewhere" else "ZG")


def _database_cpu(server: Server | None) -> float:
    return 0.0 if server is None else cpu_ms(server.pid)


def _bare(
    server: Server | None, database: Database, first: int, acts: int, folder: Path, samples: Mapping[str, Sample]
) -> dict[str, Bare]:
    measured: dict[str, Bare] = {}
    for step, act in enumerate(_order()):
        run = f"bare{step}-"
        if server is None:
            measured[act] = limits.sqlite(database, act, run, first, acts, sample=samples[act])
        else:
            measured[act] = limits.postgresql(server, database, act, run, first, acts, folder, sample=samples[act])
    return measured


def _statements(database: Database, built: County, folder: Path) -> dict[str, int]:
    """Counted in this process on the last copies, which nothing else uses, the second time round, when caches are filled."""
    client = statements.application(database, folder)
    counted: dict[str, int] = {}
    for turn in range(2):
        for step, act in enumerate(_order()):
            request = build(built, act, built.items - 1 - turn, f"count{turn}{step}")
            counted[act] = statements.count(database, client, request)
    return counted
