"""Imports a folder of MARC files one after another into one county, each as a source of its own: the columns of docs/marc-files.md that
tell what was merged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from branches.access import SYSTEM
from branches.context import Context
from branches.models import OrgUnit
from branches.reference import TREE
from catalog.queries.imports import ImportReport, find_import
from catalog.service.imports import NewImport, queue_import, run_now
from kernel.clock import read_clock
from kernel.db import Database

HUB: Final = "ZG"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the records of one file. `known` had a number that this file had used before, for the same book; `reused` had one
    that it had used for another, and were kept aside."""

    created: int
    merged: int
    review: int
    known: int
    reused: int
    copies: int

    def cells(self) -> list[str]:
        counted = (self.created, self.merged, self.review, self.known, self.reused, self.copies)
        return [str(number) for number in counted]


def found_county(database: Database) -> None:
    """A network of one hub in an empty database that has its tables."""
    with database.transaction() as session:
        network = OrgUnit(code="QX", name="清溪县", kind="network", is_namespace=True)
        session.add(network)
        session.flush()
        session.add(OrgUnit(code=HUB, name="清溪县图书馆", kind="hub", parent_id=network.id))
        session.flush()
        TREE.changed(session)


def import_all(database: Database, files: list[tuple[str, Path]]) -> Iterator[tuple[str, Outcome]]:
    """The outcome of each named file, in their order; all stay in the county for those that follow."""
    for name, path in files:
        report = _import(database, name, path)
        reused = sum(problem.code == "import.control_number_reused" for problem in report.problems)
        yield (
            name,
            Outcome(
                created=report.created,
                merged=report.merged,
                review=report.review,
                known=report.updated + report.unchanged,
                reused=reused,
                copies=report.items_created,
            ),
        )


def _import(database: Database, name: str, path: Path) -> ImportReport:
    with database.transaction() as session:
        context = Context(session=session, now=read_clock(), caller=SYSTEM, channel="cli")
        new = NewImport(path=path, filename=path.name, org=HUB, source=name)
        import_id = queue_import(context, new, starts_now=True)
    run_now(database, import_id)
    with database.reading() as session:
        return find_import(session, import_id)
