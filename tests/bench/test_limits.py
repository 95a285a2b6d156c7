"""The bare transactions write what the application writes, so that both cost the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from bench import circulation, county, databases, limits, statements
from bench.county import County
from bench.samples import last_written
from kernel.db import Base, Database

ACTS = ("check-out", "check-in", "check-out", "check-in elsewhere")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Database]:
    with databases.fresh(None, tmp_path) as database:
        yield database


@pytest.fixture
def built(opened: Database) -> County:
    return county.build(opened, items=4)


def rows(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


def added(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {name: after[name] - count for name, count in before.items() if after[name] != count}


def test_a_bare_transaction_adds_the_rows_of_the_act(opened: Database, built: County, tmp_path: Path) -> None:
    client: FlaskClient = statements.application(opened, tmp_path)
    for step, act in enumerate(ACTS):
        start = rows(opened)
        statements.count(opened, client, circulation.build(built, act, 0, f"run{step}"))
        middle = rows(opened)
        limits.sqlite(opened, act, f"bare{step}-", first=3, acts=1, sample=last_written(opened))
        assert added(start, middle) == added(middle, rows(opened)), act


def test_a_bare_transaction_writes_what_the_act_wrote(opened: Database, built: County, tmp_path: Path) -> None:
    client = statements.application(opened, tmp_path)
    statements.count(opened, client, circulation.build(built, "check-out", 0, "run"))
    lent = last_written(opened)
    bare = limits.sqlite(opened, "check-out", "bare-", first=2, acts=1, sample=lent)
    assert bare.total_ms > 0
    assert rows(opened)["loan"] == 2
    assert last_written(opened) == lent
    assert lent["act0"] == "checked_out"
    assert "loan_days" in lent["policy"]


def test_a_bare_run_has_a_figure_for_each_transaction(opened: Database, built: County) -> None:
    assert built.items == 4
    sample = {"act0": "checked_out", "data0": "{}", "digest": "d" * 64, "status": "201", "answer": "x", "policy": "{}"}
    bare = limits.sqlite(opened, "check-out", "run-", first=1, acts=4, sample=sample)
    assert bare.total_ms > 0
    assert rows(opened)["loan"] == 4
