"""The API as people of a small county meet it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kernel.db import Database
from tests.factories import ApiUser, County, make_county, make_settings, make_token, make_user
from web.app import create_app


@pytest.fixture
def county(database: Database) -> County:
    with database.transaction() as session:
        return make_county(session)


@pytest.fixture
def anyone(database: Database, county: County, data_dir: Path) -> ApiUser:
    """One who is not logged in."""
    return ApiUser(create_app(make_settings(data_dir, database), database).test_client())


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
