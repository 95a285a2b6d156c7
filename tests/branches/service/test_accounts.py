"""Staff accounts: nobody lifts themselves, and nobody gives away more than they stand above."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from branches.access import SYSTEM, Caller
from branches.models import Grant
from branches.queries import held_roles
from branches.service import logins
from branches.service.accounts import AccountService, NewUser
from kernel.clock import read_clock
from kernel.db import Database
from kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Refused
from tests.factories import make_context, make_county, make_token, make_unit, make_user


def _act(database: Database, caller: Caller, work: Callable[[AccountService], object]) -> object:
    return database.run(lambda s: work(AccountService(make_context(s, caller))))


def _user(database: Database, name: str, *grants: tuple[str, int]) -> Caller:
    return database.run(lambda s: make_user(s, name, *grants))


def _roles(database: Database, caller: Caller) -> set[tuple[str, int]]:
    with database.reading() as session:
        return held_roles(session, caller.id)


def _new(name: str = "chen", password: str = "eleven quiet herons") -> NewUser:
    return NewUser(username=name, password=password, name="陈")


def test_a_new_account_may_do_nothing(database: Database) -> None:
    database.run(make_county)
    _act(database, SYSTEM, lambda a: a.create(_new("Chen")))
    with database.reading() as session:
        found = logins.find_staff(session, "CHEN")
    assert found is not None
    assert found.username == "chen"


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaaaaaa", "password1234567", "x" * 257])
def test_cannot_take_a_weak_password(database: Database, password: str) -> None:
    with pytest.raises(Invalid, match=r"password\.weak"):
        _act(database, SYSTEM, lambda a: a.create(_new(password=password)))


def test_cannot_take_a_login_that_is_taken(database: Database) -> None:
    _user(database, "chen")
    with pytest.raises(Conflict, match="name_taken"):
        _act(database, SYSTEM, lambda a: a.create(_new("CHEN")))


@pytest.mark.parametrize("name", ["a", "陈", "a b", "a:b", "../x", "-x"])
def test_cannot_take_a_login_that_is_not_plain(database: Database, name: str) -> None:
    with pytest.raises(Invalid, match=r"user\.name"):
        _act(database, SYSTEM, lambda a: a.create(_new(name)))


@pytest.mark.parametrize(
    "role", ["branch_librarian", "volunteer", "shop_clerk", "returns_clerk", "self_check", "purchaser", "manager"]
)
def test_a_hub_librarian_gives_lower_roles_in_own_units(database: Database, role: str) -> None:
    county = database.run(make_county)
    hub = _user(database, "li", ("hub_librarian", county.hub))
    new = _user(database, "new")
    _act(database, hub, lambda a: a.set_grants("new", [(role, "LX")]))
    assert _roles(database, new) == {(role, county.point)}


@pytest.mark.parametrize("role", ["sysadmin", "hub_librarian"])
def test_a_hub_librarian_gives_no_role_of_own_rank_or_above(database: Database, role: str) -> None:
    county = database.run(make_county)
    hub = _user(database, "li", ("hub_librarian", county.hub))
    _user(database, "new")
    with pytest.raises(Refused):
        _act(database, hub, lambda a: a.set_grants("new", [(role, "LX")]))


def test_a_hub_librarian_gives_no_role_outside_own_units(database: Database) -> None:
    county = database.run(make_county)
    hub = _user(database, "li", ("hub_librarian", county.hub))
    _user(database, "new")
    with pytest.raises(NotFound):
        _act(database, hub, lambda a: a.set_grants("new", [("volunteer", "QX")]))


def test_a_hub_librarian_takes_no_role_away_that_lies_outside(database: Database) -> None:
    county = database.run(make_county)
    other = database.run(lambda s: make_unit(s, "H2", "hub", county.network))
    hub = _user(database, "li", ("hub_librarian", county.hub))
    both = _user(database, "both", ("volunteer", county.point), ("volunteer", other))
    with pytest.raises(NotFound):
        _act(database, hub, lambda a: a.set_grants("both", []))
    _act(database, hub, lambda a: a.set_grants("both", [("volunteer", "H2")]))
    assert _roles(database, both) == {("volunteer", other)}


def test_an_account_of_other_units_is_not_there_for_a_hub_librarian(database: Database) -> None:
    county = database.run(make_county)
    other = database.run(lambda s: make_unit(s, "H2", "hub", county.network))
    hub = _user(database, "li", ("hub_librarian", county.hub))
    _user(database, "far", ("volunteer", other))
    with pytest.raises(NotFound):
        _act(database, hub, lambda a: a.set_grants("far", [("volunteer", "LX")]))


@pytest.mark.parametrize("role", ["sysadmin", "hub_librarian"])
def test_nobody_changes_their_own_roles(database: Database, role: str) -> None:
    county = database.run(make_county)
    me = _user(database, "me", (role, county.hub))
    with pytest.raises(Refused) as caught:
        _act(database, me, lambda a: a.set_grants("me", [("volunteer", "LX")]))
    assert [r.code for r in caught.value.refusals] == ["grant.self"]
    assert _roles(database, me) == {(role, county.hub)}


@pytest.mark.parametrize(
    "role", ["branch_librarian", "volunteer", "shop_clerk", "returns_clerk", "self_check", "purchaser", "manager"]
)
def test_other_roles_manage_no_accounts(database: Database, role: str) -> None:
    county = database.run(make_county)
    caller = _user(database, "me", (role, county.hub))
    _user(database, "new")
    with pytest.raises(Forbidden):
        _act(database, caller, lambda a: a.set_grants("new", [("volunteer", "LX")]))
    with pytest.raises(Forbidden):
        _act(database, caller, lambda a: a.create(_new()))


def test_a_hub_librarian_cannot_take_over_an_administrator_by_a_new_password(database: Database) -> None:
    county = database.run(make_county)
    hub = _user(database, "li", ("hub_librarian", county.hub))
    _user(database, "root", ("sysadmin", county.hub))
    with pytest.raises(Refused):
        _act(database, hub, lambda a: a.reset_password("root", "eleven quiet herons"))


def test_two_administrators_cannot_remove_each_other_at_once(database: Database) -> None:
    county = database.run(make_county)
    one, other = (_user(database, name, ("sysadmin", county.network)) for name in ("one", "other"))

    def remove(pair: tuple[Caller, str]) -> str:
        try:
            _act(database, pair[0], lambda a: a.set_grants(pair[1], []))
        except DomainError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(remove, [(one, "other"), (other, "one")]))
    with database.reading() as session:
        left = session.scalar(select(func.count()).select_from(Grant).where(Grant.role == "sysadmin"))
    assert (answers, left) == (["auth.forbidden", "done"], 1)


def test_switching_an_account_off_ends_its_logins(database: Database) -> None:
    county = database.run(make_county)
    user = _user(database, "zhao", ("volunteer", county.point))
    token = database.run(lambda s: make_token(s, user))
    _act(database, SYSTEM, lambda a: a.change("zhao", {"is_active": False}))
    with database.reading() as session:
        assert logins.find_caller(session, token, read_clock()).kind == "anonymous"


def test_a_role_taken_away_is_gone_for_tokens_in_use(database: Database) -> None:
    county = database.run(make_county)
    user = _user(database, "zhao", ("volunteer", county.point))
    token = database.run(lambda s: make_token(s, user))
    _act(database, SYSTEM, lambda a: a.set_grants("zhao", []))
    with database.reading() as session:
        assert not logins.find_caller(session, token, read_clock()).holds("loan.lend")
