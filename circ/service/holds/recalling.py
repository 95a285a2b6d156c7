"""Calling a lent copy back for somebody who waits: its loan is due earlier, and is not renewed while they wait."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import update

from branches.context import Context
from branches.policy import Resolved
from catalog.queries import item_by_id
from circ import recall_rules, terms
from circ.due import due_at
from circ.hold_rules import can_fill
from circ.models import Loan
from circ.queries import holds as queries
from circ.queries import loan_by_id
from circ.queries.holds import HoldRow
from circ.queries.recalls import LoanOfTitle, loans_of_title
from circ.recall_rules import LentCopy
from circ.service.asked import question_of_loan
from circ.service.holds.reading import check_access, copies_of_hold, find_hold, wrong_state
from circ.service.holds.writing import change_hold
from circ.service.telling import mark_recall
from kernel.db import table_of
from kernel.errors import Conflict, Refused
from kernel.i18n import Text

RIGHT: Final = "hold.recall"
_loans = table_of(Loan)


def recall(context: Context, hold_id: int) -> HoldRow:
    """Choose a loan, lock its copy, then the hold; make it due earlier. Raises Refused where nothing can be gained."""
    hold = _require_queued(find_hold(context, hold_id, RIGHT))
    known = {row.id: row for row in _standing_between(context, hold)}
    asked = {row.id: _resolve(context, row) for row in known.values()}
    loans = [_lent_copy(context, row, asked[row.id]) for row in known.values()]
    refusals = list(recall_rules.check_recall(hold.recalled_due_at, loans, context.now))
    chosen = recall_rules.choose_loan(loans)
    if refusals or chosen is None:
        raise Refused(refusals)
    item_by_id(context.session, chosen.item_id, lock=True)
    locked = check_access(context, queries.lock_hold(context.session, hold_id), hold_id, RIGHT)
    _require_queued(locked)
    loan = loan_by_id(context.session, chosen.loan_id)
    if loan is None or loan.closed_at is not None or loan.due_at != chosen.due_at or loan.recalled_at is not None:
        raise Conflict(
            "hold.changed",
            Text(
                "这本书刚刚被归还或续借，请再试一次。", "The book was returned or renewed just now. Please try again."
            ),
        )
    _write(context, locked, known[chosen.loan_id], chosen, asked[chosen.loan_id])
    return queries.hold_by_id(context.session, hold_id) or locked


def _require_queued(hold: HoldRow) -> HoldRow:
    """Only who waits without a copy: a hold that has one is served already."""
    if hold.status != "queued":
        raise wrong_state(hold.status)
    return hold


def _standing_between(context: Context, hold: HoldRow) -> list[LoanOfTitle]:
    """The loans of copies that would fill the hold, those of its own reader left out."""
    fit = {copy.id for copy in copies_of_hold(context, hold) if can_fill(copy, hold.wish, hold.pickup_id)}
    loans = loans_of_title(context.session, hold.bib_id)
    return [loan for loan in loans if loan.item_id in fit and loan.patron_id != hold.patron_id]


def _lent_copy(context: Context, loan: LoanOfTitle, resolved: dict[str, Resolved]) -> LentCopy:
    return LentCopy(
        loan_id=loan.id,
        item_id=loan.item_id,
        checked_out_at=loan.checked_out_at,
        due_at=loan.due_at,
        recalled_at=loan.recalled_at,
        new_due_at=_new_due(context, loan, resolved),
    )


def _resolve(context: Context, loan: LoanOfTitle) -> dict[str, Resolved]:
    """The policies of the library that lent the book, for the reader who has it: it is their loan that is cut short."""
    return terms.resolve(context.policies, terms.RECALL, question_of_loan(context, loan))


def _new_due(context: Context, loan: LoanOfTitle, resolved: dict[str, Resolved]) -> datetime | None:
    days, promised = resolved["recall_days"].value, resolved["recall_keeps_days"].value
    if days is None:
        return None
    mode, org_id = resolved["days_mode"].value, loan.org_id
    soonest = due_at(context.now, days, mode, context.calendars, org_id)
    return max(soonest, due_at(loan.checked_out_at, promised or 0, mode, context.calendars, org_id))


def _write(context: Context, hold: HoldRow, loan: LoanOfTitle, chosen: LentCopy, resolved: dict[str, Resolved]) -> None:
    assert chosen.new_due_at is not None
    values = {"due_at": chosen.new_due_at, "recalled_at": context.now}
    context.session.execute(update(_loans).where(_loans.c.id == loan.id).values(values))
    change_hold(context, hold.id, recalled_loan_id=loan.id)
    data = {
        "loan": loan.id,
        "hold": hold.id,
        "due_at": chosen.new_due_at.isoformat(),
        "due_before": loan.due_at.isoformat(),
        "policy": terms.describe(resolved),
    }
    subjects = {"item_id": loan.item_id, "bib_id": hold.bib_id, "patron_id": loan.patron_id}
    context.record("loan_recalled", org_id=hold.pickup_id, data=data, **subjects)
    mark_recall(context, loan.id)
