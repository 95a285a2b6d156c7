"""A county that buys: a supplier who gives 20 per cent off, a fund of 1000 yuan, and who works with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pytest

from branches.access import SYSTEM, Caller
from branches.context import Context
from purchasing.queries.funds import FundRow, find_fund
from purchasing.queries.orders import LineRow, OrderRow, find_order, lines_of
from purchasing.queries.suggestions import SuggestionRow, find_suggestion
from purchasing.service import ordering
from purchasing.service.demand import Demand, DemandService
from purchasing.service.funds import FundService
from purchasing.service.ordering import Arrived, BilledLine, NewInvoice, NewLine, NewOrder, NewReceipt
from purchasing.service.suggestions import NewSuggestion, SuggestionService
from tests.desk import Desk
from tests.factories import NOW, make_context

T = TypeVar("T")

ISBN = "9787020002207"
OTHER_ISBN = "9787536692930"


@dataclass(frozen=True, kw_only=True)
class Buying:
    """Hub ZG orders of XHS, paid by fund F1. `caller` acts unless another is named."""

    desk: Desk
    caller: Caller

    def acting(self, caller: Caller) -> Buying:
        return replace(self, caller=caller)

    def as_role(self, role: str, org_id: int | None = None) -> Buying:
        return self.acting(self.desk.as_role(role, self.desk.county.hub if org_id is None else org_id).caller)

    def later(self, **time: float) -> Buying:
        return replace(self, desk=self.desk.later(**time))

    def do(self, work: Callable[[Context], T]) -> T:
        return self.desk.write(lambda s: work(self._context(s)))

    def look(self, work: Callable[[Context], T]) -> T:
        return self.desk.read(lambda s: work(self._context(s)))

    def _context(self, session: Any) -> Context:
        return make_context(session, self.caller, now=self.desk.now, channel="api")

    # --- readers

    def suggest(self, patron_id: int, title: str = "红楼梦", **more: Any) -> SuggestionRow:
        reader = Caller(kind="patron", id=patron_id)
        asked = NewSuggestion(title=title, **more)
        return self.acting(reader).do(lambda c: SuggestionService(c).suggest(asked).suggestion)

    def suggestion(self, suggestion_id: int) -> SuggestionRow:
        return self.desk.read(lambda s: find_suggestion(s, suggestion_id))

    # --- the list

    def demand(self, org: str = "ZG") -> Demand:
        return self.look(lambda c: DemandService(c).of_unit(org))

    def titles(self, org: str = "ZG") -> list[str]:
        return [row.wanted.title or row.wanted.key for row in self.demand(org).lines]

    # --- orders

    def draft(self, fund: str = "F1", **more: Any) -> OrderRow:
        values: dict[str, Any] = {"org": "ZG", "supplier": "XHS", "funds": {fund: 1}} | more
        return self.do(lambda c: ordering.draft(c, NewOrder(**values)))

    def add(self, order_id: int, copies: int = 2, **more: Any) -> LineRow:
        values: dict[str, Any] = {"title": "红楼梦", "author": "曹雪芹", "isbn": ISBN, "price_fen": 5000} | more
        values.setdefault("units", {"ZG": copies})
        units = values.pop("units")
        return self.do(lambda c: ordering.add_line(c, order_id, NewLine(copies=units, **values)))

    def place(self, order_id: int) -> OrderRow:
        return self.do(lambda c: ordering.place(c, order_id))

    def ordered(self, copies: int = 2, **more: Any) -> OrderRow:
        """An order of one title that was placed."""
        order = self.draft()
        self.add(order.id, copies, **more)
        return self.place(order.id)

    def receive(self, order_id: int, *barcodes: str, isbn: str = ISBN, **more: Any) -> ordering.Received:
        books = [Arrived(barcode=one, isbn=isbn) for one in barcodes]
        return self.do(lambda c: ordering.receive(c, order_id, NewReceipt(books=books, **more)))

    def cancel(self, order_id: int, line: int | None = None, reason: str = "供应商缺货") -> OrderRow:
        return self.do(lambda c: ordering.cancel(c, order_id, reason, line))

    def invoice(
        self, order_id: int, price_fen: int, copies: int, *override: str, number: str = "FP001", line: int = 1
    ) -> OrderRow:
        new = NewInvoice(
            number=number,
            dated_on=NOW.date(),
            lines=[BilledLine(line=line, price_fen=price_fen, copies=copies)],
            override=override,
        )
        return self.do(lambda c: ordering.enter_invoice(c, order_id, new))[0]

    # --- what is there

    def order(self, order_id: int) -> OrderRow:
        return self.desk.read(lambda s: find_order(s, order_id))

    def lines(self, order_id: int) -> list[LineRow]:
        return self.desk.read(lambda s: lines_of(s, order_id))

    def money(self, code: str = "F1") -> FundRow:
        return self.desk.read(lambda s: find_fund(s, code))

    def fund(self, code: str, fen: int, org: str = "ZG") -> None:
        self.acting(SYSTEM).do(lambda c: FundService(c).create(code, "购书经费", org, fen))


@pytest.fixture
def buying(desk: Desk) -> Buying:
    made = Buying(desk=desk, caller=SYSTEM)
    made.fund("F1", 100_000)
    fields: ordering.SupplierFields = {"name": "新华书店", "pays_percent": 80, "delivery_days": 7}
    made.do(lambda c: ordering.create_supplier(c, "XHS", fields))
    return made.as_role("purchaser")
