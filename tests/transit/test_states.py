"""The table of a transfer's states: every state reachable by an act that exists, and no act out of a final one. No database."""

from __future__ import annotations

import pytest

from branches.rights import RIGHTS
from transit.states import MOVES, OPEN, REASONS, TRANSFER_STATUSES, moves_from


def test_moves_lead_from_known_states_to_known_states_by_known_rights() -> None:
    for move in MOVES:
        assert set(move.before) <= TRANSFER_STATUSES.keys()
        assert move.after in TRANSFER_STATUSES
        assert move.right in RIGHTS


@pytest.mark.parametrize(
    ("status", "acts"),
    [
        (
            "approved",
            ["dispatch", "receipt", "cancellation", "loss"],
        ),  # a book may arrive before anybody scanned it out
        ("dispatched", ["receipt", "cancellation", "loss"]),
        ("requested", ["approval", "refusal", "cancellation"]),
        ("received", []),
        ("refused", []),
        ("cancelled", []),
        ("missing", ["receipt"]),  # it turns up where it was going
    ],
)
def test_what_may_be_done_with_a_transfer(status: str, acts: list[str]) -> None:
    assert [move.act for move in moves_from(status)] == acts


def test_only_open_transfers_hold_a_copy() -> None:
    assert OPEN == ("approved", "dispatched")
    assert {status for status in TRANSFER_STATUSES if moves_from(status)} == {"requested", *OPEN, "missing"}


def test_states_and_reasons_are_those_of_the_contract() -> None:
    assert list(TRANSFER_STATUSES) == [
        "requested",
        "approved",
        "dispatched",
        "received",
        "refused",
        "cancelled",
        "missing",
    ]
    assert list(REASONS) == ["return_home", "hold", "request", "rotation", "float", "recall"]
