"""Funds: money allocated, taken and put back. `charge` (`charge_all` for many sums) is the one way by which a fund is spent, and each sum
is an entry.

Rows of funds are locked in the order of their ids, whatever is charged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import insert, update

from branches.context import Context
from kernel.barcodes import check_code
from kernel.bulk import insert_rows
from kernel.db import table_of
from kernel.errors import Conflict, Invalid, NotFound
from kernel.i18n import Text
from kernel.money import MAX_MONEY_FEN, show_money
from purchasing.budget_models import Fund, FundEntry
from purchasing.queries.funds import FundRow, find_fund, lock_funds

_funds, _entries = table_of(Fund), table_of(FundEntry)
SpendingKind = Literal["selection", "cancellation", "order", "correction", "withdrawal", "settlement"]
_OVERSPENT: Final = Text(
    "经费「{fund}」只剩 {left} 元，不够 {asked} 元。", "“{fund}” has {left} yuan left, less than the {asked} asked for."
)


class FundService:
    """Setting funds up, and giving them money."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def create(self, code: str, name: str, org: str, allocated_fen: int) -> FundRow:
        """A fund of a unit, with its first allocation."""
        context = self._context
        unit = context.tree.unit(org)
        context.caller.require_at("fund.write", unit.id, context.tree)
        check_code(code)
        values = {"code": code, "name": name, "org_id": unit.id, "created_at": context.now}
        try:
            find_fund(self._session, code)
        except NotFound:
            self._session.execute(insert(_funds).values(values | {"allocated_fen": 0, "spent_fen": 0}))
        else:
            message = Text("经费代码「{c}」已存在。", "The fund “{c}” exists already.").format(c=code)
            raise Conflict("fund.code_taken", message)
        return self.allocate(code, allocated_fen) if allocated_fen else find_fund(self._session, code)

    def allocate(self, code: str, fen: int, note: str = "") -> FundRow:
        """Give a fund money, or take back (below zero) what it has not spent."""
        context = self._context
        found = find_fund(self._session, code, context.caller.units("fund.write", context.tree))
        fund = lock_funds(self._session, [found.id])[found.id]
        if fund.left_fen + fen < 0:
            message = _OVERSPENT.format(fund=fund.name, left=show_money(fund.left_fen), asked=show_money(-fen))
            raise Conflict("fund.overspent", message)
        if fen == 0 or fund.allocated_fen + fen > MAX_MONEY_FEN:
            message = Text("金额不对。", "This amount does not fit.")
            raise Invalid("fund.amount", message, {"amount": [message]})
        self._session.execute(
            update(_funds).where(_funds.c.id == fund.id).values(allocated_fen=_funds.c.allocated_fen + fen)
        )
        _enter(context, "allocation", [Charge(parts={fund.id: fen}, note=note)])
        context.record(
            "fund_allocated", org_id=fund.org_id, data={"fund": code, "amount": show_money(fen), "why": note}
        )
        return find_fund(self._session, code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Sums to take from funds, by fund id, or to put back (below zero), and what for: a selection, or the line of an order."""

    parts: Mapping[int, int]
    selection_id: int | None = None
    order_line_id: int | None = None
    note: str = ""


def charge(
    context: Context,
    kind: SpendingKind,
    parts: Mapping[int, int],
    *,
    selection_id: int | None = None,
    order_line_id: int | None = None,
) -> None:
    """Take sums from funds, by fund id, or put them back (below zero). Raises as `charge_all`."""
    charge_all(context, kind, [Charge(parts=parts, selection_id=selection_id, order_line_id=order_line_id)])


def charge_all(context: Context, kind: SpendingKind, charges: Sequence[Charge]) -> None:
    """All of them or none, in as many statements however many they are: nobody chooses while the funds are taken. Raises Conflict
    `fund.overspent` where one has too little left for what they come to; whoever wants to decide before locks the funds (`lock_funds`)
    and looks."""
    session, sums = context.session, Counter[int]()
    for one in charges:
        for fund_id, fen in one.parts.items():
            sums[fund_id] += fen
    funds = lock_funds(session, sums.keys())
    for fund_id, fen in sorted(sums.items()):
        fund = funds[fund_id]
        if not fen:  # one line lets go of what another takes
            continue
        if fen > fund.left_fen:
            left, asked = show_money(fund.left_fen), show_money(fen)
            raise Conflict("fund.overspent", _OVERSPENT.format(fund=fund.name, left=left, asked=asked))
        session.execute(update(_funds).where(_funds.c.id == fund_id).values(spent_fen=_funds.c.spent_fen + fen))
    _enter(context, kind, charges)


def _enter(context: Context, kind: str, charges: Sequence[Charge]) -> None:
    rows = [
        {
            "fund_id": fund_id,
            "at": context.now,
            "kind": kind,
            "fen": fen,
            "selection_id": one.selection_id,
            "order_line_id": one.order_line_id,
            "note": one.note,
            "author": context.caller.author,
        }
        for one in charges
        for fund_id, fen in one.parts.items()
        if fen
    ]
    insert_rows(context.session, _entries, rows)
