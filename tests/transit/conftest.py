"""The desk, for every test of transfers."""

from tests.desk import desk as desk
