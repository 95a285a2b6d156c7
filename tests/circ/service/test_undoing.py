"""Taking an act back: each leaves the copy, its loan and its holds as they were, or is refused with a reason. On both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from circ.commands import UseHere
from circ.queries.histories import past_loans
from circ.service import Undone
from kernel.errors import NotFound
from patrons.models import Patron
from tests.desk import Desk, refusals_of


def undo(desk: Desk, entry_id: int | None) -> Undone:
    assert entry_id is not None
    return desk._act(lambda service: service.undo(entry_id))


def last(desk: Desk, act: str) -> int:
    return [entry.id for entry in desk.journal() if entry.act == act][-1]


# --- check-out --------------------------------------------------------------------------------------------------------


def test_a_check_out_undone_leaves_a_loan_that_was_none(desk: Desk) -> None:
    lent = desk.check_out()
    undone = undo(desk, lent.entry_id)
    assert desk.place() == ("available", desk.county.hub)
    loan = desk.loan(lent.id)
    assert (loan.close_reason, desk.open_loans()) == ("undone", 0)
    assert undone.message.zh == "《平凡的世界》：借出已撤销。现在：在架。"
    entry = desk.journal()[-1]
    assert (entry.act, entry.undoes_id, entry.data) == (
        "undone",
        lent.entry_id,
        {"act": "checked_out", "entry": lent.entry_id},
    )
    assert desk.listed("returned") == []
    assert desk.read(lambda s: past_loans(s, lent.patron.id)) == []  # nor does the reader read of it
    assert desk.check_out().id != lent.id


def test_the_hold_that_was_collected_lies_ready_again_until_its_day(desk: Desk) -> None:
    hold = desk.hold(pickup="ZG")
    desk.check_in()
    until = desk.held(hold.id).shelf_until
    lent = desk.later(days=1).check_out()
    undo(desk.later(days=1, minutes=5), lent.entry_id)
    again = desk.held(hold.id)
    assert (again.status, again.copy_barcode, again.shelf_until) == ("ready", "B0001", until)
    assert desk.place() == ("on_hold_shelf", desk.county.hub)
    desk.check_out()
    assert desk.held(hold.id).status == "collected"


def test_a_hold_that_waited_has_its_place_again(desk: Desk) -> None:
    desk.add_patron("P0002")
    hold = desk.hold(pickup="CG")
    lent = desk.check_out(at="ZG")
    assert desk.held(hold.id).status == "collected"
    undo(desk, lent.entry_id)
    again = desk.held(hold.id)
    assert (again.status, again.copy_barcode) == ("targeted", "B0001")  # it stands on a shelf, and is asked for


def test_a_book_lent_on_its_way_is_to_be_scanned_in(desk: Desk) -> None:
    desk.check_in(at="CG")
    lent = desk.check_out(at="CG")
    undone = undo(desk, lent.entry_id)
    assert desk.place() == ("available", desk.county.branch)
    assert undone.message.zh.endswith("请再办一次还书，看它放到哪里。")
    assert desk.check_in(at="CG").action == "transfer"


def test_a_reader_who_waits_anew_keeps_the_new_hold(desk: Desk) -> None:
    desk.hold(pickup="ZG")
    lent = desk.check_out()
    desk.hold(pickup="ZG", override=("hold.has_loan",))
    assert refusals_of(lambda: undo(desk, lent.entry_id)) == ["undo.moved_on"]
    assert desk.open_loans() == 1


def test_the_limit_counts_no_loan_that_was_undone(desk: Desk) -> None:
    desk.policy("max_loans", 1)
    desk.add_item("B0002")
    undo(desk, desk.check_out().entry_id)
    assert desk.check_out("B0002").id


# --- check-in ---------------------------------------------------------------------------------------------------------


def test_a_check_in_undone_leaves_the_loan_as_it_was(desk: Desk) -> None:
    lent = desk.check_out()
    returned = desk.check_in(at="CG")
    undone = undo(desk, returned.entry_id)
    assert desk.place() == ("on_loan", desk.county.hub)
    assert desk.transfers() == ["cancelled"]
    loan = desk.loan(lent.id)
    assert (loan.closed_at, loan.close_reason, loan.due_at) == (None, None, lent.due_at)
    assert undone.item.status == "on_loan"
    desk.check_in(at="CG")
    assert desk.open_loans() == 0


def test_the_hold_that_a_check_in_served_waits_again(desk: Desk) -> None:
    desk.add_patron("P0002")
    desk.check_out()
    hold = desk.hold("P0002", pickup="ZG")
    returned = desk.check_in()
    assert desk.held(hold.id).status == "ready"
    undo(desk, returned.entry_id)
    assert desk.held(hold.id).status == "queued"
    assert desk.check_in().action == "hold_shelf"


def test_a_lost_book_taken_in_by_mistake_is_lost_again(desk: Desk) -> None:
    desk.check_out()
    desk.declare("lost")
    undo(desk, desk.check_in().entry_id)
    assert (desk.item().status, desk.loan(1).mark) == ("lost", "lost")


def test_a_book_that_was_not_out_has_no_return_to_undo(desk: Desk) -> None:
    returned = desk.check_in(at="CG")
    assert returned.entry_id is None
    assert refusals_of(lambda: undo(desk, last(desk, "item_moved"))) == ["undo.not_possible"]


# --- the others -------------------------------------------------------------------------------------------------------


def test_a_renewal_undone_gives_the_old_day_back(desk: Desk) -> None:
    lent = desk.check_out()
    renewed = desk.later(days=20).renew(lent.id)
    undo(desk.later(days=20), renewed.entry_id)
    loan = desk.loan(lent.id)
    assert (loan.due_at, loan.renewals) == (lent.due_at, 0)
    assert desk.later(days=20).renew(lent.id).renewals == 1


def test_a_use_undone_is_known_as_such(desk: Desk) -> None:
    used = desk._act(lambda service: service.use_here(UseHere(item="B0001", at="ZG")))
    undo(desk, used.entry_id)
    assert desk.journal()[-1].undoes_id == used.entry_id


@pytest.mark.parametrize("act", ["missing", "lost", "in_repair", "damaged"])
def test_what_was_said_of_a_copy_is_taken_back(desk: Desk, act: str) -> None:
    declared = desk.declare(act)
    undo(desk, declared.entry_id)
    item = desk.item()
    assert (item.status, item.is_damaged, item.location_id) == ("available", False, desk.county.hub)


@pytest.mark.parametrize(("first", "second"), [("missing", "found"), ("in_repair", "repaired"), ("missing", "lost")])
def test_what_was_said_second_is_taken_back_to_the_first(desk: Desk, first: str, second: str) -> None:
    before = desk.declare(first).item.status
    undo(desk, desk.declare(second).entry_id)
    assert desk.item().status == before


def test_a_book_found_elsewhere_is_missing_where_it_was(desk: Desk) -> None:
    desk.declare("missing")
    undo(desk, desk.declare("found", at="CG").entry_id)
    assert desk.place() == ("missing", desk.county.hub)


@pytest.mark.parametrize("act", ["lost", "claimed_returned"])
def test_a_mark_on_a_loan_is_taken_back(desk: Desk, act: str) -> None:
    desk.check_out()
    undo(desk, desk.declare(act).entry_id)
    assert (desk.item().status, desk.loan(1).mark, desk.loan(1).marked_at) == ("on_loan", None, None)


def test_the_mark_before_comes_back_with_its_day(desk: Desk) -> None:
    desk.check_out()
    desk.declare("claimed_returned")
    since = desk.loan(1).marked_at
    undo(desk.later(days=3), desk.later(days=3).declare("lost").entry_id)
    assert (desk.loan(1).mark, desk.loan(1).marked_at) == ("claimed_returned", since)


def test_a_claim_that_was_believed_is_open_again(desk: Desk) -> None:
    desk.check_out()
    desk.declare("claimed_returned")
    undo(desk, desk.declare("missing").entry_id)
    assert (desk.item().status, desk.open_loans(), desk.loan(1).mark) == ("on_loan", 1, "claimed_returned")


def test_a_hold_that_went_on_to_another_copy_stays_there(desk: Desk) -> None:
    desk.add_item("B0002", bib_id=desk.item().bib_id)
    hold = desk.hold(pickup="ZG")
    desk.check_in()
    undo(desk, desk.declare("missing").entry_id)
    assert desk.held(hold.id).copy_barcode == "B0002"
    assert desk.place() == ("available", desk.county.hub)


# --- refusals ---------------------------------------------------------------------------------------------------------

LATER: dict[str, Callable[[Desk], object]] = {
    "renewed": lambda desk: desk.later(minutes=1).renew(1),
    "returned": lambda desk: desk.check_in(at="CG"),
    "lost": lambda desk: desk.declare("lost"),
    "damaged": lambda desk: desk.declare("damaged"),
}


@pytest.mark.parametrize("what", LATER)
def test_what_was_followed_by_another_act_stays(desk: Desk, what: str) -> None:
    lent = desk.check_out()
    LATER[what](desk)
    before = len(desk.journal())
    assert refusals_of(lambda: undo(desk, lent.entry_id)) == ["undo.moved_on"]
    assert len(desk.journal()) == before


def test_a_book_that_was_sent_off_is_not_called_back_by_undoing(desk: Desk) -> None:
    desk.check_out()
    returned = desk.check_in(at="CG")
    desk.dispatch(returned.transfer_id)
    assert refusals_of(lambda: undo(desk, returned.entry_id)) == ["undo.moved_on"]


def test_an_act_is_undone_once_and_within_ten_minutes(desk: Desk) -> None:
    lent = desk.check_out()
    assert refusals_of(lambda: undo(desk.later(minutes=11), lent.entry_id)) == ["undo.too_late"]
    undo(desk.later(minutes=10), lent.entry_id)
    assert refusals_of(lambda: undo(desk, lent.entry_id)) == ["undo.done"]


def test_a_withdrawal_is_undone_by_its_list(desk: Desk) -> None:
    assert desk.declare("withdrawn", reason="破损").entry_id is None
    assert refusals_of(lambda: undo(desk, last(desk, "status_changed"))) == ["undo.not_possible"]


def test_a_return_of_a_reader_who_is_no_more_stays(desk: Desk) -> None:
    desk.check_out()
    returned = desk.check_in()
    desk.write(lambda s: s.execute(update(Patron).values(status="closed")))
    assert refusals_of(lambda: undo(desk, returned.entry_id)) == ["undo.moved_on"]


def test_one_undoes_ones_own_acts_and_those_of_ones_units(desk: Desk) -> None:
    at_branch = desk.staffed(("volunteer", desk.county.point)).check_out(at="CG")
    another = desk.staffed(("volunteer", desk.county.other_point), username="li")
    with pytest.raises(NotFound):
        undo(another, at_branch.entry_id)
    with pytest.raises(NotFound):
        undo(another, 10**9)
    branch = desk.staffed(("branch_librarian", desk.county.branch), username="zhao")
    undo(branch, at_branch.entry_id)
    own = another.check_out(at="ZG")
    undo(another, own.entry_id)
    assert desk.open_loans() == 0


def test_nobody_undoes_for_others_what_they_could_not_do(desk: Desk) -> None:
    lost = desk.staffed(("hub_librarian", desk.county.hub)).declare("lost")
    assert lost.entry_id
    volunteer = desk.staffed(("volunteer", desk.county.hub), username="li")
    with pytest.raises(NotFound):
        undo(volunteer, lost.entry_id)
