"""Placing holds on both databases: who may wait for what, where, and what is asked for at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from branches.models import OrgUnit
from branches.reference import TREE
from circ.commands import PlaceHold
from circ.models import Hold
from kernel.errors import Forbidden, Invalid, NotFound
from tests.circ.service.test_returning import close_unit
from tests.desk import Desk, refusals_of
from tests.factories import NOW


def test_a_hold_on_a_copy_that_is_out_waits_in_the_queue(desk: Desk) -> None:
    desk.add_patron("P0002")
    desk.check_out(patron="P0002")
    hold = desk.hold()
    assert (hold.status, hold.position, hold.copy_id) == ("queued", 1, None)
    assert hold.patron_barcode == "P0001"
    placed = desk.journal()[-1]
    assert (placed.act, placed.org_id, placed.data) == (
        "hold_placed",
        desk.county.branch,
        {
            "hold": hold.id,
            "pickup": "CG",
            "category": "adult",
            "patron_org": "CG",
            "card_until": None,
            "open_holds": 0,
            "placed_today": 0,
            "no_shows": 0,
        },
    )


def test_a_copy_on_a_shelf_is_asked_for_at_once(desk: Desk) -> None:
    hold = desk.hold()
    assert (hold.status, hold.copy_barcode, hold.copy_location_id) == ("targeted", "B0001", desk.county.hub)
    assert desk.place() == ("available", desk.county.hub)  # until somebody has fetched it
    assert desk.acts() == ["hold_placed", "hold_targeted"]


def test_a_second_reader_is_second_in_the_queue(desk: Desk) -> None:
    desk.add_patron("P0002")
    first = desk.hold()
    second = desk.later(minutes=1).hold("P0002")
    assert (desk.held(first.id).position, second.position, second.status) == (1, 2, "queued")


def test_the_same_wish_twice_is_refused(desk: Desk) -> None:
    desk.hold()
    assert refusals_of(desk.hold) == ["hold.duplicate"]
    assert refusals_of(lambda: desk.hold(item="B0001")) == ["hold.duplicate"]  # a copy of what is waited for already


def test_the_database_refuses_the_same_wish_twice(desk: Desk) -> None:
    hold = desk.hold()

    with pytest.raises(IntegrityError):
        desk.write(lambda s: s.add(_same(hold.patron_id, hold.bib_id, hold.pickup_id)))


def _same(patron_id: int | None, bib_id: int, pickup_id: int) -> Hold:
    return Hold(
        patron_id=patron_id,
        bib_id=bib_id,
        wants="title",
        pickup_id=pickup_id,
        status="queued",
        rank=1,
        placed_at=NOW,
        to_clear=False,
    )


def test_the_database_refuses_one_copy_for_two_holds(desk: Desk) -> None:
    first = desk.hold()
    desk.add_patron("P0002")
    second = desk.hold("P0002")

    def give_away(session: Session) -> None:
        taken = {"status": "targeted", "copy_id": first.copy_id}
        session.execute(update(Hold).where(Hold.id == second.id).values(**taken))

    with pytest.raises(IntegrityError):
        desk.write(give_away)


def test_what_the_reader_has_at_home_is_not_waited_for(desk: Desk) -> None:
    desk.check_out()
    assert refusals_of(desk.hold) == ["hold.has_loan"]
    assert desk.hold(override=("hold.has_loan",)).status == "queued"
    assert "overridden" in desk.acts()


def test_limits_of_the_reader(desk: Desk) -> None:
    desk.policy("max_holds", 1)
    desk.policy("max_holds_per_day", 1)
    desk.add_item("B0002")
    desk.hold()
    more = {"bib_id": desk.item("B0002").bib_id}
    assert refusals_of(lambda: desk.hold(**more)) == ["hold.limit", "hold.day_limit"]
    assert refusals_of(lambda: desk.later(days=1).hold(**more)) == ["hold.limit"]


def test_an_expired_card_may_not_wait(desk: Desk) -> None:
    desk.add_patron("P0009", expires_on=date(2020, 1, 1))
    assert refusals_of(lambda: desk.hold("P0009")) == ["patron.expired"]


def test_pickup_only_where_books_are_handed_out(desk: Desk) -> None:
    assert refusals_of(lambda: desk.hold(pickup="QX")) == ["hold.pickup_refused"]
    close_unit(desk, desk.county.point)
    assert refusals_of(lambda: desk.hold(pickup="LX")) == ["hold.pickup_refused"]
    with pytest.raises(NotFound):
        desk.hold(pickup="XX")


@pytest.mark.parametrize(("policy", "pickup", "code"), [("home", "CG", "hold.pickup_refused"), ("home", "ZG", None)])
def test_where_a_held_book_is_handed_out_is_a_policy(desk: Desk, policy: str, pickup: str, code: str | None) -> None:
    desk.policy("hold_pickup", policy)
    if code:
        assert refusals_of(lambda: desk.hold(pickup=pickup)) == [code]
    else:
        assert desk.hold(pickup=pickup).status == "targeted"


def test_a_held_book_is_handed_out_at_the_listed_places_and_below(desk: Desk) -> None:
    desk.policy("hold_pickup", "listed")
    assert refusals_of(desk.hold) == ["hold.pickup_refused"]  # nothing is listed yet
    desk.policy("hold_pickup_units", ["CG", "GONE"])
    assert refusals_of(lambda: desk.hold(pickup="ZG")) == ["hold.pickup_refused"]
    hold = desk.hold(pickup="LX")  # below CG
    assert hold.status == "targeted"
    desk.policy("hold_pickup_units", ["ZG"], item_type="book")
    assert desk.holding(lambda service: service.change_pickup(hold.id, "ZG")).pickup_id == desk.county.hub


def test_a_damaged_copy_is_fetched_only_where_the_policies_say_so(desk: Desk) -> None:
    desk.set_item(is_damaged=True)
    assert desk.hold().status == "targeted"  # better a worn book than none
    desk.holding(lambda service: service.cancel(1))
    desk.policy("hold_damaged", False)
    assert refusals_of(desk.hold) == ["hold.no_holdable_item"]
    desk.add_item("B0002", bib_id=desk.item().bib_id)
    assert desk.hold().copy_barcode == "B0002"
    desk.set_item("B0002", is_damaged=True)
    desk.set_item(is_damaged=False)
    assert desk.check_in("B0002").hold is None  # noted as damaged since


def test_holds_on_the_books_of_one_library_are_limited(desk: Desk) -> None:
    desk.policy("max_holds_item_library", 1, item_org="CG")
    for barcode, home in (("B0002", desk.county.branch), ("B0003", desk.county.branch), ("B0004", desk.county.branch)):
        desk.add_item(barcode, home)
    desk.add_item("B0005", bib_id=desk.item("B0004").bib_id)  # of the hub
    desk.hold(bib_id=desk.item("B0002").bib_id)
    third = {"bib_id": desk.item("B0003").bib_id}
    assert refusals_of(lambda: desk.hold(**third)) == ["hold.library_limit"]
    desk.hold()  # a book of the hub, which has no limit
    desk.hold(bib_id=desk.item("B0004").bib_id)  # the hub has it, too
    assert refusals_of(lambda: desk.hold(item="B0004")) == ["hold.duplicate", "hold.library_limit"]
    desk.holding(lambda service: service.cancel(1))
    assert desk.hold(**third).id


def test_books_that_may_not_be_held(desk: Desk) -> None:
    desk.policy("hold_allowed", False, item_type="book")
    assert refusals_of(desk.hold) == ["hold.no_holdable_item"]


@pytest.mark.parametrize("status", ["missing", "lost", "withdrawn", "in_repair"])
def test_nobody_waits_for_what_does_not_come(desk: Desk, status: str) -> None:
    desk.set_item(status=status)
    assert refusals_of(desk.hold) == ["hold.no_holdable_item"]


def test_what_is_on_the_shelf_of_the_pickup_place(desk: Desk) -> None:
    desk.policy("hold_if_all_out", True)
    assert refusals_of(lambda: desk.hold(pickup="ZG")) == ["hold.available_here"]
    assert desk.hold(pickup="CG").status == "targeted"


def test_a_part_of_a_set_is_chosen(desk: Desk) -> None:
    desk.set_item(volume="上")
    bib_id = desk.item().bib_id
    desk.add_item("B0002", bib_id=bib_id, volume="下")
    with pytest.raises(Invalid, match="volume_needed"):
        desk.hold()
    hold = desk.hold(bib_id=bib_id, volume="下")
    assert (hold.copy_barcode, hold.volume) == ("B0002", "下")
    assert desk.hold(bib_id=bib_id, volume="上").copy_barcode == "B0001"
    assert refusals_of(lambda: desk.hold(bib_id=bib_id, volume="中")) == ["hold.no_holdable_item"]


def test_a_reader_places_their_own_and_nobody_elses(desk: Desk) -> None:
    desk.add_patron("P0002")
    reader = desk.reading(desk.preview().patron.id)
    with pytest.raises(Forbidden):
        reader.hold("P0002")
    bib_id = desk.item().bib_id
    hold = reader.holding(lambda service: service.place(PlaceHold(bib_id=bib_id, pickup="LX")))
    assert (hold.patron_barcode, hold.pickup_id) == ("P0001", desk.county.point)
    stranger = desk.reading(desk.preview(patron="P0002").patron.id)
    with pytest.raises(NotFound):
        stranger.holding(lambda service: service.find(hold.id))
    with pytest.raises(NotFound):
        stranger.holding(lambda service: service.cancel(hold.id))


def test_a_day_that_is_past_is_no_last_day(desk: Desk) -> None:
    with pytest.raises(Invalid, match="expires_past"):
        desk.hold(bib_id=desk.item().bib_id, expires_on=date(2026, 11, 22))


def test_nearer_shelves_first_then_those_with_less_to_fetch(desk: Desk) -> None:
    def place_units(session: Session) -> None:
        for code, lat in (("ZG", 28.0), ("CG", 28.3), ("LX", 28.32), ("XC", 28.34)):
            session.execute(update(OrgUnit).where(OrgUnit.code == code).values(lat=lat, lon=121.0))
        TREE.changed(session)

    desk.write(place_units)
    bib_id = desk.item().bib_id
    desk.add_item("B0002", desk.county.point, bib_id=bib_id)
    desk.add_item("B0003", desk.county.other_point, bib_id=bib_id)
    desk.add_item("B0004", desk.county.point)
    desk.add_patron("P0002")
    desk.hold("P0002", bib_id=desk.item("B0004").bib_id)  # the point LX has something to fetch now
    assert desk.hold().copy_barcode == "B0003"  # as far as LX in steps of 10 km, with nothing to fetch yet
    assert desk.hold("P0002", bib_id=bib_id).copy_barcode == "B0002"


def test_a_hold_that_is_taken_up_again_after_midnight(desk: Desk) -> None:
    hold = desk.hold()
    desk.holding(lambda service: service.suspend(hold.id, (NOW + timedelta(days=2)).date()))
    assert desk.held(hold.id).status == "queued"
    assert desk.later(days=2).holding(lambda service: service.target_due()) == 0
    assert desk.later(days=3).holding(lambda service: service.target_due()) == 1
    assert desk.held(hold.id).status == "targeted"
