"""What this room must ask of rooms above it: they register here when the application is put together."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from sqlalchemy.orm import Session

from branches.context import Context
from kernel.errors import Refusal

# Each names the status that something open gives to a copy (a loan, a transfer), or None: asked under the lock of the copy's row.
TIES: Final[list[Callable[[Session, int], str | None]]] = []

# Told, under the lock of both rows, that a title (the first id) is about to go into another: what cannot stand twice is joined now.
JOINING: Final[list[Callable[[Context, int, int], None]]] = []

# Each names those of these copies that somebody was promised as copies of their title, and that cannot go under another one.
PROMISED: Final[list[Callable[[Session, Collection[int]], Collection[int]]]] = []

# Told, under the lock of its row, that these copies of a title were set apart and stand under another one now.
SET_APART: Final[list[Callable[[Context, Collection[int]], None]]] = []

# Told, under the lock of its row, that a copy is no longer on its shelf for readers: withdrawn, missing, at the mender's.
TAKEN_AWAY: Final[list[Callable[[Context, int], None]]] = []

# Each says why a copy (its id) may not be withdrawn now, or None: asked under the lock of the copy's row.
KEPT: Final[list[Callable[[Session, int], Refusal | None]]] = []
