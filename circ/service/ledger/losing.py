"""The money of lost books: charged when a book is said to be lost, given back when it is found, by the setting `lost` of the library
that lent it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from branches.context import Context
from branches.policy import Resolved
from catalog.queries import ItemRow
from circ import lost_rules, terms
from circ.lost_rules import LostTerms
from circ.policies.money import fen_of
from circ.queries import LoanRow
from circ.queries import ledger as queries
from circ.queries.ledger import EntryRow
from circ.service.asked import question_of
from circ.service.ledger.charging import charge
from circ.service.ledger.forgiving import let_go_or_ask, take_back
from circ.service.ledger.lateness import charge_renewal

FOUND = "书找到了 / the book was found"
UNDONE = "撤销 / undone"
_OF_A_LOSS = ("lost", "processing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What saying something of a loan does to the account: fees, and how many fen of earlier ones are let go, or wait for who may."""

    fees: tuple[EntryRow, ...] = ()
    given_back_fen: int = 0
    waiting_fen: int = 0


def lost_terms(context: Context, loan: LoanRow, item: ItemRow) -> LostTerms:
    return lost_rules.read_terms(_resolve(context, loan, item)["lost"].value)


def charge_lost(context: Context, loan: LoanRow, item: ItemRow, asked: LostTerms, *, org_id: int) -> list[EntryRow]:
    """Charge what a lost book costs, once however often it is said, and what it was late until now unless that is forgiven."""
    assert loan.patron_id is not None
    resolved = _resolve(context, loan, item)
    charged = {fee.cause for fee in queries.charges_of_loan(context.session, loan.id)}
    fees = []
    for cause, fen in lost_rules.costs(asked, item.price_fen, fen_of(resolved["default_price"].value)):
        if cause not in charged:
            why = {"price_fen": item.price_fen, "policy": terms.describe(resolved)}
            fee = charge(
                context,
                patron_id=loan.patron_id,
                org_id=org_id,
                fen=fen,
                cause=cause,
                loan_id=loan.id,
                item_id=item.id,
                why=why,
            )
            fees.append(fee)
    if not asked.forgives_overdue and loan.mark is None:
        fees += charge_renewal(context, loan, item, here_id=org_id).fees
    return fees


def give_back(context: Context, loan: LoanRow, item: ItemRow, *, org_id: int) -> int:
    """What is taken back of the charge for a book that was found, in fen; nothing where the policy keeps it."""
    asked = lost_terms(context, loan, item)
    given = 0
    for fee in _lost_fees(context, loan):
        if lost_rules.gives_back(asked, fee.at, context.now):
            given += take_back(context, fee.id, org_id=org_id, note=FOUND, refund_paid=asked.gives_back_paid)
    return given


def believe(context: Context, loan: LoanRow) -> tuple[int, int]:
    """The reader did return it, so whatever its loss had cost is let go, whatever the policy says of books that are found. That is a
    person's judgement: by whoever may waive the fees, else they wait for such a one. How many fen are let go, and how many wait."""
    parts = [let_go_or_ask(context, fee, note=lost_rules.BELIEVED) for fee in _lost_fees(context, loan, _OF_A_LOSS)]
    return sum(done for done, _ in parts), sum(waiting for _, waiting in parts)


def charge_again(
    context: Context, loan: LoanRow, given_back: Sequence[tuple[str, int, int | None]], *, org_id: int
) -> None:
    """What an act gave back is due again, for it was undone: the book is as lost as before."""
    assert loan.patron_id is not None
    for cause, fen, item_id in given_back:
        charge(
            context,
            patron_id=loan.patron_id,
            org_id=org_id,
            fen=fen,
            cause=cause,
            loan_id=loan.id,
            item_id=item_id,
            note=UNDONE,
        )


def _lost_fees(context: Context, loan: LoanRow, causes: Sequence[str] = ("lost",)) -> list[EntryRow]:
    fees = queries.charges_of_loan(context.session, loan.id)
    return [fee for fee in fees if fee.cause in causes and fee.by_rule]


def _resolve(context: Context, loan: LoanRow, item: ItemRow) -> dict[str, Resolved]:
    question = question_of(
        context,
        org_id=loan.org_id,
        item_org_id=item.home_id,
        patron_org_id=loan.patron_home_id,
        category=loan.patron_category,
        item_type=item.item_type,
    )
    return terms.resolve(context.policies, terms.LOST, question)
