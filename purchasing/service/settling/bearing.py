"""What the funds bear of a settlement beyond, or short of, what they bore at the choices."""

from __future__ import annotations

from branches.context import Context
from purchasing.programmes import split
from purchasing.queries.settlements import LineRow, SettlementRow, borne_by, lines_of
from purchasing.service.funds import charge
from purchasing.settling import borne_by_funds


def bear_as_chosen(context: Context, found: SettlementRow) -> None:
    """Before lines go, the funds bear again what they did at the choice."""
    for line in lines_of(context.session, found.id):
        if borne_by_funds(line.resolution, line.cost_fen, line.paid_fen):
            bear(context, found, line, 0)


def bear(context: Context, found: SettlementRow, line: LineRow, more_fen: int) -> None:
    """Charge or give back, to the funds that paid for the choice and by their parts, until they bear `more_fen` more than then."""
    if line.selection_id is None:
        return
    assert line.cost_fen is not None
    borne = borne_by(context.session, line.selection_id)
    wanted = split(line.cost_fen + more_fen, borne.chosen)
    parts = {fund_id: fen - borne.chosen[fund_id] - borne.settled.get(fund_id, 0) for fund_id, fen in wanted.items()}
    parts = {fund_id: fen for fund_id, fen in parts.items() if fen}
    if parts:
        note = f"{found.span} #{found.id}/{line.number}"
        charge(context, "settlement", parts, selection_id=line.selection_id, note=note)
