"""Check-in on both databases, case by case: what is in hand and where, what is written, what the desk hears."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from branches.models import OrgUnit
from branches.reference import TREE
from kernel.errors import Conflict, Forbidden, Invalid, NotFound
from tests.desk import Desk, add_hub, offenders, refusals_of
from tests.factories import NOW

# The criteria of the policies, which the journal keeps of every act: reader P0001 and book B0001.
TOLD = {"category": "adult", "card_until": None, "patron_org": "CG", "item_org": "ZG", "item_type": "book"}


def close_unit(desk: Desk, org_id: int) -> None:
    def close(session: Session) -> None:
        session.execute(update(OrgUnit).where(OrgUnit.id == org_id).values(is_closed=True))
        TREE.changed(session)

    desk.write(close)


# --- at home and elsewhere --------------------------------------------------------------------------------------------


def test_can_return_at_home(desk: Desk) -> None:
    lent = desk.check_out(at="LX")
    later = desk.later(days=3)
    returned = later.check_in(at="ZG")
    assert (returned.action, returned.to, returned.transfer_id) == ("shelve", None, None)
    assert returned.message.zh == "《平凡的世界》已还。请上架。"
    assert desk.place() == ("available", desk.county.hub)
    loan = desk.loan(lent.id)
    assert (loan.closed_at, loan.closed_org_id, loan.close_reason) == (later.now, desk.county.hub, "returned")
    assert desk.transfers() == []


def test_can_return_elsewhere_and_the_way_home_begins(desk: Desk) -> None:
    desk.check_out()
    returned = desk.later(days=3).check_in(at="LX")
    assert returned.action == "transfer"
    assert returned.to is not None
    assert returned.to.code == "ZG"
    assert returned.message.zh == "《平凡的世界》已还。请放入调拨筐 → 城关总馆。"
    assert desk.place() == ("in_transit", desk.county.point)
    transfer = desk.transfer(returned.transfer_id)
    assert (transfer.status, transfer.reason) == ("approved", "return_home")
    assert (transfer.from_id, transfer.to_id) == (desk.county.point, desk.county.hub)


def test_a_return_is_journalled_and_marked_for_the_index(desk: Desk) -> None:
    lent = desk.check_out()
    before = desk.outbox()
    desk.later(days=3).check_in(at="LX")
    assert desk.acts() == ["checked_out", "checked_in", "transfer_approved"]
    _, entry, opening = desk.journal()
    assert (entry.at, entry.org_id, entry.patron_id) == (NOW + timedelta(days=3), desk.county.point, lent.patron.id)
    assert entry.data == {"loan": lent.id, "lent_at": "ZG"} | TOLD
    assert opening.data is not None
    assert (opening.org_id, opening.data["to"], opening.patron_id) == (desk.county.point, "ZG", None)
    assert desk.outbox() == {key: version + 1 for key, version in before.items()}


def test_the_answer_names_the_loan_that_ended(desk: Desk) -> None:
    lent = desk.check_out()
    loan = desk.later(days=1).check_in(at="LX").loan
    assert loan is not None
    assert (loan.id, loan.patron_barcode, loan.closed_at, loan.closed_org_id) == (
        lent.id,
        "P0001",
        NOW + timedelta(days=1),
        desk.county.point,
    )


# --- a scan more ------------------------------------------------------------------------------------------------------


def test_a_second_scan_at_home_changes_nothing(desk: Desk) -> None:
    desk.check_out()
    desk.check_in()
    acts, outbox = desk.acts(), desk.outbox()
    again = desk.check_in()
    assert (again.loan, again.action, again.message.zh) == (None, "shelve", "《平凡的世界》没有借出。请上架。")
    assert (desk.acts(), desk.outbox(), desk.place()) == (acts, outbox, ("available", desk.county.hub))


@pytest.mark.parametrize("is_sent", [False, True])
def test_a_second_scan_where_the_way_home_began_repeats_the_answer(desk: Desk, is_sent: bool) -> None:
    desk.check_out()
    first = desk.check_in(at="LX")
    if is_sent:
        desk.dispatch(first.transfer_id)  # the box went, the book did not
    again = desk.check_in(at="LX")
    assert (again.action, again.transfer_id, again.to) == ("transfer", first.transfer_id, first.to)
    assert desk.transfers() == ["approved"]
    assert desk.place() == ("in_transit", desk.county.point)


def test_a_book_that_was_not_out_is_taken_in_too(desk: Desk) -> None:
    returned = desk.check_in(at="LX")
    assert (returned.loan, returned.action) == (None, "transfer")
    assert desk.acts() == ["item_moved", "transfer_approved"]
    moved = desk.journal()[0]
    assert moved.data == {"from": "ZG", "before": "available", "after": "in_transit"}
    assert moved.org_id == desk.county.point


# --- on its way -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_sent", [False, True])
def test_a_check_in_at_the_destination_receives(desk: Desk, is_sent: bool) -> None:
    desk.check_out()
    transfer_id = desk.check_in(at="LX").transfer_id
    if is_sent:
        desk.dispatch(transfer_id)
    later = desk.later(days=2)
    arrived = later.check_in(at="ZG")
    assert (arrived.action, arrived.transfer_id) == ("shelve", None)
    assert arrived.message.zh == "《平凡的世界》已收到。请上架。"
    assert desk.place() == ("available", desk.county.hub)
    transfer = desk.transfer(transfer_id)
    assert (transfer.status, transfer.received_at) == ("received", later.now)
    assert desk.acts()[-1] == "transfer_received"


@pytest.mark.parametrize("is_sent", [False, True])
def test_in_a_third_place_the_same_transfer_goes_on_from_there(desk: Desk, is_sent: bool) -> None:
    desk.check_out()
    transfer_id = desk.check_in(at="LX").transfer_id
    if is_sent:
        desk.dispatch(transfer_id)
    strayed = desk.check_in(at="XC")
    assert (strayed.action, strayed.transfer_id) == ("transfer", transfer_id)
    assert strayed.to is not None
    assert strayed.to.code == "ZG"
    transfer = desk.transfer(transfer_id)
    assert (transfer.status, transfer.from_id, transfer.to_id) == ("approved", desk.county.other_point, desk.county.hub)
    assert transfer.dispatched_at is None
    assert desk.place() == ("in_transit", desk.county.other_point)
    assert desk.journal()[-2].data == {"transfer": transfer_id, "to": "ZG", "forwarded_from": "LX"}
    desk.dispatch(transfer_id)
    assert desk.check_in(at="ZG").action == "shelve"
    assert desk.transfers() == ["received"]


def test_receiving_by_number_is_a_check_in_at_the_destination(desk: Desk) -> None:
    desk.check_out()
    transfer_id = desk.check_in(at="LX").transfer_id
    desk.dispatch(transfer_id)
    received = desk.receive(transfer_id)
    assert (received.action, received.location.code) == ("shelve", "ZG")
    assert desk.transfers() == ["received"]


def test_cannot_receive_twice_or_what_was_called_off(desk: Desk) -> None:
    first = desk.check_in(at="LX").transfer_id
    desk.receive(first)
    assert refusals_of(lambda: desk.receive(first)) == ["transfer.state"]
    second = desk.check_in(at="XC").transfer_id
    desk.cancel(second)
    assert refusals_of(lambda: desk.receive(second)) == ["transfer.state"]
    with pytest.raises(NotFound):
        desk.receive(999)


def test_a_book_lent_on_its_way_comes_back_like_any_other(desk: Desk) -> None:
    desk.check_in(at="LX")
    desk.check_out(at="LX")
    back = desk.check_in(at="CG")
    assert (back.action, desk.transfers()) == ("transfer", ["cancelled", "approved"])


# --- states of the copy -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["withdrawn", "in_processing", "in_repair", "on_order"])
@pytest.mark.parametrize("at", ["ZG", "LX"])
def test_what_belongs_to_the_cataloguers_is_put_aside(desk: Desk, status: str, at: str) -> None:
    desk.set_item(status=status)
    returned = desk.check_in(at=at)
    assert (returned.action, returned.to, returned.status) == ("process", None, status)
    assert desk.place() == (status, desk.county.hub if at == "ZG" else desk.county.point)
    assert desk.acts() == ([] if at == "ZG" else ["item_moved"])


@pytest.mark.parametrize("status", ["lost", "missing"])
@pytest.mark.parametrize(("at", "action", "after"), [("ZG", "shelve", "available"), ("LX", "transfer", "in_transit")])
def test_a_book_given_up_for_lost_is_found(desk: Desk, status: str, at: str, action: str, after: str) -> None:
    desk.set_item(status=status)
    found = desk.check_in(at=at)
    assert (found.action, found.status) == (action, after)
    assert [r.code for r in found.notices] == [f"item.{status}"]
    first = desk.journal()[0]
    assert first.act == ("status_changed" if at == "ZG" else "item_moved")
    assert first.data == {"from": "ZG", "before": status, "after": after}


# --- what the policies say --------------------------------------------------------------------------------------------


def test_where_books_stay_a_returned_book_stays(desk: Desk) -> None:
    desk.policy("on_return", "stay", org="LX")
    desk.check_out()
    assert desk.check_in(at="LX").action == "shelve"
    assert desk.place() == ("available", desk.county.point)


def test_a_book_floats_among_the_units_that_share_it(desk: Desk) -> None:
    desk.policy("on_return", "float_group")
    desk.policy("float_units", ["CG"])
    desk.add_item("B0002", desk.county.branch)
    desk.check_out("B0002", at="CG")
    assert desk.check_in("B0002", at="LX").action == "shelve"  # below CG
    desk.check_out("B0002", at="LX")
    assert desk.check_in("B0002", at="ZG").action == "transfer"  # home, from outside the group
    desk.check_out()
    assert desk.check_in(at="LX").action == "transfer"  # of the hub, which shares nothing
    assert offenders(desk.database) == {}


def test_where_books_go_back_to_the_lender_they_do_and_stay_there(desk: Desk) -> None:
    desk.policy("on_return", "to_issuing")
    desk.check_out(at="CG")
    returned = desk.check_in(at="LX")
    assert returned.to is not None
    assert (returned.action, returned.to.code) == ("transfer", "CG")
    assert desk.transfer(returned.transfer_id).reason == "float"
    assert desk.check_in(at="CG").action == "shelve"
    assert desk.check_in(at="CG").action == "shelve"  # idle where it stands
    assert desk.place() == ("available", desk.county.branch)


def test_nothing_is_sent_to_a_library_that_was_closed(desk: Desk) -> None:
    desk.check_out()
    close_unit(desk, desk.county.hub)
    returned = desk.check_in(at="LX")
    assert (returned.action, returned.to) == ("ask", None)
    assert desk.place() == ("available", desk.county.point)
    assert "停用" in returned.message.zh


def test_a_closed_library_still_takes_books_in(desk: Desk) -> None:
    desk.check_out()
    close_unit(desk, desk.county.point)
    assert desk.check_in(at="LX").action == "transfer"


@pytest.mark.parametrize(
    ("accept", "at", "is_refused"),
    [
        ("anywhere", "LX", False),
        ("home", "ZG", False),
        ("home", "CG", True),
        ("issuing", "CG", False),
        ("issuing", "ZG", True),
        ("issuing", "LX", True),
    ],
)
def test_only_the_policy_sends_a_reader_elsewhere(desk: Desk, accept: str, at: str, is_refused: bool) -> None:
    desk.policy("accept_returns", accept)
    desk.check_out(at="CG")
    if is_refused:
        assert refusals_of(lambda: desk.check_in(at=at)) == ["return.not_here"]
        assert desk.open_loans() == 1
    else:
        desk.check_in(at=at)
        assert desk.open_loans() == 0


@pytest.mark.parametrize(("role", "may"), [("hub_librarian", True), ("branch_librarian", False), ("volunteer", False)])
def test_staff_may_take_it_all_the_same(desk: Desk, role: str, may: bool) -> None:
    desk.policy("accept_returns", "home")
    lent = desk.check_out()
    staff = desk.staffed((role, desk.county.hub))
    if not may:
        assert refusals_of(lambda: staff.check_in(at="LX", override=("return.not_here",))) == ["return.not_here"]
        return
    staff.check_in(at="LX", override=("return.not_here",))
    assert desk.open_loans() == 0
    assert desk.acts() == ["checked_out", "checked_in", "overridden", "transfer_approved"]
    _, returned, overridden, _ = desk.journal()
    assert returned.data is not None
    assert returned.data["overrides"] == ["return.not_here"]
    assert (overridden.data, overridden.author) == ({"loan": lent.id, "codes": ["return.not_here"]}, "wang")


def test_a_book_that_is_not_out_is_taken_in_whatever_the_policy(desk: Desk) -> None:
    desk.policy("accept_returns", "home")
    assert desk.check_in(at="LX").action == "transfer"


# --- when it came back ------------------------------------------------------------------------------------------------


def test_a_book_drop_emptied_in_the_morning_is_dated_back(desk: Desk) -> None:
    lent = desk.check_out()
    later = desk.later(days=3)
    evening = later.now - timedelta(hours=12)
    returned = later.check_in(at="LX", returned_at=evening)
    assert returned.loan is not None
    assert returned.loan.closed_at == evening
    assert desk.loan(lent.id).closed_at == evening
    entry = desk.journal()[1]
    assert (entry.at, entry.data) == (
        later.now,
        {"loan": lent.id, "lent_at": "ZG", "returned_at": evening.isoformat()} | TOLD,
    )


@pytest.mark.parametrize("hours", [-1, 25])
def test_a_return_lies_between_the_loan_and_now(desk: Desk, hours: int) -> None:
    desk.check_out()
    with pytest.raises(Invalid) as caught:
        desk.later(days=1).check_in(returned_at=NOW + timedelta(hours=hours))
    assert caught.value.code == "returned_at.range"
    assert desk.open_loans() == 1


@pytest.mark.parametrize("role", ["volunteer", "self_check"])
def test_only_a_librarian_dates_back(desk: Desk, role: str) -> None:
    desk.check_out()
    staff = desk.staffed((role, desk.county.hub)).later(days=1)
    with pytest.raises(Forbidden):
        staff.check_in(returned_at=NOW + timedelta(hours=1))
    assert desk.open_loans() == 1


def test_a_branch_dates_back_by_a_holiday_and_the_hub_further(desk: Desk) -> None:
    desk.check_out(at="CG")
    branch = desk.staffed(("branch_librarian", desk.county.branch)).later(days=20)
    early = NOW + timedelta(days=3)
    assert refusals_of(lambda: branch.check_in(at="CG", returned_at=early)) == ["return.long_ago"]
    lifted = {"returned_at": early, "override": ("return.long_ago",)}
    assert refusals_of(lambda: branch.check_in(at="CG", **lifted)) == ["return.long_ago"]
    assert branch.check_in(at="CG", returned_at=NOW + timedelta(days=6)).loan is not None
    desk.later(days=20).check_out("B0001", at="CG")
    hub = desk.staffed(("hub_librarian", desk.county.hub), username="li").later(days=60)
    assert hub.check_in(at="CG", returned_at=NOW + timedelta(days=21), override=("return.long_ago",)).loan is not None
    assert desk.acts()[-1] == "transfer_approved"
    assert "overridden" in desk.acts()


def test_a_clock_that_runs_behind_refuses_no_return(desk: Desk) -> None:
    """The loan was made on a machine whose clock is ahead: the return is dated no earlier than the loan."""
    lent = desk.check_out(at="LX")
    desk.later(seconds=-90).check_in(at="LX")
    assert desk.loan(lent.id).closed_at == NOW
    received = desk.later(seconds=-180).check_in(at="ZG")
    assert received.action == "shelve"
    assert desk.transfers() == ["received"]


# --- who and where ----------------------------------------------------------------------------------------------------


def test_a_book_is_returned_at_a_place_not_to_the_network(desk: Desk) -> None:
    desk.check_out()
    assert refusals_of(lambda: desk.check_in(at="QX")) == ["org.no_desk"]


@pytest.mark.parametrize(
    ("role", "granted_at", "at", "error"),
    [
        ("self_check", "point", "LX", None),
        ("self_check", "point", "CG", NotFound),  # a machine works where it stands
        ("volunteer", "point", "CG", None),
        ("sysadmin", "network", "LX", Forbidden),
        ("shop_clerk", "point", "LX", Forbidden),
    ],
)
def test_who_may_take_books_in(desk: Desk, role: str, granted_at: str, at: str, error: type[Exception] | None) -> None:
    desk.check_out()
    staff = desk.staffed((role, getattr(desk.county, granted_at)))
    if error is None:
        staff.check_in(at=at)
        assert desk.open_loans() == 0
        return
    with pytest.raises(error):
        staff.check_in(at=at)
    assert desk.open_loans() == 1


def test_only_the_destination_receives(desk: Desk) -> None:
    desk.check_out()
    transfer_id = desk.check_in(at="LX").transfer_id
    volunteer = desk.staffed(("volunteer", desk.county.point))
    with pytest.raises(NotFound) as caught:
        volunteer.receive(transfer_id)
    assert caught.value.code == "transfer.not_found"
    hub = desk.staffed(("volunteer", desk.county.hub), username="li")
    assert hub.receive(transfer_id).action == "shelve"


def test_an_unknown_barcode_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound) as caught:
        desk.check_in("B9999")
    assert caught.value.code == "item.not_found"


def test_a_barcode_of_two_hubs_is_asked_back_and_closes_nothing(desk: Desk) -> None:
    for code in ("YC", "YD"):
        hub = add_hub(desk, code)
        desk.add_item("C7", hub, namespace_id=hub)
    desk.check_out("YC:C7")
    with pytest.raises(Conflict) as caught:
        desk.check_in("C7", at="LX")
    assert caught.value.code == "item.ambiguous"
    assert desk.open_loans() == 1
    assert desk.check_in("C7", at="YC").action == "shelve"
