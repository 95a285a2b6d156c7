"""Loans that renew themselves. On both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from circ.service import renewing_due
from circ.service.renewing_due import renew_due
from kernel.clock import end_of_day, local_day
from patrons.models import Patron
from tests.desk import Desk
from tests.factories import make_context


def run(desk: Desk) -> tuple[int, int]:
    """At the desk's time, each turn in a transaction of its own."""
    return renew_due(lambda work: desk.write(lambda s: work(make_context(s, now=desk.now))))


@pytest.fixture
def lent(desk: Desk) -> Desk:
    """B0001 is due on 23 December 2026."""
    desk.policy("auto_renew", True)
    desk.check_out()
    return desk


def due(desk: Desk, days: int) -> Desk:
    """The desk so many days after the check-out, which was for 30."""
    return desk.later(days=days)


@pytest.mark.parametrize(("days", "done"), [(0, 0), (28, 0), (29, 1), (30, 1), (31, 0)])
def test_a_loan_is_renewed_from_the_day_before_it_is_due_and_not_when_it_is_late(
    lent: Desk, days: int, done: int
) -> None:
    assert run(due(lent, days)) == (done, 0)
    assert lent.acts() == ["checked_out", *["renewed"] * done]


def test_it_goes_by_the_rules_and_is_done_once_however_often_the_job_runs(lent: Desk) -> None:
    day = due(lent, 29)
    assert run(day) == (1, 0)
    assert run(day) == (0, 0)
    entry = lent.journal()[-1]
    assert (entry.act, entry.author, entry.org_id) == ("renewed", "system", lent.county.hub)
    assert lent.loan(1).due_at == end_of_day(local_day(datetime(2027, 1, 22, tzinfo=UTC)))


def test_why_a_loan_was_not_renewed_is_told_once_a_day(lent: Desk) -> None:
    lent.policy("renewals", 0)
    day = due(lent, 29)
    assert run(day) == (0, 1)
    assert run(day) == (0, 0)
    assert run(day.later(hours=3)) == (0, 0)
    entry = lent.journal()[-1]
    assert entry.data is not None
    assert (entry.act, entry.data["codes"]) == ("renewal_refused", ["loan.renewal_limit"])
    assert run(day.later(days=1)) == (0, 1)  # the last day
    assert lent.acts() == ["checked_out", "renewal_refused", "renewal_refused"]


def test_whoever_waits_for_the_book_gets_it(lent: Desk) -> None:
    lent.add_patron("P0002")
    lent.hold(patron="P0002", pickup="LX")
    assert run(due(lent, 29)) == (0, 1)
    assert (lent.journal()[-1].data or {})["codes"] == ["loan.held_by_other"]


def test_a_card_that_has_expired_renews_nothing(lent: Desk) -> None:
    lent.policy("renewals", 5)
    lent.write(lambda s: s.execute(update(Patron).values(expires_on=date(2026, 12, 1))))
    assert run(due(lent, 29)) == (0, 1)
    assert (lent.journal()[-1].data or {})["codes"] == ["patron.expired"]


def test_only_where_the_policy_says_so(lent: Desk) -> None:
    lent.policy("auto_renew", False)
    lent.policy("auto_renew", True, org="LX")
    lent.add_item("B0002")
    lent.check_out("B0002", at="LX")
    assert run(due(lent, 29)) == (1, 0)
    assert lent.loan(1).renewals == 0
    assert lent.loan(2).renewals == 1


def test_a_loan_by_the_hour_is_renewed_once_a_day(desk: Desk) -> None:
    desk.policy("auto_renew", True)
    desk.policy("renewals", None)
    desk.policy("loan_hours", 3)
    desk.check_out()
    assert run(desk) == (1, 0)
    assert run(desk.later(hours=1)) == (0, 0)


def test_many_loans_are_done_some_at_a_time(lent: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewing_due, "AT_ONCE", 2)
    for n in range(4):
        lent.add_item(f"T{n}")
        lent.check_out(f"T{n}")
    lent.policy("renewals", 0, item_type="reference")
    assert run(due(lent, 29)) == (5, 0)


def test_what_came_back_meanwhile_is_passed_over(lent: Desk) -> None:
    lent.check_in()
    assert run(due(lent, 29)) == (0, 0)
