"""What this room must ask of rooms above it: they register here when the application is put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

# Each names the status that something open gives to a copy (a loan, a transfer), or None: asked under the lock of the copy's row.
TIES: Final[list[Callable[[Session, int], str | None]]] = []
