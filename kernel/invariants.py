"""What an invariant is: one question to the database whose answer must be empty.

Each room lists its own in `invariants.py`; `tongjie doctor` asks them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from kernel.i18n import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """`code` is stable (`loan.one_open`), `promise` says what holds, `find` yields the offenders, each named in one line."""

    code: str
    promise: Text
    find: Callable[[Session], Iterable[str]]


def sql(code: str, zh: str, en: str, statement: str) -> Invariant:
    """An invariant as one SQL query that runs on both databases and returns one column: the offender's name."""

    def find(session: Session) -> Iterable[str]:
        return [str(row[0]) for row in session.execute(text(statement))]

    return Invariant(code=code, promise=Text(zh, en), find=find)
