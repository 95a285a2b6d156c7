"""An engine that did not answer is left alone, and tried by one caller at a time."""

from __future__ import annotations

import pytest

from search.engines.elasticsearch.circuit import Circuit
from search.port import EngineUnavailable


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def circuit(clock: Clock) -> Circuit:
    return Circuit(2.0, clock)


def test_everybody_may_ask_until_it_opens(circuit: Circuit) -> None:
    for _ in range(3):
        circuit.enter(2.0)


def test_nobody_asks_while_it_is_open(circuit: Circuit, clock: Clock) -> None:
    circuit.open("timed out")
    clock.now += 1.9
    with pytest.raises(EngineUnavailable, match="timed out"):
        circuit.enter(2.0)


def test_one_tries_while_the_others_are_turned_away(circuit: Circuit, clock: Clock) -> None:
    circuit.open("timed out")
    clock.now += 2.0
    circuit.enter(2.0)
    clock.now += 1.0
    with pytest.raises(EngineUnavailable):
        circuit.enter(2.0)


def test_another_tries_when_the_one_who_tried_never_came_back(circuit: Circuit, clock: Clock) -> None:
    circuit.open("timed out")
    clock.now += 2.0
    circuit.enter(2.0)
    clock.now += 4.0
    circuit.enter(2.0)


def test_it_is_closed_by_an_answer(circuit: Circuit, clock: Clock) -> None:
    circuit.open("timed out")
    clock.now += 2.0
    circuit.enter(2.0)
    circuit.close()
    circuit.enter(2.0)
