"""What a librarian says of a copy, in every state in which it can be: each act does what its table says or is refused, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.states import ITEM_STATUSES, STATUS_ACTS
from circ.states import LOAN_ACTS, acts_for
from kernel.errors import Conflict, Invalid, NotFound, Refused
from tests.desk import Desk, refusals_of

ACTS = sorted({*STATUS_ACTS, *LOAN_ACTS})


def borrowed(desk: Desk) -> None:
    desk.check_out()


def lost_by_reader(desk: Desk) -> None:
    desk.check_out()
    desk.declare("lost")


def claimed(desk: Desk) -> None:
    desk.check_out()
    desk.declare("claimed_returned")


def on_hold_shelf(desk: Desk) -> None:
    desk.hold(pickup="ZG")
    desk.check_in(at="ZG")


def on_its_way(desk: Desk) -> None:
    desk.check_in(at="CG")


def said(*acts: str) -> Callable[[Desk], None]:
    def bring(desk: Desk) -> None:
        for act in acts:
            desk.declare(act, reason="破损" if act == "withdrawn" else None)

    return bring


# How a copy comes into each state: (status, damaged, on loan, mark).
STATES: dict[str, tuple[Callable[[Desk], None], tuple[str, bool, bool, str | None]]] = {
    "available": (lambda desk: None, ("available", False, False, None)),
    "damaged": (said("damaged"), ("available", True, False, None)),
    "on_loan": (borrowed, ("on_loan", False, True, None)),
    "lost on loan": (lost_by_reader, ("lost", False, True, "lost")),
    "claimed": (claimed, ("on_loan", False, True, "claimed_returned")),
    "in_transit": (on_its_way, ("in_transit", False, False, None)),
    "on_hold_shelf": (on_hold_shelf, ("on_hold_shelf", False, False, None)),
    "in_processing": (lambda desk: desk.set_item(status="in_processing"), ("in_processing", False, False, None)),
    "on_order": (lambda desk: desk.set_item(status="on_order"), ("on_order", False, False, None)),
    "in_repair": (said("in_repair"), ("in_repair", False, False, None)),
    "missing": (said("missing"), ("missing", False, False, None)),
    "lost": (said("lost"), ("lost", False, False, None)),
    "withdrawn": (said("withdrawn"), ("withdrawn", False, False, None)),
}


def state_of(desk: Desk) -> tuple[str, bool, bool, str | None]:
    item = desk.item()
    loan = next((one for one in desk.loans_of(item.id) if one.closed_at is None), None)
    return item.status, item.is_damaged, loan is not None, loan.mark if loan else None


@pytest.mark.parametrize("name", STATES)
def test_every_act_in_every_state_does_what_its_table_says_or_is_refused(desk: Desk, name: str) -> None:
    bring, state = STATES[name]
    bring(desk)
    status, is_damaged, has_loan, mark = state
    assert state_of(desk) == state
    allowed = acts_for(status, is_damaged=is_damaged, has_loan=has_loan, mark=mark)
    refused = [act for act in ACTS if act not in allowed]
    for act in refused:
        with pytest.raises(Refused) as caught:
            desk.declare(act, reason="破损")
        assert caught.value.refusals[0].code == "item.status_move"
        assert caught.value.refusals[0].data["allowed"] == list(allowed)
    assert state_of(desk) == state


@pytest.mark.parametrize(
    ("name", "act"),
    [(name, act) for name, (_, (status, damaged, out, mark)) in STATES.items()
     for act in acts_for(status, is_damaged=damaged, has_loan=out, mark=mark)],
)  # fmt: skip
def test_every_act_that_fits_does_what_its_table_says(desk: Desk, name: str, act: str) -> None:
    """The fixture asks every invariant afterwards."""
    bring, (status, _, has_loan, _) = STATES[name]
    bring(desk)
    declared = desk.declare(act, reason="破损")
    after = state_of(desk)
    assert declared.item.status == after[0]
    if has_loan and act in LOAN_ACTS:
        wanted = LOAN_ACTS[act]
        assert after == ("withdrawn" if act == "withdrawn" else wanted.status, False, wanted.ends is None, wanted.mark)
        return
    wanted_act = STATUS_ACTS[act]
    if act == "restored":
        assert after[0] == "available"
        return
    assert after[0] == (wanted_act.after or status)
    if wanted_act.damaged is not None:
        assert after[1] is wanted_act.damaged


def test_the_states_tried_are_all_there_are() -> None:
    assert {state[0] for _, state in STATES.values()} == set(ITEM_STATUSES)


def test_a_copy_on_the_hold_shelf_that_is_missing_sends_its_hold_on_to_another(desk: Desk) -> None:
    on_hold_shelf(desk)
    desk.add_item("B0002", bib_id=desk.item().bib_id)
    desk.declare("missing", reason="预约架上没有")
    hold = desk.held(1)
    assert (hold.status, hold.copy_barcode) == ("targeted", "B0002")
    assert desk.check_in("B0002", at="ZG").action == "hold_shelf"


def test_a_copy_on_the_hold_shelf_that_is_missing_leaves_its_hold_waiting_where_there_is_no_other(desk: Desk) -> None:
    on_hold_shelf(desk)
    desk.declare("missing")
    assert desk.held(1).status == "queued"
    assert desk.check_in(at="ZG").action == "hold_shelf"  # it turned up


def test_a_copy_missing_on_its_way_ends_its_transfer_and_frees_its_hold(desk: Desk) -> None:
    hold = desk.hold(pickup="CG")
    transfer_id = desk.check_in(at="ZG").transfer_id
    desk.dispatch(transfer_id)
    desk.declare("missing")
    assert desk.transfer(transfer_id).status == "missing"
    assert desk.held(hold.id).status == "queued"
    assert desk.check_in(at="CG").action == "hold_shelf"


def test_a_copy_found_is_asked_for_by_whoever_waits(desk: Desk) -> None:
    hold = desk.hold(pickup="CG")
    desk.declare("missing")
    assert desk.held(hold.id).status == "queued"
    desk.declare("found", at="CG")
    assert desk.held(hold.id).status == "targeted"
    assert desk.place() == ("available", desk.county.branch)
    assert "item_moved" in desk.acts()


def test_a_copy_from_the_mender_is_no_longer_damaged(desk: Desk) -> None:
    desk.declare("damaged", reason="书脊开胶")
    desk.declare("in_repair")
    assert desk.item().is_damaged
    desk.declare("repaired")
    assert not desk.item().is_damaged


def test_a_lost_book_is_found_again_by_any_check_in(desk: Desk) -> None:
    lost_by_reader(desk)
    returned = desk.check_in(at="CG")
    assert returned.loan is not None
    assert [notice.code for notice in returned.notices] == ["item.lost"]
    assert returned.action == "transfer"
    assert desk.open_loans() == 0


def test_a_book_claimed_to_be_returned_says_so_when_it_turns_up(desk: Desk) -> None:
    claimed(desk)
    assert [notice.code for notice in desk.check_in(at="ZG").notices] == ["item.claimed_returned"]
    assert desk.place() == ("available", desk.county.hub)


def test_a_claim_that_is_believed_ends_the_loan_and_leaves_the_copy_missing(desk: Desk) -> None:
    claimed(desk)
    desk.declare("missing")
    loan = desk.loan(1)
    assert (loan.close_reason, desk.open_loans()) == ("claimed_returned", 0)
    returned = desk.check_in(at="ZG")
    assert returned.loan is None
    assert desk.place() == ("available", desk.county.hub)


@pytest.mark.parametrize("mark", ["lost", "claimed_returned"])
def test_a_marked_loan_is_neither_renewed_nor_overdue(desk: Desk, mark: str) -> None:
    loan_id = desk.check_out().id
    desk.declare(mark)
    assert refusals_of(lambda: desk.renew(loan_id)) == [f"loan.{mark}"]
    desk.add_item("B0002")
    desk.policy("max_overdue", 0)
    assert desk.later(days=60).check_out("B0002").id
    assert refusals_of(lambda: desk.check_out(patron="P0001")) != []


def test_who_reads_loans_finds_lost_and_claimed_ones(desk: Desk) -> None:
    desk.add_item("B0002")
    desk.add_item("B0003")
    for barcode in ("B0001", "B0002", "B0003"):
        desk.check_out(barcode)
    desk.declare("lost")
    desk.declare("claimed_returned", "B0002")
    late = desk.later(days=60)
    assert {status: late.listed(status) for status in ("open", "overdue", "lost", "claimed_returned")} == {
        "open": ["B0001", "B0002", "B0003"],
        "overdue": ["B0003"],
        "lost": ["B0001"],
        "claimed_returned": ["B0002"],
    }
    desk.declare("withdrawn", reason="读者丢失")
    assert desk.listed("lost") == ["B0001"]


def test_a_withdrawal_needs_a_reason(desk: Desk) -> None:
    with pytest.raises(Invalid):
        desk.declare("withdrawn")


def test_nobody_says_anything_at_the_network_as_a_whole(desk: Desk) -> None:
    assert refusals_of(lambda: desk.declare("damaged", at="QX")) == ["org.no_desk"]


def test_a_branch_speaks_of_its_own_copies_and_of_what_lies_at_its_desk(desk: Desk) -> None:
    desk.add_item("C0001", desk.county.branch)
    branch = desk.staffed(("branch_librarian", desk.county.branch))
    assert branch.declare("missing", "C0001").item.status == "missing"
    with pytest.raises(NotFound):
        branch.declare("missing")
    with pytest.raises(NotFound):
        branch.declare("damaged", at="ZG")
    assert branch.declare("damaged", at="CG").item.is_damaged
    assert desk.place() == ("available", desk.county.branch)


def test_any_desk_with_the_right_speaks_of_a_loan(desk: Desk) -> None:
    desk.check_out()
    branch = desk.staffed(("branch_librarian", desk.county.branch))
    branch.declare("claimed_returned")
    entry = desk.journal()[-1]
    assert (entry.act, entry.org_id, entry.patron_id) == ("status_changed", desk.county.branch, desk.loan(1).patron_id)


def test_a_copy_lent_in_the_same_moment_is_not_spoken_of(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loan was read before the copy's row was ours."""
    from circ import queries
    from circ.service import status

    desk.check_out()
    read = queries.open_loan_of_item
    first = iter([True])
    monkeypatch.setattr(status.queries, "open_loan_of_item", lambda s, i: None if next(first, False) else read(s, i))
    with pytest.raises(Conflict):
        desk.declare("missing")
