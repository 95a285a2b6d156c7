"""What this room must ask of rooms above it: they register here when the application is put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Of what one is told: the loan, hold, card or transfer, and the state it came into at `at`; `step` where one is told several times."""

    subject_id: int
    at: datetime
    step: int = 0


# By kind: whether any of these occasions is still worth a word, asked just before a notice that had to wait goes out.
STILL_OWED: Final[dict[str, Callable[[Session, Sequence[Occasion]], bool]]] = {}
