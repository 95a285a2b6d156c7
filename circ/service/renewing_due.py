"""Loans that renew themselves: from the day before they are due, once a day, by the rules that hold for readers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from branches.context import Context, InTurns
from circ import queries
from circ.commands import Renew
from circ.queries.renewals import DueLoan, loans_to_renew
from circ.service.asked import question_of_loan
from circ.service.renewing import renew
from kernel.clock import ONE_DAY, end_of_day, local_day, start_of_day
from kernel.errors import Refused

AT_ONCE: Final = 100  # loans a turn: each turn is a transaction, and desks wait for none of them long


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """`last_id`: where the next turn goes on; None: there is nothing left."""

    last_id: int | None
    renewed: int = 0
    refused: int = 0


def renew_due(in_turns: InTurns) -> tuple[int, int]:
    """How many were renewed, and how many could not be; may run at any time, and does each loan once a day."""
    renewed, refused, after = 0, 0, 0
    while (turn := in_turns(partial(_take_turn, after))).last_id is not None:
        renewed, refused, after = renewed + turn.renewed, refused + turn.refused, turn.last_id
    return renewed, refused


def _take_turn(after_id: int, context: Context) -> Turn:
    if not any(row.setting == "auto_renew" and row.value for row in context.policies.rows):
        return Turn(last_id=None)
    today = local_day(context.now)
    loans = loans_to_renew(
        context.session,
        now=context.now,
        until=end_of_day(today + ONE_DAY),
        day_began=start_of_day(today),
        after_id=after_id,
        limit=AT_ONCE,
    )
    outcomes = [_renew(context, loan) for loan in loans if _is_asked_for(context, loan)]
    return Turn(last_id=loans[-1].id if loans else None, renewed=outcomes.count(True), refused=outcomes.count(False))


def _is_asked_for(context: Context, loan: DueLoan) -> bool:
    return bool(context.policies.resolve("auto_renew", question_of_loan(context, loan)).value)


def _renew(context: Context, due: DueLoan) -> bool | None:
    """Whether it was renewed; the journal keeps why not. None for a loan that somebody closed or renewed meanwhile."""
    try:
        renew(context, Renew(loan_id=due.id))
    except Refused as refused:
        codes = [refusal.code for refusal in refused.refusals]
        loan = queries.loan_by_id(context.session, due.id)
        if loan is None or loan.closed_at is not None:
            return None
        data = {"loan": loan.id, "due_at": loan.due_at.isoformat(), "codes": codes}
        subjects = {"item_id": loan.item_id, "bib_id": loan.bib_id, "patron_id": loan.patron_id}
        context.record("renewal_refused", org_id=loan.org_id, data=data, **subjects)
        return False
    return True
