"""How long a book is lent: by the hour, up to the end of term, and shorter while many wait. On both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from branches.models import OpeningHours
from branches.reference import CALENDARS
from kernel.clock import end_of_day, local_day
from kernel.errors import Refused
from tests.desk import Desk


def test_a_loan_by_the_hour_needs_no_loan_days_and_says_the_time(desk: Desk) -> None:
    desk.policy("loan_days", None)
    desk.policy("loan_hours", 2)
    lent = desk.check_out()
    assert lent.due_at == datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
    assert lent.message is not None
    assert "11月23日（周一） 12:30 前归还" in lent.message.zh
    assert "due Mon 23 Nov, 12:30." in lent.message.en
    assert lent.policy.keys() >= {"loan_hours", "hours_mode"}


def test_a_loan_by_the_hour_is_moved_by_the_hours_of_the_lending_library(desk: Desk) -> None:
    desk.write(lambda s: _open_mornings(s, desk.county.hub))
    desk.policy("loan_hours", 4)
    assert desk.preview().due_at == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # on to the next opening
    desk.policy("hours_mode", "close")
    assert desk.preview().due_at == datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    desk.policy("hours_mode", "ignore")
    assert desk.preview().due_at == datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def test_a_loan_by_the_hour_is_renewed_by_the_hour(desk: Desk) -> None:
    desk.policy("loan_hours", 2)
    desk.policy("renewal_days", 14)
    renewed = desk.renew(desk.check_out().id)
    assert renewed.due_at == datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def test_a_term_ends_every_loan_and_leaves_nothing_to_renew(desk: Desk) -> None:
    desk.policy("fixed_due_on", ["2026-12-10", "2027-07-01"])
    lent = desk.check_out()
    assert lent.due_at == end_of_day(date(2026, 12, 10))
    with pytest.raises(Refused) as refused:
        desk.renew(lent.id)
    assert [r.code for r in refused.value.refusals] == ["loan.no_gain"]


@pytest.mark.parametrize(
    ("waiting", "mode", "days"),
    [(0, "waiting", 30), (2, "waiting", 30), (3, "waiting", 7), (3, "beyond_copies", 30), (5, "beyond_copies", 7)],
)
def test_a_loan_is_shorter_while_many_wait(desk: Desk, waiting: int, mode: str, days: int) -> None:
    """Two copies: beyond these, more than two must wait."""
    desk.add_item("B0002", bib_id=desk.item().bib_id)
    desk.policy("high_demand", {"over": 2, "mode": mode, "days": 7})
    _let_wait(desk, waiting)
    desk.add_patron("P0000")
    lent = desk.preview(patron="P0000")
    assert (local_day(_due(lent)) - date(2026, 11, 23)).days == days
    assert [n.code for n in lent.notices] == (["loan.shortened"] if days == 7 else [])


def test_who_waited_themselves_is_not_counted(desk: Desk) -> None:
    desk.policy("high_demand", {"over": 0, "mode": "waiting", "days": 7})
    desk.hold()
    assert [n.code for n in desk.preview().notices] == []


def test_a_shortened_loan_tells_so_and_the_journal_keeps_the_counts(desk: Desk) -> None:
    desk.policy("high_demand", {"over": 0, "mode": "waiting", "days": 7})
    _let_wait(desk, 1)
    lent = desk.check_out()
    assert local_day(_due(lent)) == date(2026, 11, 30)
    assert [n.message.en for n in lent.notices] == [
        "Others wait for this book (1); this time it is lent for at most 7 days."
    ]
    told = desk.journal()[-1]
    assert told.data is not None
    assert (told.act, told.data["waiting"], told.data["copies"]) == ("checked_out", 1, 1)


def _open_mornings(session: Session, org_id: int) -> None:
    """09:00 to 12:00 on every day."""
    session.add_all(OpeningHours(org_id=org_id, weekday=n, opens="09:00", closes="12:00") for n in range(7))
    CALENDARS.changed(session)


def _due(lent: Any) -> datetime:
    assert lent.due_at is not None
    due: datetime = lent.due_at
    return due


def _let_wait(desk: Desk, count: int) -> None:
    for n in range(count):
        desk.add_patron(f"W{n:04}")
        desk.hold(patron=f"W{n:04}", pickup="LX")
