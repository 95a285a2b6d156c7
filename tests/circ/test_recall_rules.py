"""Which loan is called back, and why none is. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from circ.recall_rules import LentCopy, check_recall, choose_loan

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
LOAN = LentCopy(
    loan_id=1,
    item_id=10,
    checked_out_at=NOW - timedelta(days=20),
    due_at=NOW + timedelta(days=40),
    recalled_at=None,
    new_due_at=NOW + timedelta(days=7),
)


def chosen(*loans: LentCopy) -> int | None:
    found = choose_loan(loans)
    return None if found is None else found.loan_id


def codes(*loans: LentCopy, called_back: datetime | None = None) -> list[str]:
    return [refusal.code for refusal in check_recall(called_back, loans, NOW)]


def test_the_loan_that_comes_back_soonest_is_called_back() -> None:
    later = replace(LOAN, loan_id=2, new_due_at=NOW + timedelta(days=9))
    assert chosen(later, LOAN) == 1


def test_of_two_that_come_back_together_the_one_that_is_out_longest() -> None:
    longer = replace(LOAN, loan_id=2, checked_out_at=LOAN.checked_out_at - timedelta(days=1))
    assert chosen(LOAN, longer) == 2


def test_a_loan_is_called_back_once() -> None:
    assert chosen(replace(LOAN, recalled_at=NOW)) is None


def test_what_is_due_as_early_anyway_or_never_called_back_is_left_alone() -> None:
    assert chosen(replace(LOAN, new_due_at=LOAN.due_at), replace(LOAN, new_due_at=None)) is None


def test_each_reason_against_a_recall_is_its_own() -> None:
    assert codes(LOAN) == []
    assert codes() == ["hold.none_out"]
    assert codes(replace(LOAN, new_due_at=None)) == ["hold.no_recall"]
    assert codes(LOAN, called_back=NOW) == ["hold.recalled"]
