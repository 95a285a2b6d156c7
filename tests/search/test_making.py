"""Documents made in other processes are those made in this one, whatever happens to the processes."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from kernel.db import Database
from kernel.outbox import Pending
from search import making
from search.keeping import Keeping
from search.making import Made, Makers, processes_for, read_and_make
from tests.factories import NOW, make_bib, make_county, make_item

Batches = list[list[Pending]]
NOTHING_KEPT = Keeping(None)


@pytest.fixture
def batches(database: Database) -> Batches:
    """Fifty titles, each with a copy, in five batches."""

    def work(session: Any) -> list[int]:
        county = make_county(session)
        made = [make_bib(session, f"红楼梦 第{number}卷") for number in range(50)]
        for number, bib in enumerate(made):
            make_item(session, county.hub, f"B{number}", bib)
        return made

    ids = database.run(work)
    return [[Pending(id_, id_ % 3, NOW) for id_ in ids[first : first + 10]] for first in range(0, 50, 10)]


def expected(database: Database, batches: Batches) -> list[tuple[list[Pending], Made]]:
    return [(titles, read_and_make(database, titles, NOTHING_KEPT)) for titles in batches]


@pytest.fixture(autouse=True)
def few_are_worth_sending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_WORTH_SENDING", 1)


@pytest.mark.parametrize("processes", [0, 2])
def test_batches_come_in_their_order_with_what_was_made(database: Database, batches: Batches, processes: int) -> None:
    with Makers(database, NOTHING_KEPT, processes) as makers:
        made = list(makers.run(batches))
    assert made == expected(database, batches)
    assert [doc.version for doc in made[0][1].docs] == [title.version for title in batches[0]]


def test_titles_far_apart_have_the_copies_of_neighbours(database: Database, batches: Batches) -> None:
    """Neighbours are read between two ids, others by a list."""
    near = {doc.id: doc for titles in batches for doc in read_and_make(database, titles, NOTHING_KEPT).docs}
    apart = [batches[0][0], batches[2][5], batches[4][9]]
    assert read_and_make(database, apart, NOTHING_KEPT).docs == [near[title.key] for title in apart]
    assert all('"barcode"' in doc.body for doc in near.values())


def test_what_a_killed_process_had_in_hand_is_made_nevertheless(database: Database, batches: Batches) -> None:
    with Makers(database, NOTHING_KEPT, 1) as makers:
        results = makers.run(batches)
        made = [next(results)]
        assert makers._pool is not None
        for pid in list(makers._pool._processes):
            os.kill(pid, signal.SIGKILL)
        made += results
    assert made == expected(database, batches)


def test_no_process_is_left_when_the_work_is_given_up(database: Database, batches: Batches) -> None:
    with Makers(database, NOTHING_KEPT, 1) as makers:
        next(makers.run(batches))
        assert makers._pool is not None
        pids = list(makers._pool._processes)
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_title_that_makes_no_document_does_not_stop_the_others(database: Database, batches: Batches) -> None:
    broken = database.run(lambda session: make_bib(session, "坏书", data={"contributors": [{"nonsense": 1}]}))
    gone = broken + 1
    made = read_and_make(database, [*batches[0], Pending(broken, 1), Pending(gone, 2)], NOTHING_KEPT)
    assert [doc.id for doc in made.docs] == [title.key for title in batches[0]]
    assert made.failures.keys() == {broken}
    assert made.there == {doc.id for doc in made.docs} | {broken}


def test_few_titles_are_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making.os, "sched_getaffinity", lambda _pid: set(range(16)), raising=False)
    assert processes_for(making.WORTH_IT - 1) == 0
    assert processes_for(making.WORTH_IT) == 4
    monkeypatch.setattr(making.os, "sched_getaffinity", lambda _pid: {0}, raising=False)
    assert processes_for(10**6) == 0
