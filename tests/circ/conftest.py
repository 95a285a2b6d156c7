"""The desk, for every test of circulation, and one application a database for all of them, since making one takes a while."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from kernel.db import Database
from tests.desk import desk as desk
from tests.factories import make_settings
from web.app import create_app


@pytest.fixture(scope="session")
def applications() -> dict[str, Flask]:
    return {}


@pytest.fixture
def app(database: Database, applications: dict[str, Flask], tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The whole application, without its brake: numbers of accounts come again in every test."""
    kind = database.url.get_backend_name()
    if kind not in applications:
        settings = replace(make_settings(tmp_path_factory.mktemp("data"), database), rate_limits=False)
        applications[kind] = create_app(settings, database)
    return applications[kind]
