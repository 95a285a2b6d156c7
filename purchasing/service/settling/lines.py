"""What turns choices, and an invoice beside them, into the lines of a settlement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kernel.bulk import insert_rows
from kernel.db import table_of
from kernel.errors import Invalid
from kernel.i18n import Text
from purchasing.queries.settled_choices import Gathered, elsewhere, gather
from purchasing.queries.settlements import SettlementRow
from purchasing.settlement_models import SettlementDifference, SettlementLine
from purchasing.settling import NOWHERE, InvoiceLine, Pair, Span, compare, paid_for

MOST_LINES: Final = 10_000
_lines, _differences = table_of(SettlementLine), table_of(SettlementDifference)
_TOO_MANY: Final = Text("超过 {n} 册。请把期间分短。", "These are more than {n} copies. Take shorter periods.").format(
    n=MOST_LINES
)


def choices_of(session: Session, shop_id: int, span: Span, *, beside: int | None = None) -> list[Gathered]:
    """What belongs into a settlement, the rows of the choices taken. Raises Invalid where it is too much for one."""
    gathered = gather(session, shop_id, span, beside=beside, most=MOST_LINES)
    if len(gathered) > MOST_LINES:
        raise Invalid("settlement.too_many", _TOO_MANY, {"period": [_TOO_MANY]})
    return gathered


def check_invoice(lines: Sequence[InvoiceLine]) -> None:
    """Raises Invalid where an invoice is too long for one settlement."""
    if sum(line.copies for line in lines) > MOST_LINES:
        raise Invalid("settlement.too_many", _TOO_MANY, {"lines": [_TOO_MANY]})


def write_choices(session: Session, settlement_id: int, gathered: Sequence[Gathered]) -> None:
    """All lines anew, without an invoice."""
    _write(session, settlement_id, gathered, compare([one.choice for one in gathered], None, NOWHERE))


def write_compared(
    session: Session, found: SettlementRow, gathered: Sequence[Gathered], invoice: Sequence[InvoiceLine]
) -> int:
    """All lines anew, beside an invoice. What that asks in all, in fen: what it says, or its prices under the terms."""
    isbns = {line.isbn for line in invoice if line.isbn}
    other = elsewhere(session, found.shop_id, found.span, isbns, beside=found.id)
    pairs = compare([one.choice for one in gathered], invoice, other)
    _write(session, found.id, gathered, pairs)
    return sum(pair.charged_fen or 0 for pair in pairs)


def _write(session: Session, settlement_id: int, gathered: Sequence[Gathered], pairs: Sequence[Pair]) -> None:
    for table in (_differences, _lines):
        session.execute(delete(table).where(table.c.settlement_id == settlement_id))
    known = {one.choice.id: one for one in gathered}
    numbered = list(enumerate(pairs, start=1))
    of_it = {"settlement_id": settlement_id}
    insert_rows(session, _lines, [of_it | {"number": number} | _line_of(pair, known) for number, pair in numbered])
    differing = [of_it | {"number": number, "kind": kind} for number, pair in numbered for kind in pair.kinds]
    insert_rows(session, _differences, [one | {"reason": ""} for one in differing])


def _line_of(pair: Pair, known: dict[int, Gathered]) -> dict[str, Any]:
    choice, copy = pair.choice, pair.copy
    gathered = known[choice.id] if choice is not None else None
    return {
        "selection_id": choice.id if choice else None,
        "is_standing": choice is not None,
        "isbn": choice.isbn if choice else copy.isbn if copy else "",
        "title": choice.title if choice else copy.title[:300] if copy else "",
        "item": gathered.item if gathered else None,
        "programme": gathered.programme if gathered else None,
        "chosen_on": gathered.chosen_on if gathered else None,
        "price_fen": choice.price_fen if choice else None,
        "cost_fen": choice.cost_fen if choice else None,
        "invoice_row": copy.row if copy else None,
        "invoiced_price_fen": copy.price_fen if copy else None,
        "charged_fen": pair.charged_fen,
        "paid_fen": paid_for(None, choice.cost_fen if choice else None, pair.charged_fen),
    }
