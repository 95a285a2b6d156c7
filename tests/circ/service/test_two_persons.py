"""What one person may give away alone: deposits obey the same limit, and many small acts count together."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from branches.context import Context
from circ.commands import Charge, Deposit, LetGo, Pay, PayOut
from circ.queries.ledger import EntryRow
from circ.service import leaving
from circ.service.ledger import Outcome
from tests.desk import Desk, money, refusals_of
from tests.factories import make_context

T = TypeVar("T")
TOGETHER = 4


@pytest.fixture
def hub(desk: Desk) -> Desk:
    return desk.staffed(("hub_librarian", desk.county.hub))


@pytest.fixture
def other(desk: Desk) -> Desk:
    return desk.staffed(("hub_librarian", desk.county.hub), username="zhao")


@pytest.fixture
def branch(desk: Desk) -> Desk:
    return desk.staffed(("branch_librarian", desk.county.branch), username="li")


def owe(desk: Desk, fen: int) -> EntryRow:
    return money(desk, lambda service: service.charge(Charge(patron="P0001", fen=fen, reason="工本费")))


def pay(desk: Desk, fen: int, method: str = "cash") -> EntryRow:
    return money(desk, lambda service: service.pay(Pay(patron="P0001", fen=fen, method=method)))


def waive(desk: Desk, fee: EntryRow) -> Outcome:
    return money(desk, lambda service: service.waive(LetGo(entry_id=fee.id, reason="困难家庭")))


def refund(desk: Desk, fee: EntryRow) -> Outcome:
    return money(desk, lambda service: service.refund(LetGo(entry_id=fee.id, reason="书找到了")))


def reverse(desk: Desk, slip: EntryRow) -> Outcome:
    return money(desk, lambda service: service.reverse(LetGo(entry_id=slip.id, reason="输错了")))


def pay_out(desk: Desk, fen: int | None = None) -> Outcome:
    return money(desk, lambda s: s.pay_out(PayOut(patron="P0001", fen=fen, method="cash", reason="读者要求")))


def hold_deposit(desk: Desk, fen: int) -> None:
    money(desk, lambda service: service.take_deposit(Deposit(patron="P0001", fen=fen)))


def give_back(desk: Desk, fen: int | None = None) -> Outcome:
    return money(desk, lambda s: s.give_back_deposit(Deposit(patron="P0001", fen=fen, reason="搬家")))


def held(desk: Desk) -> int:
    return money(desk, lambda service: service.look_at("P0001")).account.deposit_fen


def confirm(desk: Desk, outcome: Outcome) -> EntryRow:
    assert outcome.approval is not None
    number = outcome.approval.id
    return money(desk, lambda service: service.confirm(number))


# --- deposits -------------------------------------------------------------------------------------------------------------------


def test_a_large_deposit_is_given_back_by_two_persons(hub: Desk, other: Desk) -> None:
    hold_deposit(hub, 300_00)
    asked = give_back(hub)
    assert (asked.entry, held(hub)) == (None, 300_00)
    assert refusals_of(lambda: give_back(hub)) == ["approval.waiting"]
    assert refusals_of(lambda: confirm(hub, asked)) == ["approval.same_person"]
    entry = confirm(other, asked)
    assert (entry.kind, entry.amount_fen, entry.note, entry.method, held(hub)) == (
        "deposit_return",
        -300_00,
        "搬家",
        "cash",
        0,
    )


def test_a_branch_asks_its_hub_for_a_deposit_above_twenty_yuan(hub: Desk, branch: Desk) -> None:
    hold_deposit(hub, 20_01)
    asked = give_back(branch)
    assert held(hub) == 20_01
    confirm(hub, asked)
    hold_deposit(hub, 20_00)
    assert give_back(branch).entry is not None


@pytest.mark.parametrize(
    ("meanwhile", "code"),
    [
        (lambda hub: owe(hub, 5_00), "deposit.debt"),
        (lambda hub: (owe(hub, 5_00), pay(hub, 5_00, "deposit")), "approval.overtaken"),
    ],
)
def test_what_changed_meanwhile_keeps_a_deposit_from_being_given_back(
    hub: Desk, other: Desk, meanwhile: Callable[[Desk], object], code: str
) -> None:
    hold_deposit(hub, 300_00)
    asked = give_back(hub)
    meanwhile(hub)
    assert refusals_of(lambda: confirm(other, asked)) == [code]


def test_an_account_is_not_closed_over_a_deposit_that_two_must_give_back(hub: Desk, other: Desk) -> None:
    hold_deposit(hub, 300_00)
    assert refusals_of(lambda: close(hub)) == ["patron.has_deposit"]
    confirm(other, give_back(hub))
    assert close(hub).deposit_fen == 0


def test_who_may_not_give_a_deposit_back_does_not_close_the_account_with_it(desk: Desk, hub: Desk) -> None:
    hold_deposit(hub, 10_00)
    registrar = desk.staffed(("sysadmin", desk.county.network), username="admin")
    assert refusals_of(lambda: act(registrar, leaving.erase)) == ["patron.has_deposit"]
    assert close(hub).deposit_fen == 10_00


def close(desk: Desk) -> leaving.Left:
    return act(desk, leaving.close)


def act(desk: Desk, how: Callable[[Context, str], T]) -> T:
    return desk.write(lambda s: how(make_context(s, desk.caller, now=desk.now), "P0001"))


# --- many small acts ------------------------------------------------------------------------------------------------------------


def test_waivers_of_many_fees_count_together(hub: Desk, branch: Desk) -> None:
    fees = [owe(branch, 10_00) for _ in range(3)]
    assert [waive(branch, fee).entry is not None for fee in fees] == [True, True, False]
    assert waive(hub, fees[2]).entry is not None, "to a hub the limit is higher"


def test_refunds_count_with_waivers(branch: Desk) -> None:
    paid, unpaid = owe(branch, 15_00), owe(branch, 15_00)
    pay(branch, 15_00)
    assert refund(branch, paid).entry is not None
    assert refusals_of(lambda: waive(branch, unpaid)) == ["fee.settled"], "what was refunded settled it"
    third = owe(branch, 5_01)
    assert waive(branch, third).entry is None


def test_what_is_refunded_may_be_paid_out_by_the_same_person(branch: Desk) -> None:
    fee = owe(branch, 20_00)
    pay(branch, 20_00)
    assert refund(branch, fee).entry is not None
    assert pay_out(branch).entry is not None


def test_what_is_handed_out_counts_together_whoever_does_it(hub: Desk, other: Desk) -> None:
    hold_deposit(hub, 300_00)
    pay(hub, 50_00)
    assert give_back(hub, 200_00).entry is not None
    assert pay_out(other).approval is not None
    assert give_back(other, 1).approval is not None


def test_reversals_count_together(hub: Desk) -> None:
    owe(hub, 300_00)
    slips = [pay(hub, 150_00), pay(hub, 150_00)]
    assert [reverse(hub, slip).entry is not None for slip in slips] == [True, False]


def test_a_day_later_it_counts_anew(branch: Desk) -> None:
    first, second = owe(branch, 20_00), owe(branch, 20_00)
    assert waive(branch, first).entry is not None
    assert waive(branch.later(hours=23), second).entry is None
    third = owe(branch, 20_00)
    assert waive(branch.later(hours=25), third).entry is not None


def test_another_person_and_what_two_decided_do_not_count(hub: Desk, other: Desk) -> None:
    large, small = owe(hub, 300_00), owe(hub, 200_00)
    confirm(other, waive(hub, large))
    assert waive(other, small).entry is not None, "the three hundred were not given by one person"
    third = owe(hub, 200_00)
    assert waive(hub, third).entry is not None, "another gave the rest"


def test_at_once_no_more_is_waived_than_one_person_may(branch: Desk) -> None:
    fees = [owe(branch, 10_00) for _ in range(TOGETHER)]
    with ThreadPoolExecutor(TOGETHER) as pool:
        outcomes = list(pool.map(lambda fee: waive(branch, fee), fees))
    assert sum(outcome.entry is not None for outcome in outcomes) == 2
