"""Readers' accounts on real databases: what each act leaves behind, who may do it, and what the database itself refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError

from circ.commands import Charge, Deposit, LetGo, Pay, PayOut
from circ.ledger_models import AccountEntry
from circ.queries import ledger as queries
from circ.queries.ledger import EntryRow
from circ.service.ledger import Outcome, charge, take_back
from kernel.db import Database
from kernel.errors import Forbidden, Invalid, NotFound, Refused
from tests.desk import Desk, money, offenders
from tests.factories import make_context

T = TypeVar("T")


def owe(desk: Desk, fen: int = 5_00, reason: str = "证件工本费", **more: Any) -> EntryRow:
    return money(desk, lambda service: service.charge(Charge(patron="P0001", fen=fen, reason=reason, **more)))


def pay(desk: Desk, fen: int, **more: Any) -> EntryRow:
    return money(desk, lambda service: service.pay(Pay(patron="P0001", fen=fen, method="cash", **more)))


def waive(desk: Desk, fee: EntryRow, fen: int | None = None) -> Outcome:
    return money(desk, lambda service: service.waive(LetGo(entry_id=fee.id, reason="首次", fen=fen)))


def refund(desk: Desk, fee: EntryRow, fen: int | None = None) -> Outcome:
    return money(desk, lambda service: service.refund(LetGo(entry_id=fee.id, reason="书找到了", fen=fen)))


def reverse(desk: Desk, payment: EntryRow) -> Outcome:
    return money(desk, lambda service: service.reverse(LetGo(entry_id=payment.id, reason="输错了")))


def pay_out(desk: Desk, fen: int | None = None) -> Outcome:
    return money(desk, lambda s: s.pay_out(PayOut(patron="P0001", fen=fen, method="cash", reason="读者要求")))


def owed(desk: Desk) -> int:
    return money(desk, lambda service: service.look_at("P0001")).account.balance_fen


def left(desk: Desk, entry: EntryRow) -> int:
    found = desk.read(lambda s: queries.entry_by_id(s, entry.id))
    assert found is not None
    return found.left_fen


def codes(error: Refused) -> list[str]:
    return [refusal.code for refusal in error.refusals]


@pytest.fixture
def hub(desk: Desk) -> Desk:
    return desk.staffed(("hub_librarian", desk.county.hub))


@pytest.fixture
def branch(desk: Desk) -> Desk:
    return desk.staffed(("branch_librarian", desk.county.branch), username="li")


def test_a_fee_is_owed_until_it_is_paid(hub: Desk) -> None:
    fee = owe(hub)
    assert (owed(hub), left(hub, fee), fee.cause, fee.note) == (5_00, 5_00, "other", "证件工本费")
    pay(hub, 3_00)
    assert (owed(hub), left(hub, fee)) == (2_00, 2_00)
    pay(hub, 2_00)
    assert (owed(hub), left(hub, fee)) == (0, 0)
    assert offenders(hub.database) == {}


def test_what_is_paid_beyond_is_credit_and_settles_the_next_fee(hub: Desk) -> None:
    owe(hub)
    pay(hub, 12_00)
    assert owed(hub) == -7_00
    second = owe(hub, 4_00)
    assert (owed(hub), left(hub, second)) == (-3_00, 0)
    assert offenders(hub.database) == {}


def test_chosen_fees_take_no_more_than_they_are(hub: Desk) -> None:
    first, second = owe(hub), owe(hub, 4_00)
    with pytest.raises(Invalid, match=r"payment\.too_much"):
        pay(hub, 5_00, against=(second.id,))
    pay(hub, 4_00, against=(second.id,))
    assert (left(hub, first), left(hub, second)) == (5_00, 0)
    with pytest.raises(NotFound, match="fee"):
        pay(hub, 1_00, against=(second.id,))


def test_a_waiver_lets_go_of_what_is_open_and_no_more(hub: Desk) -> None:
    fee = owe(hub)
    pay(hub, 2_00)
    with pytest.raises(Invalid, match=r"amount\.too_much"):
        waive(hub, fee, 3_01)
    waive(hub, fee)
    assert (owed(hub), left(hub, fee)) == (0, 0)
    with pytest.raises(Refused) as refused:
        waive(hub, fee)
    assert codes(refused.value) == ["fee.settled"]
    assert offenders(hub.database) == {}


def test_only_money_is_refunded_and_becomes_credit_that_settles_what_is_open(hub: Desk) -> None:
    fee, other = owe(hub, 10_00), owe(hub, 3_00)
    waive(hub, fee, 4_00)
    pay(hub, 6_00, against=(fee.id,))
    with pytest.raises(Invalid, match=r"amount\.too_much"):
        refund(hub, fee, 6_01)  # what was waived was never paid
    refund(hub, fee)
    assert (owed(hub), left(hub, other)) == (-3_00, 0)
    with pytest.raises(Refused) as refused:
        refund(hub, fee)
    assert codes(refused.value) == ["fee.not_paid"]
    pay_out(hub)
    assert owed(hub) == 0
    assert offenders(hub.database) == {}


def test_a_reversed_payment_opens_its_fees_again(hub: Desk) -> None:
    first, second = owe(hub), owe(hub, 4_00)
    payment = pay(hub, 7_00)
    reverse(hub, payment)
    assert (owed(hub), left(hub, first), left(hub, second)) == (9_00, 5_00, 4_00)
    with pytest.raises(Refused) as refused:
        reverse(hub, payment)
    assert codes(refused.value) == ["payment.reversed"]
    assert offenders(hub.database) == {}


def test_a_payment_whose_credit_was_handed_out_is_not_reversed(hub: Desk) -> None:
    payment = pay(hub, 7_00)
    pay_out(hub, 2_00)
    with pytest.raises(Refused) as refused:
        reverse(hub, payment)
    assert codes(refused.value) == ["payment.paid_out"]
    with pytest.raises(Invalid, match=r"amount\.too_much"):
        pay_out(hub, 5_01)


def test_a_rule_takes_back_its_fee_paid_or_not(hub: Desk) -> None:
    patron_id = hub.preview().patron.id

    def by_rule(s: Any) -> EntryRow:
        context = make_context(s, hub.caller, now=hub.now)
        return charge(context, patron_id=patron_id, org_id=hub.county.hub, fen=300_00, cause="lost")

    fee = hub.write(by_rule)
    pay(hub, 100_00)
    taken = hub.write(
        lambda s: take_back(make_context(s, hub.caller, now=hub.now), fee.id, org_id=hub.county.hub, note="找到")
    )
    assert (taken, owed(hub), left(hub, fee)) == (300_00, -100_00, 0)
    assert offenders(hub.database) == {}


def test_a_deposit_owes_nothing_and_goes_back_to_who_owes_nothing(hub: Desk) -> None:
    def take(fen: int) -> EntryRow:
        return money(hub, lambda service: service.take_deposit(Deposit(patron="P0001", fen=fen)))

    def give_back(fen: int | None = None) -> EntryRow:
        entry = money(hub, lambda service: service.give_back_deposit(Deposit(patron="P0001", fen=fen))).entry
        assert entry is not None
        return entry

    with pytest.raises(Refused) as refused:
        give_back()
    assert codes(refused.value) == ["deposit.none"]
    take(100_00)
    owe(hub)
    assert owed(hub) == 5_00
    with pytest.raises(Refused) as refused:
        give_back()
    assert codes(refused.value) == ["deposit.debt"]
    money(hub, lambda service: service.pay(Pay(patron="P0001", fen=5_00, method="deposit")))
    with pytest.raises(Refused) as refused:
        give_back(95_01)
    assert codes(refused.value) == ["deposit.short"]
    assert give_back().amount_fen == -95_00
    assert money(hub, lambda service: service.look_at("P0001")).account.deposit_fen == 0
    assert offenders(hub.database) == {}


# --- who may, and when two must -------------------------------------------------------------------------------------------------


def test_a_branch_asks_its_hub_above_twenty_yuan(hub: Desk, branch: Desk) -> None:
    fee = owe(branch, 30_00)
    assert waive(branch, fee, 15_00).entry is not None
    asked = waive(branch, fee, 5_01).approval  # together with the first it is more than twenty
    assert asked is not None
    assert owed(branch) == 15_00
    with pytest.raises(Refused) as refused:
        waive(branch, fee, 10_00)
    assert codes(refused.value) == ["approval.waiting"]
    with pytest.raises(NotFound):
        money(branch, lambda service: service.confirm(asked.id))
    money(hub, lambda service: service.confirm(asked.id))
    assert owed(branch) == 9_99
    assert offenders(hub.database) == {}


def test_above_two_hundred_yuan_two_persons_decide(hub: Desk) -> None:
    fee = owe(hub, 300_00)
    assert waive(hub, fee, 50_00).entry is not None
    asked = waive(hub, fee).approval
    assert asked is not None
    with pytest.raises(Refused) as refused:
        money(hub, lambda service: service.confirm(asked.id))
    assert codes(refused.value) == ["approval.same_person"]
    other = hub.staffed(("hub_librarian", hub.county.hub), username="zhao")
    money(other, lambda service: service.confirm(asked.id))
    assert owed(hub) == 0
    with pytest.raises(Refused) as refused:
        money(other, lambda service: service.confirm(asked.id))
    assert codes(refused.value) == ["approval.decided"]
    assert offenders(hub.database) == {}


def test_what_was_overtaken_is_not_confirmed_but_refused(hub: Desk) -> None:
    fee = owe(hub, 300_00)
    asked = waive(hub, fee).approval
    assert asked is not None
    pay(hub, 250_00)
    other = hub.staffed(("hub_librarian", hub.county.hub), username="zhao")
    with pytest.raises(Refused) as refused:
        money(other, lambda service: service.confirm(asked.id))
    assert codes(refused.value) == ["approval.overtaken"]
    money(hub, lambda service: service.turn_down(asked.id))  # whoever asked may take it back
    assert waive(hub, fee).entry is not None
    assert offenders(hub.database) == {}


def test_a_payment_mistyped_today_is_reversed_by_its_own_cashier(branch: Desk) -> None:
    owe(branch, 50_00)
    payment = pay(branch, 50_00)
    assert reverse(branch, payment).entry is not None
    second = pay(branch, 50_00)
    assert reverse(branch.later(days=1), second).approval is not None  # not on another day


def test_a_volunteer_takes_money_at_their_point_and_does_nothing_else(desk: Desk, hub: Desk) -> None:
    volunteer = desk.staffed(("volunteer", desk.county.point), username="luo")
    fee = owe(hub)
    with pytest.raises(NotFound):  # the reader is at home elsewhere, and owes nothing here
        pay(volunteer, 1_00)
    with pytest.raises(Forbidden):
        waive(volunteer, fee)
    with pytest.raises(Forbidden):
        owe(volunteer)


def test_a_fee_that_arose_here_is_paid_here_wherever_the_reader_is_at_home(desk: Desk, hub: Desk) -> None:
    volunteer = desk.staffed(("volunteer", desk.county.point), username="luo")
    elsewhere, here = owe(hub), owe(hub, 2_00, at="LX")
    with pytest.raises(Invalid, match=r"payment\.too_much"):
        pay(volunteer, 3_00)
    pay(volunteer, 2_00)
    assert (left(hub, elsewhere), left(hub, here)) == (5_00, 0)
    view = money(volunteer, lambda service: service.look_at("P0001"))
    assert (view.is_part, [entry.id for entry in view.entries if entry.kind == "charge"]) == (True, [here.id])


# --- what the database refuses --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account_entry SET amount_fen = 1",
        "UPDATE account_entry SET author = 'nobody'",
        "UPDATE account_entry SET used_fen = 501",
        "UPDATE account_entry SET used_fen = -1",
        "DELETE FROM account_entry",
        "UPDATE account SET deposit_fen = -1",
        "DELETE FROM account_move",
        "UPDATE account_move SET amount_fen = 1",
        "UPDATE approval SET decided_by = asked_by, status = 'confirmed', entry_id = 1",
    ],
)
def test_the_database_refuses_what_must_never_be(hub: Desk, database: Database, statement: str) -> None:
    owe(hub)
    pay(hub, 2_00)
    big = owe(hub, 300_00)
    assert waive(hub, big).approval is not None
    with pytest.raises(DatabaseError), database.transaction() as session:
        session.execute(text(statement))
    assert offenders(hub.database) == {}


def test_an_entry_may_forget_the_book_it_was_about(hub: Desk, database: Database) -> None:
    owe(hub, item="B0001")
    with database.transaction() as session:
        session.execute(update(AccountEntry).values(item_id=None, note=None))
    with pytest.raises(DatabaseError), database.transaction() as session:
        session.execute(update(AccountEntry).values(item_id=1))
    assert owed(replace(hub)) == 5_00


def test_a_deposit_that_paid_by_mistake_is_held_again(hub: Desk) -> None:
    money(hub, lambda service: service.take_deposit(Deposit(patron="P0001", fen=100_00)))
    owe(hub)
    payment = pay_by_deposit(hub)
    reverse(hub, payment)
    account = money(hub, lambda service: service.look_at("P0001")).account
    assert (account.balance_fen, account.deposit_fen) == (5_00, 100_00)
    assert offenders(hub.database) == {}


def pay_by_deposit(desk: Desk) -> EntryRow:
    return money(desk, lambda service: service.pay(Pay(patron="P0001", fen=5_00, method="deposit")))


def test_what_a_reader_of_another_library_has_on_account_is_not_for_this_one(desk: Desk, hub: Desk) -> None:
    """A fee that arose at the point is paid there; deposit and credit are the hub's and its branches' affair."""
    desk.add_patron("P0009", desk.county.hub)
    money(hub, lambda s: s.take_deposit(Deposit(patron="P0009", fen=100_00)))
    away = desk.staffed(("hub_librarian", desk.county.point), username="away")
    money(desk, lambda s: s.charge(Charge(patron="P0009", fen=5_00, reason="破损", at="LX")))
    with pytest.raises(NotFound):
        money(away, lambda s: s.pay(Pay(patron="P0009", fen=5_00, method="deposit")))
    assert money(away, lambda s: s.pay(Pay(patron="P0009", fen=5_00, method="cash"))).amount_fen == -5_00
    for act in (
        lambda s: s.give_back_deposit(Deposit(patron="P0009")),
        lambda s: s.pay_out(PayOut(patron="P0009", method="cash", reason="要求")),
        lambda s: s.charge(Charge(patron="P0009", fen=9_00, reason="工本费")),
        lambda s: s.charge(Charge(patron="P0009", fen=9_00, reason="破损", item="B0001")),
    ):
        with pytest.raises(NotFound):
            money(away, act)
    desk.add_item("C0001", desk.county.point)
    assert money(away, lambda s: s.charge(Charge(patron="P0009", fen=9_00, reason="破损", item="C0001"))).amount_fen
    assert offenders(hub.database) == {}
