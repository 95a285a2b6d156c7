"""What readers and libraries are told: each thing once, whatever runs how often and at the same time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy import select, update

from branches.context import Context
from circ.models import Loan
from circ.service import owing
from notices.models import Notice, NoticeOccasion
from notices.service.forgetting import KEPT_FOR
from patrons.models import Patron
from tests.desk import Desk, offenders
from tests.factories import make_context
from web import wiring

T = TypeVar("T")


@pytest.fixture(autouse=True)
def put_together() -> None:
    wiring.connect()


def tell(desk: Desk) -> int:
    def in_turns(work: Callable[[Context], T], /) -> T:
        return desk.write(lambda session: work(make_context(session, now=desk.now)))

    return owing.tell_due(in_turns)


def said(desk: Desk) -> list[Notice]:
    return desk.read(lambda s: list(s.scalars(select(Notice).order_by(Notice.id))))


def kinds(desk: Desk) -> list[str]:
    return [notice.kind for notice in said(desk)]


# --- loans --------------------------------------------------------------------------------------------------------------


def test_books_due_on_one_day_make_one_notice_said_once(desk: Desk) -> None:
    desk.add_item("B0002")
    desk.check_out("B0001")
    desk.check_out("B0002")
    assert tell(desk.later(days=26)) == 0
    assert tell(desk.later(days=27)) == 1
    assert tell(desk.later(days=27)) == tell(desk.later(days=28)) == 0
    (notice,) = said(desk)
    assert (notice.kind, notice.things, notice.org_id) == ("due_soon", 2, desk.county.branch)
    assert notice.subject == "2 册书12月23日（周三）到期"
    assert "张三丰，您好" in notice.body
    assert notice.body.count("《平凡的世界》") == 2
    assert offenders(desk.database) == {}


def test_a_book_that_comes_to_be_due_the_same_day_later_is_told_of_alone(desk: Desk) -> None:
    desk.policy("loan_days", 3, item_type="reference")
    desk.add_item("B0002", item_type="reference")
    desk.check_out("B0001")
    tell(desk.later(days=27))
    desk.later(days=27).check_out("B0002")
    tell(desk.later(days=27))
    tell(desk.later(days=28))
    assert [(notice.kind, notice.things) for notice in said(desk)] == [("due_soon", 1), ("due_soon", 1)]


def test_a_renewed_loan_is_told_of_again_for_its_new_day(desk: Desk) -> None:
    loan = desk.check_out()
    tell(desk.later(days=28))
    desk.later(days=28).renew(loan.id)
    assert tell(desk.later(days=29)) == 0
    assert tell(desk.later(days=57)) == 1


def test_the_days_are_set_by_category_and_unit(desk: Desk) -> None:
    desk.policy("notice_due_soon_days", 10, category="child")
    desk.policy("notice_due_soon_days", None, patron_org="LX")
    desk.add_patron("C1", category="child")
    desk.add_patron("V1", desk.county.point)
    for number, card in enumerate(("P0001", "C1", "V1"), 2):
        desk.add_item(f"B000{number}")
        desk.check_out(f"B000{number}", patron=card)
    assert tell(desk.later(days=20)) == 1  # the child
    assert tell(desk.later(days=27)) == 1  # the grown-up; the village does without
    assert tell(desk.later(days=29)) == 0


def test_overdue_books_are_asked_for_step_by_step(desk: Desk) -> None:
    desk.check_out()
    tell(desk.later(days=29))
    told = [tell(desk.later(days=30 + late)) for late in range(30)]
    assert [late for late, made in enumerate(told) if made] == [1, 7, 21]
    assert kinds(desk)[-3:] == ["overdue"] * 3
    assert "逾期 21 天" in said(desk)[-1].body
    assert offenders(desk.database) == {}


def test_one_overdue_notice_names_all_books_of_a_reader_and_none_of_another(desk: Desk) -> None:
    desk.add_patron("P0002")
    for barcode, card in (("B0002", "P0001"), ("B0003", "P0002")):
        desk.add_item(barcode)
        desk.check_out(barcode, patron=card)
    desk.check_out()
    tell(desk.later(days=31))
    assert sorted(notice.things for notice in said(desk)) == [1, 2]


def test_a_returned_book_is_not_spoken_of(desk: Desk) -> None:
    desk.check_out()
    desk.later(days=20).check_in()
    assert tell(desk.later(days=28)) == tell(desk.later(days=31)) == 0


def test_more_readers_than_one_turn_takes_are_all_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owing, "READERS_A_TURN", 2)
    for number in range(2, 7):
        desk.add_patron(f"P000{number}")
        desk.add_item(f"B000{number}")
        desk.check_out(f"B000{number}", patron=f"P000{number}")
    desk.check_out()
    assert tell(desk.later(days=27)) == 6


# --- holds --------------------------------------------------------------------------------------------------------------


def test_a_hold_on_the_shelf_is_told_of_with_its_last_day(desk: Desk) -> None:
    desk.hold(pickup="ZG")
    desk.check_in()
    assert tell(desk) == 1
    (notice,) = said(desk)
    assert (notice.kind, notice.org_id) == ("hold_ready", desk.county.hub)
    assert "请带证到城关总馆取，保留到11月30日（周一）" in notice.body
    assert tell(desk) == tell(desk.later(days=1)) == 0
    assert offenders(desk.database) == {}


def test_a_book_scanned_again_on_the_shelf_is_not_told_of_again(desk: Desk) -> None:
    desk.hold(pickup="ZG")
    desk.check_in()
    tell(desk)
    desk.later(hours=1).check_in()
    assert tell(desk.later(hours=1)) == 0


def test_a_hold_not_collected_is_told_of_when_it_ends(desk: Desk) -> None:
    desk.hold(pickup="ZG")
    desk.check_in()
    tell(desk)
    later = desk.later(days=9)
    later.holding(lambda service: service.expire_due())
    assert tell(later) == 1
    assert kinds(desk) == ["hold_ready", "hold_over"]
    assert "到期" in said(desk)[-1].body or "取" in said(desk)[-1].body


@pytest.mark.parametrize(("by_reader", "told"), [(True, 0), (False, 1)])
def test_a_hold_that_the_library_calls_off_is_told_of_and_the_readers_own_act_is_not(
    desk: Desk, by_reader: bool, told: int
) -> None:
    hold = desk.hold()
    assert hold.patron_id is not None
    who = desk.reading(hold.patron_id) if by_reader else desk
    who.holding(lambda service: service.cancel(hold.id))
    assert tell(desk) == told


def test_a_hold_collected_before_the_worker_came_round_is_not_told_of(desk: Desk) -> None:
    desk.hold(pickup="ZG")
    desk.check_in()
    desk.check_out()
    assert tell(desk) == 0


def test_a_borrower_hears_that_their_book_is_called_back(desk: Desk) -> None:
    desk.policy("recall_days", 7)
    desk.add_patron("P0002")
    desk.check_out()
    hold = desk.hold(patron="P0002")
    desk.later(days=10).holding(lambda service: service.recall(hold.id))
    assert tell(desk.later(days=10)) == 1
    assert tell(desk.later(days=11)) == 0
    assert [notice.kind for notice in said(desk)] == ["recalled"]
    assert "12月10日（周四）" in said(desk)[0].subject


# --- cards and transfers ------------------------------------------------------------------------------------------------


def test_a_card_that_expires_soon_is_told_of_once(desk: Desk) -> None:
    desk.add_patron("P0002", expires_on=date(2026, 12, 30))
    assert tell(desk) == 0
    assert tell(desk.later(days=7)) == 1
    assert tell(desk.later(days=30)) == 0
    assert "12月30日（周三）" in said(desk)[0].subject


def test_a_closed_account_is_told_nothing_even_when_it_opens_again(desk: Desk) -> None:
    patron_id = desk.add_patron("P0002")
    hold = desk.hold(patron="P0002")
    desk.holding(lambda service: service.cancel(hold.id))
    desk.write(lambda s: setattr(s.get_one(Patron, patron_id), "status", "closed"))
    assert tell(desk) == 0
    desk.write(lambda s: setattr(s.get_one(Patron, patron_id), "status", "active"))
    assert tell(desk) == 0


def test_a_late_transfer_is_told_to_whom_it_concerns(desk: Desk) -> None:
    desk.check_out()
    transfer_id = desk.check_in(at="LX").transfer_id
    assert tell(desk.later(days=6)) == 0
    assert tell(desk.later(days=7)) == 1
    assert [(n.kind, n.org_id, n.patron_id) for n in said(desk)] == [("transfer_late", desk.county.point, None)]
    desk.later(days=8).dispatch(transfer_id)
    assert tell(desk.later(days=14)) == 0
    assert tell(desk.later(days=15)) == 2  # on its way for a week: both sides
    assert {n.org_id for n in said(desk)[1:]} == {desk.county.point, desk.county.hub}
    assert "《平凡的世界》（B0001）" in said(desk)[-1].body
    assert offenders(desk.database) == {}


# --- at once, and never again -------------------------------------------------------------------------------------------


def test_two_who_tell_at_the_same_time_tell_once(desk: Desk) -> None:
    for number in range(2, 6):
        desk.add_patron(f"P000{number}")
        desk.add_item(f"B000{number}")
        desk.check_out(f"B000{number}", patron=f"P000{number}")
    desk.add_item("B0009")
    desk.hold(pickup="ZG", item="B0009")
    desk.check_in("B0009")
    later, start = desk.later(days=2, hours=1), Barrier(4)
    desk.policy("notice_due_soon_days", 60)

    def at_once() -> int:
        start.wait()
        return tell(later)

    with ThreadPoolExecutor(4) as pool:
        made = [one.result() for one in [pool.submit(at_once) for _ in range(4)]]
    assert len(said(desk)) == 5
    assert sum(made) <= 5
    assert offenders(desk.database) == {}


def test_what_was_said_is_forgotten_after_its_time_and_not_said_again(desk: Desk) -> None:
    desk.check_out()
    tell(desk.later(days=27))
    late = replace(desk, now=desk.now + timedelta(days=28) + KEPT_FOR)
    desk.policy("notice_overdue_days", [])
    assert tell(late) == 0
    assert said(desk) == []
    assert desk.read(lambda s: list(s.scalars(select(NoticeOccasion.notice_id)))) == [None]
    assert offenders(desk.database) == {}


@pytest.mark.parametrize("mark", ["lost", "claimed_returned"])
def test_a_book_that_is_lost_or_said_to_be_returned_is_not_asked_for(desk: Desk, mark: str) -> None:
    loan = desk.check_out()
    desk.write(lambda s: s.execute(update(Loan).where(Loan.id == loan.id).values(mark=mark, marked_at=desk.now)))
    assert tell(desk.later(days=31)) == 0
    desk.write(lambda s: s.execute(update(Loan).values(mark=None, marked_at=None)))
