"""The desk of circulation, for what notices are about."""

from tests.desk import desk as desk
