"""A process that is told to stop hears it, whatever its main thread was about to do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from web import stopping
from web.stopping import StopSignals


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    kept = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
    yield
    for name, handler in kept.items():
        signal.signal(name, handler)


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_hears_a_signal(name: signal.Signals) -> None:
    told = StopSignals()
    assert not told.came
    os.kill(os.getpid(), name)
    told.wait()
    assert told.came


def test_a_signal_just_before_the_thread_falls_asleep_is_not_slept_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The handler has run when the sleep begins, so nothing will interrupt it: it has to end by itself."""
    told = StopSignals()
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(stopping, "sleep", sleep)
    told.wait()
    assert slept == [stopping.LOOK_SECONDS]


def test_many_signals_at_once_do_no_harm() -> None:
    program = "import web.stopping as s; told = s.StopSignals(); print('ready', flush=True); told.wait(); print('told')"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        for _ in range(50):
            process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=60)[0] == "told\n"
