"""Imports a few made records and asks what became of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select

from catalog.import_models import ImportBatch
from catalog.queries.imports import ImportReport, find_import
from catalog.service.imports import NewImport, queue_import, run_now
from kernel.db import Database
from tests.catalog.marc.marcbytes import RawField, cnmarc_fields, iso, sub
from tests.factories import make_context


def holding(*pairs: tuple[str, str]) -> RawField:
    return "905", sub("  ", *pairs)


def record(number: str | None = "A1", title: str = "红楼梦", *more: RawField) -> bytes:
    """A book; without a number it has no 001."""
    fields = [*cnmarc_fields(number or "", title), *more]
    return iso(fields if number else fields[1:])


def queue(database: Database, path: Path, *, starts_now: bool = True, **values: Any) -> int:
    new = NewImport(**{"path": path, "filename": path.name, "org": "ZG", "source": "NLC"} | values)
    with database.transaction() as session:
        return queue_import(make_context(session, channel="cli"), new, starts_now=starts_now)


def import_bytes(database: Database, folder: Path, data: bytes, **values: Any) -> ImportReport:
    path = folder / "records.mrc"
    path.write_bytes(data)
    import_id = queue(database, path, **values)
    run_now(database, import_id)
    return report(database, import_id)


def rows(database: Database, *columns: Any) -> list[tuple[Any, ...]]:
    """What stands in a table, in the order of its key: PostgreSQL gives rows in whatever order they lie."""
    statement = select(*columns)
    (table,) = statement.get_final_froms()
    with database.reading() as session:
        return [tuple(row) for row in session.execute(statement.order_by(*table.primary_key))]


def report(database: Database, import_id: int) -> ImportReport:
    with database.reading() as session:
        return find_import(session, import_id)


def counts(found: ImportReport) -> dict[str, int]:
    """The counters that are not nought; they always add up."""
    names = ("created", "updated", "merged", "unchanged", "review", "rejected")
    assert found.read == sum(getattr(found, name) for name in names)
    shown = {name: getattr(found, name) for name in ("read", *names, "items_created", "items_updated")}
    return {name: count for name, count in shown.items() if count}


def put_batch_back(database: Database, import_id: int, **values: Any) -> None:
    with database.transaction() as session:
        batch = session.get_one(ImportBatch, import_id)
        for name, value in values.items():
            setattr(batch, name, value)
