"""Readers registered, changed, shown and searched for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from branches.access import SYSTEM, Caller
from kernel.db import Database
from kernel.errors import Conflict, DomainError, Invalid, NotFound, Stale
from kernel.journal import JournalEntry
from patrons.models import Patron
from patrons.privacy import Vault
from patrons.queries import FoundRow
from patrons.service.profiles import NewPatron, PatronService, PatronView
from tests.factories import make_context, make_county, make_patron, make_unit, make_user

VAULT = Vault("a secret for tests only")


def _register(database: Database, caller: Caller = SYSTEM, **values: Any) -> PatronView:
    new = NewPatron(**{"barcode": "P1", "name": "张三丰", "category": "adult", "home": "CG"} | values)
    return database.run(lambda s: PatronService(make_context(s, caller), VAULT).register(new))


def _show(database: Database, caller: Caller, barcode: str = "P1") -> PatronView:
    return database.run(lambda s: PatronService(make_context(s, caller), VAULT).show(barcode))


def _change(database: Database, version: int = 1, caller: Caller = SYSTEM, **changes: Any) -> PatronView:
    def act(session: Any) -> PatronView:
        return PatronService(make_context(session, caller), VAULT).change("P1", changes, expected_version=version)  # type: ignore[arg-type]

    return database.run(act)


def _staff(database: Database, role: str, org_id: int) -> Caller:
    return database.run(lambda s: make_user(s, role.replace("_", "."), (role, org_id)))


def test_the_phone_is_nowhere_in_the_clear(database: Database) -> None:
    database.run(make_county)
    view = _register(database, phone="138 1234 5678", pin="482913")
    assert (view.phone, view.has_pin) == ("13812345678", True)
    with database.reading() as session:
        row = session.get_one(Patron, view.id)
    assert row.phone_encrypted is not None
    assert b"1381234" not in row.phone_encrypted
    assert "1381234" not in (row.phone_digest or "")


@pytest.mark.parametrize(("role", "is_full"), [("hub_librarian", True), ("branch_librarian", False)])
def test_a_profile_is_whole_or_masked_as_the_role_allows(database: Database, role: str, is_full: bool) -> None:
    county = database.run(make_county)
    _register(database, phone="13812345678", birth_on=date(1990, 5, 1))
    view = _show(database, _staff(database, role, county.hub if is_full else county.branch))
    expected = ("张三丰", "13812345678", date(1990, 5, 1)) if is_full else ("张**", "138****5678", None)
    assert (view.name, view.phone, view.birth_on) == expected


def test_every_look_at_a_person_is_journalled_without_personal_data(database: Database) -> None:
    county = database.run(make_county)
    view = _register(database, phone="13812345678")
    _show(database, _staff(database, "hub_librarian", county.hub))
    with database.reading() as session:
        looks = session.scalars(select(JournalEntry).where(JournalEntry.act == "person_viewed")).all()
        everything = session.scalars(select(JournalEntry)).all()
    assert [(look.author, look.patron_id, look.org_id) for look in looks] == [("hub.librarian", view.id, county.hub)]
    assert not any("张" in str(entry.data) or "1381234" in str(entry.data) for entry in everything)


def test_a_reader_outside_ones_units_is_not_there(database: Database) -> None:
    county = database.run(make_county)
    sibling = database.run(lambda s: make_unit(s, "DG", "branch", county.hub))
    _register(database)
    caller = _staff(database, "branch_librarian", sibling)
    with pytest.raises(NotFound) as outside:
        _show(database, caller)
    with pytest.raises(NotFound) as absent:
        _show(database, caller, "P2")
    assert outside.value.code == absent.value.code == "patron.not_found"


def test_cannot_register_for_another_branch(database: Database) -> None:
    county = database.run(make_county)
    caller = _staff(database, "branch_librarian", county.point)
    with pytest.raises(NotFound):
        _register(database, caller, home="CG")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"category": "alien"}, "category.not_found"),
        ({"home": "NOWHERE"}, "org.not_found"),
        ({"guardian": "P9"}, "patron.not_found"),
        ({"phone": "no number"}, "patron.phone"),
        ({"pin": "123456"}, "pin.weak"),
        ({"pin": "000000"}, "pin.weak"),
        ({"birth_on": date(2026, 11, 24)}, "patron.birth"),
        ({"barcode": "A:1"}, "patron.barcode"),
        ({"barcode": "A 1"}, "patron.barcode"),
    ],
)
def test_cannot_register_what_does_not_hold(database: Database, values: dict[str, Any], code: str) -> None:
    database.run(make_county)
    with pytest.raises(DomainError) as caught:
        _register(database, **values)
    assert caught.value.code == code
    with database.reading() as session:
        assert session.scalars(select(Patron)).all() == []


def test_cannot_give_a_number_out_twice_in_a_namespace(database: Database) -> None:
    database.run(make_county)
    _register(database)
    with pytest.raises(Conflict, match="barcode_taken"):
        _register(database, home="LX")


def test_can_give_the_same_number_out_in_another_namespace(database: Database) -> None:
    county = database.run(make_county)
    database.run(lambda s: make_unit(s, "N2", "hub", county.network, is_namespace=True))
    _register(database)
    _register(database, home="N2", name="李四")
    far = _staff(database, "hub_librarian", county.hub)
    assert _show(database, far).name == "张三丰"
    assert _show(database, SYSTEM, "N2:P1").name == "李四"
    with pytest.raises(Conflict) as caught:
        _show(database, SYSTEM)
    assert caught.value.code == "patron.ambiguous"
    candidates = [{"barcode": "P1", "org": "QX", "title": "张**"}, {"barcode": "P1", "org": "N2", "title": "李*"}]
    assert sorted(caught.value.data["candidates"], key=str) == sorted(candidates, key=str)


def test_a_guardian_has_no_guardian(database: Database) -> None:
    database.run(make_county)
    _register(database)
    child = _register(database, barcode="P2", name="张小宝", category="child", guardian="P1")
    assert child.guardian == "P1"
    with pytest.raises(Invalid, match="guardian"):
        _register(database, barcode="P3", guardian="P2")
    with pytest.raises(Invalid, match="guardian"):
        _change(database, guardian="P2")


def test_cannot_change_a_reader_that_moved_on(database: Database) -> None:
    database.run(make_county)
    _register(database)
    changed = _change(database, expires_on=date(2027, 1, 1))
    assert (changed.expires_on, changed.version) == (date(2027, 1, 1), 2)
    with pytest.raises(Stale):
        _change(database, version=1, name="李四")


def test_can_take_a_phone_away(database: Database) -> None:
    database.run(make_county)
    _register(database, phone="13812345678")
    assert _change(database, phone=None).phone is None


def test_cannot_move_a_reader_to_a_unit_of_others(database: Database) -> None:
    county = database.run(make_county)
    _register(database)
    caller = _staff(database, "branch_librarian", county.branch)
    with pytest.raises(NotFound):
        _change(database, caller=caller, home="ZG")
    assert _change(database, caller=caller, home="LX").home == "LX"


def test_finds_readers_of_own_units_by_phone_and_by_the_beginning_of_the_name(database: Database) -> None:
    county = database.run(make_county)
    _register(database, phone="13812345678")
    _register(database, barcode="P2", name="张无忌", home="ZG")
    database.run(lambda s: make_patron(s, county.branch, "P3", name="李四"))
    caller = _staff(database, "branch_librarian", county.branch)

    def found(**asked: str) -> list[FoundRow]:
        return database.run(lambda s: PatronService(make_context(s, caller), VAULT).search(**asked))

    assert [(row.barcode, row.name) for row in found(phone="138-1234-5678")] == [("P1", "张**")]
    assert [row.barcode for row in found(name="张")] == ["P1"]
    assert found(name="%") == []
