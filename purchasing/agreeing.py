"""Who may say for the owner of a fund that it bears more of a settlement than its choices cost. Pure.

The owner of each fund agrees to its own part: a township that shares a programme's costs promised its part of what readers choose, not what
an invoice asks beyond that. What takes a fund past the level where its programme stops is for who allocates its money, and no one person
both accepts a higher price and agrees to pay it where that is more than one person may commit for the unit alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from purchasing.programmes import level_of

Verdict = Literal["settlement.agreement", "settlement.stop_level", "settlement.second_person"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A fund that is to bear `more_fen`. `stop_at` is the lowest stop level, in per cent, of the programmes concerned; `settles` and
    `allocates`: the caller may do so for the fund's unit; `accepted`: they accepted a price that the fund pays; `alone_fen` is what they
    committed for the unit that day without a second person."""

    more_fen: int
    spent_fen: int
    allocated_fen: int
    stop_at: int
    settles: bool
    allocates: bool
    accepted: bool
    alone_fen: int
    limit_fen: int | None


def why_not(asked: Asked) -> Verdict | None:
    """Why the caller may not agree; None where they may."""
    if not asked.settles:
        return "settlement.agreement"
    if asked.spent_fen + asked.more_fen > level_of(asked.allocated_fen, asked.stop_at) and not asked.allocates:
        return "settlement.stop_level"
    is_much = asked.limit_fen is not None and asked.alone_fen + asked.more_fen > asked.limit_fen
    return "settlement.second_person" if asked.accepted and is_much else None
