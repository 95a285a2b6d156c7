"""A reader orders from the list of a shop: the acts that tests of it share."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from branches.access import Caller
from circ.queries.ledger import account_of
from notices.models import Notice
from patrons.models import Card
from patrons.privacy import Vault
from purchasing.programmes import Online, Quota, Rules
from purchasing.queries.selections import SelectionRow
from purchasing.quota_models import QuotaUse
from purchasing.selection_models import ShopOffer
from purchasing.service.online import Listed, OnlineService, Ordered, Wanted
from purchasing.service.selecting import Pick
from purchasing.service.selecting.commands import Address, Delivery
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_context
from tests.purchasing.county import ISBN, OTHER_ISBN, Shops
from tests.purchasing.county import shops as shops
from web.wiring import connect

VAULT = Vault("a secret of the tests alone")
HOME = Address(name="李小雨", phone="138 0000 5678", address="青溪县城关镇东街 5 号")
OPEN = Online(pickup=True, post=True, postage_fen=500, post_free_from_fen=9800, receipt_after_days=10)


class Choices:
    """The acts of a reader, a shop and a library on choices made online."""

    def __init__(self, shops: Shops) -> None:
        self.shops, self.desk = shops, shops.desk
        shops.programme(rules=Rules(online=OPEN, loan_days=30, per_patron=(Quota(period="month", count=3),)))
        self.offer(ISBN, "红楼梦", 5970)
        self.offer(OTHER_ISBN, "三体", 4200)

    def at(self, desk: Desk) -> Choices:
        """The same at another time."""
        other = copy(self)
        other.desk = desk
        return other

    def rules(self, **online: Any) -> None:
        quotas = (Quota(period="month", count=3),)
        self.shops.programme(rules=Rules(online=replace(OPEN, **online), loan_days=30, per_patron=quotas))

    def offer(
        self, isbn: str, title: str, fen: int, stock: int | None = 2, *, shop: int = 0, days_ago: int = 0
    ) -> None:
        row = ShopOffer(shop_id=shop or self.shops.shop, isbn=isbn, title=title, author="", publisher="", year=2024)
        row.class_number, row.price_fen, row.stock = None, fen, stock
        row.listed_at = self.desk.now - timedelta(days=days_ago)
        self.desk.write(lambda s: s.add(row))

    def browse(self, *words: str, up_to_fen: int | None = None, skip: int = 0, limit: int = 9) -> list[Listed]:
        """As reader P0001 finds it."""
        wanted = Wanted(words=words, up_to_fen=up_to_fen)
        return self.desk.read(
            lambda s: OnlineService(make_context(s, self.reader(), now=self.desk.now)).browse(
                wanted, skip=skip, limit=limit
            )
        )

    def stock(self, isbn: str = ISBN) -> int | None:
        return self.desk.read(lambda s: s.scalar(select(ShopOffer.stock).where(ShopOffer.isbn == isbn)))

    def reader(self, card: str = "P0001") -> Caller:
        statement = select(Card.patron_id).where(Card.barcode == card)
        return Caller(kind="patron", id=self.desk.read(lambda s: s.scalars(statement).one()))

    def act(self, caller: Caller, work: Callable[[OnlineService], Any], **later: float) -> Any:
        now = (self.desk.later(**later) if later else self.desk).now
        return self.desk.write(lambda s: work(OnlineService(make_context(s, caller, now=now, channel="opac"))))

    def order(
        self, isbn: str = ISBN, card: str = "P0001", pickup: str | None = "CG", *, post: bool = False, **later: float
    ) -> Ordered:
        delivery = Delivery(address=HOME) if post else Delivery(pickup=pickup)
        pick = Pick(patron=card, isbn=isbn, shop="XH", delivery=delivery)
        ordered: Ordered = self.act(self.reader(card), lambda service: service.order(pick, VAULT), **later)
        return ordered

    def dispatch(self, selection_id: int, *, item_barcode: str | None = None, tracking: str | None = None) -> Any:
        return self.act(
            self.shops.clerk,
            lambda service: service.dispatch(selection_id, item_barcode=item_barcode, tracking=tracking),
        )

    def call_off(self, caller: Caller, selection_id: int, cause: Any = "called_off") -> SelectionRow:
        row: SelectionRow = self.act(caller, lambda service: service.call_off(selection_id, "不要了", cause))
        return row

    def system(self) -> Caller:
        return Caller(kind="system")

    def owed(self, card: str = "P0001") -> int:
        return self.desk.read(lambda s: account_of(s, self.reader(card).id).balance_fen)

    def used(self) -> int:
        return sum(self.desk.read(lambda s: s.scalars(select(QuotaUse.books)).all()))

    def told(self) -> list[str]:
        return list(self.desk.read(lambda s: s.scalars(select(Notice.kind).order_by(Notice.id)).all()))

    def last_told(self) -> str:
        return self.desk.read(lambda s: s.scalars(select(Notice.body).order_by(Notice.id.desc())).first()) or ""


@pytest.fixture
def online(shops: Shops) -> Choices:
    connect()
    return Choices(shops)
