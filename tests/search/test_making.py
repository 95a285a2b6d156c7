"""Documents made in other processes are those made in this one, whatever happens to the processes."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import date

import pytest

from catalog.bibdata import BibData
from search import making
from search.documents import Title
from search.making import Makers, make, processes_for

BATCHES = 5


def titles(first: int) -> list[Title]:
    return [
        Title(
            id=id_, version=id_ % 3, data=BibData(format="cnmarc", title=f"红楼梦 第{id_}卷"), added_on=date(2026, 1, 1)
        )
        for id_ in range(first, first + 10)
    ]


def batches() -> Iterator[tuple[str, list[Title]]]:
    for number in range(BATCHES):
        yield f"batch {number}", titles(number * 10 + 1)


EXPECTED = [(key, make(some)) for key, some in batches()]


@pytest.mark.parametrize("processes", [0, 2])
def test_batches_come_in_their_order_under_their_keys(processes: int) -> None:
    with Makers(processes) as makers:
        assert list(makers.run(batches())) == EXPECTED


def test_what_a_killed_process_had_in_hand_is_made_nevertheless() -> None:
    with Makers(1) as makers:
        results = makers.run(batches())
        made = [next(results)]
        assert makers._pool is not None
        for pid in list(makers._pool._processes):
            os.kill(pid, signal.SIGKILL)
        made += results
    assert made == EXPECTED


def test_no_process_is_left_when_the_work_is_given_up() -> None:
    with Makers(1) as makers:
        next(makers.run(batches()))
        assert makers._pool is not None
        pids = list(makers._pool._processes)
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_title_that_makes_no_document_does_not_stop_the_others() -> None:
    broken = Title(id=2, version=1, data=None, added_on=date(2026, 1, 1))  # type: ignore[arg-type]
    made = make([titles(1)[0], broken])
    assert [doc.id for doc in made.docs] == [1]
    assert made.failures.keys() == {2}


def test_few_titles_are_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making.os, "sched_getaffinity", lambda _pid: set(range(16)), raising=False)
    assert processes_for(making.WORTH_IT - 1) == 0
    assert processes_for(making.WORTH_IT) == 4
    monkeypatch.setattr(making.os, "sched_getaffinity", lambda _pid: {0}, raising=False)
    assert processes_for(10**6) == 0
