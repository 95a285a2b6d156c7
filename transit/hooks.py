"""What this room must tell rooms above it: they register here when the application is put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from branches.context import Context
from transit.queries import TransferRow

# Told of a transfer that somebody called off, its copy's row locked and the copy back where it was.
CANCELLED: Final[list[Callable[[Context, TransferRow], None]]] = []
