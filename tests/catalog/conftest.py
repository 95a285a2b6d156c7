"""The API as people of a small county meet it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kernel.db import Database
from tests.factories import ApiUser, County, make_county, make_token, make_user


@pytest.fixture
def county(database: Database) -> County:
    with database.transaction() as session:
        return make_county(session)


@pytest.fixture
def anyone(client: FlaskClient, county: County) -> ApiUser:
    """One who is not logged in."""
    return ApiUser(client)


@pytest.fixture
def hub_librarian(database: Database, county: County, anyone: ApiUser) -> ApiUser:
    with database.transaction() as session:
        return ApiUser(anyone.client, make_token(session, make_user(session, "zg", ("hub_librarian", county.hub))))


@pytest.fixture
def branch_librarian(database: Database, county: County, anyone: ApiUser) -> ApiUser:
    with database.transaction() as session:
        return ApiUser(
            anyone.client, make_token(session, make_user(session, "cg", ("branch_librarian", county.branch)))
        )


@pytest.fixture
def volunteer(database: Database, county: County, anyone: ApiUser) -> ApiUser:
    with database.transaction() as session:
        return ApiUser(anyone.client, make_token(session, make_user(session, "lx", ("volunteer", county.point))))
