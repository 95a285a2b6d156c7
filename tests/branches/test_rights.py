"""Who may what, and how far: the table of rights against the one agreed for the network. No database."""

from __future__ import annotations

import pytest

from branches.rights import ANYONE, GRANTED, PUBLIC, RIGHTS, ROLE_RANK, ROLES, SELF

LENDING = {"loan.lend", "loan.return", "loan.renew"}
OVERRIDES = {"loan.override.patron", "loan.override.item", "loan.override.hold", "renew.override"}


def test_every_role_has_a_name_a_rank_and_a_line() -> None:
    assert ROLES.keys() == GRANTED.keys() == ROLE_RANK.keys()
    assert ROLES.keys() == {
        "sysadmin",
        "hub_librarian",
        "branch_librarian",
        "volunteer",
        "shop_clerk",
        "returns_clerk",
        "self_check",
        "purchaser",
        "manager",
    }


def test_every_right_granted_is_a_right_with_a_sentence() -> None:
    granted = {right for rights in GRANTED.values() for right in rights}
    assert granted == RIGHTS.keys()
    assert {PUBLIC, ANYONE, SELF}.isdisjoint(RIGHTS)


@pytest.mark.parametrize(
    ("role", "reach"),
    [
        ("hub_librarian", "network"),
        ("branch_librarian", "network"),
        ("volunteer", "network"),
        ("self_check", "own"),
        ("sysadmin", None),
        ("shop_clerk", None),
        ("purchaser", None),
        ("manager", None),
    ],
)
def test_lending_and_returning(role: str, reach: str | None) -> None:
    assert {GRANTED[role].get(right) for right in LENDING} == {reach}


def test_a_returns_clerk_takes_books_back_at_one_unit_and_sees_no_reader() -> None:
    held = GRANTED["returns_clerk"]
    assert {right for right in held if right.startswith("loan.")} == {"loan.return"}
    assert {right for right, reach in held.items() if reach != "own"} == {"org.read"}
    assert not any(right.startswith(("card.", "patron.", "fee.", "hold.")) for right in held)


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        ("hub_librarian", OVERRIDES | {"return.backdate", "patron.block"}),
        ("branch_librarian", {"loan.override.patron", "renew.override", "return.backdate"}),  # the listed ones only
        ("volunteer", set()),  # default rules only
        ("self_check", set()),
        ("shop_clerk", set()),
        ("sysadmin", set()),
    ],
)
def test_only_librarians_lift_what_the_rules_say(role: str, rights: set[str]) -> None:
    held = {
        right: reach
        for right, reach in GRANTED[role].items()
        if right in OVERRIDES | {"return.backdate", "patron.block"}
    }
    assert held.keys() == rights
    assert set(held.values()) <= {"subtree"}


@pytest.mark.parametrize(
    ("role", "reach"),
    [
        ("hub_librarian", "subtree"),
        ("branch_librarian", "subtree"),
        ("volunteer", "own"),
        ("self_check", None),
        ("sysadmin", None),
    ],
)
def test_sending_and_receiving_transfers(role: str, reach: str | None) -> None:
    assert {GRANTED[role].get(right) for right in ("transfer.read", "transfer.send", "transfer.receive")} == {reach}


@pytest.mark.parametrize(
    ("right", "roles"),
    [
        ("patron.read_full", {"hub_librarian"}),  # everybody else sees masked names
        ("patron.read", {"hub_librarian", "branch_librarian"}),
        ("patron.write", {"hub_librarian", "branch_librarian"}),
        ("import.run", {"hub_librarian"}),
        ("bib.write", {"hub_librarian"}),
        ("user.write", {"sysadmin", "hub_librarian"}),
        ("jobs.run", {"sysadmin"}),
        ("policy.write", {"sysadmin", "hub_librarian"}),
        ("journal.read", {"sysadmin", "hub_librarian", "manager"}),
        ("org.write", {"sysadmin", "hub_librarian"}),
        ("hours.write", {"sysadmin", "hub_librarian", "branch_librarian"}),
        ("transfer.cancel", {"hub_librarian", "branch_librarian"}),
    ],
)
def test_a_right_is_held_by_these_roles_alone(right: str, roles: set[str]) -> None:
    assert {role for role, rights in GRANTED.items() if right in rights} == roles


def test_an_administrator_of_accounts_sees_no_readers() -> None:
    """Who runs an erasure learns nothing of whom it erases."""
    of_readers = {right for right in GRANTED["sysadmin"] if right.startswith(("patron.", "loan.", "card."))}
    assert of_readers == {"patron.erase"}


def test_nobody_ranks_as_high_as_the_administrator() -> None:
    assert [role for role, rank in ROLE_RANK.items() if rank >= ROLE_RANK["sysadmin"]] == ["sysadmin"]
