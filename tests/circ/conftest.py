"""The desk, for every test of circulation."""

from tests.desk import desk as desk
