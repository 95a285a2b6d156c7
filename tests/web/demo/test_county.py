"""The county holds together: every code that a row names exists, and every kind of unit, reader and role occurs."""

from __future__ import annotations

from datetime import date

from branches.rights import ROLES
from circ import policies as circ_policies
from web.demo import county

UNITS = {unit.code: unit for unit in county.units()}


def test_every_unit_comes_after_its_parent() -> None:
    seen: set[str | None] = {None}
    for unit in county.units():
        assert unit.parent in seen
        seen.add(unit.code)
    assert [unit.code for unit in county.units() if unit.parent is None] == [county.NETWORK]


def test_every_kind_of_unit_occurs() -> None:
    kinds = [unit.kind for unit in county.units()]
    wanted = {"network": 1, "hub": 2, "branch": 6, "point": 8, "selfservice": 2, "mobile": 1, "shop": 2, "store": 1}
    assert {kind: kinds.count(kind) for kind in wanted} == wanted


def test_barcode_ranges_do_not_overlap() -> None:
    prefixes = [unit.barcode_prefix for unit in county.units()]
    assert len(set(prefixes)) == len(prefixes)
    assert {len(prefix) for prefix in prefixes} == {4}


def test_a_week_names_openings_in_order() -> None:
    assert UNITS["BS"].week["tue"] == (("09:00", "12:00"), ("14:00", "18:30"))
    assert "mon" not in UNITS["BS"].week
    assert all(opens < closes for unit in UNITS.values() for spans in unit.week.values() for opens, closes in spans)


def test_the_whole_county_closes_at_spring_festival() -> None:
    closures = {closure.from_on: closure for closure in UNITS["QX"].closures}
    assert closures[date(2027, 2, 5)].to_on == date(2027, 2, 7)  # 6 February 2027 is New Year's Day


def test_policies_name_what_exists() -> None:
    types = {one.code for one in county.item_types()}
    categories = {one.code for one in county.patron_categories()}
    settings = {setting.name: setting for setting in circ_policies.SETTINGS}
    for row in county.policies():
        assert {row.org, row.item_org, row.patron_org} <= UNITS.keys() | {None}
        assert row.item_type in types | {None}
        assert row.category in categories | {None}
        settings[row.setting].check(row.value)


def test_there_is_a_login_for_each_role() -> None:
    assert {member.role for member in county.staff()} == ROLES.keys()
    assert {member.org for member in county.staff() if member.role == "hub_librarian"} == {"ZG", "SE"}
    assert {member.org for member in county.staff()} <= UNITS.keys()


def test_readers_are_varied() -> None:
    readers = {reader.card: reader for reader in county.readers()}
    assert len(readers) >= 40
    assert {reader.category for reader in readers.values()} == {one.code for one in county.patron_categories()}
    assert {reader.home for reader in readers.values()} <= UNITS.keys()
    assert any(reader.block for reader in readers.values())
    assert any(reader.expires_in_days < 0 for reader in readers.values())


def test_a_guardian_stands_before_the_child_and_is_grown_up() -> None:
    seen: dict[str, county.Reader] = {}
    for reader in county.readers():
        if reader.guardian:
            assert seen[reader.guardian].age >= 18
            assert reader.age < 18
        seen[reader.card] = reader


def test_an_age_holds_before_and_after_the_birthday() -> None:
    reader = next(one for one in county.readers() if one.birthday == (3, 12))
    assert reader.birth_on(date(2026, 3, 12)) == date(2026 - reader.age, 3, 12)
    assert reader.birth_on(date(2026, 3, 11)) == date(2026 - reader.age - 1, 3, 12)
