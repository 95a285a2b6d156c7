"""The money of lost books: charged, given back, kept, undone, and never twice. On both databases, the ledger balanced after each."""

from __future__ import annotations

from typing import Any

import pytest

from circ import lost_rules
from circ.commands import Pay
from circ.queries.ledger import EntryRow, account_of, entries_of
from circ.service.ledger import LedgerService
from tests.desk import Desk, add_hub
from tests.desk import money as ledger

PRICE = "68.00"
CHARGED = {"charge": True, "factor": "1.5", "processing": "5.00"}


@pytest.fixture
def lent(desk: Desk) -> Desk:
    """B0001, which cost 68 yuan, is out to P0001."""
    desk.set_item(price_fen=6800)
    desk.check_out()
    return desk


def entries(desk: Desk) -> list[tuple[str, str | None, int]]:
    """Kind, cause and amount in fen, the oldest first."""
    patron_id = desk.preview().patron.id
    rows: list[EntryRow] = desk.read(lambda s: entries_of(s, patron_id))
    return [(row.kind, row.cause, row.amount_fen) for row in sorted(rows, key=lambda row: row.id)]


def owed(desk: Desk) -> int:
    patron_id = desk.preview().patron.id
    return desk.read(lambda s: account_of(s, patron_id).balance_fen)


def pay(desk: Desk, fen: int) -> None:
    desk.write(lambda s: LedgerService(desk._context(s)).pay(Pay(patron="P0001", fen=fen, method="cash")))


def undo(desk: Desk, entry_id: int | None) -> None:
    assert entry_id is not None
    desk._act(lambda service: service.undo(entry_id))


def test_nothing_is_charged_where_nothing_is_set(lent: Desk) -> None:
    assert lent.declare("lost").fees == ()
    assert entries(lent) == []


def test_a_lost_book_costs_its_price_times_a_factor_and_the_work(lent: Desk) -> None:
    lent.policy("lost", CHARGED)
    declared = lent.declare("lost")
    assert [(fee.cause, fee.amount_fen) for fee in declared.fees] == [("lost", 10200), ("processing", 500)]
    assert declared.message.zh == "《平凡的世界》：读者报失。现在：丢失。应收 107.00 元。"
    assert owed(lent) == 10700


def test_a_book_without_a_price_costs_what_is_set_for_such(lent: Desk) -> None:
    lent.set_item(price_fen=None)
    lent.policy("lost", {"charge": True})
    lent.policy("default_price", "30.00")
    lent.declare("lost")
    assert owed(lent) == 3000


def test_found_by_a_check_in_the_price_is_given_back_and_the_work_is_not(lent: Desk) -> None:
    lent.policy("lost", CHARGED)
    lent.declare("lost")
    returned = lent.later(days=1).check_in(at="CG")
    assert [notice.code for notice in returned.notices] == ["item.lost", "loan.refunded"]
    assert returned.notices[1].message.zh == "书找到了，已退还丢失赔偿 102.00 元。"
    assert owed(lent) == 500


def test_what_was_paid_becomes_credit(lent: Desk) -> None:
    lent.policy("lost", {"charge": True})
    lent.declare("lost")
    pay(lent, 6800)
    lent.check_in()
    assert entries(lent) == [("charge", "lost", 6800), ("payment", None, -6800), ("refund", None, -6800)]
    assert owed(lent) == -6800


@pytest.mark.parametrize(
    ("more", "owed_after"),
    [
        ({"on_return": "keep"}, 0),
        ({"refund_paid": False}, 0),
        ({"refund_within_hours": 24}, 0),
        ({"refund_within_hours": 72}, -6800),
    ],
)
def test_what_was_paid_is_kept_where_the_policy_says_so(lent: Desk, more: dict[str, Any], owed_after: int) -> None:
    lent.policy("lost", {"charge": True} | more)
    lent.declare("lost")
    pay(lent, 6800)
    lent.later(days=2).check_in()
    assert owed(lent) == owed_after


def test_a_loan_that_ends_at_once_is_given_back_when_the_book_turns_up(lent: Desk) -> None:
    lent.policy("lost", {"charge": True, "ends_loan": True})
    lent.declare("lost")
    assert (lent.open_loans(), lent.loan(1).close_reason, lent.item().status) == (0, "lost", "lost")
    assert lent.listed("lost") == ["B0001"]
    returned = lent.later(days=3).check_in(at="CG")
    assert returned.loan is None
    assert [notice.code for notice in returned.notices] == ["item.lost", "loan.refunded"]
    assert owed(lent) == 0
    lent.check_in(at="ZG")
    assert owed(lent) == 0  # given back once


def test_said_again_after_a_claim_it_is_charged_once(lent: Desk) -> None:
    lent.policy("lost", CHARGED)
    for act in ("lost", "claimed_returned", "lost"):
        lent.declare(act)
    assert owed(lent) == 10700


def test_a_claim_that_is_believed_takes_all_back(lent: Desk) -> None:
    lent.policy("lost", CHARGED | {"on_return": "keep"})
    lent.declare("lost")
    lent.declare("claimed_returned")
    assert lent.declare("missing").message.zh.endswith("退还 107.00 元。")
    assert owed(lent) == 0


def test_a_claim_believed_by_who_may_not_let_go_of_so_much_waits_for_another(lent: Desk) -> None:
    lent.policy("lost", CHARGED)
    lent.declare("lost")
    branch = lent.staffed(("branch_librarian", lent.county.branch), username="li")
    branch.declare("claimed_returned")
    said = branch.declare("missing").message.zh
    assert said.endswith("退还 5.00 元。102.00 元等有权的人批准减免。")
    assert (lent.open_loans(), owed(lent)) == (0, 10200)
    hub = lent.staffed(("hub_librarian", lent.county.hub), username="zhao")
    waiting = ledger(hub, lambda service: service.waiting())
    assert [(one.act, one.amount_fen, one.reason) for one in waiting] == [("waiver", 10200, lost_rules.BELIEVED)]
    ledger(hub, lambda service: service.confirm(waiting[0].id))
    assert owed(lent) == 0


def test_of_a_fee_paid_in_part_both_parts_wait(lent: Desk) -> None:
    lent.policy("lost", {"charge": True})
    lent.declare("lost")
    pay(lent, 3000)
    branch = lent.staffed(("branch_librarian", lent.county.branch), username="li")
    branch.declare("claimed_returned")
    branch.declare("missing")
    hub = lent.staffed(("hub_librarian", lent.county.hub), username="zhao")
    waiting = ledger(hub, lambda service: service.waiting())
    assert [(one.act, one.amount_fen) for one in waiting] == [("waiver", 3800), ("refund", 3000)]
    for one in waiting:
        ledger(hub, lambda service, number=one.id: service.confirm(number))  # type: ignore[misc]
    assert owed(lent) == -3000


def test_who_may_not_waive_at_all_leaves_the_fees_to_who_may(lent: Desk) -> None:
    """A branch of another hub: it may speak of the loan, but neither the reader nor the fee is its own."""
    lent.policy("lost", CHARGED)
    lent.declare("lost", at="ZG")
    stranger = lent.staffed(("branch_librarian", add_hub(lent, "NZ")), username="chen")
    stranger.declare("claimed_returned")
    assert stranger.declare("missing").message.zh.endswith("现在：找不到。107.00 元等有权的人批准减免。")
    assert owed(lent) == 10700


def test_a_belief_undone_is_charged_again_or_asked_for_no_more(lent: Desk) -> None:
    lent.policy("lost", CHARGED)
    lent.declare("lost")
    branch = lent.staffed(("branch_librarian", lent.county.branch), username="li")
    branch.declare("claimed_returned")
    undo(lent, branch.later(hours=1).declare("missing").entry_id)
    assert owed(lent) == 10700
    hub = lent.staffed(("hub_librarian", lent.county.hub), username="zhao")
    assert ledger(hub, lambda service: service.waiting()) == []
    assert (lent.open_loans(), lent.loan(1).mark) == (1, "claimed_returned")


def test_a_reader_who_has_it_after_all_owes_nothing_for_its_loss(lent: Desk) -> None:
    lent.policy("lost", {"charge": True})
    lent.declare("lost")
    lent.declare("found")
    assert (owed(lent), lent.item().status) == (0, "on_loan")
    lent.declare("lost")
    assert owed(lent) == 6800


@pytest.mark.parametrize(("forgives", "fine"), [(False, 500), (True, 0)])
def test_a_lost_book_was_late_until_it_was_said_to_be_lost(lent: Desk, forgives: bool, fine: int) -> None:
    lent.policy("fine", [{"from_day": 1, "to_day": None, "per_day": "1.00"}])
    lent.policy("lost", {"charge": False, "forgive_overdue": forgives})
    late = lent.later(days=35)
    late.declare("lost")
    assert owed(lent) == fine
    lent.later(days=60).check_in()
    assert owed(lent) == fine  # and no day later


def test_a_loss_undone_costs_nothing(lent: Desk) -> None:
    lent.policy("lost", CHARGED)
    undo(lent, lent.declare("lost").entry_id)
    assert owed(lent) == 0
    lent.declare("lost")
    assert owed(lent) == 10700


def test_a_book_found_by_mistake_is_lost_and_charged_again(lent: Desk) -> None:
    lent.policy("lost", {"charge": True})
    lent.declare("lost")
    returned = lent.later(days=1).check_in()
    assert owed(lent) == 0
    undo(lent.later(days=1, minutes=1), returned.entry_id)
    assert (owed(lent), lent.item().status) == (6800, "lost")


def test_a_late_return_undone_costs_nothing_and_its_real_return_costs_all(lent: Desk) -> None:
    lent.policy("fine", [{"from_day": 1, "to_day": None, "per_day": "1.00"}])
    late = lent.later(days=33)
    returned = late.check_in()
    assert owed(lent) == 300
    undo(late.later(minutes=1), returned.entry_id)
    assert owed(lent) == 0
    lent.later(days=35).check_in()
    assert owed(lent) == 500


def test_a_rental_undone_is_not_paid(desk: Desk) -> None:
    desk.policy("rental_fee", "2.00")
    lent = desk.check_out()
    assert owed(desk) == 200
    undo(desk, lent.entry_id)
    assert owed(desk) == 0
