"""So many requests at once, and none held up by those that take their time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError, Event
from time import sleep

import pytest

from web.turns import Turns


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.turns.PATIENCE_SECONDS", 0.3)


def test_no_more_go_on_than_have_turns() -> None:
    turns, three = Turns(2), Barrier(3)

    def ask(_n: int) -> bool:
        with turns.turn():
            try:
                three.wait(0.05)
            except BrokenBarrierError:
                return False
            return True

    with ThreadPoolExecutor(6) as pool:
        assert not any(pool.map(ask, range(6)))


def test_who_takes_long_loses_the_turn_to_another() -> None:
    turns, ended, went_on = Turns(1), Event(), []

    def take_long() -> None:
        with turns.turn():
            ended.wait(10)

    def ask() -> None:
        with turns.turn():
            went_on.append(turns._free.qsize())

    with ThreadPoolExecutor(2) as pool:
        long = pool.submit(take_long)
        sleep(0.05)
        pool.submit(ask).result(10)  # waits, and takes the turn over
        pool.submit(ask).result(10)  # finds one that is free
        ended.set()
        long.result(10)
    assert went_on == [0, 0]
    assert turns._free.qsize() == 1
    assert not turns._held


def test_a_turn_is_given_back_when_the_request_fails() -> None:
    turns = Turns(1)
    with pytest.raises(KeyError), turns.turn():
        raise KeyError
    assert turns._free.qsize() == 1
