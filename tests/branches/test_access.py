"""What one caller may do where: grants at units, how far each reaches, and what is answered outside. No database."""

from __future__ import annotations

import pytest

from branches.access import ANONYMOUS, SYSTEM, Caller
from branches.tree import OrgTree, Unit
from kernel.errors import Forbidden, NotFound

NETWORK, HUB, BRANCH, POINT, OTHER_HUB = 1, 2, 3, 4, 5
TREE = OrgTree(
    [
        Unit(id=NETWORK, code="QX", name="县", kind="network", parent_id=None),
        Unit(id=HUB, code="ZG", name="总馆", kind="hub", parent_id=NETWORK),
        Unit(id=BRANCH, code="CG", name="分馆", kind="branch", parent_id=HUB),
        Unit(id=POINT, code="LX", name="李村", kind="point", parent_id=BRANCH),
        Unit(id=OTHER_HUB, code="YC", name="羊村", kind="hub", parent_id=NETWORK),
    ]
)
ALL = {NETWORK, HUB, BRANCH, POINT, OTHER_HUB}


def staff(*grants: tuple[str, int]) -> Caller:
    return Caller(kind="staff", id=7, name="馆员", username="wang", grants=grants)


READER = Caller(kind="patron", id=9, name="张三丰")


@pytest.mark.parametrize(
    ("caller", "right", "units"),
    [
        (staff(("branch_librarian", BRANCH)), "loan.lend", ALL),  # lending is one for the whole network
        (staff(("branch_librarian", BRANCH)), "loan.override.patron", {BRANCH, POINT}),
        (staff(("branch_librarian", BRANCH)), "loan.override.item", set()),
        (staff(("branch_librarian", BRANCH)), "hours.write", {BRANCH}),
        (staff(("hub_librarian", HUB)), "loan.override.item", {HUB, BRANCH, POINT}),
        (staff(("volunteer", POINT)), "transfer.send", {POINT}),
        (staff(("volunteer", BRANCH)), "transfer.send", {BRANCH}),  # `own` does not reach below
        (staff(("volunteer", POINT), ("hub_librarian", OTHER_HUB)), "transfer.send", {POINT, OTHER_HUB}),
        (staff(("self_check", POINT)), "loan.lend", {POINT}),
        (staff(("sysadmin", NETWORK)), "loan.lend", set()),
        (staff(("sysadmin", HUB)), "org.write", ALL),
        (staff(), "loan.lend", set()),
        (staff(("no_such_role", HUB)), "loan.lend", set()),
        (READER, "loan.renew", set()),
        (ANONYMOUS, "org.read", set()),
        (SYSTEM, "jobs.run", ALL),
    ],
)
def test_a_grant_reaches_as_far_as_its_role_says(caller: Caller, right: str, units: set[int]) -> None:
    assert caller.units(right, TREE) == units
    assert {org_id for org_id in ALL if caller.may(right, org_id, TREE)} == units
    assert caller.holds(right) is bool(units)


def test_a_right_held_nowhere_is_forbidden() -> None:
    with pytest.raises(Forbidden) as caught:
        staff(("volunteer", POINT)).require_at("transfer.cancel", POINT, TREE)
    assert caught.value.code == "auth.forbidden"


@pytest.mark.parametrize(
    ("thing", "key", "code"), [("org", "", "org.not_found"), ("transfer", 12, "transfer.not_found")]
)
def test_what_lies_outside_is_not_found(thing: str, key: object, code: str) -> None:
    with pytest.raises(NotFound) as caught:
        staff(("volunteer", POINT)).require_at("transfer.send", HUB, TREE, thing=thing, key=key)
    assert caught.value.code == code
    assert str(key or "ZG") in caught.value.detail.zh


def test_the_journal_names_staff_by_login_and_readers_by_number() -> None:
    assert (staff().author, READER.author, SYSTEM.author, ANONYMOUS.author) == (
        "wang",
        "patron:9",
        "system",
        "anonymous",
    )


def test_a_reader_and_a_librarian_of_one_number_have_two_scopes_of_keys() -> None:
    assert Caller(kind="staff", id=9).key != READER.key


def test_home_units_are_the_granted_ones_each_once() -> None:
    caller = staff(("volunteer", POINT), ("self_check", POINT), ("manager", HUB))
    assert caller.home_units() == (POINT, HUB)
