"""The table of a hold's states. No database."""

from __future__ import annotations

from circ.states import END_REASONS, HOLD_STATUSES, KEPT, MOVES, OPEN, WAITING, WITH_COPY, may_move


def test_every_move_leads_from_known_states_to_known_ones() -> None:
    assert {state for move in MOVES for state in (*move.before, move.after)} == HOLD_STATUSES.keys()


def test_every_state_is_reached_and_only_the_ends_are_left_no_more() -> None:
    reached, grew = {"queued"}, True
    while grew:
        found = {move.after for move in MOVES if reached & set(move.before)}
        grew = not found <= reached
        reached |= found
    assert reached == HOLD_STATUSES.keys()
    left = {state for move in MOVES if move.act != "uncollect" for state in move.before}
    assert left == set(OPEN)  # what was collected is left only by undoing the check-out


def test_groups_of_states_agree() -> None:
    assert set(OPEN) == set(WAITING) | set(KEPT)
    assert set(WITH_COPY) == set(OPEN) - {"queued"}


def test_what_is_ready_does_not_come_to_its_place_again() -> None:
    assert not may_move("shelve", "ready")
    assert may_move("send", "ready")
    assert not may_move("cancel", "collected")


def test_every_end_has_a_sentence() -> None:
    assert all(reason.zh and reason.en for reason in END_REASONS.values())
