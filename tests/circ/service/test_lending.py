"""Check-out on both databases: what is written, every refusal, overrides by right, the book in hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from branches.models import Closure, OrgUnit, PolicyRow
from branches.reference import CALENDARS, POLICIES, TREE
from kernel.db import Database
from kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from patrons.models import Block, Card, Patron
from tests.desk import Desk, add_hub, offenders, refusals_of
from tests.factories import NOW


def block(desk: Desk, patron_id: int, **values: object) -> None:
    defaults = {"scope": "network", "reason": "图书污损", "created_at": NOW, "created_by": "wang"}
    row = defaults | {"patron_id": patron_id, "org_id": desk.county.branch} | values
    desk.write(lambda s: s.add(Block(**row)))


def change_unit(desk: Desk, org_id: int, **values: object) -> None:
    def change(session: Session) -> None:
        session.execute(update(OrgUnit).where(OrgUnit.id == org_id).values(**values))
        TREE.changed(session)

    desk.write(change)


# --- what a check-out leaves behind -----------------------------------------------------------------------------------


def test_can_lend_anywhere_and_every_place_knows(desk: Desk) -> None:
    lent = desk.check_out(at="LX")
    assert lent.due_at == datetime(2026, 12, 23, 15, 59, tzinfo=UTC)  # 30 days on, 23:59 in Shanghai
    assert desk.place() == ("on_loan", desk.county.point)
    loan = desk.loan(lent.id)
    assert (loan.org_id, loan.renewals, loan.limit_in_force, loan.overrides) == (desk.county.point, 0, 10, None)
    assert loan.policy["loan_days"]["value"] == 30
    assert loan.policy["days_mode"] == {"value": "datedue", "row": None}


def test_a_loan_is_one_row_of_the_journal_and_one_entry_for_the_index(desk: Desk) -> None:
    before = desk.outbox()
    lent = desk.check_out()
    [entry] = desk.journal()
    item = desk.item()
    assert (entry.act, entry.at, entry.org_id, entry.author, entry.channel) == (
        "checked_out",
        NOW,
        desk.county.hub,
        "system",
        "test",
    )
    assert (entry.item_id, entry.bib_id, entry.patron_id) == (item.id, item.bib_id, lent.patron.id)
    assert entry.data == {
        "loan": lent.id,
        "due_at": "2026-12-23T15:59:00+00:00",
        "category": "adult",
        "card_until": None,
        "patron_org": "CG",
        "item_org": "ZG",
        "item_type": "book",
        "limit": 10,
        "open_loans": 1,
        "overdue": 0,
    }
    assert desk.outbox() == {item.bib_id: before[item.bib_id] + 1}


def test_a_due_day_on_which_the_lending_library_is_closed_moves_on(desk: Desk) -> None:
    def close(session: Session) -> None:
        days = {"from_on": date(2026, 12, 22), "to_on": date(2026, 12, 25), "reason": "装修"}
        session.add(Closure(org_id=desk.county.hub, **days))
        CALENDARS.changed(session)

    desk.write(close)
    assert desk.check_out().due_at == datetime(2026, 12, 26, 15, 59, tzinfo=UTC)
    desk.add_item("B0002")
    assert desk.preview("B0002", due_at=None).due_at == datetime(2026, 12, 26, 15, 59, tzinfo=UTC)


def test_the_nearest_policy_decides_and_the_loan_names_its_row(desk: Desk) -> None:
    row_id = desk.policy("loan_days", 7, org="CG", category="adult")
    lent = desk.check_out(at="LX")
    assert lent.due_at == datetime(2026, 11, 30, 15, 59, tzinfo=UTC)
    assert desk.loan(lent.id).policy["loan_days"] == {"value": 7, "row": row_id}


# --- every refusal ----------------------------------------------------------------------------------------------------


def test_cannot_lend_with_an_expired_card(desk: Desk) -> None:
    desk.write(lambda s: s.execute(update(Patron).values(expires_on=date(2026, 11, 22))))
    assert refusals_of(desk.check_out) == ["patron.expired"]


@pytest.mark.parametrize(
    ("scope", "org", "at", "codes"),
    [
        ("network", "branch", "ZG", ["patron.blocked"]),
        ("local", "branch", "ZG", []),  # set at the branch: the hub does not mind
        ("local", "branch", "LX", ["patron.blocked"]),  # but what is below the branch does
        ("local", "hub", "LX", ["patron.blocked"]),
    ],
)
def test_a_block_holds_where_it_was_set_and_below(desk: Desk, scope: str, org: str, at: str, codes: list[str]) -> None:
    patron_id = desk.preview().patron.id
    block(desk, patron_id, scope=scope, org_id=getattr(desk.county, org))
    assert [r.code for r in desk.preview(at=at).refusals] == codes


def test_each_block_in_force_tells_its_reason(desk: Desk) -> None:
    patron_id = desk.preview().patron.id
    block(desk, patron_id, reason="图书污损")
    block(desk, patron_id, reason="欠款", until=date(2026, 11, 23))  # its last day
    block(desk, patron_id, reason="过期", until=date(2026, 11, 22))
    block(desk, patron_id, reason="已解除", ended_at=NOW)
    with pytest.raises(Refused) as caught:
        desk.check_out()
    assert [r.data["reason"] for r in caught.value.refusals] == ["图书污损", "欠款"]


def test_cannot_lend_beyond_the_limit(desk: Desk) -> None:
    desk.policy("max_loans", 1, category="adult")
    desk.add_item("B0002")
    desk.check_out()
    assert refusals_of(lambda: desk.check_out("B0002")) == ["patron.loan_limit"]
    desk.check_in()
    desk.check_out("B0002")
    assert desk.open_loans() == 1


def test_cannot_lend_to_a_reader_with_too_much_overdue(desk: Desk) -> None:
    desk.policy("max_overdue", 0)
    desk.add_item("B0002")
    desk.check_out()
    assert refusals_of(lambda: desk.later(days=31).check_out("B0002")) == ["patron.overdue"]


@pytest.mark.parametrize("table", [Patron, Card])
def test_cannot_lend_on_a_closed_card(desk: Desk, table: type[Patron] | type[Card]) -> None:
    status = "closed" if table is Patron else "lost"
    desk.write(lambda s: s.execute(update(table).values(status=status)))
    assert refusals_of(desk.check_out) == ["patron.closed" if table is Patron else "card.lost"]


def test_cannot_lend_what_another_reader_has(desk: Desk) -> None:
    desk.check_out()
    desk.add_patron("P0002")
    assert refusals_of(lambda: desk.check_out(patron="P0002", override=("item.on_loan",))) == ["item.on_loan"]
    assert desk.open_loans() == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [("withdrawn", "item.withdrawn"), ("on_order", "item.on_order"), ("in_repair", "item.not_lendable")],
)
def test_cannot_lend_a_book_in_that_state(desk: Desk, status: str, code: str) -> None:
    desk.set_item(status=status)
    assert refusals_of(desk.check_out) == [code]


@pytest.mark.parametrize(("setting", "value"), [("lend", False), ("loan_days", None)])
def test_cannot_lend_what_the_policy_keeps(desk: Desk, setting: str, value: object) -> None:
    desk.policy(setting, value, item_type="book")
    assert refusals_of(desk.check_out) == ["item.not_lendable"]


@pytest.mark.parametrize("change", [{"is_closed": True}, {"kind": "store"}])
def test_cannot_lend_where_nothing_is_lent(desk: Desk, change: dict[str, object]) -> None:
    change_unit(desk, desk.county.hub, **change)
    assert refusals_of(desk.check_out) == ["org.not_lending"]


def test_an_unconfigured_network_does_not_lend(desk: Desk) -> None:
    def clear(session: Session) -> None:
        session.execute(delete(PolicyRow))
        POLICIES.changed(session)

    desk.write(clear)
    assert refusals_of(desk.check_out) == ["policy.none"]
    assert desk.preview().due_at is None


def test_all_reasons_come_at_once(desk: Desk) -> None:
    patron_id = desk.preview().patron.id
    block(desk, patron_id)
    desk.write(lambda s: s.execute(update(Patron).values(expires_on=date(2026, 1, 1))))
    desk.policy("max_loans", 0, org="XC")
    desk.policy("lend", False, org="XC")
    desk.set_item(status="missing")
    with pytest.raises(Refused) as caught:
        desk.check_out(at="XC")
    assert [r.code for r in caught.value.refusals] == [
        "patron.expired",
        "patron.blocked",
        "patron.loan_limit",
        "item.not_lendable",
    ]
    assert desk.open_loans() == 0


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"patron": "P9999"}, "patron.not_found"),
        ({"item": "B9999"}, "item.not_found"),
        ({"at": "XX"}, "org.not_found"),
        ({"item": "XX:B0001"}, "org.not_found"),
    ],
)
def test_what_nobody_knows_is_not_found(desk: Desk, asked: dict[str, str], code: str) -> None:
    with pytest.raises(NotFound) as caught:
        desk.check_out(**asked)
    assert caught.value.code == code


# --- overrides --------------------------------------------------------------------------------------------------------


def test_an_override_by_right_lends_and_is_journalled(desk: Desk) -> None:
    desk.policy("max_loans", 0, org="ZG")
    hub = desk.staffed(("hub_librarian", desk.county.hub))
    lent = hub.check_out(override=("patron.loan_limit",))
    assert desk.loan(lent.id).overrides == ["patron.loan_limit"]
    assert desk.acts() == ["checked_out", "overridden"]
    lending, overriding = desk.journal()
    assert lending.data is not None
    assert lending.data["overrides"] == ["patron.loan_limit"]
    assert overriding.data == {"loan": lent.id, "codes": ["patron.loan_limit"]}
    assert overriding.author == "wang"


def test_only_the_refusals_that_were_named_are_lifted(desk: Desk) -> None:
    desk.policy("max_loans", 0)
    desk.policy("lend", False)
    assert refusals_of(lambda: desk.check_out(override=("patron.loan_limit",))) == ["item.not_lendable"]


def test_naming_refusals_that_do_not_stand_is_no_override(desk: Desk) -> None:
    lent = desk.check_out(override=("patron.loan_limit", "no.such_code"))
    assert desk.loan(lent.id).overrides is None
    assert desk.acts() == ["checked_out"]


@pytest.mark.parametrize(
    ("role", "at", "setting", "code", "may"),
    [
        ("branch_librarian", "branch", "max_loans", "patron.loan_limit", True),
        ("branch_librarian", "branch", "lend", "item.not_lendable", False),  # the hub's affair
        ("branch_librarian", "point", "max_loans", "patron.loan_limit", False),  # granted elsewhere
        ("hub_librarian", "hub", "lend", "item.not_lendable", True),
        ("volunteer", "branch", "max_loans", "patron.loan_limit", False),
        ("self_check", "branch", "max_loans", "patron.loan_limit", False),
    ],
)
def test_only_who_holds_the_right_there_may_override(
    desk: Desk, role: str, at: str, setting: str, code: str, may: bool
) -> None:
    desk.policy(setting, 0 if setting == "max_loans" else False)
    staff = desk.staffed((role, getattr(desk.county, at)))
    act: Callable[[], object] = lambda: staff.check_out(at="CG", override=(code,))  # noqa: E731
    if may:
        act()
        assert desk.open_loans() == 1
    else:
        assert refusals_of(act) == [code]


def test_a_category_that_such_books_are_not_lent_to_is_refused_as_such(desk: Desk) -> None:
    desk.policy("lend", False, category="adult", item_type="book")
    assert refusals_of(desk.check_out) == ["patron.category_refused"]
    desk.check_out(override=("patron.category_refused",))
    assert desk.open_loans() == 1


def test_a_book_in_repair_can_be_lent_by_override(desk: Desk) -> None:
    desk.set_item(status="in_repair")
    desk.check_out(override=("item.not_lendable",))
    assert desk.place() == ("on_loan", desk.county.hub)


def test_a_book_that_is_not_lent_goes_for_a_day_by_override(desk: Desk) -> None:
    desk.policy("loan_days", None, item_type="book")
    lent = desk.check_out(override=("item.not_lendable",))
    assert lent.due_at == datetime(2026, 11, 24, 15, 59, tzinfo=UTC)


@pytest.mark.parametrize("role", ["volunteer", "branch_librarian", "hub_librarian", "self_check"])
def test_the_same_reader_again_is_a_renewal_that_anyone_may_confirm(desk: Desk, role: str) -> None:
    staff = desk.staffed((role, desk.county.hub))
    first = staff.check_out()
    assert refusals_of(staff.check_out) == ["item.on_loan_same_patron"]
    again = staff.later(days=10).check_out(override=("item.on_loan_same_patron",))
    assert (again.id, again.renewals) == (first.id, 1)
    assert desk.acts() == ["checked_out", "renewed"]


def test_a_renewal_by_check_out_takes_the_other_overrides_along(desk: Desk) -> None:
    desk.policy("renewals", 0)
    first = desk.check_out()
    later = desk.later(days=10)
    assert refusals_of(lambda: later.check_out(override=("item.on_loan_same_patron",))) == ["loan.renewal_limit"]
    again = later.check_out(override=("item.on_loan_same_patron", "loan.renewal_limit"))
    assert (again.id, again.renewals) == (first.id, 1)


# --- a date of the librarian's own ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["volunteer", "hub_librarian"])
def test_anyone_may_give_an_earlier_due_date(desk: Desk, role: str) -> None:
    due = NOW + timedelta(days=3)
    assert desk.staffed((role, desk.county.hub)).check_out(due_at=due).due_at == due


def test_only_a_librarian_gives_a_later_due_date(desk: Desk) -> None:
    due = NOW + timedelta(days=60)
    with pytest.raises(Forbidden):
        desk.staffed(("volunteer", desk.county.hub), username="li").check_out(due_at=due)
    assert desk.staffed(("hub_librarian", desk.county.hub)).check_out(due_at=due).due_at == due


@pytest.mark.parametrize(
    "due", [NOW, NOW - timedelta(days=1), NOW + timedelta(days=3651), datetime(9998, 12, 31, tzinfo=UTC)]
)
def test_a_due_date_lies_in_the_future_but_not_beyond_all_days(desk: Desk, due: datetime) -> None:
    with pytest.raises(Invalid) as caught:
        desk.check_out(due_at=due)
    assert caught.value.errors.keys() == {"due_at"}


# --- a dry run --------------------------------------------------------------------------------------------------------


def test_a_dry_run_tells_the_terms_and_writes_nothing(desk: Desk) -> None:
    before = desk.outbox()
    told = desk.preview(at="LX")
    assert (told.id, told.due_at) == (None, datetime(2026, 12, 23, 15, 59, tzinfo=UTC))
    assert [r.code for r in told.notices] == ["item.elsewhere"]
    assert told.refusals == ()
    assert desk.journal() == []
    assert (desk.open_loans(), desk.place(), desk.outbox()) == (0, ("available", desk.county.hub), before)


def test_a_dry_run_tells_what_would_still_stand_after_overriding(desk: Desk) -> None:
    desk.policy("max_loans", 0)
    desk.policy("lend", False)
    assert [r.code for r in desk.preview().refusals] == ["patron.loan_limit", "item.not_lendable"]
    assert [r.code for r in desk.preview(override=("patron.loan_limit",)).refusals] == ["item.not_lendable"]


# --- the book in hand is the truth ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "location", "notices"),
    [
        ("available", "other_point", ["item.elsewhere"]),
        ("missing", "hub", ["item.missing"]),
        ("lost", "branch", ["item.lost"]),
        ("in_processing", "hub", []),
    ],
)
def test_a_book_in_hand_is_lent_whatever_was_believed(
    desk: Desk, status: str, location: str, notices: list[str]
) -> None:
    desk.set_item(status=status, location_id=getattr(desk.county, location))
    lent = desk.check_out()
    assert [r.code for r in lent.notices] == notices
    assert {r.class_ for r in lent.notices} <= {"notice"}
    assert desk.place() == ("on_loan", desk.county.hub)
    told = desk.journal()[-1].data or {}
    codes = {"hub": "ZG", "branch": "CG", "other_point": "XC"}
    assert (told.get("before"), told.get("from")) == ((status, codes[location]) if notices else (None, None))


@pytest.mark.parametrize("is_sent", [False, True])
def test_lending_a_book_on_its_way_calls_the_transfer_off(desk: Desk, is_sent: bool) -> None:
    transfer_id = desk.check_in(at="LX").transfer_id  # it turned up at the village point
    if is_sent:
        desk.dispatch(transfer_id)
    lent = desk.later(hours=1).check_out(at="XC")
    assert [r.code for r in lent.notices] == ["item.in_transit"]
    ended = desk.transfer(transfer_id)
    assert (ended.status, ended.cancel_reason) == ("cancelled", "lent")
    assert desk.place() == ("on_loan", desk.county.other_point)
    assert desk.acts()[-2:] == ["transfer_cancelled", "checked_out"]
    assert desk.journal()[-2].org_id == desk.county.other_point


# --- one number, several bearers --------------------------------------------------------------------------------------


def id_of(desk: Desk, code: str) -> int:
    return desk.read(lambda s: TREE.get(s).unit(code).id)


@pytest.fixture
def merged(desk: Desk) -> Desk:
    """A second network joined: hub YC is a namespace of its own and has a B0001 and a P0001 too; so has YD."""
    for code in ("YC", "YD"):
        hub = add_hub(desk, code)
        desk.add_item("B0001", hub, namespace_id=hub)
        desk.add_patron("P0001", hub, namespace_id=hub)
    return desk


def test_a_number_is_looked_up_where_one_stands(merged: Desk) -> None:
    lent = merged.check_out(at="YC1")
    tree_code = merged.read(lambda s: TREE.get(s).by_id[lent.item.home_id].code)
    assert tree_code == "YC"
    assert lent.patron.home_id == lent.item.home_id


def test_the_other_hub_s_book_is_named_with_its_code(merged: Desk) -> None:
    lent = merged.check_out(at="YC1", item="YD:B0001", patron="QX:P0001")
    assert lent.item.home_id != lent.patron.home_id
    assert [r.code for r in lent.notices] == ["item.elsewhere"]


def test_a_number_of_several_bearers_is_asked_back(merged: Desk) -> None:
    yc, yd = id_of(merged, "YC"), id_of(merged, "YD")
    merged.add_item("C7", yc, namespace_id=yc)
    merged.add_item("C7", yd, namespace_id=yd)
    with pytest.raises(Conflict) as caught:
        merged.check_out("C7", at="ZG")
    assert caught.value.code == "item.ambiguous"
    assert [(c["barcode"], c["org"]) for c in caught.value.data["candidates"]] == [("C7", "YC"), ("C7", "YD")]


def test_a_reader_s_name_is_masked_among_the_candidates(merged: Desk) -> None:
    yc, yd = id_of(merged, "YC"), id_of(merged, "YD")
    merged.add_patron("R7", yc, namespace_id=yc)
    merged.add_patron("R7", yd, namespace_id=yd)
    with pytest.raises(Conflict) as caught:
        merged.check_out(patron="R7", at="ZG")
    assert caught.value.code == "patron.ambiguous"
    assert "张三丰" not in str(caught.value.data)


def test_a_number_found_once_in_the_network_needs_no_code(merged: Desk) -> None:
    yc = id_of(merged, "YC")
    merged.add_item("D9", yc, namespace_id=yc)
    assert merged.check_out("D9", at="ZG").item.home_id == yc


def test_lending_twice_in_one_instant_breaks_no_promise(database: Database, desk: Desk) -> None:
    """A frozen clock: lent, back, lent again."""
    for _ in range(2):
        desk.check_out()
        desk.check_in()
    assert offenders(database) == {}
