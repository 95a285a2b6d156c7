"""Where a book in hand goes, and where it may come back, as tables of cases. No database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.states import ITEM_STATUSES
from circ.return_rules import ReturnFacts, check_return, next_step, status_after

HERE, THERE, HOME = 1, 2, 3


RETURN = ReturnFacts(
    here_id=HERE,
    home_id=HOME,
    home_is_closed=False,
    status="on_loan",
    issued_at_id=THERE,
    issued_is_closed=False,
    transfer_to_id=None,
    is_idle_here=False,
)


@pytest.mark.parametrize(
    ("facts", "on_return", "step", "status"),
    [
        # id: what is in hand → what the hands do
        ({"home_id": HERE}, "go_home", {"action": "shelve"}, "available"),
        ({}, "go_home", {"action": "transfer", "to_id": HOME, "starts": True}, "in_transit"),
        ({}, "stay", {"action": "shelve"}, "available"),
        ({}, "to_issuing", {"action": "transfer", "to_id": THERE, "starts": True}, "in_transit"),
        ({"issued_at_id": HERE}, "to_issuing", {"action": "shelve"}, "available"),
        ({"issued_at_id": None}, "to_issuing", {"action": "transfer", "to_id": HOME, "starts": True}, "in_transit"),
        # an idle copy where it stands: only `go_home` sends it on
        (
            {"status": "available", "issued_at_id": None, "is_idle_here": True},
            "go_home",
            {"action": "transfer", "to_id": HOME, "starts": True},
            "in_transit",
        ),
        (
            {"status": "available", "issued_at_id": None, "is_idle_here": True},
            "to_issuing",
            {"action": "shelve"},
            "available",
        ),
        ({"status": "available", "issued_at_id": None, "home_id": HERE}, "go_home", {"action": "shelve"}, "available"),
        # an open transfer comes first: it arrives, or goes on
        (
            {"status": "in_transit", "issued_at_id": None, "transfer_to_id": HERE},
            "go_home",
            {"action": "shelve", "receives": True},
            "available",
        ),
        (
            {"status": "in_transit", "issued_at_id": None, "transfer_to_id": THERE},
            "stay",
            {"action": "transfer", "to_id": THERE, "forwards": True},
            "in_transit",
        ),
        (
            {"status": "in_transit", "issued_at_id": None, "transfer_to_id": THERE, "home_id": HERE},
            "go_home",
            {"action": "transfer", "to_id": THERE, "forwards": True},
            "in_transit",
        ),
        # found again
        ({"status": "lost", "issued_at_id": None, "home_id": HERE}, "go_home", {"action": "shelve"}, "available"),
        (
            {"status": "missing", "issued_at_id": None},
            "go_home",
            {"action": "transfer", "to_id": HOME, "starts": True},
            "in_transit",
        ),
        # the cataloguers' affair, wherever it is
        ({"status": "withdrawn", "issued_at_id": None}, "go_home", {"action": "process"}, "withdrawn"),
        ({"status": "in_processing", "issued_at_id": None}, "go_home", {"action": "process"}, "in_processing"),
        ({"status": "in_repair", "issued_at_id": None}, "go_home", {"action": "process"}, "in_repair"),
        ({"status": "on_order", "issued_at_id": None}, "go_home", {"action": "process"}, "on_order"),
        # closed libraries get nothing
        ({"home_is_closed": True}, "go_home", {"action": "ask"}, "available"),
        ({"home_is_closed": True}, "stay", {"action": "shelve"}, "available"),
        ({"home_is_closed": True, "home_id": HERE}, "go_home", {"action": "shelve"}, "available"),
        (
            {"issued_is_closed": True},
            "to_issuing",
            {"action": "transfer", "to_id": HOME, "starts": True},
            "in_transit",
        ),
        ({"issued_is_closed": True, "home_is_closed": True}, "to_issuing", {"action": "ask"}, "available"),
    ],
)
def test_where_a_returned_book_goes(facts: dict[str, Any], on_return: str, step: dict[str, Any], status: str) -> None:
    returned = replace(RETURN, **facts)
    decided = next_step(returned, on_return)
    expected = {"to_id": None, "receives": False, "forwards": False, "starts": False} | step
    assert {name: getattr(decided, name) for name in expected} == expected
    assert status_after(decided, returned.status) == status


@given(
    st.builds(
        ReturnFacts,
        here_id=st.just(HERE),
        home_id=st.sampled_from([HERE, HOME]),
        home_is_closed=st.booleans(),
        status=st.sampled_from(sorted(ITEM_STATUSES)),
        issued_at_id=st.sampled_from([None, HERE, THERE]),
        issued_is_closed=st.booleans(),
        transfer_to_id=st.sampled_from([None, HERE, THERE]),
        is_idle_here=st.booleans(),
    ),
    st.sampled_from(["go_home", "stay", "to_issuing"]),
)
def test_a_return_always_finds_a_way_that_the_states_allow(facts: ReturnFacts, on_return: str) -> None:
    step = next_step(facts, on_return)
    after = status_after(step, facts.status)
    assert after == facts.status or after in ITEM_STATUSES[facts.status].moves
    assert (after == "in_transit") is (step.starts or step.forwards)
    assert step.to_id != HERE
    assert step.starts + step.forwards + step.receives <= 1


@pytest.mark.parametrize(
    ("accept", "here", "issued_at", "refused_for"),
    [
        ("anywhere", HERE, THERE, None),
        ("home", HOME, THERE, None),
        ("home", HERE, HERE, "家"),
        ("issuing", THERE, THERE, None),
        ("issuing", HERE, THERE, "借出地"),
        ("issuing", HOME, THERE, "借出地"),
        ("issuing", HERE, None, None),  # not out: nobody to send on
    ],
)
def test_a_return_is_sent_elsewhere_only_by_policy(
    accept: str, here: int, issued_at: int | None, refused_for: str | None
) -> None:
    refusals = check_return(here, HOME, "家", issued_at, "借出地", accept)
    assert [(r.code, r.data["org"]) for r in refusals] == ([("return.not_here", refused_for)] if refused_for else [])
