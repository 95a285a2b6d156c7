"""Settling with shops: gathering, the invoice, differences one by one, both sides' word, payment. `SettlementService` is the one door for
every channel.

Rows are locked in one order: settlement, choices, units, funds, each kind by rising number. An invoice that is entered anew begins the
comparison anew. Every change takes back what was confirmed before it. The funds bear differences from the moment when both sides have
confirmed, not before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from branches.context import Context
from purchasing.queries.settlements import SettlementRow
from purchasing.service.settling.agreeing import Agreeing
from purchasing.service.settling.confirming import Confirming
from purchasing.service.settling.deciding import Deciding
from purchasing.service.settling.drafting import Drafting
from purchasing.service.settling.parts import RIGHTS, Settled, Settling
from purchasing.settling import InvoiceLine, Kind, Resolution, Side, Span

__all__ = ["RIGHTS", "Settled", "SettlementService"]


class SettlementService:
    """What the library and a shop do until the shop is paid."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def find(self, settlement_id: int) -> SettlementRow:
        """A settlement to look at: with a shop of the caller's units, or one that makes a fund of theirs bear another sum."""
        return Settling(self._context).find_seen(settlement_id, "settlement.read")

    def make(self, shop_code: str, span: Span) -> Settled:
        """Begin a settlement with the choices of a period that stand in no other. Raises Conflict where one is being checked already."""
        return Drafting(self._context).make(shop_code, span)

    def gather_again(self, settlement_id: int) -> Settled:
        """Take in what was chosen, and leave out what was called off, since the settlement was begun; the invoice is to be entered anew."""
        return Drafting(self._context).gather_again(settlement_id)

    def enter_invoice(self, settlement_id: int, number: str, on: date, lines: Sequence[InvoiceLine]) -> Settled:
        """Compare the shop's invoice, line by line, with what was chosen. What was decided by an earlier invoice is forgotten."""
        return Drafting(self._context).enter_invoice(settlement_id, number, on, lines)

    def discard(self, settlement_id: int, reason: str) -> Settled:
        """Give up a draft: its choices may be settled in another."""
        return Drafting(self._context).discard(settlement_id, reason)

    def resolve(
        self, settlement_id: int, number: int, resolution: Resolution, reason: str = "", kind: Kind | None = None
    ) -> Settled:
        """Settle one difference of a line, the one of this `kind` where it has several."""
        return Deciding(self._context).resolve(settlement_id, number, resolution, reason, kind)

    def agree(self, settlement_id: int, fund: str, version: int | None = None) -> Settled:
        """The word of a fund's owner that it bears more than the choices cost."""
        return Agreeing(self._context).agree(settlement_id, fund, version)

    def confirm(self, settlement_id: int, side: Side | None = None, version: int | None = None) -> Settled:
        """One side's word that the settlement is right as it stands. With the second side's it is frozen."""
        return Confirming(self._context).confirm(settlement_id, side, version)

    def pay(self, settlement_id: int, on: date, reference: str) -> Settled:
        """Note that a frozen settlement was paid, once."""
        return Confirming(self._context).pay(settlement_id, on, reference)
