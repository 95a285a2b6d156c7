"""Which worker a new connection is for."""

from __future__ import annotations

from time import sleep

import pytest

from web.balancing import LEFT_TO_OTHERS_SECONDS, MOST_WORKERS, Board


def test_a_connection_is_for_the_worker_that_has_fewest() -> None:
    board = Board()
    one, other = board.take_place(), board.take_place()
    one.connections, other.connections = 3, 2
    assert not one.takes_next()
    assert other.takes_next()
    other.connections = 3
    assert other.takes_next()


def test_it_is_left_to_another_for_a_moment_only() -> None:
    """The other may hang."""
    board = Board()
    one, _hanging = board.take_place(), board.take_place()
    one.connections = 1
    assert not one.takes_next()
    assert 0 < one.wait_seconds <= LEFT_TO_OTHERS_SECONDS
    sleep(LEFT_TO_OTHERS_SECONDS * 2)
    assert one.wait_seconds == 0
    assert one.takes_next()
    one.connections = 2
    assert not one.takes_next()


def test_what_another_took_is_no_claim_to_a_later_one(monkeypatch: pytest.MonkeyPatch) -> None:
    board, clock = Board(), [100.0]
    monkeypatch.setattr("web.balancing.monotonic", lambda: clock[0])
    one, other = board.take_place(), board.take_place()
    one.connections = 12
    assert not one.takes_next()
    assert other.takes_next()
    clock[0] += 1
    assert not one.takes_next()


def test_who_is_gone_is_not_waited_for_and_leaves_its_place() -> None:
    board = Board()
    one, gone = board.take_place(), board.take_place()
    one.connections = 1
    gone.leave()
    assert one.takes_next()
    for _ in range(MOST_WORKERS - 1):
        board.take_place()
    with pytest.raises(ValueError, match="not in list"):
        board.take_place()
