"""A month with a bookshop settled by both sides: what tests of it share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

import pytest

from branches.access import Caller
from purchasing.programmes import Rules
from purchasing.queries.settlements import LineRow, lines_of
from purchasing.service.settling import Settled, SettlementService
from purchasing.settling import InvoiceLine, Kind, Resolution, Side, Span, read_period
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_context, make_user
from tests.purchasing.county import ISBN, Shops
from tests.purchasing.county import shops as shops
from web import rooms

T = TypeVar("T")


LONG = Rules(cancel_minutes=100_000)  # a choice may be called off for as long as a test lasts


@dataclass(frozen=True, kw_only=True)
class Office:
    """A purchaser of the hub and the clerk of shop XH, settling."""

    shops: Shops
    purchaser: Caller

    def act(self, work: Callable[[SettlementService], T], *, shop: bool = False, caller: Caller | None = None) -> T:
        who = caller or (self.shops.clerk if shop else self.purchaser)
        desk = self.shops.desk
        return desk.write(lambda s: work(SettlementService(make_context(s, who, now=desk.now, channel="api"))))

    def later(self, **time: float) -> Office:
        return replace(self, shops=self.shops.later(**time))

    def make(self, period: str = "2026-11", shop: str = "XH") -> Settled:
        return self.act(lambda service: service.make(shop, span(period)))

    def invoice(self, settlement_id: int, *lines: InvoiceLine, number: str = "FP1", shop: bool = True) -> Settled:
        on = date(2026, 11, 30)
        return self.act(lambda service: service.enter_invoice(settlement_id, number, on, lines), shop=shop)

    def resolve(
        self, settlement_id: int, n: int, resolution: Resolution, reason: str = "", kind: Kind | None = None
    ) -> Settled:
        return self.act(lambda service: service.resolve(settlement_id, n, resolution, reason, kind))

    def confirm(self, settlement_id: int, side: Side, version: int | None = None) -> Settled:
        return self.act(lambda service: service.confirm(settlement_id, None, version), shop=side == "shop")

    def both_confirm(self, settlement_id: int) -> Settled:
        self.confirm(settlement_id, "shop")
        return self.confirm(settlement_id, "library")

    def pay(self, settlement_id: int, on: date | None = None, reference: str = "ZZ-1") -> Settled:
        return self.act(lambda service: service.pay(settlement_id, on or date(2026, 11, 23), reference))

    def discard(self, settlement_id: int) -> Settled:
        return self.act(lambda service: service.discard(settlement_id, "弄错了期间"))

    def lines(self, settlement_id: int) -> list[LineRow]:
        return self.shops.desk.read(lambda s: lines_of(s, settlement_id))

    def kinds(self, settlement_id: int) -> list[str | None]:
        """What differs, line by line: `price+returned`, None where nothing does."""
        return ["+".join(one.kind for one in line.differences) or None for line in self.lines(settlement_id)]

    def small_fund(self, fen: int, **values: Any) -> None:
        """Programme XZ, whose fund SMALL has so much."""
        self.shops.fund("SMALL", fen)
        self.shops.programme("XZ", fund="SMALL", rules=LONG, **values)

    def offenders(self) -> list[str]:
        return self.shops.desk.read(lambda s: [f"{one.code} {who}" for one in rooms.INVARIANTS for who in one.find(s)])


@pytest.fixture
def office(shops: Shops, desk: Desk) -> Office:
    shops.programme(rules=LONG)
    hub = desk.county.hub
    return Office(shops=shops, purchaser=desk.write(lambda s: make_user(s, "cai", ("purchaser", hub))))


def span(period: str) -> Span:
    found = read_period(period)
    assert found is not None
    return found


def line(isbn: str = ISBN, price: int = 5970, copies: int = 1, **more: Any) -> InvoiceLine:
    return InvoiceLine(**{"row": 1, "isbn": isbn, "title": "", "copies": copies, "price_fen": price} | more)


def choose(office: Office, isbn: str = ISBN, title: str = "红楼梦", price: int = 5970, **more: Any) -> int:
    return office.shops.choose(isbn, title=title, price_fen=price, **more).selection.id
