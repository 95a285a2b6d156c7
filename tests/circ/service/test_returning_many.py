"""Many returns at once: an answer a line, no bad line costs the others. On both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from circ.commands import CheckInMany
from circ.queries import ledger as queries
from circ.service import ReturnLine
from kernel.clock import local_day
from tests.desk import Desk, offenders, refusals_of
from tests.factories import NOW


def take_in(desk: Desk, *items: str, at: str = "ZG", **more: object) -> list[ReturnLine]:
    return desk._act(lambda service: service.check_in_many(CheckInMany(items=items, at=at, **more)))  # type: ignore[arg-type]


@pytest.fixture
def three(desk: Desk) -> Desk:
    for barcode in ("B0002", "B0003"):
        desk.add_item(barcode)
    for barcode in ("B0001", "B0002", "B0003"):
        desk.check_out(barcode)
    return desk


def test_each_line_is_answered_in_its_place(three: Desk) -> None:
    lines = take_in(three, "B0003", "NEVER", "B0001", "B0002")
    assert [line.barcode for line in lines] == ["B0003", "NEVER", "B0001", "B0002"]
    assert [line.error.code if line.error else None for line in lines] == [None, "item.not_found", None, None]
    assert three.open_loans() == 0


def test_a_book_that_is_refused_leaves_no_trace_and_costs_no_other(three: Desk) -> None:
    three.policy("accept_returns", "home")
    three.set_item("B0002", home_id=three.county.branch)
    before = len(three.journal())
    lines = take_in(three, "B0001", "B0002", "B0003", at="CG")
    assert [line.error.code if line.error else None for line in lines] == ["refused", None, "refused"]
    assert [entry.act for entry in three.journal()[before:]] == ["checked_in"]
    assert three.open_loans() == 2


def test_a_book_that_is_named_twice_is_here_the_second_time(three: Desk) -> None:
    lines = take_in(three, "B0001", "B0001")
    assert [line.returned.loan is not None for line in lines if line.returned] == [True, False]


def test_a_book_drop_is_dated_back_as_a_whole(three: Desk) -> None:
    lines = take_in(three.later(days=2), "B0001", "B0002", returned_at=NOW + timedelta(days=1))
    assert [line.returned.loan.closed_at for line in lines if line.returned and line.returned.loan] == [
        NOW + timedelta(days=1)
    ] * 2


def test_one_late_book_of_a_cart_undone_leaves_what_the_other_led_to(three: Desk) -> None:
    three.policy("fine", [{"from_day": 1, "to_day": None, "per_day": "0.10"}])
    three.policy("suspension", {"days": 2, "max_days": 90})
    lines = take_in(three.later(days=40), "B0001", "B0002")
    undone, kept = (line.returned for line in lines)
    assert undone is not None
    assert undone.entry_id is not None
    assert kept is not None
    entry_id, patron_id = undone.entry_id, three.preview().patron.id
    late = three.later(days=40, minutes=5)
    late._act(lambda service: service.undo(entry_id))
    assert late.read(lambda s: queries.count_late_returns(s, patron_id, NOW)) == 1
    assert late.read(lambda s: queries.suspended_until(s, patron_id, local_day(late.now))) == kept.suspended_until
    assert refusals_of(lambda: late.check_out("B0002")) == ["patron.blocked"]
    assert offenders(late.database) == {}
