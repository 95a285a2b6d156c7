"""Taking an act back within ten minutes, where nothing has happened to its copy since. The journal keeps both: the act, and that it was
undone.

Rows are locked in the order of all acts: reader, copy, hold, account. That an act is undone once only, the database sees to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from branches.context import Context
from catalog.queries import ItemRow, item_by_id
from catalog.service.placing import place_item
from circ import hooks, queries, sentences
from circ.queries import LoanRow
from circ.queries import holds as hold_queries
from circ.queries.acts import ActRow, act_by_id, is_undone, last_renewal, later_acts
from circ.queries.ledger import taken_back_at
from circ.refusals import refuse
from circ.service.answers import Undone
from circ.service.holds.following import release_taken_away
from circ.service.holds.targeting import target_titles
from circ.service.holds.writing import uncollect
from circ.service.ledger.approving import drop_asked
from circ.service.ledger.losing import charge_again
from circ.service.ledger.withdrawing import withdraw
from circ.service.loan_writing import end_loan, mark_loan, reopen_loan, take_renewal_back
from circ.service.locking import take_reader
from circ.service.status import set_damaged
from circ.undo_rules import FOLLOWED_BY, WHAT, UndoFacts, decide_undo
from kernel.clock import local_day
from kernel.errors import NotFound, Refused
from patrons.queries import PatronRow, patron_by_id
from transit.queries import open_transfer
from transit.service import TransferService

RIGHT: Final = "act.undo"


RIGHTS_OF_ACTS: Final = {
    "checked_out": "loan.lend",
    "checked_in": "loan.return",
    "renewed": "loan.renew",
    "used_in_house": "loan.return",
    "status_changed": "item.condition",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """The act, its copy and its reader, both rows locked; `loan` is the one that the act was about."""

    act: ActRow
    item: ItemRow
    patron: PatronRow | None
    loan: LoanRow | None


def undo(context: Context, entry_id: int) -> Undone:
    """Raises Refused with the one reason why not; NotFound for an act that is none of the caller's."""
    case = _load(context, entry_id)
    _check(context, case)
    location_id, ready = _HOW[case.act.act](context, case)
    if case.loan is not None and case.loan.patron_id is not None:
        given_back = taken_back_at(context.session, case.loan.id, case.act.at)
        withdraw(context, case.loan.id, case.loan.patron_id, case.act.at)
        drop_asked(context, case.loan.id, case.act.at)
        charge_again(context, case.loan, given_back, org_id=case.act.org_id or case.loan.org_id)
    after = item_by_id(context.session, case.item.id)
    context.record(
        "undone",
        org_id=location_id,
        item_id=case.item.id,
        bib_id=case.item.bib_id,
        patron_id=case.act.patron_id,
        data={"act": case.act.act, "entry": case.act.id},
        undoes_id=case.act.id,
    )
    message = sentences.after_undo(after, WHAT[case.act.act], asks_scan=ready)
    return Undone(undone_id=case.act.id, act=case.act.act, item=after, message=message)


# --- what is there ----------------------------------------------------------------------------------------------------


def _load(context: Context, entry_id: int) -> _Case:
    session, caller = context.session, context.caller
    caller.require(RIGHT)
    act = act_by_id(session, entry_id)
    if act is None or act.item_id is None or act.org_id is None or not _is_theirs(context, act):
        raise NotFound("act", entry_id)
    patron = patron_by_id(session, act.patron_id, lock=True) if act.patron_id is not None else None
    item = item_by_id(session, act.item_id, lock=True)
    loan_id = act.data.get("loan")
    loan = queries.loan_by_id(session, loan_id) if isinstance(loan_id, int) else None
    if loan is not None and loan.patron_id is not None and loan.patron_id != act.patron_id:
        take_reader(session, loan.patron_id)  # of the account into which that of the act was merged
    return _Case(act=act, item=item, patron=patron, loan=loan)


def _is_theirs(context: Context, act: ActRow) -> bool:
    """One's own act, or one that the caller might have done, at a unit where the right to undo is held."""
    assert act.org_id is not None
    needed = (RIGHT, *([RIGHTS_OF_ACTS[act.act]] if act.act in RIGHTS_OF_ACTS else []))
    is_own = act.author == context.caller.author
    return is_own or all(context.caller.may(right, act.org_id, context.tree) for right in needed)


def _check(context: Context, case: _Case) -> None:
    act, session = case.act, context.session
    following = FOLLOWED_BY.get(act.act, frozenset())
    later = [one for one in later_acts(session, act) if not (one.act in following and _is_part(one, act))]
    facts = UndoFacts(
        act=act.act,
        at=act.at,
        is_undone=is_undone(session, act.id),
        later=[one.act for one in later],
        is_own_kind=act.act != "status_changed" or ("act" in act.data and "document" not in act.data),
    )
    refusals = decide_undo(facts, context.now)
    if refusals:
        raise Refused(refusals)


def _is_part(one: ActRow, act: ActRow) -> bool:
    """Whether a row of the journal was written by the same scan."""
    return (one.request_id, one.at, one.author, one.channel) == (act.request_id, act.at, act.author, act.channel)


# --- how each is taken back: where the copy is then, and whether the desk should scan it in -----------------------------


def _check_out(context: Context, case: _Case) -> tuple[int, bool]:
    """The loan never was; the book is in the hands at the desk, and its hold lies ready again."""
    loan, item = _loan(case, is_open=True), case.item
    hold = hold_queries.hold_of_loan(context.session, loan.id)
    end_loan(context, loan, "undone", loan.org_id)
    was_ready = False
    if hold is not None:
        locked = hold_queries.lock_hold(context.session, hold.id)
        if locked is None or hold_queries.waits_again(context.session, locked):
            raise Refused([refuse("undo.moved_on")])
        day = locked.shelf_until
        was_ready = locked.ready_at is not None and locked.pickup_id == loan.org_id
        was_ready = was_ready and (day is None or day >= local_day(context.now))
        uncollect(context, locked, item, was_ready=was_ready)
    place_item(context, item, status="on_hold_shelf" if was_ready else "available", location_id=loan.org_id)
    if not was_ready:
        target_titles(context, [item.bib_id])
    if item.awaits_processing and loan.patron_id is not None:
        for tell in hooks.UNLENT:
            tell(context, loan.id, loan.patron_id)
    believed_elsewhere = "before" in case.act.data or loan.org_id != item.home_id
    return loan.org_id, believed_elsewhere and not was_ready


def _check_in(context: Context, case: _Case) -> tuple[int, bool]:
    """The reader has the book still: what the return began is called off, and the loan is as it was."""
    loan, item = _loan(case, is_open=False), case.item
    if case.patron is None or case.patron.status != "active" or loan.close_reason != "returned":
        raise Refused([refuse("undo.moved_on")])
    transfer = open_transfer(context.session, item.id)
    if transfer is not None:
        TransferService(context).call_off(transfer, "undone")
    reopen_loan(context, loan)
    place_item(context, item, status="lost" if loan.mark == "lost" else "on_loan", location_id=loan.org_id)
    release_taken_away(context, item.id)
    return loan.org_id, False


def _renewal(context: Context, case: _Case) -> tuple[int, bool]:
    loan = _loan(case, is_open=True)
    last = last_renewal(context.session, loan.id)
    if last is None or last[2].isoformat() != _instant(case.act.data, "due_at").isoformat():
        raise Refused([refuse("undo.moved_on")])
    take_renewal_back(context, loan, last[0], last[1])
    return case.item.location_id, False


def _use(_context: Context, case: _Case) -> tuple[int, bool]:
    return case.item.location_id, False


def _said(context: Context, case: _Case) -> tuple[int, bool]:
    """What was said of a copy, or of its loan."""
    data, item = case.act.data, case.item
    if data.get("said_of") == "loan":
        return _said_of_loan(context, case)
    before = str(data["before"])
    # A transfer or a hold that ended by it is not brought back: the copy lies where it was, and a scan sends it on.
    status = "available" if before in ("in_transit", "on_hold_shelf") and before != data["after"] else before
    location_id = item.location_id
    if "location_before" in data:
        location_id = context.tree.unit(str(data["location_before"])).id
    if "damaged_before" in data:
        set_damaged(context, item.id, is_damaged=bool(data["damaged_before"]))
    place_item(context, item, status=status, location_id=location_id)
    _tell_holds(context, item, status)
    return location_id, status != before


def _said_of_loan(context: Context, case: _Case) -> tuple[int, bool]:
    data, item = case.act.data, case.item
    loan = _loan(case, is_open="ends" not in data)
    if "ends" in data:
        if case.patron is None or case.patron.status != "active":
            raise Refused([refuse("undo.moved_on")])
        reopen_loan(context, loan)
    mark = data.get("mark_before")
    mark_loan(context, loan, mark, _instant(data, "marked_before") if mark else None)
    place_item(context, item, status=str(data["before"]), location_id=item.location_id)
    return item.location_id, False


def _tell_holds(context: Context, item: ItemRow, status: str) -> None:
    if status == item.status:
        return
    if status == "available":
        target_titles(context, [item.bib_id])
    else:
        release_taken_away(context, item.id)


def _loan(case: _Case, *, is_open: bool) -> LoanRow:
    """The loan of the act, as it must be for the act to be the last one on it."""
    loan = case.loan
    if loan is None or (loan.closed_at is None) is not is_open or loan.patron_id is None:
        raise Refused([refuse("undo.moved_on")])
    return loan


def _instant(data: Mapping[str, Any], name: str) -> datetime:
    return datetime.fromisoformat(str(data[name]))


_HOW: Final[Mapping[str, Callable[[Context, _Case], tuple[int, bool]]]] = {
    "checked_out": _check_out,
    "checked_in": _check_in,
    "renewed": _renewal,
    "used_in_house": _use,
    "status_changed": _said,
}
