"""Books in hand and readers who wait, on both databases: what a check-in and a check-out do to holds, and what the desk hears."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from branches.access import SYSTEM
from branches.models import Closure
from branches.reference import CALENDARS
from circ.service.forgetting import forget_due
from kernel.errors import Invalid
from tests.circ.service.test_returning import close_unit
from tests.desk import Desk, refusals_of
from tests.factories import make_context


@pytest.fixture
def lent(desk: Desk) -> Desk:
    """B0001 of the hub is out to P0002; P0001 waits for it at the branch CG."""
    desk.add_patron("P0002")
    desk.check_out(patron="P0002")
    desk.hold()
    return desk


# --- check-in -----------------------------------------------------------------------------------------------------------


def test_a_returned_book_goes_on_the_hold_shelf_where_it_is_wanted(lent: Desk) -> None:
    returned = lent.check_in(at="CG")
    assert returned.action == "hold_shelf"
    assert (
        returned.message.zh
        == "《平凡的世界》已还。有人预约，请放到预约架，夹上预约条：尾号 0001，保留到 11月30日（周一）。"
    )
    assert lent.place() == ("on_hold_shelf", lent.county.branch)
    hold = lent.held(1)
    assert (hold.status, hold.copy_barcode, hold.shelf_until, hold.position) == (
        "ready",
        "B0001",
        date(2026, 11, 30),
        None,
    )
    assert returned.hold == hold
    assert lent.acts()[-2:] == ["checked_in", "hold_ready"]


def test_a_returned_book_is_sent_where_it_is_wanted(lent: Desk) -> None:
    returned = lent.check_in(at="LX")
    assert (returned.action, returned.to and returned.to.code) == ("transfer", "CG")
    assert returned.message.zh == "《平凡的世界》已还。有人预约，请放入调拨筐 → 城关分馆。"
    assert lent.transfer(returned.transfer_id).reason == "hold"
    assert lent.held(1).status == "in_transit"
    arrived = lent.receive(returned.transfer_id)
    assert arrived.action == "hold_shelf"
    assert lent.held(1).status == "ready"


def test_a_book_on_its_way_to_a_reader_that_turns_up_elsewhere_goes_on(lent: Desk) -> None:
    first = lent.check_in(at="LX")
    lent.dispatch(first.transfer_id)
    again = lent.check_in(at="XC")
    assert (again.action, again.transfer_id) == ("transfer", first.transfer_id)
    assert lent.held(1).status == "in_transit"


def test_a_second_scan_says_the_same(lent: Desk) -> None:
    first, acts = lent.check_in(at="CG"), lent.acts()
    again = lent.later(days=1).check_in(at="CG")
    assert (again.action, again.hold and again.hold.shelf_until) == (
        "hold_shelf",
        first.hold and first.hold.shelf_until,
    )
    assert lent.acts() == acts


def test_a_book_taken_from_the_hold_shelf_by_mistake_goes_back_there(lent: Desk) -> None:
    lent.check_in(at="CG")
    strayed = lent.check_in(at="XC")
    assert (strayed.action, strayed.to and strayed.to.code) == ("transfer", "CG")
    assert lent.held(1).status == "in_transit"
    assert lent.check_in(at="CG").action == "hold_shelf"


def test_the_way_home_comes_before_the_holds_that_came_later(desk: Desk) -> None:
    desk.check_out()
    home = desk.check_in(at="LX")
    desk.hold()
    assert desk.check_in(at="XC").transfer_id == home.transfer_id  # an open transfer goes on …
    arrived = desk.check_in(at="ZG")
    assert (arrived.action, arrived.to and arrived.to.code) == ("transfer", "CG")  # … and then the hold is served
    assert desk.transfers() == ["received", "approved"]


def test_whose_turn_it_is_gets_it(lent: Desk) -> None:
    lent.add_patron("P0003")
    lent.later(minutes=1).hold("P0003", pickup="LX")
    returned = lent.check_in(at="LX")
    assert returned.hold is not None
    assert returned.hold.patron_barcode == "P0001"


def test_holds_of_the_copys_own_library_may_go_first(lent: Desk) -> None:
    lent.policy("local_holds_first", {"patron": "pickup", "item": "home"})
    lent.add_patron("P0003")
    lent.later(minutes=1).hold("P0003", pickup="ZG")
    returned = lent.check_in(at="LX")
    assert returned.hold is not None
    assert returned.hold.patron_barcode == "P0003"


def test_a_suspended_reader_is_passed_over(lent: Desk) -> None:
    lent.holding(lambda service: service.suspend(1, date(2026, 12, 1)))
    assert lent.check_in(at="CG").action == "transfer"
    assert lent.held(1).status == "queued"


def test_a_pickup_place_that_was_closed_gets_nothing(lent: Desk) -> None:
    close_unit(lent, lent.county.branch)
    assert lent.check_in(at="ZG").action == "shelve"


def test_a_fetched_book_is_scanned_where_it_stands(desk: Desk) -> None:
    hold = desk.hold()
    scanned = desk.check_in(at="ZG")
    assert (scanned.action, scanned.to and scanned.to.code) == ("transfer", "CG")
    assert scanned.message.zh == "《平凡的世界》没有借出。有人预约，请放入调拨筐 → 城关分馆。"
    assert desk.held(hold.id).status == "in_transit"


def test_a_returned_copy_serves_the_one_for_whom_another_is_fetched(desk: Desk) -> None:
    desk.add_item("B0002", bib_id=desk.item().bib_id)
    desk.add_patron("P0002")
    desk.check_out("B0002", patron="P0002")
    hold = desk.hold()
    assert hold.copy_barcode == "B0001"
    assert desk.check_in("B0002", at="CG").action == "hold_shelf"
    assert desk.held(hold.id).copy_barcode == "B0002"
    assert desk.place("B0001") == ("available", desk.county.hub)


def test_a_copy_fetched_for_a_later_reader_serves_the_earlier_one(desk: Desk) -> None:
    desk.add_patron("P0002")
    later = desk.hold("P0002")
    desk.holding(lambda service: service.suspend(later.id, date(2026, 11, 24)))
    earlier = desk.later(minutes=-5).hold()
    assert earlier.copy_barcode == "B0001"
    desk.add_item("B0002", bib_id=desk.item().bib_id)
    desk.later(days=2).holding(lambda service: service.target_due())
    assert desk.held(later.id).copy_barcode == "B0002"
    assert desk.later(days=2).check_in("B0002", at="ZG").hold == desk.held(earlier.id)
    assert desk.held(later.id).status == "queued"
    desk.later(days=2).holding(lambda service: service.target_due())
    assert desk.held(later.id).copy_barcode == "B0001"


@pytest.mark.parametrize("status", ["missing", "lost"])
def test_a_book_that_is_found_serves_the_next_hold(lent: Desk, status: str) -> None:
    lent.check_in(at="LX")
    lent.cancel(1)
    lent.set_item(status=status)
    assert lent.check_in(at="CG").action == "hold_shelf"


def test_a_book_for_the_cataloguers_serves_nobody_yet(desk: Desk) -> None:
    hold = desk.hold()
    desk.set_item(status="in_processing")
    assert desk.check_in(at="ZG").action == "process"
    assert desk.held(hold.id).status == "queued"


def test_only_the_wanted_volume_and_the_wanted_copy(desk: Desk) -> None:
    desk.set_item(volume="上")
    bib_id = desk.item().bib_id
    desk.add_item("B0002", bib_id=bib_id, volume="下")
    for item, card in (("B0001", "P0002"), ("B0002", "P0003")):
        desk.add_patron(card)
        desk.check_out(item, patron=card)
    desk.hold(bib_id=bib_id, volume="下", pickup="ZG")
    assert desk.check_in("B0001").action == "shelve"
    assert desk.check_in("B0002").action == "hold_shelf"
    desk.add_patron("P0004")
    one = desk.hold("P0004", item="B0002", pickup="ZG")
    assert (one.barcode, one.status) == ("B0002", "queued")


# --- check-out ----------------------------------------------------------------------------------------------------------


def test_a_book_kept_for_another_reader_is_not_lent(lent: Desk) -> None:
    lent.check_in(at="CG")
    assert refusals_of(lambda: lent.check_out(at="CG", patron="P0002")) == ["item.on_hold_for_other"]


def test_a_book_on_its_way_to_another_reader_is_not_lent(lent: Desk) -> None:
    lent.check_in(at="LX")
    assert refusals_of(lambda: lent.check_out(at="LX", patron="P0002")) == ["item.on_hold_for_other"]


def test_a_supervisor_lends_it_all_the_same_and_the_reader_waits_again(lent: Desk) -> None:
    lent.check_in(at="CG")
    lent.check_out(at="CG", patron="P0002", override=("item.on_hold_for_other",))
    hold = lent.held(1)
    assert (hold.status, hold.copy_id, hold.position) == ("queued", None, 1)


def test_the_reader_collects(lent: Desk) -> None:
    lent.check_in(at="CG")
    loan = lent.check_out(at="CG")
    hold = lent.held(1)
    assert (hold.status, hold.end_reason, hold.copy_barcode) == ("collected", "collected", "B0001")
    assert lent.acts()[-2:] == ["hold_collected", "checked_out"]
    assert lent.place() == ("on_loan", lent.county.branch)
    assert loan.notices == ()


def test_the_reader_meets_the_book_on_its_way(lent: Desk) -> None:
    lent.check_in(at="LX")
    assert [notice.code for notice in lent.check_out(at="LX").notices] == ["item.in_transit"]
    assert lent.held(1).status == "collected"
    assert lent.transfers() == ["cancelled"]


def test_another_copy_fills_the_hold_too(lent: Desk) -> None:
    lent.add_item("B0002", bib_id=lent.item().bib_id)
    lent.check_in(at="CG")
    lent.check_out("B0002", at="ZG")
    assert lent.held(1).status == "collected"
    assert lent.place("B0001") == ("available", lent.county.branch)
    assert lent.check_in("B0001", at="CG").action == "transfer"  # off the hold shelf, home


def test_lending_a_copy_that_was_to_be_fetched_asks_for_the_next(desk: Desk) -> None:
    desk.add_patron("P0002")
    desk.add_item("B0002", bib_id=desk.item().bib_id)
    hold = desk.hold()
    assert hold.copy_barcode == "B0001"
    desk.check_out(patron="P0002")
    assert desk.held(hold.id).copy_barcode == "B0002"


def test_a_renewal_while_others_wait(lent: Desk) -> None:
    lent.check_in(at="ZG")
    lent.cancel(1)
    lent.add_patron("P0003")
    loan = lent.check_out(patron="P0003", at="ZG")
    assert refusals_of(lambda: lent.renew(loan.id)) == ["loan.held_by_other"]
    lent.holding(lambda service: service.cancel(1))
    assert lent.renew(loan.id).renewals == 1


# --- changes of mind ----------------------------------------------------------------------------------------------------


def test_cancelling_frees_the_copy_for_the_next(lent: Desk) -> None:
    lent.check_in(at="CG")
    lent.add_patron("P0003")
    later = lent.later(minutes=1).hold("P0003", pickup="LX")
    cancelled = lent.holding(lambda service: service.cancel(lent.held(1).id))
    assert (cancelled.status, cancelled.end_reason) == ("cancelled", "staff")
    assert lent.held(later.id).copy_barcode == "B0001"  # to be fetched from the hold shelf of CG
    assert lent.check_in(at="CG").hold == lent.held(later.id)


def test_cancelling_what_is_over_is_refused(lent: Desk) -> None:
    lent.holding(lambda service: service.cancel(1))
    assert refusals_of(lambda: lent.holding(lambda service: service.cancel(1))) == ["hold.state"]


def test_a_book_that_waits_to_be_sent_stays_when_its_hold_is_called_off(lent: Desk) -> None:
    lent.check_in(at="LX")
    lent.holding(lambda service: service.cancel(1))
    assert lent.transfers() == ["cancelled"]
    assert lent.place() == ("available", lent.county.point)


def test_a_book_on_its_way_for_nobody_is_sent_home_by_whoever_gets_it(lent: Desk) -> None:
    first = lent.check_in(at="LX")
    lent.dispatch(first.transfer_id)
    lent.holding(lambda service: service.cancel(1))
    arrived = lent.check_in(at="CG")
    assert (arrived.action, arrived.to and arrived.to.code) == ("transfer", "ZG")
    assert lent.transfers() == ["received", "approved"]


def test_a_book_on_its_way_for_nobody_that_turns_up_at_home_stays(lent: Desk) -> None:
    lent.dispatch(lent.check_in(at="LX").transfer_id)
    lent.holding(lambda service: service.cancel(1))
    assert lent.check_in(at="ZG").action == "shelve"
    assert lent.transfers() == ["cancelled"]


@pytest.mark.parametrize("is_sent", [False, True])
def test_another_pickup_place_while_the_book_is_on_its_way(lent: Desk, is_sent: bool) -> None:
    first = lent.check_in(at="ZG")
    if is_sent:
        lent.dispatch(first.transfer_id)
    changed = lent.holding(lambda service: service.change_pickup(1, "XC"))
    assert changed.status == ("in_transit" if is_sent else "targeted")
    arrived = lent.check_in(at="CG" if is_sent else "ZG")
    assert (arrived.action, arrived.to and arrived.to.code) == ("transfer", "XC")
    assert lent.check_in(at="XC").action == "hold_shelf"


def test_another_pickup_place_for_a_book_that_is_ready(lent: Desk) -> None:
    lent.check_in(at="CG")
    assert lent.holding(lambda service: service.change_pickup(1, "LX")).status == "targeted"
    assert lent.place() == ("available", lent.county.branch)
    sent = lent.check_in(at="CG")
    assert (sent.action, sent.to and sent.to.code) == ("transfer", "LX")


def test_what_is_put_aside_is_not_suspended(lent: Desk) -> None:
    lent.check_in(at="CG")
    assert refusals_of(lambda: lent.holding(lambda s: s.suspend(1, date(2026, 12, 1)))) == ["hold.state"]


def test_staff_move_a_hold_in_its_queue(lent: Desk) -> None:
    lent.add_patron("P0003")
    lent.add_patron("P0004")
    second = lent.hold("P0003")  # in the same moment: then the order of arrival counts
    third = lent.hold("P0004")
    lent.holding(lambda service: service.move(third.id, 1))
    assert [lent.held(one).position for one in (1, second.id, third.id)] == [2, 3, 1]
    lent.holding(lambda service: service.move(third.id, 3))
    assert [lent.held(one).position for one in (1, second.id, third.id)] == [1, 2, 3]


def test_in_the_queue_of_a_set_a_place_is_counted_as_it_is_shown(desk: Desk) -> None:
    """Among those who want the volume, and those who want any: who waits for another one stands in no one's way."""
    desk.set_item(volume="上")
    bib_id = desk.item().bib_id
    desk.add_item("B0002", bib_id=bib_id, volume="下")
    wished = (("P0002", "上"), ("P0003", "下"), ("P0004", "上"), ("P0005", "下"))
    for card, item in (("P0001", "B0001"), ("P0001", "B0002")):
        desk.check_out(patron=card, item=item)
    for card, _ in wished:
        desk.add_patron(card)
    first, other, second, last = (desk.hold(card, volume=volume, pickup="ZG").id for card, volume in wished)
    ids = (first, other, second, last)
    assert [desk.held(one).position for one in ids] == [1, 1, 2, 2]
    assert desk.holding(lambda service: service.move(second, 2)).position == 2
    assert "hold_changed" not in desk.acts()
    assert desk.holding(lambda service: service.move(last, 1)).position == 1
    assert [desk.held(one).position for one in ids] == [1, 2, 2, 1]
    with pytest.raises(Invalid):
        desk.holding(lambda service: service.move(first, 3))
    assert desk.holding(lambda service: service.move(first, 2)).position == 2
    assert [desk.held(one).position for one in ids] == [2, 2, 1, 1]


# --- fetching -----------------------------------------------------------------------------------------------------------


def test_not_found_on_the_shelf_passes_on_to_the_next_copy(desk: Desk) -> None:
    desk.add_item("B0002", desk.county.other_point, bib_id=desk.item().bib_id)
    hold = desk.hold(pickup="ZG")
    assert hold.copy_barcode == "B0001"
    passed_on = desk.holding(lambda service: service.note_missing(hold.id))
    assert (passed_on.copy_barcode, passed_on.status) == ("B0002", "targeted")
    assert desk.holding(lambda service: service.note_missing(hold.id)).status == "queued"
    desk.holding(lambda service: service.target_due())
    assert desk.held(hold.id).status == "queued"  # neither is asked for again …
    assert desk.check_in("B0001", at="ZG").action == "hold_shelf"  # … until somebody has it in hand


def test_a_copy_that_is_withdrawn_is_fetched_by_nobody(desk: Desk) -> None:
    hold = desk.hold()
    desk.set_item(status="missing")  # as a room that tells nobody
    assert desk.holding(lambda service: service.target_due()) == 0
    assert desk.held(hold.id).status == "queued"


def test_targeting_twice_changes_nothing(desk: Desk) -> None:
    desk.hold()
    desk.add_patron("P0002")
    waiting = desk.hold("P0002")
    acts = desk.acts()
    for _ in range(2):
        assert desk.holding(lambda service: service.target_due()) == 0
    assert desk.acts() == acts
    desk.add_item("B0002", bib_id=desk.item().bib_id)
    assert [desk.holding(lambda service: service.target_due()) for _ in range(2)] == [1, 0]
    assert desk.held(waiting.id).copy_barcode == "B0002"


# --- time runs out ------------------------------------------------------------------------------------------------------


def test_a_book_not_collected_in_time_is_cleared_and_goes_to_the_next(lent: Desk) -> None:
    lent.check_in(at="CG")
    lent.add_patron("P0003")
    later = lent.later(minutes=1).hold("P0003", pickup="CG")
    assert lent.later(days=7).holding(lambda service: service.expire_due()) == 0
    assert lent.later(days=8).holding(lambda service: service.expire_due()) == 1
    assert lent.later(days=8).holding(lambda service: service.expire_due()) == 0
    expired = lent.held(1)
    assert (expired.status, expired.end_reason) == ("expired", "not_collected")
    assert lent.later(days=8).check_in(at="CG").hold == lent.held(later.id)
    assert lent.held(later.id).status == "ready"


def test_the_shelf_counts_open_days(lent: Desk) -> None:
    def close_for_a_week(session: Session) -> None:
        closed = {
            "org_id": lent.county.branch,
            "from_on": date(2026, 11, 24),
            "to_on": date(2026, 11, 30),
            "reason": "",
        }
        session.add(Closure(**closed))
        session.flush()
        CALENDARS.changed(session)

    lent.write(close_for_a_week)
    hold = lent.check_in(at="CG").hold
    assert hold is not None
    assert hold.shelf_until == date(2026, 12, 7)


def test_a_hold_nobody_could_fill_ends_on_its_day(lent: Desk) -> None:
    lent.holding(lambda service: service.cancel(1))
    hold = lent.hold(expires_on=date(2026, 11, 25), bib_id=lent.item().bib_id)
    assert lent.later(days=2).holding(lambda service: service.expire_due()) == 0
    assert lent.later(days=3).holding(lambda service: service.expire_due()) == 1
    assert lent.held(hold.id).end_reason == "too_late"


def test_a_hold_that_is_long_over_is_left_to_the_job_that_forgets_readers_everywhere(lent: Desk) -> None:
    lent.holding(lambda service: service.cancel(1))
    later = lent.later(days=31)
    later.holding(lambda service: service.expire_due())
    assert lent.held(1).patron_id is not None
    forget_due(lambda work: lent.write(lambda s: work(make_context(s, SYSTEM, now=later.now))))
    assert lent.held(1).patron_id is None
    assert [e.act for e in lent.journal() if e.patron_id is not None and (e.data or {}).get("hold") == 1] == []


# --- other rooms --------------------------------------------------------------------------------------------------------


def test_a_transfer_that_is_called_off_sends_the_reader_back_to_the_queue(lent: Desk) -> None:
    first = lent.check_in(at="LX")
    lent.cancel(first.transfer_id)
    assert lent.held(1).status == "queued"
    assert lent.later(minutes=2).holding(lambda service: service.target_due()) == 1
