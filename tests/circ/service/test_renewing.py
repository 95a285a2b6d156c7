"""Renewal on both databases: each refusal, who may, by whose calendar, and what is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from circ.models import LoanRenewal
from kernel.errors import Forbidden, NotFound
from patrons.models import Block, Patron
from tests.desk import Desk, refusals_of
from tests.factories import NOW

DUE = datetime(2026, 12, 23, 15, 59, tzinfo=UTC)
RENEWED = datetime(2027, 1, 22, 15, 59, tzinfo=UTC)  # 30 days after the old due day


def test_a_renewal_counts_from_the_due_day(desk: Desk) -> None:
    lent = desk.check_out(at="LX")
    later = desk.later(days=10)
    renewed = later.renew(lent.id)
    assert (renewed.due_at, renewed.renewals, renewed.at.code) == (RENEWED, 1, "LX")
    loan = desk.loan(lent.id)
    assert (loan.due_at, loan.renewals) == (RENEWED, 1)
    [row] = desk.read(lambda s: s.scalars(select(LoanRenewal)).all())
    assert (row.at, row.org_id, row.old_due_at, row.new_due_at) == (later.now, desk.county.point, DUE, RENEWED)


def test_a_renewal_is_one_row_of_the_journal(desk: Desk) -> None:
    lent = desk.check_out()
    before = desk.outbox()
    desk.later(days=10).renew(lent.id, at="CG")
    assert desk.acts() == ["checked_out", "renewed"]
    entry = desk.journal()[1]
    assert (entry.org_id, entry.patron_id, entry.item_id) == (desk.county.branch, lent.patron.id, lent.item.id)
    assert entry.data == {
        "loan": lent.id,
        "from": "2026-12-23T15:59:00+00:00",
        "due_at": RENEWED.isoformat(),
        "renewals": 1,
        "category": "adult",
        "card_until": None,
        "patron_org": "CG",
        "item_org": "ZG",
        "item_type": "book",
    }
    assert desk.outbox() == before  # a reader finds nothing else by it


def test_a_policy_may_count_from_today(desk: Desk) -> None:
    desk.policy("renew_from", "today")
    lent = desk.check_out()
    assert desk.later(days=10).renew(lent.id).due_at == datetime(2027, 1, 2, 15, 59, tzinfo=UTC)


def test_a_renewal_may_be_shorter_than_the_loan(desk: Desk) -> None:
    desk.policy("renewal_days", 7)
    lent = desk.check_out()
    assert desk.renew(lent.id).due_at == DUE + timedelta(days=7)


def test_the_policies_of_where_it_is_renewed_hold_for_staff(desk: Desk) -> None:
    desk.policy("renewal_days", 60, org="CG")
    lent = desk.check_out(at="ZG")
    assert desk.renew(lent.id, at="LX").due_at == DUE + timedelta(days=60)


# --- every refusal ----------------------------------------------------------------------------------------------------


def block(desk: Desk) -> None:
    patron_id = desk.preview().patron.id
    values = {"scope": "network", "reason": "污损", "created_at": NOW, "created_by": "wang", "org_id": desk.county.hub}
    desk.write(lambda s: s.add(Block(patron_id=patron_id, **values)))


def expire(desk: Desk) -> None:
    desk.write(lambda s: s.execute(update(Patron).values(expires_on=date(2026, 11, 22))))


@pytest.mark.parametrize(
    ("prepare", "days", "codes"),
    [
        (lambda desk: desk.policy("renewals", 0), 1, ["loan.renewal_limit"]),
        (lambda desk: desk.policy("renew_within_days", 5), 10, ["loan.too_soon"]),
        (lambda desk: desk.policy("renew_within_days", 5), 26, []),
        (lambda desk: None, 31, ["loan.overdue"]),
        (lambda desk: desk.policy("renew_overdue", True), 31, []),
        (lambda desk: desk.policy("renew_from", "today"), 0, ["loan.no_gain"]),
        (block, 1, ["patron.blocked"]),
        (expire, 1, ["patron.expired"]),
        (lambda desk: desk.policy("max_loans", 0), 1, []),  # the book is out already
    ],
)
def test_each_refusal(desk: Desk, prepare: Callable[[Desk], object], days: int, codes: list[str]) -> None:
    lent = desk.check_out()
    prepare(desk)
    later = desk.later(days=days)
    if codes:
        assert refusals_of(lambda: later.renew(lent.id)) == codes
        assert desk.loan(lent.id).due_at == DUE
    else:
        assert later.renew(lent.id).renewals == 1


def test_all_reasons_come_at_once(desk: Desk) -> None:
    lent = desk.check_out()
    desk.policy("renewals", 0)
    block(desk)
    assert refusals_of(lambda: desk.later(days=31).renew(lent.id)) == [
        "patron.blocked",
        "loan.renewal_limit",
        "loan.overdue",
    ]


def test_cannot_renew_what_was_returned(desk: Desk) -> None:
    lent = desk.check_out()
    desk.check_in()
    assert refusals_of(lambda: desk.renew(lent.id, override=("loan.closed",))) == ["loan.closed"]


def test_cannot_renew_more_often_than_the_policy_says(desk: Desk) -> None:
    lent = desk.check_out()
    desk.renew(lent.id)
    assert refusals_of(lambda: desk.renew(lent.id)) == ["loan.renewal_limit"]


# --- overrides --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "granted_at", "may"),
    [
        ("hub_librarian", "hub", True),
        ("branch_librarian", "hub", True),
        ("branch_librarian", "point", False),
        ("volunteer", "hub", False),
    ],
)
def test_librarians_renew_once_more(desk: Desk, role: str, granted_at: str, may: bool) -> None:
    desk.policy("renewals", 0)
    lent = desk.check_out()
    staff = desk.staffed((role, getattr(desk.county, granted_at)))
    if not may:
        assert refusals_of(lambda: staff.renew(lent.id, override=("loan.renewal_limit",))) == ["loan.renewal_limit"]
        return
    assert staff.renew(lent.id, override=("loan.renewal_limit",)).renewals == 1
    assert desk.acts() == ["checked_out", "renewed", "overridden"]
    _, renewed, overridden = desk.journal()
    assert renewed.data is not None
    assert renewed.data["overrides"] == ["loan.renewal_limit"]
    assert (overridden.data, overridden.author) == ({"loan": lent.id, "codes": ["loan.renewal_limit"]}, "wang")


def test_an_override_never_moves_a_due_day_back(desk: Desk) -> None:
    desk.policy("renew_from", "today")
    desk.policy("renewal_days", 7)
    lent = desk.check_out()
    renewed = desk.renew(lent.id, override=("loan.no_gain",))
    assert (renewed.due_at, renewed.renewals) == (DUE, 0)
    assert desk.loan(lent.id).due_at == DUE
    assert desk.acts() == ["checked_out"]


# --- who may ----------------------------------------------------------------------------------------------------------


def test_readers_renew_their_own_loans(desk: Desk) -> None:
    lent = desk.check_out()
    reader = desk.reading(lent.patron.id)
    assert reader.renew(lent.id).renewals == 1
    assert desk.journal()[1].author == f"patron:{lent.patron.id}"


def test_readers_lift_nothing(desk: Desk) -> None:
    desk.policy("renewals", 0)
    lent = desk.check_out()
    reader = desk.reading(lent.patron.id)
    assert refusals_of(lambda: reader.renew(lent.id, override=("loan.renewal_limit",))) == ["loan.renewal_limit"]


def test_readers_cannot_choose_a_library_with_better_terms(desk: Desk) -> None:
    desk.policy("renewals", 9, org="XC")
    desk.policy("renewals", 0, org="ZG")
    lent = desk.check_out(at="ZG")
    reader = desk.reading(lent.patron.id)
    assert refusals_of(lambda: reader.renew(lent.id, at="XC")) == ["loan.renewal_limit"]


@pytest.mark.parametrize("is_returned", [False, True])
def test_another_reader_s_loan_does_not_exist(desk: Desk, is_returned: bool) -> None:
    lent = desk.check_out()
    if is_returned:
        desk.check_in()
    stranger = desk.reading(desk.add_patron("P0002"))
    with pytest.raises(NotFound) as foreign:
        stranger.renew(lent.id)
    with pytest.raises(NotFound) as absent:
        stranger.renew(999)
    assert (foreign.value.code, absent.value.code) == ("loan.not_found", "loan.not_found")
    assert foreign.value.detail.en.replace(str(lent.id), "999") == absent.value.detail.en


def test_a_machine_renews_what_was_lent_where_it_stands(desk: Desk) -> None:
    desk.policy("renewals", 2)
    at_point = desk.check_out(at="LX")
    desk.add_item("B0002")
    at_hub = desk.check_out("B0002", at="ZG")
    machine = desk.staffed(("self_check", desk.county.point))
    assert machine.renew(at_point.id).renewals == 1
    with pytest.raises(NotFound):
        machine.renew(at_hub.id)
    assert machine.renew(at_hub.id, at="LX").renewals == 1  # brought to the machine


def test_an_administrator_of_accounts_renews_nothing(desk: Desk) -> None:
    lent = desk.check_out()
    with pytest.raises(Forbidden):
        desk.staffed(("sysadmin", desk.county.network)).renew(lent.id)
