"""The county is set up through the same services an administrator uses, once, and never over somebody else's data."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from branches.access import SYSTEM
from branches.context import Context
from branches.reference import CALENDARS, POLICIES, TREE
from kernel.db import Database
from kernel.errors import Conflict
from tests.factories import make_county
from web import wiring
from web.demo import county
from web.demo.founding.network import set_up_network

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _connected() -> None:
    wiring.connect()


def set_up(session: Session) -> bool:
    return set_up_network(Context(session=session, now=NOW, caller=SYSTEM, channel="cli"))


def test_makes_units_hours_and_policies(database: Database) -> None:
    assert database.run(set_up)
    with database.reading() as session:
        tree, calendars, policies = TREE.get(session), CALENDARS.get(session), POLICIES.get(session)
    assert tree.by_code.keys() == {unit.code for unit in county.units()}
    assert not calendars.is_open(tree.unit("BS").id, date(2026, 11, 23))  # a Monday
    assert calendars.is_open(tree.unit("BS").id, date(2026, 11, 24))
    assert not calendars.is_open(tree.unit("LT01").id, date(2027, 2, 6))  # Spring Festival, set for the whole county
    assert len(policies.rows) == len(county.policies())


def test_does_nothing_the_second_time(database: Database) -> None:
    database.run(set_up)
    with database.reading() as session:
        before = POLICIES.version(session)
    assert not database.run(set_up)
    with database.reading() as session:
        assert POLICIES.version(session) == before


def test_cannot_be_set_up_over_another_county(database: Database) -> None:
    database.run(make_county)
    with pytest.raises(Conflict) as caught:
        database.run(set_up)
    assert caught.value.code == "demo.other_county"
