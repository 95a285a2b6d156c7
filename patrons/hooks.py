"""What a reader's profile asks of rooms above, registered when all is put together: numbers such as `open_loans`, and what else an upper
room knows of a reader on a day, such as the balance of the account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from branches.context import Context
from patrons.privacy import Vault

COUNTS: Final[dict[str, Callable[[Session, int], int]]] = {}
FACTS: Final[list[Callable[[Session, int, date], Mapping[str, Any]]]] = []
# Called when staff set a reader's PIN, with the reader and the unit where it was done. In the same transaction.
PIN_SET: Final[list[Callable[[Context, int, int], None]]] = []
# Called with the account that goes and the one that stays; with the account that is erased. In the same transaction.
MERGED: Final[list[Callable[[Context, int, int], None]]] = []
ERASED: Final[list[Callable[[Context, int], None]]] = []
# What else a file of a reader's data holds; the vault opens what is sealed.
EXPORTED: Final[dict[str, Callable[[Session, int, Vault], Any]]] = {}
