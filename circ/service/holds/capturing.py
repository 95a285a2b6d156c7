"""A copy in hand meets the holds: at check-in it fills the next one, at check-out it is collected, or somebody waits again."""

from __future__ import annotations

from dataclasses import dataclass

from branches.context import Context
from catalog.queries import ItemRow, item_by_id
from circ.hold_rules import next_holds
from circ.queries import LendingFacts, hold_queues
from circ.queries import holds as queries
from circ.queries.holds import HoldRow
from circ.return_rules import NextStep
from circ.service.asked import question_of
from circ.service.holds import writing
from circ.service.holds.reading import in_hand, local_first, queue_before
from circ.service.holds.targeting import target_titles
from circ.service.locking import take_copy
from circ.states import KEPT, OPEN
from kernel.clock import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What holds have to do with a copy whose row is locked. `kept` is the hold it was put aside for, `targeted` the one it is fetched for,
    `chosen` the one whose turn it is, its row locked."""

    kept: HoldRow | None = None
    targeted: HoldRow | None = None
    chosen: HoldRow | None = None


NO_CLAIMS = Claims()


def read_claims(context: Context, item: ItemRow) -> Claims:
    """The hold that has this copy already."""
    hold = queries.hold_with_copy(context.session, item.id)
    if hold is not None and hold.status in KEPT:
        return Claims(kept=hold, chosen=hold)
    return Claims(targeted=hold)


def choose(context: Context, claims: Claims, item: ItemRow, here_id: int) -> Claims:
    """Whose turn it is for this copy, here: whom it was put aside for, else the first in the queue whom it can serve."""
    if claims.kept is not None:
        return claims
    session = context.session
    rows = hold_queues.waiting_for(session, [item.bib_id], local_day(context.now))
    fit = next_holds(queue_before(context, rows, item), in_hand(item, here_id), local_first(context, item, here_id))
    chosen = next((hold for hold in fit if hold_queues.take_waiting(session, [hold.id])), None)
    return Claims(targeted=claims.targeted, chosen=queries.hold_by_id(session, chosen.id) if chosen else None)


def settle_return(context: Context, claims: Claims, item: ItemRow, step: NextStep, here_id: int) -> HoldRow | None:
    """Write what the check-in decided; the hold that the copy now serves."""
    hold, targeted = claims.chosen, claims.targeted
    serves = hold is not None and (step.action == "hold_shelf" or step.to_id == hold.pickup_id)
    if targeted is not None and not (serves and hold is not None and targeted.id == hold.id):
        writing.release(context, targeted, "served_another", org_id=here_id)
    if hold is None or not serves:
        return None
    if step.action == "hold_shelf":
        writing.shelve(context, hold, item, _shelf_days(context, hold, item))
    else:
        writing.send(context, hold, item, here_id)
    return queries.hold_by_id(context.session, hold.id)


def _shelf_days(context: Context, hold: HoldRow, item: ItemRow) -> int | None:
    question = question_of(
        context,
        org_id=hold.pickup_id,
        item_org_id=item.home_id,
        patron_org_id=hold.patron_home_id,
        category=hold.patron_category,
        item_type=item.item_type,
    )
    days: int | None = context.policies.resolve("hold_shelf_days", question).value
    return days


def settle_loan(
    context: Context, facts: LendingFacts, item: ItemRow, *, patron_id: int, org_id: int, loan_id: int
) -> None:
    """The borrower's own hold is collected, by whichever copy; whoever else was to get this one waits again."""
    own_id = facts.hold_id if facts.hold_patron_id == patron_id else facts.own_hold_id
    if facts.hold_id is not None and facts.hold_id != own_id:
        other = queries.lock_hold(context.session, facts.hold_id)
        if other is not None and other.copy_id == item.id:
            writing.release(context, other, "lent", org_id=org_id)
    if own_id is not None:
        _collect(context, own_id, item, loan_id, org_id)
    if facts.has_trace:
        writing.forget_traces(context, item.id)
    if facts.hold_id is not None and facts.hold_id != own_id:
        target_titles(context, [item.bib_id])


def _collect(context: Context, hold_id: int, item: ItemRow, loan_id: int, org_id: int) -> None:
    hold = queries.lock_hold(context.session, hold_id)
    if hold is None or hold.status not in OPEN:
        return
    if hold.copy_id not in (None, item.id):
        _let_go(context, hold)
    writing.collect(context, hold, loan_id, item_id=item.id, org_id=org_id)


def _let_go(context: Context, hold: HoldRow) -> None:
    """The reader found another copy first: the one put aside is for nobody any more."""
    assert hold.copy_id is not None
    if hold.status in KEPT:
        take_copy(context.session, hold.copy_id)
        writing.free_copy(context, hold, item_by_id(context.session, hold.copy_id, lock=True))
