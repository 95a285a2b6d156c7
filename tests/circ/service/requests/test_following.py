"""What becomes of a request and of its copy, on both databases: taken by a reader, needed for a hold, arrived, kept for a time."""

from __future__ import annotations

from datetime import date

import pytest

from tests.desk import Desk
from transit.queries.requests import list_requests, refusals_of, stay_of, to_send_back


def follow(desk: Desk) -> int:
    return desk.asking(lambda service: service.follow_due())


def arrive(desk: Desk, to: str = "CG", **asked: object) -> None:
    (row,) = desk.ask(to=to, item="B0001", **asked)
    desk.approve(row.id)
    desk.dispatch(row.id)
    desk.check_in(at=to)


def test_a_proposed_copy_that_a_reader_borrows_is_not_waited_for(desk: Desk) -> None:
    desk.more_copies(desk.county.other_point)
    (row,) = desk.ask(to="CG", from_="ZG")
    desk.check_out()
    assert follow(desk) == 1
    assert desk.transfer(row.id).barcode == "B0002"
    desk.set_item("B0002", status="missing")
    assert follow(desk) == 1
    assert desk.transfer(row.id).cancel_reason == "nobody"
    assert follow(desk) == 0


def test_a_library_that_does_not_answer_is_passed_over_and_the_trace_says_so(desk: Desk) -> None:
    desk.more_copies(desk.county.other_point)
    (row,) = desk.ask(to="CG", from_="ZG")
    assert follow(desk.later(days=7)) == 0
    assert follow(desk.later(days=8)) == 1
    now = desk.transfer(row.id)
    assert (now.status, now.barcode, now.from_id) == ("requested", "B0002", desk.county.other_point)
    (no,) = desk.read(lambda s: refusals_of(s, [row.id]))[row.id]
    assert (no.org_id, no.reason) == (desk.county.hub, "no_answer")
    acts = [(entry.act, entry.org_id) for entry in desk.journal()][-2:]
    assert acts == [("transfer_refused", desk.county.hub), ("transfer_requested", desk.county.branch)]
    assert follow(desk.later(days=15)) == 0, "the next library has its own week"
    assert follow(desk.later(days=16)) == 1
    assert (desk.transfer(row.id).status, desk.transfer(row.id).cancel_reason) == ("refused", "nobody")


def test_a_copy_asked_for_alone_is_not_waited_for_for_ever(desk: Desk) -> None:
    (row,) = desk.ask(to="CG", item="B0001")
    follow(desk.later(days=8))
    assert (desk.transfer(row.id).status, desk.transfer(row.id).cancel_reason) == ("refused", "no_answer")


def test_where_the_policy_says_nothing_a_request_waits(desk: Desk) -> None:
    desk.policy("request_answer_days", None, org="ZG")
    (row,) = desk.ask(to="CG")
    assert follow(desk.later(days=90)) == 0
    assert desk.transfer(row.id).status == "requested"


def test_a_proposed_copy_that_a_hold_needs_goes_to_the_hold_at_once(desk: Desk) -> None:
    desk.more_copies(desk.county.other_point)
    (row,) = desk.ask(to="CG", from_="ZG")
    hold = desk.hold(pickup="ZG")
    assert (hold.status, hold.copy_barcode) == ("targeted", "B0001")
    assert desk.transfer(row.id).barcode == "B0002"


def test_a_copy_in_the_box_goes_to_a_hold_that_no_other_copy_can_fill(desk: Desk) -> None:
    (row,) = desk.ask(to="CG")
    desk.approve(row.id)
    hold = desk.hold(pickup="LX")
    assert (hold.status, hold.copy_barcode) == ("targeted", "B0001")
    assert (desk.transfer(row.id).status, desk.transfer(row.id).cancel_reason) == ("cancelled", "hold_first")
    assert desk.place() == ("available", desk.county.hub)
    (request,) = desk.read(lambda s: list_requests(s, [desk.county.branch]))
    assert (request.unfilled, request.open_copies) == (1, 0)


def test_a_copy_in_the_box_stays_there_where_another_can_fill_the_hold(desk: Desk) -> None:
    desk.more_copies(desk.county.other_point)
    (row,) = desk.ask(to="CG", from_="ZG")
    desk.approve(row.id)
    assert desk.hold(pickup="LX").copy_barcode == "B0002"
    assert desk.transfer(row.id).status == "approved"


def test_what_has_left_serves_the_hold_where_it_arrives(desk: Desk) -> None:
    (row,) = desk.ask(to="CG")
    desk.approve(row.id)
    desk.dispatch(row.id)
    assert desk.hold(pickup="CG").status == "queued"
    assert desk.check_in(at="CG").action == "hold_shelf"
    assert desk.transfer(row.id).status == "received"


def test_lending_what_waits_to_be_sent_lets_the_request_go_on(desk: Desk) -> None:
    desk.more_copies(desk.county.other_point)
    (row,) = desk.ask(to="CG", from_="ZG")
    desk.approve(row.id)
    desk.check_out()
    assert desk.transfer(row.id).cancel_reason == "lent"
    assert desk.transfers() == ["cancelled", "requested"]
    (request,) = desk.read(lambda s: list_requests(s, [desk.county.branch]))
    assert (request.copies, request.unfilled, request.open_copies) == (1, 0, 1)


def test_a_copy_that_arrived_belongs_there_and_is_not_sent_away_by_its_next_return(desk: Desk) -> None:
    arrive(desk)
    assert (desk.item().home_id, desk.item().owner_id) == (desk.county.branch, desk.county.hub)
    desk.check_out(at="CG")
    assert desk.check_in(at="CG").action == "shelve"
    elsewhere = desk.check_in(at="LX")
    assert (elsewhere.action, elsewhere.to.code if elsewhere.to else None) == ("transfer", "CG")


def test_a_copy_kept_until_a_day_belongs_home_again_afterwards(desk: Desk) -> None:
    arrive(desk, keep_until=date(2026, 12, 31))
    assert desk.item().home_id == desk.county.branch
    assert desk.asking(lambda service: service.end_stays()) == 0
    later = desk.later(days=40)
    assert later.asking(lambda service: service.end_stays()) == 1
    assert desk.item().home_id == desk.county.hub
    (guest,) = desk.read(lambda s: to_send_back(s, [desk.county.branch]))
    assert (guest.barcode, guest.home_id) == ("B0001", desk.county.hub)
    back = later.check_in(at="CG")
    assert (back.action, back.to.code if back.to else None) == ("transfer", "ZG")
    later.check_in(at="ZG")
    assert later.asking(lambda service: service.end_stays()) == 0
    assert desk.read(lambda s: stay_of(s, desk.item().id)) is None


def test_a_copy_kept_for_a_time_goes_back_to_the_same_home_and_no_later(desk: Desk) -> None:
    arrive(desk, keep_until=date(2026, 12, 31))
    arrive(desk, to="LX")
    stay = desk.read(lambda s: stay_of(s, desk.item().id))
    assert stay is not None
    assert (stay.org_id, stay.home_id, stay.until) == (desk.county.point, desk.county.hub, date(2026, 12, 31))
    arrive(desk, to="ZG")
    assert desk.read(lambda s: stay_of(s, desk.item().id)) is None
    assert desk.item().home_id == desk.county.hub


def test_a_home_given_meanwhile_stands(desk: Desk) -> None:
    arrive(desk, keep_until=date(2026, 12, 31))
    desk.set_item(home_id=desk.county.other_point)
    desk.later(days=40).asking(lambda service: service.end_stays())
    assert desk.item().home_id == desk.county.other_point


@pytest.mark.parametrize("here", ["LX", "ZG"])
def test_an_approved_copy_that_turns_up_elsewhere_goes_on_to_who_asked(desk: Desk, here: str) -> None:
    (row,) = desk.ask(to="CG")
    desk.approve(row.id)
    returned = desk.check_in(at=here)
    assert (returned.action, returned.to.code if returned.to else None) == ("transfer", "CG")
    assert desk.transfer(row.id).status == "approved"
