"""How much a scan at the desk may ask of the database. A statement is a round trip other than BEGIN and COMMIT, login included."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from bench import statements
from bench.client import post
from kernel.db import Database
from tests.factories import make_county, make_item, make_patron, make_token, make_user

MOST = 12


@pytest.fixture
def token(database: Database) -> str:
    with database.transaction() as session:
        county = make_county(session)
        make_patron(session, county.hub, "P0001")
        for n in (1, 2):
            make_item(session, county.hub, f"B000{n}")
        return make_token(session, make_user(session, "desk", ("hub_librarian", county.hub)))


def test_a_check_out_and_a_check_in_stay_within_their_statements(
    database: Database, client: FlaskClient, token: str
) -> None:
    acts = {
        "check-out": lambda n: post(token, f"out{n}", "/loans", patron="P0001", item=f"B000{n}", at="ZG"),
        "check-in elsewhere": lambda n: post(token, f"in{n}", "/check-ins", item=f"B000{n}", at="LX"),
        "check-in at home": lambda n: post(token, f"home{n}", "/check-ins", item=f"B000{n}", at="ZG"),
    }
    for build in acts.values():
        statements.count(database, client, build(1))  # fills the caches of units, policies and types
    counted = {act: statements.count(database, client, build(2)) for act, build in acts.items()}
    assert all(0 < count <= MOST for count in counted.values()), counted


def test_a_refused_check_out_is_no_figure(database: Database, client: FlaskClient, token: str) -> None:
    with pytest.raises(RuntimeError, match="not_found"):
        statements.count(database, client, post(token, "k", "/loans", patron="P0001", item="B9999", at="ZG"))
