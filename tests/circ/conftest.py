"""The desk, for every test of circulation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from kernel.db import Database
from tests.conftest import Furnished
from tests.desk import desk as desk
from tests.factories import make_settings


@pytest.fixture
def app(furnished: Furnished, database: Database, data_dir: Path) -> Flask:
    """The whole application, without its brake, for some of these tests ask more often than anybody may."""
    return furnished(replace(make_settings(data_dir, database), rate_limits=False), database)
