"""The outbox on both databases: one row a document, late writers lose, what fails again and again is put aside."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from kernel import outbox
from kernel.db import Database
from kernel.outbox import MAX_ATTEMPTS, OutboxEntry, Pending

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def enqueue(database: Database, *keys: int, at: datetime = NOW, kind: str = "bib") -> None:
    with database.transaction() as session:
        outbox.enqueue(session, kind, keys, at=at)


def pending(database: Database, limit: int = 100, kind: str = "bib") -> list[Pending]:
    with database.reading() as session:
        return outbox.take_pending(session, kind, limit)


def confirm(database: Database, *done: Pending) -> None:
    with database.transaction() as session:
        outbox.confirm(session, "bib", done)


def fail(database: Database, key: int, times: int) -> None:
    for _ in range(times):
        with database.transaction() as session:
            outbox.record_failure(session, "bib", key, "mapping conflict " + "x" * 600)


def test_a_changed_document_waits_once_however_often_it_changed(database: Database) -> None:
    enqueue(database, 7)
    enqueue(database, 7, 7)
    assert pending(database) == [Pending(7, 2)]


def test_nothing_enqueued_is_nothing(database: Database) -> None:
    enqueue(database)
    assert pending(database) == []


def test_the_oldest_change_comes_first(database: Database) -> None:
    for key, minute in ((1, 3), (2, 1), (3, 2), (4, 1)):
        enqueue(database, key, at=NOW + timedelta(minutes=minute))
    assert [entry.key for entry in pending(database)] == [2, 4, 3, 1]
    assert [entry.key for entry in pending(database, limit=2)] == [2, 4]


def test_kinds_do_not_mix(database: Database) -> None:
    enqueue(database, 1)
    enqueue(database, 1, kind="patron")
    assert pending(database, kind="patron") == [Pending(1, 1)]
    confirm(database, Pending(1, 1))
    assert pending(database, kind="patron") == [Pending(1, 1)]


def test_what_the_engine_confirmed_waits_no_more(database: Database) -> None:
    enqueue(database, 1, 2)
    confirm(database, Pending(1, 1))
    assert pending(database) == [Pending(2, 1)]
    confirm(database)
    assert pending(database) == [Pending(2, 1)]


def test_a_change_during_indexing_stays_pending(database: Database) -> None:
    enqueue(database, 1)
    [taken] = pending(database)
    enqueue(database, 1)
    confirm(database, taken)
    assert pending(database) == [Pending(1, 2)]


def test_confirmations_out_of_order_and_twice_never_go_back(database: Database) -> None:
    for _ in range(5):
        enqueue(database, 1)
    late = [Pending(1, version) for version in (1, 2, 3, 4, 5)] * 2
    Random(7).shuffle(late)
    for one in late:
        confirm(database, one)
    assert pending(database) == []
    with database.reading() as session:
        assert session.get_one(OutboxEntry, ("bib", 1)).done_version == 5


def test_what_fails_five_times_is_put_aside_and_the_rest_flows(database: Database) -> None:
    enqueue(database, 1, 2)
    fail(database, 1, MAX_ATTEMPTS - 1)
    assert [entry.key for entry in pending(database)] == [1, 2]
    fail(database, 1, 1)
    assert [entry.key for entry in pending(database)] == [2]
    with database.reading() as session:
        lag = outbox.measure_lag(session, "bib")
        assert (lag.pending, lag.parked, lag.oldest_at) == (2, 1, NOW)
        error = session.get_one(OutboxEntry, ("bib", 1)).error
        assert error is not None
        assert (len(error), error[:16]) == (500, "mapping conflict")


@pytest.mark.parametrize("how", ["asked", "changed"])
def test_what_was_put_aside_is_tried_again_when_asked_or_changed(database: Database, how: str) -> None:
    enqueue(database, 1)
    fail(database, 1, MAX_ATTEMPTS)
    if how == "asked":
        with database.transaction() as session:
            assert outbox.retry_parked(session, "bib") == 1
    else:
        enqueue(database, 1)
    assert [entry.key for entry in pending(database)] == [1]


def test_an_act_that_is_taken_back_leaves_no_entry(database: Database) -> None:
    with database.transaction() as session:
        outbox.enqueue(session, "bib", [1], at=NOW)
        session.rollback()
    assert pending(database) == []


def test_an_empty_outbox_has_no_lag(database: Database) -> None:
    with database.reading() as session:
        assert outbox.measure_lag(session, "bib") == outbox.Lag(0, 0, None)


def test_many_acts_on_the_same_titles_at_once_lose_none(database: Database) -> None:
    """Each locks the rows in the order of their keys, whatever the order in which they are named: no deadlock."""
    keys = list(range(1, 9))

    def change(seed: int) -> None:
        shuffled = Random(seed).sample(keys, len(keys))
        database.run(lambda session: outbox.enqueue(session, "bib", shuffled, at=NOW))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(change, range(24)))
    assert sorted(pending(database), key=lambda entry: entry.key) == [Pending(key, 24) for key in keys]
