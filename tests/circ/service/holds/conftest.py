"""Holds meet the acts of other rooms, so the rooms are joined for every test here."""

from __future__ import annotations

import pytest

from web import wiring


@pytest.fixture(autouse=True)
def joined_rooms() -> None:
    wiring.connect()
