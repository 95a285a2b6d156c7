"""For stories whose browser does the same on every database, while other tests try the pages on both."""

from __future__ import annotations

import pytest


@pytest.fixture(params=("sqlite",))
def database_url(request: pytest.FixtureRequest) -> str:
    return str(request.param)
