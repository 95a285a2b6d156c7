"""A settlement is begun, gathered anew, compared with an invoice, given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from branches.tree import Unit
from kernel.clock import local_day
from kernel.errors import Conflict, Invalid, NotFound
from kernel.i18n import Text
from kernel.writes import insert_into
from purchasing.queries.settlements import find_draft, invoice_known, total_of
from purchasing.service.settling.lines import check_invoice, choices_of, write_choices, write_compared
from purchasing.service.settling.parts import Settled, Settling, settlements
from purchasing.settling import InvoiceLine, Span

_NOT_YET: Final = Text("{first} 还没有到。", "{first} has not come yet.")
_EXISTS: Final = Text(
    "{shop} {period} 的结算已在核对（第 {id} 号）。",
    "{shop} has a settlement of {period} being checked already (no. {id}).",
)
_INVOICE_KNOWN: Final = Text(
    "发票 {number} 已用于 {period} 的结算（第 {id} 号）。",
    "The invoice {number} belongs to the settlement of {period} (no. {id}).",
)


class Drafting(Settling):
    """What the library does to a draft, and the invoice, which the shop may enter too."""

    def make(self, shop_code: str, span: Span) -> Settled:
        """Begin a settlement with the choices of a period that stand in no other. Raises Conflict where one is being checked already."""
        context = self._context
        shop = context.tree.unit(shop_code)
        context.caller.require_at("settlement.write", shop.id, context.tree, thing="shop", key=shop_code)
        if shop.kind != "shop":
            raise NotFound("shop", shop_code)
        if span.first_on > local_day(context.now):
            message = _NOT_YET.format(first=span.first_on.isoformat())
            raise Invalid("settlement.period", message, {"period": [message]})
        made = self._begin(shop, span)
        gathered = choices_of(self._session, shop.id, span)
        write_choices(self._session, made, gathered)
        self.write(made, {"total_fen": total_of(self._session, made)})
        return self.done("settlement_made", made, {"lines": len(gathered)})

    def gather_again(self, settlement_id: int) -> Settled:
        """Take in what was chosen, and leave out what was called off, since the settlement was begun; the invoice is to be entered anew."""
        found = self.take_draft(settlement_id, "library")
        gathered = choices_of(self._session, found.shop_id, found.span, beside=found.id)
        write_choices(self._session, found.id, gathered)
        self.write(found.id, {"invoice_number": None, "invoice_on": None, "invoice_fen": None})
        return self.changed(found, {"lines": len(gathered)})

    def enter_invoice(self, settlement_id: int, number: str, on: date, lines: Sequence[InvoiceLine]) -> Settled:
        """Compare the shop's invoice, line by line, with what was chosen. What was decided by an earlier invoice is forgotten."""
        found = self.take_draft(settlement_id, "library", "shop")
        check_invoice(lines)
        known = invoice_known(self._session, found.shop_id, number, beside=found.id)
        if known is not None:
            message = _INVOICE_KNOWN.format(number=number, period=str(known.span), id=known.id)
            raise Conflict("settlement.invoice_known", message, id=known.id)
        gathered = choices_of(self._session, found.shop_id, found.span, beside=found.id)
        asked = write_compared(self._session, found, gathered, lines)
        self.write(found.id, {"invoice_number": number, "invoice_on": on, "invoice_fen": asked})
        return self.changed(found, {"invoice": number, "lines": len(lines)})

    def discard(self, settlement_id: int, reason: str) -> Settled:
        """Give up a draft: its choices may be settled in another. It moved no money, so nothing stands against it."""
        found = self.take_draft(settlement_id, "library")
        self.release(found.id)
        self.write(
            found.id,
            {
                "status": "discarded",
                "discarded_at": self._context.now,
                "discarded_by": self._context.caller.author,
                "discard_reason": reason,
            },
        )
        return self.done("settlement_discarded", found.id, {"why": reason})

    def _begin(self, shop: Unit, span: Span) -> int:
        """An empty draft. Of two that are begun at once the database lets one through."""
        values = {"shop_id": shop.id, "first_on": span.first_on, "last_on": span.last_on, "status": "draft"}
        values |= {"version": 1, "total_fen": 0, "made_at": self._context.now, "made_by": self._context.caller.author}
        statement = insert_into(self._session, settlements).values(values).on_conflict_do_nothing()
        made: int | None = self._session.execute(statement.returning(settlements.c.id)).scalar()
        if made is None:
            same = find_draft(self._session, shop.id, span)
            message = _EXISTS.format(shop=shop.name, period=str(span), id=same.id)
            raise Conflict("settlement.exists", message, id=same.id)
        return made
