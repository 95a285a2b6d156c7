"""Settling while somebody else settles or calls off: one of the two happens."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from kernel.db import Database
from kernel.errors import Conflict, Refused
from tests.desk import desk as desk
from tests.purchasing.county import ISBN
from tests.purchasing.county import shops as shops
from tests.purchasing.office import Office, choose
from tests.purchasing.office import office as office


def test_settling_and_calling_off_at_once_cannot_both_win(office: Office, database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer")
    for turn in range(6):
        selection = choose(office, ISBN, f"红楼梦 {turn}")
        start = Barrier(2)

        def settle(start: Barrier = start) -> int:
            start.wait()
            return office.make().settlement.id

        def cancel(start: Barrier = start, selection: int = selection) -> str:
            start.wait()
            try:
                return office.shops.cancel(selection).status
            except Refused as error:
                return error.refusals[0].code

        with ThreadPoolExecutor(2) as pool:
            settled, cancelled = pool.submit(settle), pool.submit(cancel)
            settlement, outcome = settled.result(), cancelled.result()
        stands = [one.selection_id for one in office.lines(settlement)] == [selection]
        assert (stands, outcome) in ((True, "purchase.settled"), (False, "cancelled"))
        assert office.offenders() == []
        office.discard(settlement)
        if stands:
            office.shops.cancel(selection)


def test_two_settlements_at_once_share_no_choice(office: Office, database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer")
    chosen = [choose(office, ISBN, f"红楼梦 {number}") for number in range(5)]
    start = Barrier(2)

    def settle(period: str) -> int:
        start.wait()
        return office.make(period).settlement.id

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(settle, ["2026-11", "2026-11-02..2026-11-30"]))
    standing = [one.selection_id for settlement in made for one in office.lines(settlement)]
    assert sorted(standing, key=lambda one: one or 0) == chosen


def test_a_draft_made_at_once_by_two_is_made_once(office: Office, database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer")
    start = Barrier(2)

    def settle(_number: int) -> str:
        start.wait()
        try:
            return office.make().settlement.status
        except Conflict as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(settle, range(2))) == ["draft", "settlement.exists"]
