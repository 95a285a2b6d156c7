"""The id that every log line and journal row of one request shares, whatever the channel."""

from __future__ import annotations

from contextvars import ContextVar
from secrets import token_hex

_current: ContextVar[str | None] = ContextVar("request_id", default=None)


def request_id() -> str | None:
    return _current.get()


def begin_request(given: str | None = None) -> str:
    """Start a request; an id handed in is kept when it is plain and short, so that a proxy's id can be followed."""
    usable = given is not None and 8 <= len(given) <= 40 and given.isascii() and given.replace("-", "").isalnum()
    name = given if usable and given is not None else token_hex(8)
    _current.set(name)
    return name
