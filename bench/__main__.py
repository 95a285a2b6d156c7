"""`python -m bench`: measures everything and writes docs/performance.md.

`BENCH_RECORDS` (100000) is the size of the catalogue for search and for the import into SQLite, `BENCH_ACTS` (2000) is how many acts
of each kind are sent. `TONGJIE_TEST_SEARCH_URL` names the Elasticsearch to measure beside the embedded engine.

`BENCH_CATALOGUE=folder` measures searching alone and prints it: in a catalogue of BENCH_RECORDS that is imported and indexed in this
folder the first time and kept there, for a million take an hour.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import (
    circulation,
    crowd,
    databases,
    freshness,
    holding,
    importing,
    keeping,
    machine,
    relevance,
    report,
    searching,
)
from tests.search.places import ENGINES, Place, make_place

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
WORKERS = (1, 2)
MOST_WATCHED = 200
MOST_RECORDS_ON_POSTGRESQL = 20_000


def main() -> None:
    records = int(os.environ.get("BENCH_RECORDS", "100000"))
    if os.environ.get("BENCH_CATALOGUE"):
        print(report.write_searches(_search_kept(Path(os.environ["BENCH_CATALOGUE"]), records)))
        return
    acts = int(os.environ.get("BENCH_ACTS", "2000"))
    with databases.postgresql() as server:
        described = machine.describe(server.version)
        lending = _circulation(server, acts)
        many = _crowd(server, acts)
        holds = [_holds(kind) for kind in (server, None)]
        imported, searches = _import_and_search(records)
        changes = [_freshness(name, server, acts) for name in _engines()]
        imported_too = _import(server, min(records, MOST_RECORDS_ON_POSTGRESQL))
    run = report.Run(
        machine=described,
        day=date.today(),  # noqa: DTZ011 - the day on the wall of whoever measures
        acts=acts,
        circulation=lending,
        crowd=many,
        holds=holds,
        imports=(imported, imported_too),
        searches=searches,
        changes=changes,
        relevance=relevance.measure(),
    )
    PAGE.write_text(report.write(run))
    _say(f"written: docs/{PAGE.name}")


def _circulation(server: databases.Server, acts: int) -> list[circulation.Figure]:
    figures = []
    for kind in (server, None):
        for workers in WORKERS:
            _say(f"lending and returning on {'SQLite' if kind is None else 'PostgreSQL'}, {workers} web worker(s) ...")
            with TemporaryDirectory() as folder:
                figures += circulation.measure(kind, Path(folder), workers=workers, acts=acts)
    return figures


def _crowd(server: databases.Server, acts: int) -> crowd.Figure:
    _say(f"lending to {crowd.CLIENTS} clients at once, then with {crowd.PAST_LOANS:,} loans behind ...")
    with TemporaryDirectory() as folder:
        return crowd.measure(server, Path(folder), acts=acts)


def _holds(server: databases.Server | None) -> holding.Figure:
    _say(f"filling the queues of holds on {'SQLite' if server is None else 'PostgreSQL'} ...")
    with TemporaryDirectory() as folder:
        return holding.measure(server, Path(folder))


def _import_and_search(records: int) -> tuple[importing.Figure, list[searching.Figure]]:
    _say(f"importing {records} records into SQLite, then searching them ...")
    with TemporaryDirectory() as name, databases.fresh(None, Path(name)) as database:
        folder = Path(name)
        material = importing.generate(folder, records)
        imported = importing.measure(None, database, folder, material)
        searches = []
        for engine in _engines():
            _say(f"searching with the engine {engine} ...")
            with _place(engine, folder) as place:
                searches.append(searching.measure(engine, place, database, folder, material))
        return imported, searches


def _search_kept(folder: Path, records: int) -> list[searching.Searches]:
    """On Elasticsearch too the index stays, under a name of its own."""
    with keeping.catalogue(folder, records) as (database, material):
        searches = []
        for engine in _engines():
            _say(f"searching with the engine {engine} ...")
            place = keeping.place(engine, folder)
            searching.build_where_there_is_none(place, database, folder, material)
            searches.append(searching.search(engine, place, database, folder, material))
        return searches


def _freshness(engine: str, server: databases.Server, acts: int) -> freshness.Figure:
    _say(f"watching how soon the engine {engine} shows what was lent ...")
    with TemporaryDirectory() as name, _place(engine, Path(name)) as place:
        return freshness.measure(engine, place, server, Path(name), changes=min(max(acts // 10, 16), MOST_WATCHED))


def _engines() -> list[str]:
    """The embedded one, and Elasticsearch where `TONGJIE_TEST_SEARCH_URL` names a server."""
    return [name for name in ENGINES if name == "embedded" or os.environ.get("TONGJIE_TEST_SEARCH_URL")]


@contextmanager
def _place(engine: str, folder: Path) -> Iterator[Place]:
    place = make_place(engine, folder)
    try:
        yield place
    finally:
        place.clear()


def _import(server: databases.Server, records: int) -> importing.Figure:
    _say(f"importing {records} records into PostgreSQL ...")
    with TemporaryDirectory() as name, databases.fresh(server, Path(name)) as database:
        return importing.measure(server, database, Path(name), importing.generate(Path(name), records))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
