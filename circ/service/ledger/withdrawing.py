"""What an act cost, taken back with the act itself: its fees, the suspension that stood for one, and that a book came back late."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from branches.context import Context
from circ.ledger_models import LateReturn, Suspension
from circ.queries import ledger as queries
from circ.service.ledger.forgiving import take_back
from kernel.db import table_of
from patrons.models import Block
from patrons.service.blocks import lift_by_rule

_late, _suspensions, _blocks = table_of(LateReturn), table_of(Suspension), table_of(Block)


def withdraw(context: Context, loan_id: int, patron_id: int, at: datetime) -> None:
    """Take back all that an act at this instant cost on a loan."""
    for fee in queries.charges_of_loan(context.session, loan_id):
        if fee.at == at:
            take_back(context, fee.id, org_id=fee.org_id, note="撤销 / undone")
    context.session.execute(delete(_late).where(_late.c.patron_id == patron_id, _late.c.at == at))
    made = (
        select(_suspensions.c.block_id)
        .join(_blocks, _blocks.c.id == _suspensions.c.block_id)
        .where(_suspensions.c.patron_id == patron_id, _blocks.c.created_at == at, _blocks.c.ended_at.is_(None))
    )
    for block_id in context.session.scalars(made).all():
        lift_by_rule(context, block_id)
