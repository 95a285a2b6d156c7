"""`tongjie import` of generated records (CNMARC in GB18030, two copies each on average), beside a bare byte-framed read of the file."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import county
from bench.cpu import cpu_ms, watched
from bench.databases import Server, settle
from bench.server import PROGRAM, environment
from kernel.db import Database
from web.demo.generator.libraries import Library
from web.demo.generator.queries import watch_terms
from web.demo.generator.run import Generator

RECORD_END = b"\x1d"
HUB = "H01"  # the unit of copies whose library is unknown; generated records know theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A generated file, its size, and words that occur in it."""

    path: Path
    records: int
    copies: int
    libraries: Sequence[Library]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Times for one record: by the clock, CPU of the importing process (start included) and of the database; `framed_ms` is the bare
    read. `peak_mb` is the most memory that the process held."""

    database: str
    records: int
    copies: int
    seconds: float
    application_ms: float
    database_ms: float
    framed_ms: float
    peak_mb: float

    @property
    def per_second(self) -> float:
        return self.records / self.seconds

    @property
    def total_ms(self) -> float:
        return self.application_ms + self.database_ms


def generate(folder: Path, records: int) -> Material:
    path = folder / f"generated-{records}.mrc"
    generator = Generator(records, encoding="gb18030", dup_rate=0.0)
    with path.open("wb") as file:
        for _, _, _, record in generator:
            file.write(generator.iso(record))
    terms = tuple(term for words in watch_terms(generator.stock).values() for term in words)
    return Material(
        path=path,
        records=records,
        copies=generator.stats()["items"],
        libraries=generator.libraries,
        terms=terms,
    )


def measure(server: Server | None, database: Database, folder: Path, material: Material) -> Figure:
    """Import into an empty database, which keeps the records for what comes after."""
    county.build_libraries(database, material.libraries)
    before, began = 0.0 if server is None else cpu_ms(server.pid), time.perf_counter()
    done = run(database, folder, "import", str(material.path), "--org", HUB, "--json")
    seconds = time.perf_counter() - began
    database_ms = 0.0 if server is None else cpu_ms(server.pid) - before
    told = json.loads(done.printed.splitlines()[-1])
    # A few made-up books resemble each other enough to be asked about; their copies wait with them.
    if told["read"] != material.records or told["rejected"] or told["review"] > material.records // 100:
        raise RuntimeError(f"not everything was imported: {done.printed[-500:]}")
    settle(database)
    return Figure(
        database="SQLite" if server is None else "PostgreSQL",
        records=material.records,
        copies=material.copies,
        seconds=seconds,
        application_ms=done.cpu_ms / material.records,
        database_ms=database_ms / material.records,
        framed_ms=_read_framed(material) / material.records,
        peak_mb=done.peak_mb,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a command printed, its CPU time, and the most memory it held."""

    printed: str
    cpu_ms: float
    peak_mb: float


def run(database: Database, folder: Path, *arguments: str, search_url: str = "") -> Done:
    """Run a `tongjie` command to its end."""
    log = folder / "command.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*PROGRAM, *arguments],
            env=environment(database, folder, search_url),
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        assert process.stdout is not None
        with watched(process.pid) as peak:
            printed = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"tongjie {arguments[0]} failed: {printed[-300:]} {log.read_text()[-500:]}")
    return Done(printed=printed, cpu_ms=(usage.ru_utime + usage.ru_stime) * 1000, peak_mb=peak.mb)


def _read_framed(material: Material) -> float:
    """CPU milliseconds to read the file and cut it at its record ends."""
    began = time.process_time()
    found, rest = 0, b""
    with material.path.open("rb") as file:
        while chunk := file.read(1 << 20):
            *whole, rest = (rest + chunk).split(RECORD_END)
            found += len(whole)
    if found != material.records:
        raise RuntimeError(f"{found} records found, {material.records} expected")
    return (time.process_time() - began) * 1000
