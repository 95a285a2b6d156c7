"""A loan that never should have been, called off by the act of an upper room that had opened it: a purchase is taken back, say.

The desk's own way is `undoing`, which asks ten minutes and the journal; here the upper room has decided, and locked reader and copy.
"""

from __future__ import annotations

from branches.context import Context
from catalog.queries import ItemRow
from catalog.service.placing import place_item
from circ import queries
from circ.service.ledger.withdrawing import withdraw
from circ.service.loan_writing import end_loan


def call_off_loan(context: Context, loan_id: int, item: ItemRow, *, org_id: int) -> bool:
    """End the loan as undone, with the fees it began with; the copy is in the hands at `org_id`. False where it is not open any more,
    or its copy is not simply out: then nothing is done."""
    loan = queries.loan_by_id(context.session, loan_id)
    if loan is None or loan.closed_at is not None or loan.mark is not None or loan.patron_id is None:
        return False
    withdraw(context, loan.id, loan.patron_id, loan.checked_out_at)
    end_loan(context, loan, "undone", org_id)
    place_item(context, item, status="available", location_id=org_id)
    return True
