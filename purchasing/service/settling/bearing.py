"""What the funds bear of a settlement beyond, or short of, what they bore at the choices.

A draft moves no money: a choice that is not settled yet is borne as it was chosen, and nothing that may still be changed or given up is in
the books. Once both sides have confirmed, all differences are entered at once, so that one line may use what another lets go of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from sqlalchemy import delete, insert

from branches.context import Context
from kernel.db import table_of
from kernel.errors import Conflict
from kernel.i18n import Text
from kernel.money import show_money
from purchasing.programmes import split
from purchasing.queries.funds import funds_by_id, lock_funds
from purchasing.queries.settled_choices import Borne, borne_by_lines
from purchasing.queries.settlements import SettlementRow
from purchasing.service.funds import Charge, charge_all
from purchasing.settlement_models import SettlementShare

_shares = table_of(SettlementShare)

_SHORT: Final = Text(
    "这份结算比选书时多付，经费「{fund}」要多出 {asked} 元，只剩 {left} 元。请先拨入经费，或改为按选书记录付、留到下期。",
    "More is to be paid than at the choices: “{fund}” would bear {asked} yuan more, and has {left} yuan left. Give it money, pay what was "
    "agreed, or leave lines for the next period.",
)
_ASK_LIBRARY: Final = Text(
    "图书馆的经费现在不够付这份结算。请与图书馆联系，等经费到位后再确认。",
    "The library’s funds cannot bear this settlement now. Ask the library, and confirm once they can.",
)


def sums_by_fund(borne: Mapping[int, Borne]) -> dict[int, int]:
    """How much more each fund is to bear in all (below zero: less), in fen, by fund id; nought where lines make up for each other."""
    sums: Counter[int] = Counter()
    for one in borne.values():
        for fund_id, fen in _parts_of(one).items():
            sums[fund_id] += fen
    return dict(sorted(sums.items()))


def write_shares(context: Context, settlement_id: int) -> None:
    """What each fund is to bear, as it is decided now. What owners agreed to before is agreed to no longer."""
    session, of_it = context.session, _shares.c.settlement_id == settlement_id
    session.execute(delete(_shares).where(of_it))
    sums = sums_by_fund(borne_by_lines(session, settlement_id))
    rows = [
        {"settlement_id": settlement_id, "fund_id": fund_id, "more_fen": fen} for fund_id, fen in sums.items() if fen
    ]
    if rows:
        session.execute(insert(_shares), rows)


def check_funds(context: Context, sums: Mapping[int, int], *, tells_sums: bool = True, lock: bool = False) -> None:
    """Raises Conflict where a fund has too little left for what it is to bear more; how much that is, is told to the library only. `lock`
    takes the rows of the funds, so that the answer holds."""
    funds = lock_funds(context.session, sums) if lock else funds_by_id(context.session, sums)
    for fund in funds.values():
        asked = sums[fund.id]
        if asked <= fund.left_fen:
            continue
        if not tells_sums:
            raise Conflict("settlement.funds", _ASK_LIBRARY)
        message = _SHORT.format(fund=fund.name, asked=show_money(asked), left=show_money(fund.left_fen))
        raise Conflict("fund.overspent", message)


def post(context: Context, found: SettlementRow, borne: Mapping[int, Borne]) -> None:
    """Enter the differences in the books, line by line, by the parts in which the funds, whose rows are taken, paid for each choice."""
    charges = [
        Charge(parts=_parts_of(one), selection_id=one.selection_id, note=f"{found.span} #{found.id}/{number}")
        for number, one in borne.items()
    ]
    charge_all(context, "settlement", charges)


def _parts_of(one: Borne) -> dict[int, int]:
    wanted = split(one.paid_fen, one.chosen)
    return {fund_id: fen - one.chosen[fund_id] for fund_id, fen in wanted.items()}
