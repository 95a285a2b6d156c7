"""Units, hours and distances set up by the service."""

from __future__ import annotations

from datetime import date

import pytest

from branches.service.orgs import NewClosure, NewUnit, OrgService
from kernel.db import Database
from kernel.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from tests.factories import County, make_context, make_county, make_unit, make_user

WEEK = {"mon": [("09:00", "12:00"), ("13:00", "17:30")]}


def _county(database: Database) -> County:
    return database.run(make_county)


def test_can_add_a_unit_below_ones_own(database: Database) -> None:
    county = _county(database)

    caller = database.run(lambda s: make_user(s, "li", ("hub_librarian", county.hub)))
    new = NewUnit(code="DZ", name="大庄书屋", kind="point", parent="CG", lat=30.1, lon=120.2)
    unit = database.run(lambda s: OrgService(make_context(s, caller)).create(new))
    assert (unit.code, unit.parent_id, unit.lat) == ("DZ", county.branch, 30.1)
    with database.reading() as session:
        tree = make_context(session).tree
        assert tree.is_within(tree.unit("DZ").id, county.hub)
        assert make_context(session).calendars.is_open(tree.unit("DZ").id, date(2026, 11, 23))


def test_cannot_add_a_unit_above_ones_own(database: Database) -> None:
    county = _county(database)
    caller = database.run(lambda s: make_user(s, "li", ("hub_librarian", county.hub)))
    new = NewUnit(code="H2", name="二馆", kind="hub", parent="QX")
    with pytest.raises(NotFound), database.transaction() as session:
        OrgService(make_context(session, caller)).create(new)


def test_cannot_use_a_code_twice_whatever_its_case(database: Database) -> None:
    _county(database)
    with pytest.raises(Conflict, match="code_taken"), database.transaction() as session:
        OrgService(make_context(session)).create(NewUnit(code="zg", name="又一馆", kind="hub", parent="QX"))


@pytest.mark.parametrize("code", ["", "Z:1", "Z/1", "馆", "-Z", "Z" * 33, "Z1\n"])
def test_cannot_take_a_code_that_divides_nothing_and_stands_in_no_address(database: Database, code: str) -> None:
    database.run(make_county)
    with pytest.raises(Invalid, match=r"code\.malformed"), database.transaction() as session:
        OrgService(make_context(session)).create(NewUnit(code=code, name="又一馆", kind="hub", parent="QX"))


def test_cannot_make_a_second_network(database: Database) -> None:
    _county(database)
    with pytest.raises(Conflict, match="network_exists"), database.transaction() as session:
        OrgService(make_context(session)).create(NewUnit(code="Q2", name="又一县", kind="network"))


def test_cannot_move_a_unit_below_itself(database: Database) -> None:
    _county(database)
    with pytest.raises(Invalid, match="circle"), database.transaction() as session:
        OrgService(make_context(session)).change("ZG", {"parent": "LX"})


def test_can_move_a_point_to_another_branch_in_the_same_namespace(database: Database) -> None:
    county = _county(database)
    other = database.run(lambda s: make_unit(s, "DG", "branch", county.hub))
    database.run(lambda s: OrgService(make_context(s)).change("LX", {"parent": "DG"}))
    with database.reading() as session:
        assert make_context(session).tree.by_id[county.point].parent_id == other


def test_cannot_move_a_unit_where_its_barcodes_may_collide(database: Database) -> None:
    county = _county(database)
    database.run(lambda s: make_unit(s, "N2", "hub", county.network, is_namespace=True))
    with pytest.raises(Conflict, match="namespace"), database.transaction() as session:
        OrgService(make_context(session)).change("LX", {"parent": "N2"})


def test_cannot_change_a_unit_that_moved_on(database: Database) -> None:
    _county(database)
    database.run(lambda s: OrgService(make_context(s)).change("LX", {"name": "李村"}, expected_version=1))
    with pytest.raises(Stale), database.transaction() as session:
        OrgService(make_context(session)).change("LX", {"name": "李庄"}, expected_version=1)


def test_hours_of_the_parent_hold_until_a_unit_has_its_own(database: Database) -> None:
    county = _county(database)
    database.run(lambda s: OrgService(make_context(s)).set_hours("CG", weekly=WEEK, closures=[]))
    monday, tuesday = date(2026, 11, 23), date(2026, 11, 24)
    with database.reading() as session:
        calendars = make_context(session).calendars
        assert calendars.is_open(county.point, monday)
        assert not calendars.is_open(county.point, tuesday)
        assert calendars.is_open(county.hub, tuesday)


def test_closures_reach_the_units_below(database: Database) -> None:
    county = _county(database)
    closed = NewClosure(from_on=date(2026, 11, 23), to_on=date(2026, 11, 24), reason="盘点")
    database.run(lambda s: OrgService(make_context(s)).set_hours("ZG", weekly=None, closures=[closed]))
    with database.reading() as session:
        calendars = make_context(session).calendars
        assert not calendars.is_open(county.point, date(2026, 11, 24))
        assert calendars.is_open(county.point, date(2026, 11, 25))


@pytest.mark.parametrize(
    ("weekly", "code"),
    [
        ({"mon": [("12:00", "09:00")]}, "hours.order"),
        ({"mon": [("09:00", "12:00"), ("11:00", "13:00")]}, "hours.order"),
        ({"mon": []}, "hours.never_open"),
    ],
)
def test_cannot_set_hours_that_make_no_sense(
    database: Database, weekly: dict[str, list[tuple[str, str]]], code: str
) -> None:
    _county(database)
    with pytest.raises(Invalid, match=code), database.transaction() as session:
        OrgService(make_context(session)).set_hours("CG", weekly=weekly, closures=[])


def test_cannot_set_the_hours_of_another_branch(database: Database) -> None:
    county = _county(database)
    sibling = database.run(lambda s: make_unit(s, "DG", "branch", county.hub))
    caller = database.run(lambda s: make_user(s, "wang", ("branch_librarian", sibling)))
    with pytest.raises(NotFound), database.transaction() as session:
        OrgService(make_context(session, caller)).set_hours("CG", weekly=None, closures=[])


def test_cannot_set_up_units_without_the_right(database: Database) -> None:
    county = _county(database)
    caller = database.run(lambda s: make_user(s, "zhao", ("volunteer", county.point)))
    with pytest.raises(Forbidden), database.transaction() as session:
        OrgService(make_context(session, caller)).change("LX", {"name": "我的"})


def test_measured_distances_hold_both_ways_and_replace_older_ones(database: Database) -> None:
    county = _county(database)
    database.run(lambda s: OrgService(make_context(s)).set_distances("CG", {"LX": 7.5, "XC": 9}))
    database.run(lambda s: OrgService(make_context(s)).set_distances("LX", {"CG": 6.0}))
    with database.reading() as session:
        tree = make_context(session).tree
        assert tree.distance_km(county.branch, county.point) == 6.0
        assert tree.distance_km(county.other_point, county.branch) == 9
