"""Decides whether an act may be taken back: what kinds, how long, and only where nothing has happened to the copy since. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from circ.refusals import refuse
from kernel.errors import Refusal
from kernel.i18n import Text

WITHIN: Final = timedelta(minutes=10)

_OF_HOLDS = "hold_ready hold_sent hold_released hold_targeted hold_collected"

# What can be undone, and what the act itself writes of the copy into the journal after its own row: these are no later acts. Rows of
# money name no copy.
FOLLOWED_BY: Final[dict[str, frozenset[str]]] = {
    "checked_out": frozenset(f"overridden {_OF_HOLDS}".split()),
    "checked_in": frozenset(f"overridden transfer_approved {_OF_HOLDS}".split()),
    "renewed": frozenset({"overridden"}),
    "used_in_house": frozenset(),
    "status_changed": frozenset(_OF_HOLDS.split()),
}
WHAT: Final[dict[str, Text]] = {
    "checked_out": Text("借出", "check-out"),
    "checked_in": Text("归还", "return"),
    "renewed": Text("续借", "renewal"),
    "used_in_house": Text("馆内阅览", "use in the library"),
    "status_changed": Text("登记的状况", "what was said of it"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoFacts:
    """`later` are the acts on the same copy after this one that are not part of it. `is_own_kind`: it was said of the copy by a
    librarian, not by a stock list or by a scan that found it elsewhere."""

    act: str
    at: datetime
    is_undone: bool
    later: Collection[str]
    is_own_kind: bool = True


def may_be_undone(act: str, at: datetime, now: datetime) -> bool:
    """As far as a list can tell: the act itself is asked for more."""
    return act in FOLLOWED_BY and now - at <= WITHIN


def decide_undo(facts: UndoFacts, now: datetime) -> list[Refusal]:
    """The first reason says it; those behind it would only confuse."""
    if facts.act not in FOLLOWED_BY or not facts.is_own_kind:
        return [refuse("undo.not_possible")]
    if facts.is_undone:
        return [refuse("undo.done")]
    if now - facts.at > WITHIN:
        return [refuse("undo.too_late", minutes=int(WITHIN.total_seconds() // 60))]
    if facts.later:
        return [refuse("undo.moved_on")]
    return []
