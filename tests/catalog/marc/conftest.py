from __future__ import annotations

import shutil

import pytest

from tests.conftest import missing


@pytest.fixture
def yaz_marcdump() -> str:
    found = shutil.which("yaz-marcdump")
    if found is None:
        missing("yaz-marcdump is not installed (Debian package yaz)")
    return str(found)
