"""What this room must ask of, and tell, rooms above it: they register here when the application is put together.

Of copies only those that are on order or await processing, and of holds only those on one copy, are told: a common check-out and a common
return ask and tell nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from branches.context import Context
from circ.queries.holds import HoldRow
from kernel.errors import Refusal

# Each names for how many days a copy (its id), which awaits processing, was promised to a reader, or None.
PROMISED_DAYS: Final[list[Callable[[Context, int, int], int | None]]] = []

# Told that a copy which awaits processing was lent: its id, the loan, the reader. Reader and copy are locked.
LENT: Final[list[Callable[[Context, int, int, int], None]]] = []

# Told that such a loan never was: the loan and its reader.
UNLENT: Final[list[Callable[[Context, int, int], None]]] = []

# Told that a copy on order (its id), which nobody has taken in yet, was brought to a unit's desk (its id). The copy is locked.
BROUGHT: Final[list[Callable[[Context, int, int], None]]] = []

# Told that a hold on one copy came to nothing. Copy and hold are locked.
HOLD_OVER: Final[list[Callable[[Context, HoldRow], None]]] = []

# Told that returned loans forget their readers: the reader of each, by the loan. What an upper room knows of them goes with it.
FORGOTTEN: Final[list[Callable[[Context, Mapping[int, int]], None]]] = []

# Each names what else keeps a reader from leaving.
LEAVING: Final[list[Callable[[Session, int], Sequence[Refusal]]]] = []
