"""Check-in: the loan ends, the book is here, and the desk hears where it goes. Also receives a transfer, which is the same act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update

from branches.context import Context
from branches.tree import Unit
from catalog.queries import ItemRow, find_item, item_by_id
from catalog.service.placing import place_item, placement
from circ import hooks, queries, return_rules, rules, sentences, terms
from circ.commands import CheckIn
from circ.handling import told_at_check_in
from circ.models import Loan
from circ.queries import LoanRow
from circ.queries.holds import HoldRow
from circ.refusals import refuse
from circ.service.answers import Returned
from circ.service.asked import question_of
from circ.service.facts import may_lift, record_override, told_of
from circ.service.holds.capturing import NO_CLAIMS, Claims, choose, read_claims, settle_return
from circ.service.holds.writing import forget_traces
from circ.service.ledger import lateness
from circ.service.ledger.losing import give_back, lost_terms
from circ.service.requests.staying import settle_arrival
from circ.service.using import record_use
from kernel.clock import day_text, local_day
from kernel.db import table_of, word
from kernel.errors import Invalid, NotFound, Refusal, Refused
from kernel.i18n import Text
from kernel.money import show_money
from kernel.writes import Write, write_together
from transit.queries import TransferRow, open_transfer, transfer_by_id
from transit.queries.requests import lost_to
from transit.service import TransferService, wrong_state

_loans = table_of(Loan)
_CLOSE = (
    update(_loans)
    .where(_loans.c.id == bindparam("loan"))
    .values(
        closed_at=bindparam("new_closed_at"),
        closed_org_id=bindparam("new_closed_org_id"),
        close_reason=word("returned"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    here: Unit
    item: ItemRow
    loan: LoanRow | None
    transfer: TransferRow | None
    claims: Claims
    concerns_holds: bool
    on_return: str
    accept: str


def check_in(context: Context, command: CheckIn) -> Returned:
    """Take a copy in at a unit. Raises Refused only where the policy `accept_returns` sends the reader elsewhere."""
    here = context.tree.unit(command.at)
    context.caller.require_at("loan.return", here.id, context.tree)
    if here.kind == "network":
        raise Refused([refuse("org.no_desk", org=here.name)])
    item = find_item(context.session, command.item, context.tree, at=here.id, lock=True)
    if item.status == "on_order":
        for tell in hooks.BROUGHT:
            tell(context, item.id, here.id)
        item = item_by_id(context.session, item.id)
    return _take_in(context, here, item, command)


def receive_transfer(context: Context, transfer_id: int) -> Returned:
    """Receive a transfer at its destination."""
    found = transfer_by_id(context.session, transfer_id)
    if found is None or found.item_id is None:
        raise NotFound("transfer", transfer_id)
    here = context.tree.by_id[found.to_id]
    context.caller.require_at("transfer.receive", here.id, context.tree, thing="transfer", key=transfer_id)
    item = item_by_id(context.session, found.item_id, lock=True)
    now_open = open_transfer(context.session, item.id)
    if now_open is None and item.status == "missing":
        now_open = lost_to(context.session, item.id, here.id)
    if now_open is None or now_open.id != transfer_id:
        ended = transfer_by_id(context.session, transfer_id)  # perhaps while this act waited for the copy
        raise wrong_state(ended.status if ended is not None else found.status)
    return _take_in(context, here, item, CheckIn(item=item.barcode, at=here.code))


def _take_in(context: Context, here: Unit, item: ItemRow, command: CheckIn) -> Returned:
    case = _load(context, here, item)
    returned_at = _returned_at(context, case, command)
    lifted = _check(context, case, command, returned_at)
    step = return_rules.next_step(_facts(context, case), case.on_return)
    status = return_rules.status_after(step, item.status)
    loan, entry_id = case.loan, None
    if loan is not None:
        placed = placement(context, item, status=status, location_id=here.id)
        entry_id = _close(context, case, loan, placed, returned_at, lifted, command.reason)
        loan = replace(loan, closed_at=returned_at, closed_org_id=here.id, close_reason="returned")
    money = _settle(context, case, returned_at, forgive=command.forgive)
    given_back = _give_back(context, case)
    transfer_id = _move_transfer(context, case, step)
    if step.receives and case.transfer is not None:
        item = settle_arrival(context, item, case.transfer)
    if case.concerns_holds:
        forget_traces(context, item.id)
    if loan is None:
        place_item(context, item, status=status, location_id=here.id)
    _journal_place(context, case, step, status)
    counts_use = command.counts_use and loan is None and item.status == "available"
    if counts_use:
        entry_id = record_use(context, item, here.id)
    hold = settle_return(context, case.claims, item, step, here.id) if case.concerns_holds else None
    if step.starts and step.to_id is not None:
        reason = "hold" if hold is not None else "return_home" if step.to_id == item.home_id else "float"
        transfer_id = TransferService(context).open(item, from_id=here.id, to_id=step.to_id, reason=reason)
    to = context.tree.by_id[step.to_id] if step.to_id is not None else None
    slip = _slip(context, hold)
    return Returned(
        item=item,
        status=status,
        location=here,
        loan=loan,
        action=step.action,
        to=to,
        transfer_id=transfer_id,
        message=sentences.after_return(item, step, to, had_loan=loan is not None, counted_use=counts_use, slip=slip),
        then=sentences.what_next(step, to, slip),
        hold=hold,
        entry_id=entry_id,
        notices=_notices(item, case.loan, given_back),
        fees=money.fees,
        suspended_until=money.suspended_until,
    )


def _settle(context: Context, case: _Case, returned_at: datetime, *, forgive: bool) -> lateness.Consequences:
    """What lateness costs; whoever forgives it must be one who may waive fees here."""
    if forgive:
        context.caller.require_at("fee.waive", case.here.id, context.tree)
    if case.loan is None or case.loan.patron_id is None:
        return lateness.NONE
    if case.loan.mark == "lost" and lost_terms(context, case.loan, case.item).forgives_overdue:
        return lateness.NONE
    return lateness.charge_return(
        context, case.loan, case.item, until=returned_at, here_id=case.here.id, forgive=forgive
    )


def _give_back(context: Context, case: _Case) -> int:
    """What a lost book had cost, as far as the policy gives it back now that it is here. Most books were not lost, and ask nothing."""
    loan = case.loan
    if loan is None and case.item.status == "lost":
        loan = queries.loan_ended_as_lost(context.session, case.item.id)
    if loan is None or (loan.mark is None and loan.close_reason != "lost"):
        return 0
    return give_back(context, loan, case.item, org_id=case.here.id)


def _load(context: Context, here: Unit, item: ItemRow) -> _Case:
    facts = queries.return_facts(context.session, item.id)
    loan = facts.loan
    # Only a copy in transit has an open transfer (the doctor checks it), so the common return asks once less.
    transfer = open_transfer(context.session, item.id) if item.status == "in_transit" else None
    if item.status == "missing":
        transfer = lost_to(context.session, item.id, here.id)  # given up on its way, and here it is
    claims = read_claims(context, item) if facts.concerns_holds else NO_CLAIMS
    if transfer is not None and _is_pointless(transfer, claims, here):
        TransferService(context).call_off(transfer, "hold_ended")
        transfer = None
    goes_to = transfer.to_id if transfer else None
    if facts.concerns_holds and not item.awaits_processing and return_rules.asks_holds(item.status, goes_to, here.id):
        claims = choose(context, claims, item, here.id)
    question = question_of(
        context,
        org_id=here.id,
        item_org_id=item.home_id,
        patron_org_id=loan.patron_home_id if loan else None,
        category=loan.patron_category if loan else None,
        item_type=item.item_type,
    )
    resolved = terms.resolve(context.policies, terms.RETURN, question)
    return _Case(
        here=here,
        item=item,
        loan=loan,
        transfer=transfer,
        claims=claims,
        concerns_holds=facts.concerns_holds,
        on_return=terms.way_home(resolved, context.tree, here_id=here.id, home_id=item.home_id),
        accept=resolved["accept_returns"].value,
    )


def _is_pointless(transfer: TransferRow, claims: Claims, here: Unit) -> bool:
    """Whether a book travels for a hold that is over, or that is collected elsewhere now: then its way is decided anew where it is."""
    goes_to = claims.kept.pickup_id if claims.kept is not None else None
    return transfer.reason == "hold" and here.id != transfer.to_id != goes_to


def _facts(context: Context, case: _Case) -> return_rules.ReturnFacts:
    by_id = context.tree.by_id
    return return_rules.ReturnFacts(
        here_id=case.here.id,
        home_id=case.item.home_id,
        home_is_closed=by_id[case.item.home_id].is_closed,
        status=case.item.status,
        issued_at_id=case.loan.org_id if case.loan else None,
        issued_is_closed=case.loan is not None and by_id[case.loan.org_id].is_closed,
        transfer_to_id=case.transfer.to_id if case.transfer else None,
        is_idle_here=case.item.status == "available" and case.item.location_id == case.here.id,
        was_for_hold=case.transfer is not None and case.transfer.reason == "hold",
        hold_to_id=case.claims.chosen.pickup_id if case.claims.chosen else None,
        awaits_processing=case.item.awaits_processing,
    )


def _returned_at(context: Context, case: _Case, command: CheckIn) -> datetime:
    """Now, or the earlier time a librarian gives: never in the future, never before the book was lent."""
    if case.loan is None:
        return context.now
    if command.returned_at is None:
        # The loan may come from a machine whose clock is ahead of ours; no return is refused for that.
        return max(context.now, case.loan.checked_out_at)
    context.caller.require_at("return.backdate", case.here.id, context.tree)
    if not case.loan.checked_out_at <= command.returned_at <= context.now:
        detail = Text("归还时间应在借出之后、现在之前。", "The return lies between the check-out and now.")
        raise Invalid("returned_at.range", detail, {"returned_at": [detail]})
    return command.returned_at


def _check(context: Context, case: _Case, command: CheckIn, returned_at: datetime) -> list[str]:
    """The codes that were lifted; raises Refused where the reader must go elsewhere, or the return is dated back too far."""
    if case.loan is None:
        return []
    by_id = context.tree.by_id
    refusals = return_rules.check_backdate(returned_at, context.now)
    refusals += return_rules.check_return(
        case.here.id,
        case.item.home_id,
        by_id[case.item.home_id].name,
        case.loan.org_id,
        by_id[case.loan.org_id].name,
        case.accept,
    )
    standing = rules.stops(refusals, may_lift(context, refusals, command.override, case.here.id))
    if standing:
        raise Refused(standing)
    return [r.code for r in refusals]


def _close(
    context: Context,
    case: _Case,
    loan: LoanRow,
    placed: Sequence[Write],
    returned_at: datetime,
    lifted: list[str],
    reason: str | None,
) -> int:
    """End the loan, place the copy and journal, all at once. The journal keeps the criteria of the policies for who reads it later."""
    here, about = case.here, told_of(context, case.item, category=loan.patron_category, home_id=loan.patron_home_id)
    closed = {"loan": loan.id, "new_closed_at": returned_at, "new_closed_org_id": here.id}
    data: dict[str, Any] = {"loan": loan.id, "lent_at": context.tree.by_id[loan.org_id].code, **about}
    if returned_at != context.now:
        data["returned_at"] = returned_at.isoformat()
    if lifted:
        data["overrides"] = lifted
    subjects = {"item_id": loan.item_id, "bib_id": loan.bib_id, "patron_id": loan.patron_id}
    told = context.entry("checked_in", org_id=here.id, data=data, **subjects)
    entry_id: int = write_together(context.session, Write(_CLOSE, closed), *placed, told)
    if lifted:
        record_override(context, loan.id, lifted, reason, org_id=here.id, **subjects)
    return entry_id


def _move_transfer(context: Context, case: _Case, step: return_rules.NextStep) -> int | None:
    """Receive or forward the open transfer; its id while it stays open."""
    if case.transfer is None:
        return None
    service = TransferService(context)
    if step.receives:
        service.receive(case.transfer)
        return None
    if step.action == "transfer":
        service.forward(case.transfer, case.here.id)
    return case.transfer.id


def _journal_place(context: Context, case: _Case, step: return_rules.NextStep, status: str) -> None:
    """A book that was not out but turns up elsewhere, or as something else than believed, leaves a trace of its own."""
    item = case.item
    if case.loan is not None or step.receives or (item.location_id == case.here.id and status == item.status):
        return
    data = {"from": context.tree.by_id[item.location_id].code, "before": item.status, "after": status}
    act = "item_moved" if item.location_id != case.here.id else "status_changed"
    context.record(act, org_id=case.here.id, item_id=item.id, bib_id=item.bib_id, data=data)


def _slip(context: Context, hold: HoldRow | None) -> sentences.HoldSlip | None:
    if hold is None:
        return None
    until = day_text(hold.shelf_until, local_day(context.now)) if hold.shelf_until else None
    return sentences.HoldSlip(card_tail=hold.card_tail, until=until)


def _notices(item: ItemRow, loan: LoanRow | None, given_back_fen: int) -> tuple[Refusal, ...]:
    """What the desk should hear of a book that was believed gone."""
    notices = [refuse(f"item.{item.status}")] if item.status in ("missing", "lost") else []
    if loan is not None and loan.mark == "claimed_returned":
        notices.append(refuse("item.claimed_returned"))
    if given_back_fen:
        notices.append(refuse("loan.refunded", amount=show_money(given_back_fen)))
    return (*notices, *told_at_check_in(item))
