"""Keys of commands on both databases: claimed once, answered for ever (seven days), never half."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from kernel import idempotency
from kernel.db import Database
from kernel.errors import Conflict
from kernel.idempotency import KEEP, KeyReused, StoredAnswer

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def act(
    database: Database,
    answer: Callable[[], str] = lambda: "done",
    *,
    key: str = "k",
    caller: str = "staff:1",
    digest: str = "d",
    now: datetime = NOW,
) -> StoredAnswer | None:
    """What the HTTP edge does: claim, act, store. Returns the earlier answer, if there is one."""
    with database.transaction() as session:
        stored = idempotency.claim(session, caller=caller, key=key, digest=digest, now=now)
        if stored is None:
            idempotency.store(session, caller=caller, key=key, status=201, body=answer())
        return stored


def test_the_first_sender_acts_and_the_second_gets_the_answer(database: Database) -> None:
    assert act(database, lambda: "《三体》") is None
    assert act(database, lambda: "never") == StoredAnswer(201, "《三体》")


@pytest.mark.parametrize("other", [{"key": "K"}, {"key": "k "}, {"caller": "patron:1"}, {"caller": "staff:11"}])
def test_another_key_or_caller_is_another_act(database: Database, other: dict[str, str]) -> None:
    act(database)
    assert act(database, **other) is None  # type: ignore[arg-type]


def test_the_same_key_for_something_else_is_refused(database: Database) -> None:
    act(database)
    with pytest.raises(KeyReused) as caught:
        act(database, digest="another")
    assert (caught.value.status, caught.value.code) == (422, "idempotency.key_reused")


def test_an_act_that_fails_gives_its_key_back(database: Database) -> None:
    def fail() -> str:
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        act(database, fail)
    assert act(database, digest="another") is None


def test_a_key_without_an_answer_is_still_running(database: Database) -> None:
    """Only possible for a sender inside the claiming transaction itself; nobody else ever sees such a row."""
    with database.transaction() as session:
        idempotency.claim(session, caller="staff:1", key="k", digest="d", now=NOW)
        with pytest.raises(Conflict) as caught:
            idempotency.claim(session, caller="staff:1", key="k", digest="d", now=NOW)
    assert caught.value.code == "idempotency.running"


@pytest.mark.parametrize(("age", "is_kept"), [(KEEP, True), (KEEP + timedelta(seconds=1), False)])
def test_answers_are_kept_for_seven_days(database: Database, age: timedelta, is_kept: bool) -> None:
    act(database)
    with database.transaction() as session:
        assert idempotency.forget_old(session, NOW + age) == (0 if is_kept else 1)
    assert (act(database) is not None) is is_kept
