"""Transactions that fail only because of another one: tried again a few times, then given up; and what counts as such."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from kernel.db import ATTEMPTS, Database, is_busy, is_full, is_retryable
from kernel.reference import ReferenceVersion


class FakeError(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def error_of(sqlstate: str) -> DBAPIError:
    return OperationalError("SELECT 1", {}, FakeError(sqlstate))


@pytest.mark.parametrize(
    ("sqlstate", "retryable", "busy", "full"),
    [
        ("40001", True, False, False),  # serialization failure
        ("40P01", True, False, False),  # deadlock
        ("55P03", False, True, False),  # lock_timeout
        ("57014", False, True, False),  # statement_timeout
        ("53100", False, False, True),  # disk full
        ("23505", False, False, False),
        ("57P01", False, False, False),  # the server is stopping
    ],
)
def test_what_a_failure_means(sqlstate: str, retryable: bool, busy: bool, full: bool) -> None:
    error = error_of(sqlstate)
    assert (is_retryable(error), is_busy(error), is_full(error)) == (retryable, busy, full)


@pytest.mark.parametrize(("failures", "succeeds"), [(0, True), (ATTEMPTS - 1, True), (ATTEMPTS, False)])
def test_a_deadlock_is_tried_again_but_not_for_ever(database: Database, failures: int, succeeds: bool) -> None:
    tries: list[int] = []

    def work(session: Session) -> str:
        tries.append(1)
        session.add(ReferenceVersion(name=f"try{len(tries)}", version=1))
        session.flush()
        if len(tries) <= failures:
            raise error_of("40P01")
        return "done"

    if succeeds:
        assert database.run(work) == "done"
    else:
        with pytest.raises(DBAPIError):
            database.run(work)
    assert len(tries) == min(failures + 1, ATTEMPTS)
    with database.reading() as session:
        kept = session.scalars(text("SELECT name FROM reference_version")).all()
    assert kept == ([f"try{failures + 1}"] if succeeds else [])  # nothing of the failed tries


def test_another_error_is_not_tried_again(database: Database) -> None:
    tries: list[int] = []

    def work(session: Session) -> None:
        tries.append(1)
        session.execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(DBAPIError):
        database.run(work)
    assert len(tries) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_real_deadlock_ends_with_both_acts_done(database: Database) -> None:
    with database.transaction() as session:
        session.add_all([ReferenceVersion(name="a", version=0), ReferenceVersion(name="b", version=0)])
    both_hold_one = Barrier(2)
    tries: list[str] = []

    def change(order: str) -> None:
        def work(session: Session) -> None:
            tries.append(order)
            session.execute(text("SET LOCAL deadlock_timeout = '50ms'"))
            for name in order:
                raised = text("UPDATE reference_version SET version = version + 1 WHERE name = :name")
                session.execute(raised, {"name": name})
                if name == order[0] and len(tries) <= 2:
                    try:
                        both_hold_one.wait(5)
                    except BrokenBarrierError:
                        pytest.fail("the two transactions did not meet")

        database.run(work)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(change, ["ab", "ba"]))
    assert len(tries) == 3  # one of the two was the victim, once
    with database.reading() as session:
        assert session.scalars(text("SELECT version FROM reference_version ORDER BY name")).all() == [2, 2]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_writer_that_waits_too_long_for_another_is_busy(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("INSERT INTO reference_version VALUES ('a', 0)"))
        with database.engine.connect() as other:
            other.exec_driver_sql("PRAGMA busy_timeout=20")
            with pytest.raises(DBAPIError) as caught:
                other.exec_driver_sql("UPDATE reference_version SET version = 1")
            other.exec_driver_sql("PRAGMA busy_timeout=5000")
    assert is_busy(caught.value)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_lock_is_not_waited_for_longer_than_a_desk_can_bear(database: Database) -> None:
    with database.transaction() as session:
        session.add(ReferenceVersion(name="a", version=0))
    with database.transaction() as holder:
        holder.execute(text("SELECT 1 FROM reference_version FOR UPDATE"))
        with database.transaction() as waiter:
            assert waiter.scalar(text("SHOW lock_timeout")) == "2s"
            waiter.execute(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(DBAPIError) as caught:
                waiter.execute(text("SELECT 1 FROM reference_version FOR UPDATE"))
    assert is_busy(caught.value)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_the_server_ended_is_replaced(database: Database) -> None:
    """After a restart of PostgreSQL the pool heals: at most the next request fails."""
    with database.reading() as session:
        ours = session.scalar(text("SELECT pg_backend_pid()"))
    with database.reading() as holder, database.reading() as killer:
        victim = holder.scalar(text("SELECT pg_backend_pid()"))
        assert ours is not None
        killer.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": victim})
        with pytest.raises(DBAPIError) as caught:
            holder.scalar(text("SELECT 1"))
        assert caught.value.connection_invalidated
    with database.reading() as session:
        assert session.scalar(text("SELECT 1")) == 1
