"""No statement of an import, or of its taking back, reads a whole table: else each chunk would take as long as everything that is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, inspect

from kernel.db import Database
from tests.catalog.service.imports.loading import holding, import_bytes, record

GROWING = ("bib", "item", "source_record", "bib_identifier", "bib_version", "import_review", "journal", "outbox")


@contextmanager
def plans(database: Database) -> Iterator[list[str]]:
    """How SQLite goes about each statement that is sent meanwhile, beside the statement."""
    found: list[str] = []

    def look(_connection: Any, cursor: Any, statement: str, parameters: Any, _context: Any, executemany: bool) -> None:
        if not statement.startswith(("SELECT", "UPDATE", "DELETE")):
            return
        asked = parameters[0] if executemany else parameters
        steps = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", asked).fetchall()
        found.extend(f"{step[3]}: {statement}" for step in steps)

    event.listen(database.engine, "before_cursor_execute", look)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", look)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_statement_of_an_import_reads_a_whole_table(database: Database, county: object, tmp_path: Path) -> None:
    first = record("A1", "红楼梦", holding(("a", "CG"), ("b", "001"))) + record("A2", "三国演义")
    later = record("A1", "红楼梦", holding(("a", "CG"), ("b", "001"), ("s", "I242.4/15"))) + record("A3", "水浒传")
    with plans(database) as found:
        import_bytes(database, tmp_path, first)
        import_bytes(database, tmp_path, later)
        import_bytes(database, tmp_path, first, source="other")
    assert len(found) > 20
    whole = [plan for plan in found if plan.startswith("SCAN") and plan.split()[1].rstrip(":") in GROWING]
    assert whole == []


@pytest.mark.parametrize("table", ["bib", "item"])
def test_whatever_names_a_title_or_copy_is_found_by_an_index(database: Database, table: str) -> None:
    """Taking back deletes them, and the database looks for each of them in every table that may name it."""
    looked, bare = inspect(database.engine), []
    for name in looked.get_table_names():
        led = [tuple(one["column_names"]) for one in (*looked.get_indexes(name), *looked.get_unique_constraints(name))]
        led.append(tuple(looked.get_pk_constraint(name)["constrained_columns"]))
        for key in looked.get_foreign_keys(name):
            column = key["constrained_columns"][0]
            if key["referred_table"] == table and not any(columns[:1] == (column,) for columns in led):
                bare.append(f"{name}.{column}")
    assert bare == []
