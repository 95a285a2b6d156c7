"""What waits for a second person, confirmed or refused. Whoever asked may take it back, and never confirms it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from branches.context import Context
from circ.ledger_models import Approval
from circ.queries import ledger as queries
from circ.queries.ledger import ApprovalRow, EntryRow
from circ.refusals import refuse
from circ.service.ledger.forgiving import perform_again
from circ.service.locking import take_reader
from kernel.db import table_of
from kernel.errors import NotFound, Refused

_approvals = table_of(Approval)


def confirm(context: Context, approval_id: int) -> EntryRow:
    """Do what was asked for. Raises Refused for the one who asked, and where it is no longer possible."""
    _lock_account_of(context, approval_id)
    approval = _find(context, approval_id, {"fee.approve"})
    if approval.asked_by == context.caller.author:
        raise Refused([refuse("approval.same_person")])
    entry = perform_again(context, approval)
    _close(context, approval, "confirmed", entry.id)
    return entry


def turn_down(context: Context, approval_id: int) -> ApprovalRow:
    """Refuse what was asked for, or take back what one asked for oneself."""
    approval = _find(context, approval_id, {"fee.approve", "fee.waive"})
    if approval.asked_by != context.caller.author:
        context.caller.require_at("fee.approve", approval.org_id, context.tree, thing="approval", key=approval_id)
    _refuse(context, approval)
    decided = queries.approval_by_id(context.session, approval_id)
    assert decided is not None
    return decided


def drop_asked(context: Context, loan_id: int, at: datetime) -> None:
    """What an act asked for about the fees of a loan waits no more, for the act was undone."""
    for approval_id in queries.asked_at(context.session, loan_id, at):
        approval = queries.approval_by_id(context.session, approval_id, lock=True)
        if approval is not None and approval.status == "waiting":
            _refuse(context, approval)


def _lock_account_of(context: Context, approval_id: int) -> None:
    """Reader and account come before the approval itself, as where an act that asks for one writes it."""
    asked = queries.approval_by_id(context.session, approval_id)
    if asked is not None:
        take_reader(context.session, asked.patron_id)
        queries.lock_account(context.session, asked.patron_id)


def _find(context: Context, approval_id: int, rights: set[str]) -> ApprovalRow:
    """One that waits, its row locked."""
    approval = queries.approval_by_id(context.session, approval_id, lock=True)
    if approval is None or not any(context.caller.may(r, approval.org_id, context.tree) for r in rights):
        raise NotFound("approval", approval_id)
    if approval.status != "waiting":
        raise Refused([refuse("approval.decided")])
    return approval


def _refuse(context: Context, approval: ApprovalRow) -> None:
    _close(context, approval, "refused", None)
    told = {"approval": approval.id, "what": approval.act}
    context.record("approval_refused", org_id=approval.org_id, patron_id=approval.patron_id, data=told)


def _close(context: Context, approval: ApprovalRow, status: str, entry_id: int | None) -> None:
    context.session.execute(
        update(_approvals)
        .where(_approvals.c.id == approval.id)
        .values(status=status, decided_by=context.caller.author, decided_at=context.now, entry_id=entry_id)
    )
