"""What a reader's profile asks of rooms above: numbers such as `open_loans`, registered when all is put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

COUNTS: Final[dict[str, Callable[[Session, int], int]]] = {}
