"""Answering what others ask for, on both databases: with copies in hand, with a no, by whom, and what readers who wait have to do with it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, update

from circ.commands import Criteria
from kernel.errors import Forbidden, NotFound
from tests.desk import Desk, refusals_of
from transit.models import Transfer
from transit.queries.requests import list_requests, to_answer
from transit.queries.requests import refusals_of as said_no


def test_an_approved_copy_waits_to_be_sent_and_is_nobody_elses(desk: Desk) -> None:
    (row,) = desk.ask(to="CG")
    before = desk.outbox()
    answered = desk.approve(row.id)
    assert (answered.transfer.status, answered.transfer.barcode) == ("approved", "B0001")
    assert desk.place() == ("in_transit", desk.county.hub)
    entry = desk.journal()[-1]
    assert (entry.act, entry.org_id, entry.data) == (
        "transfer_approved",
        desk.county.hub,
        {"transfer": row.id, "to": "CG", "reason": "request"},
    )
    assert desk.outbox() == {key: version + 1 for key, version in before.items()}
    assert refusals_of(lambda: desk.approve(row.id)) == ["transfer.state"]
    assert refusals_of(lambda: desk.refuse(row.id)) == ["transfer.state"]


def test_some_of_the_copies_are_sent_and_the_rest_stays_asked_for(desk: Desk) -> None:
    desk.more_copies(desk.county.hub, desk.county.hub)
    rows = desk.ask(to="CG", copies=3)
    answered = desk.approve(rows[0].id, "B0003", "B0001")
    assert [row.barcode for row in answered.approved] == ["B0001", "B0003"]
    assert sorted(desk.transfers()) == ["approved", "approved", "requested"]
    assert desk.refuse(rows[1].id, rest=True)[0].cancel_reason == "nobody"


def test_another_copy_of_the_title_than_proposed_will_do(desk: Desk) -> None:
    desk.more_copies(desk.county.hub)
    (row,) = desk.ask(to="CG")
    assert row.barcode == "B0001"
    assert desk.approve(row.id, "B0002").transfer.barcode == "B0002"
    assert desk.place() == ("available", desk.county.hub)


def test_a_copy_believed_missing_or_elsewhere_is_in_hand(desk: Desk) -> None:
    desk.more_copies(desk.county.hub)
    (row,) = desk.ask(to="CG")
    desk.set_item("B0002", status="missing", location_id=desk.county.point)
    desk.approve(row.id, "B0002")
    assert desk.place("B0002") == ("in_transit", desk.county.hub)


def test_a_copy_that_was_asked_of_for_another_leaves_that_request_with_the_next(desk: Desk) -> None:
    desk.more_copies(desk.county.hub)
    (first,) = desk.ask(to="CG")
    (second,) = desk.ask(to="LX")
    desk.approve(first.id, "B0002")  # which was proposed for the second
    assert desk.transfer(second.id).barcode == "B0001"


def test_what_was_not_asked_for_is_not_sent(desk: Desk) -> None:
    desk.add_item("X0001")
    (row,) = desk.ask(to="CG")
    assert refusals_of(lambda: desk.approve(row.id, "X0001")) == ["transfer.not_asked_for"]
    desk.more_copies(desk.county.hub)
    assert refusals_of(lambda: desk.approve(row.id, "B0001", "B0002")) == ["transfer.more_than_asked"]
    desk.set_item(status="withdrawn")
    assert refusals_of(lambda: desk.approve(row.id)) == ["transfer.not_idle"]
    assert desk.transfers() == ["requested"]


def test_criteria_are_met_by_whatever_fits(desk: Desk) -> None:
    desk.add_item("X0001", item_type="reference")
    (row,) = desk.ask(to="CG", criteria=Criteria(item_type="book"))
    assert desk.approve(row.id, "X0001").transfer.barcode == "X0001"
    (other,) = desk.ask(to="CG", criteria=Criteria(item_type="book"))
    desk.add_item("Y0001", item_type="book")
    desk.policy("lend", True)
    assert desk.approve(other.id, "Y0001").transfer.barcode == "Y0001"


def test_a_scan_finds_the_request_it_is_for(desk: Desk) -> None:
    desk.more_copies(desk.county.hub)
    desk.ask(to="LX")
    (named,) = desk.ask(to="CG", item="B0002")
    answered = desk.asking(lambda service: service.take_in_hand("B0002", "ZG"))
    assert answered.transfer.id == named.id
    desk.add_item("X0001")
    codes = refusals_of(lambda: desk.asking(lambda service: service.take_in_hand("X0001", "ZG")))
    assert codes == ["transfer.not_asked_for"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_a_no_to_all_is_none_to_what_comes_to_be_asked_meanwhile(desk: Desk) -> None:
    desk.more_copies(desk.county.other_point)
    first, second = desk.ask(to="CG", copies=2)
    assert (first.from_id, second.from_id) == (desk.county.hub, desk.county.other_point)

    passed_on: list[str] = []

    def pass_on_once(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not passed_on and statement.endswith("FOR UPDATE") and "transfer.request_id" in statement:
            passed_on.append(statement)
            here = update(Transfer).where(Transfer.id == second.id).values(from_id=desk.county.hub)
            desk.database.run(lambda s: s.execute(here))

    event.listen(desk.database.engine, "after_cursor_execute", pass_on_once)
    (ended,) = desk.refuse(first.id, rest=True, pass_on=False)
    event.remove(desk.database.engine, "after_cursor_execute", pass_on_once)
    assert len(passed_on) == 1
    assert (ended.id, desk.transfer(second.id).status) == (first.id, "requested")


def test_a_no_is_passed_on_until_nobody_can_help(desk: Desk) -> None:
    desk.more_copies(desk.county.other_point)
    (row,) = desk.ask(to="CG", from_="ZG")
    (passed,) = desk.refuse(row.id)
    assert (passed.status, passed.from_id, passed.barcode) == ("requested", desk.county.other_point, "B0002")
    (ended,) = desk.refuse(row.id, "要办活动")
    assert (ended.status, ended.cancel_reason, ended.item_id) == ("refused", "nobody", None)
    said = desk.read(lambda s: said_no(s, [row.id]))[row.id]
    assert {(one.org_id, one.reason) for one in said} == {
        (desk.county.hub, "正在展览"),
        (desk.county.other_point, "要办活动"),
    }
    acts = [(e.act, e.org_id) for e in desk.journal() if e.act.startswith("transfer")]
    county = desk.county
    assert acts == [
        ("transfer_requested", county.branch),
        ("transfer_refused", county.hub),
        ("transfer_requested", county.branch),
        ("transfer_refused", county.other_point),
    ]


def test_a_no_that_is_not_passed_on_ends_it(desk: Desk) -> None:
    desk.more_copies(desk.county.other_point)
    (row,) = desk.ask(to="CG", from_="ZG")
    (ended,) = desk.refuse(row.id, "要办活动", pass_on=False)
    assert (ended.status, ended.cancel_reason) == ("refused", "要办活动")


def test_a_no_to_the_very_copy_ends_it(desk: Desk) -> None:
    desk.more_copies(desk.county.other_point)
    (row,) = desk.ask(to="CG", item="B0001")
    (ended,) = desk.refuse(row.id, "要办活动")
    assert (ended.status, ended.cancel_reason, ended.barcode) == ("refused", "要办活动", "B0001")


def test_a_copy_that_a_reader_waits_for_goes_to_the_reader_and_the_request_on(desk: Desk) -> None:
    desk.more_copies(desk.county.other_point)
    (row,) = desk.ask(to="CG", from_="ZG")
    desk.set_item(status="on_order")
    desk.set_item("B0002", status="on_order")
    desk.hold(pickup="LX")
    for barcode in ("B0001", "B0002"):
        desk.set_item(barcode, status="available")
    answered = desk.approve(row.id)
    assert [one.hold.status for one in answered.held if one.hold] == ["in_transit"]
    assert answered.approved == ()
    assert (answered.transfer.status, answered.transfer.barcode) == ("requested", "B0002")


def test_the_very_copy_goes_to_a_reader_who_waits_and_the_asker_hears_it(desk: Desk) -> None:
    (row,) = desk.ask(to="CG", item="B0001")
    desk.set_item(status="on_order")
    desk.hold(pickup="LX")
    desk.set_item(status="available")
    assert desk.approve(row.id).transfer.cancel_reason == "hold_first"


@pytest.mark.parametrize(
    ("role", "granted_at", "error"),
    [
        ("hub_librarian", "hub", None),
        ("branch_librarian", "branch", NotFound),  # who asked does not answer
        ("volunteer", "point", Forbidden),
        ("sysadmin", "network", Forbidden),
    ],
)
def test_who_may_answer(desk: Desk, role: str, granted_at: str, error: type[Exception] | None) -> None:
    (row,) = desk.ask(to="CG")
    staff = desk.staffed((role, getattr(desk.county, granted_at)))
    if error is None:
        assert staff.approve(row.id).transfer.status == "approved"
        return
    for act in (staff.approve, staff.refuse):
        with pytest.raises(error):
            act(row.id)
    assert desk.transfers() == ["requested"]


@pytest.mark.parametrize("granted_at", ["hub", "branch"])
@pytest.mark.parametrize(("state", "force"), [("requested", False), ("approved", False), ("dispatched", True)])
def test_either_side_calls_it_off(desk: Desk, granted_at: str, state: str, force: bool) -> None:
    (row,) = desk.ask(to="CG")
    if state != "requested":
        desk.approve(row.id)
    if state == "dispatched":
        desk.dispatch(row.id)
        assert refusals_of(lambda: desk.cancel(row.id)) == ["transfer.state"]
    role = f"{granted_at}_librarian"
    staff = desk.staffed((role, getattr(desk.county, granted_at)))
    ended = staff.cancel(row.id, "不需要了", force=force)
    assert (ended.status, ended.cancel_reason) == ("cancelled", "不需要了")
    assert desk.place() == ("available", desk.county.hub)
    assert desk.ask(to="LX")


def test_the_list_is_in_the_order_of_the_shelves(desk: Desk) -> None:
    for barcode, call_number in (("C1", "K20/1"), ("C2", "B22/7"), ("C3", "I247.5/12")):
        desk.add_item(barcode)
        desk.set_item(barcode, call_number=call_number)
        desk.ask(to="CG", item=barcode)
    rows = desk.read(lambda s: to_answer(s, [desk.county.hub]))
    assert [row.barcode for row in rows] == ["C2", "C3", "C1"]


def test_what_was_lost_on_its_way_is_missing_and_found_where_it_was_going(desk: Desk) -> None:
    (row,) = desk.ask(to="CG")
    desk.approve(row.id)
    assert refusals_of(lambda: desk.asking(lambda s: s.give_up(row.id, "没到"))) == ["transfer.state"]
    desk.dispatch(row.id)
    branch = desk.staffed(("branch_librarian", desk.county.branch))
    lost = branch.asking(lambda service: service.give_up(row.id, "没到"))
    assert (lost.status, desk.place()[0]) == ("missing", "missing")
    assert refusals_of(lambda: desk.asking(lambda s: s.give_up(row.id, "没到"))) == ["transfer.state"]
    found = desk.check_in(at="CG")
    assert (found.action, desk.transfer(row.id).status, desk.item().home_id) == (
        "shelve",
        "received",
        desk.county.branch,
    )


def test_what_was_lost_on_its_way_and_turns_up_elsewhere_goes_home(desk: Desk) -> None:
    (row,) = desk.ask(to="CG")
    desk.approve(row.id)
    desk.dispatch(row.id)
    desk.asking(lambda service: service.give_up(row.id, "没到"))
    found = desk.check_in(at="LX")
    assert (found.action, found.to.code if found.to else None) == ("transfer", "ZG")
    assert desk.transfer(row.id).status == "missing"


def test_a_lost_one_is_received_by_its_number_too(desk: Desk) -> None:
    (row,) = desk.ask(to="CG")
    desk.approve(row.id)
    desk.dispatch(row.id)
    desk.asking(lambda service: service.give_up(row.id, "没到"))
    assert desk.receive(row.id).action == "shelve"


def test_a_request_that_comes_too_late_ends(desk: Desk) -> None:
    (row,) = desk.ask(to="CG", needed_by=date(2026, 11, 25))
    assert desk.asking(lambda service: service.follow_due()) == 0
    assert desk.later(days=3).asking(lambda service: service.follow_due()) == 1
    assert desk.transfer(row.id).cancel_reason == "too_late"
    (request,) = desk.read(lambda s: list_requests(s, [desk.county.branch]))
    assert request.is_over
