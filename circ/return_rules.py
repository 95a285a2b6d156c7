"""Decides whether a book may come back here, and how far back; and the way of a book in hand. Pure: the service loads the facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from circ.refusals import refuse
from kernel.clock import local_day
from kernel.errors import Refusal

NextAction = Literal["shelve", "hold_shelf", "transfer", "process", "ask"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnFacts:
    """A book in somebody's hand at `here_id`. `issued_at_id` is where it was lent, None when it was not out;
    `transfer_to_id` is where its open transfer goes, None without one; `was_for_hold`: that transfer serves a hold, not the copy's own
    way. `hold_to_id` is where the hold whose turn it is waits for it. `is_idle_here`: it was on the shelf here already.
    `awaits_processing`: it was lent before it was catalogued."""

    here_id: int
    home_id: int
    home_is_closed: bool
    status: str
    issued_at_id: int | None
    issued_is_closed: bool
    transfer_to_id: int | None
    is_idle_here: bool
    was_for_hold: bool = False
    hold_to_id: int | None = None
    awaits_processing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """`to_id` is where it must go. `receives`: its open transfer has arrived; `forwards`: it goes on; `starts`: a new one begins.
    `enters`: from now on it is with the cataloguers."""

    action: NextAction
    to_id: int | None = None
    receives: bool = False
    forwards: bool = False
    starts: bool = False
    enters: bool = False


def check_return(
    here_id: int, home_id: int, home_name: str, issued_at_id: int | None, issued_name: str, accept: str
) -> list[Refusal]:
    """A return is refused only where the policy sends the reader elsewhere, and staff may lift that."""
    if accept == "home" and here_id != home_id:
        return [refuse("return.not_here", org=home_name)]
    if accept == "issuing" and issued_at_id is not None and here_id != issued_at_id:
        return [refuse("return.not_here", org=issued_name)]
    return []


MOST_BACKDATED_DAYS: Final = 14  # the longest holiday over which a book drop stands, with some days to empty it


def check_backdate(returned_at: datetime, now: datetime) -> list[Refusal]:
    """How far back a return may be dated by those who may date it back at all."""
    if (local_day(now) - local_day(returned_at)).days > MOST_BACKDATED_DAYS:
        return [refuse("return.long_ago", days=MOST_BACKDATED_DAYS)]
    return []


PROCESSED: Final = frozenset({"withdrawn", "in_processing", "in_repair", "on_order"})  # not for readers yet, or no more


def asks_holds(status: str, transfer_to_id: int | None, here_id: int) -> bool:
    """Whether a copy in hand may serve a hold: not one for the cataloguers, nor one that is on its way elsewhere."""
    return status not in PROCESSED and transfer_to_id in (None, here_id)


def next_step(facts: ReturnFacts, on_return: str) -> NextStep:
    """Where the book goes: to the desk of the cataloguers, on with its open transfer, to the hold whose turn it is, or as the policy
    `on_return` says. One that the cataloguers never saw goes home to them, wherever others stay, and is put aside only for whom it was
    bought."""
    if facts.status in PROCESSED:
        return NextStep(action="process")
    if facts.transfer_to_id is not None and facts.transfer_to_id != facts.here_id:
        return NextStep(action="transfer", to_id=facts.transfer_to_id, forwards=True)
    receives = facts.transfer_to_id is not None
    if facts.awaits_processing and facts.here_id == facts.home_id and facts.hold_to_id is None:
        return NextStep(action="process", receives=receives, enters=True)
    if facts.hold_to_id == facts.here_id:
        return NextStep(action="hold_shelf", receives=receives)
    if facts.hold_to_id is not None:
        return NextStep(action="transfer", to_id=facts.hold_to_id, receives=receives, starts=True)
    target = facts.home_id if facts.awaits_processing else _target(facts, on_return)
    if target == facts.here_id or (receives and not facts.was_for_hold):
        return NextStep(action="shelve", receives=receives)
    if target == facts.home_id and facts.home_is_closed:
        return NextStep(action="ask", receives=receives)
    return NextStep(action="transfer", to_id=target, receives=receives, starts=True)


def _target(facts: ReturnFacts, on_return: str) -> int:
    if on_return == "stay" or (on_return == "to_issuing" and facts.is_idle_here):
        return facts.here_id
    if on_return == "to_issuing" and facts.issued_at_id is not None and not facts.issued_is_closed:
        return facts.issued_at_id
    return facts.home_id  # a library that was closed for good since it lent the book gets nothing


def status_after(step: NextStep, before: str) -> str:
    """The item's status once it lies where the step says."""
    if step.action == "transfer":
        return "in_transit"
    if step.action == "hold_shelf":
        return "on_hold_shelf"
    if step.action == "process":
        return "in_processing" if step.enters else before
    return "available"
