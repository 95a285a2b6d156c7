"""The doctor's questions about readers' accounts: each names its offender, and says nothing of a sound ledger."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from circ.commands import Charge, Deposit, LetGo, Pay
from circ.ledger_invariants import INVARIANTS
from circ.ledger_models import AccountEntry
from kernel.db import table_of
from tests.desk import Desk, money, offenders_in

TRIGGERS = {
    "account_entry": ("account_entry_keeps_rows", "account_entry_keeps_facts"),
    "account_move": ("account_move_keeps_rows", "account_move_keeps_facts"),
}


def owe(desk: Desk, fen: int = 5_00) -> None:
    money(desk, lambda service: service.charge(Charge(patron="P0001", fen=fen, reason="工本费")))


def pay(desk: Desk, fen: int = 5_00) -> None:
    owe(desk)
    money(desk, lambda service: service.pay(Pay(patron="P0001", fen=fen, method="cash")))


def waive(desk: Desk) -> None:
    owe(desk)
    money(desk, lambda service: service.waive(LetGo(entry_id=1, reason="首次")))


def refund(desk: Desk) -> None:
    pay(desk)
    money(desk, lambda service: service.refund(LetGo(entry_id=1, reason="书找到了")))


def waive_much(desk: Desk) -> None:
    """What one person asks and another confirms."""
    first = desk.staffed(("hub_librarian", desk.county.hub))
    second = desk.staffed(("hub_librarian", desk.county.hub), username="li")
    owe(first, 300_00)
    money(first, lambda service: service.waive(LetGo(entry_id=1, reason="水灾")))
    money(second, lambda service: service.confirm(1))


def deposit(desk: Desk) -> None:
    given = Deposit(patron="P0001", fen=100_00, method="cash")
    money(desk, lambda service: service.take_deposit(given))
    money(desk, lambda service: service.give_back_deposit(given))


def late(desk: Desk) -> None:
    desk.policy("fine", [{"from_day": 1, "per_day": "0.10"}])
    desk.policy("fine_cap", "1.00")
    desk.check_out()
    desk.later(days=60).check_in()


COPY_ENTRIES = "INSERT INTO account_entry ({0}) SELECT {0} FROM account_entry".format(
    ", ".join(column.name for column in table_of(AccountEntry).columns if column.name != "id")
)
TAKE_BACK_TWICE = (
    "INSERT INTO account_move (favour_id, owed_id, amount_fen, act_id) "
    "SELECT favour_id, owed_id, -2 * amount_fen, act_id FROM account_move"
)
TELL_TWICE = "INSERT INTO journal (act, at, channel, author) SELECT act, at, channel, author FROM journal WHERE act = 'fee_charged'"

# What was done; what then goes wrong behind the program's back; who notices, others perhaps with them.
DAMAGE: list[tuple[Callable[[Desk], None], str, str]] = [
    (owe, "UPDATE account SET balance_fen = 1", "account.balance"),
    (deposit, "UPDATE account_entry SET amount_fen = 1 WHERE kind = 'deposit'", "account.deposit_not_negative"),
    (owe, "UPDATE account_entry SET used_fen = 1", "account.used"),
    (pay, TAKE_BACK_TWICE, "account.pairs"),
    (pay, "UPDATE account_entry SET used_fen = 0", "account.one_side_open"),
    (waive, "UPDATE account_entry SET used_fen = 0 WHERE kind = 'waiver'", "account.whole"),
    (waive, "UPDATE account_entry SET about_id = id WHERE kind = 'waiver'", "account.correction"),
    (refund, "UPDATE account_entry SET amount_fen = -600 WHERE kind = 'refund'", "account.refund_of_paid"),
    (owe, TELL_TWICE, "account.journal"),
    (waive_much, "UPDATE approval SET status = 'refused', entry_id = NULL", "account.two_persons"),
    (waive_much, "UPDATE approval SET amount_fen = amount_fen + 1", "approval.as_asked"),
    (late, "UPDATE account_entry SET amount_fen = 500", "fine.cap"),
    (late, COPY_ENTRIES, "fine.days_once"),
]


@pytest.mark.parametrize(("done", "damage", "code"), DAMAGE, ids=[code for _done, _damage, code in DAMAGE])
def test_damage_is_noticed(desk: Desk, done: Callable[[Desk], None], damage: str, code: str) -> None:
    done(desk)
    with desk.database.transaction() as session:
        assert offenders_in(session) == {}
        let_all_be_changed(session)
        session.execute(text(damage))
        assert code in offenders_in(session)
        session.rollback()


def let_all_be_changed(session: Session) -> None:
    """Take away the triggers that keep the ledger as it is."""
    for table, triggers in TRIGGERS.items():
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            for trigger in triggers:
                session.execute(text(f"DROP TRIGGER {trigger}"))


def test_every_promise_of_the_ledger_is_tried() -> None:
    assert {invariant.code for invariant in INVARIANTS} == {code for _done, _damage, code in DAMAGE}
