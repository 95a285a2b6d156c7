"""Reads of circulation, as small values: loans here, holds in `circ.queries.holds`."""

from circ.queries.loans import (
    NO_HISTORY,
    BlockInForce,
    LendingFacts,
    LoanRow,
    ReturnFacts,
    blocks_in_force,
    kinds_of_loans,
    lending_facts,
    list_loans,
    loan_by_id,
    loan_ended_as_lost,
    open_loan_of_item,
    open_loans_of_patron,
    prices_of_open_loans,
    return_facts,
)

__all__ = [
    "NO_HISTORY",
    "BlockInForce",
    "LendingFacts",
    "LoanRow",
    "ReturnFacts",
    "blocks_in_force",
    "kinds_of_loans",
    "lending_facts",
    "list_loans",
    "loan_by_id",
    "loan_ended_as_lost",
    "open_loan_of_item",
    "open_loans_of_patron",
    "prices_of_open_loans",
    "return_facts",
]
