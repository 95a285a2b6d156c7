"""What one person may commit alone: the one rule that placing, receiving and invoicing ask. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["order.above_limit", "order.own_approval"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """An act by which an order comes to `after_fen` instead of `before_fen`: it is placed, more copies are kept, its invoice is higher.

    `alone_fen` is what the same person committed for the unit that day, of whatever supplier and by whatever act, without a second one.
    """

    author: str
    before_fen: int
    after_fen: int
    alone_fen: int
    limit_fen: int | None
    approved_by: str | None = None
    approved_fen: int | None = None

    @property
    def bound_fen(self) -> int | None:
        """What the order may come to by this person; None: any sum."""
        return self.limit_fen if self.approved_fen is None else self.approved_fen


def second_person(asked: Commitment) -> Verdict | None:
    """Why it takes another person; None where this one is enough. An approved order is good for the approved total and nothing more, and
    whoever approved it does not spend it; without approval neither the order nor the person's day passes the limit."""
    more = asked.after_fen - asked.before_fen
    if more <= 0:
        return None
    if asked.approved_fen is not None:
        if asked.after_fen > asked.approved_fen:
            return "order.above_limit"
        return "order.own_approval" if asked.author == asked.approved_by else None
    if asked.limit_fen is None or max(asked.after_fen, asked.alone_fen + more) <= asked.limit_fen:
        return None
    return "order.above_limit"
