"""A county where readers choose: a bookshop with labels, a fund, a programme, and who works with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

import pytest
from sqlalchemy.orm import Session

from branches.access import Caller
from branches.context import Context
from kernel.errors import NotFound
from purchasing.programmes import Quota, Rules
from purchasing.queries.funds import FundRow, find_fund
from purchasing.queries.selections import SelectionRow, find_selection
from purchasing.service.funds import FundService
from purchasing.service.programmes import Draft, ProgrammeService
from purchasing.service.selecting import Pick, Quote, SelectionService
from purchasing.service.selecting.choosing import Chosen
from purchasing.service.shop_barcodes import ShopBarcodeService
from tests.desk import Desk
from tests.factories import make_context, make_unit, make_user

T = TypeVar("T")

ISBN = "9787020002207"
OTHER_ISBN = "9787536692930"


@dataclass(frozen=True, kw_only=True)
class Shops:
    """Shop XH below hub ZG; reader P0001 at home in CG; fund F1 of 1000 yuan; programme NXS with that fund. `clerk` acts unless another is
    named."""

    desk: Desk
    shop: int
    clerk: Caller

    def acting(self, caller: Caller) -> Shops:
        return replace(self, clerk=caller)

    def later(self, **time: float) -> Shops:
        return replace(self, desk=self.desk.later(**time))

    def as_role(self, role: str, org_id: int) -> Shops:
        return self.acting(self.desk.as_role(role, org_id).caller)

    def programme(self, code: str = "NXS", *, fund: str = "F1", rules: Rules | None = None, **values: Any) -> None:
        """Set a programme up, or say anew what it is."""
        draft = Draft(
            **{
                "name": "你选书，我买单",
                "org": "ZG",
                "starts_on": date(2026, 1, 1),
                "ends_on": date(2026, 12, 31),
                "funds": ((fund, 1),),
                "rules": rules or Rules(),
            }
            | values
        )

        def put(context: Context) -> None:
            service = ProgrammeService(context)
            try:
                version = service.find_own(code).version
            except NotFound:
                service.create(code, draft)
            else:
                service.change(code, draft, expected_version=version)

        self.system(put)

    def fund(self, code: str, fen: int, org: str = "ZG") -> None:
        self.system(lambda context: FundService(context).create(code, "购书经费", org, fen))

    def labels(self, first: str, last: str, shop: str = "XH") -> None:
        self.system(lambda context: ShopBarcodeService(context).issue(shop, first, last))

    # --- acts

    def quote(self, isbn: str = ISBN, patron: str = "P0001", **more: Any) -> Quote:
        """A question: it reads, and what it leaves in the journal it writes by itself."""
        pick = self.pick(isbn, patron, **more)

        def ask(session: Session) -> Quote:
            return SelectionService(make_context(session, self.clerk, now=self.desk.now, channel="api")).quote(pick)

        return self.desk.read(ask)

    def choose(self, isbn: str = ISBN, patron: str = "P0001", **more: Any) -> Chosen:
        return self.act(lambda service: service.choose(self.pick(isbn, patron, **more)))

    def cancel(self, selection_id: int, reason: str = "读者不要了") -> SelectionRow:
        return self.act(lambda service: service.cancel(selection_id, reason))

    def exchange(self, selection_id: int, isbn: str, patron: str = "P0001", **more: Any) -> Chosen:
        return self.act(lambda service: service.exchange(selection_id, self.pick(isbn, patron, **more)))

    def pick(self, isbn: str, patron: str, **more: Any) -> Pick:
        known = {"shop": "XH", "title": "红楼梦", "author": "曹雪芹著", "price_fen": 5970, "year": 2024}
        return Pick(isbn=isbn, patron=patron, **known | more)

    def act(self, work: Callable[[SelectionService], T]) -> T:
        return self.desk.write(
            lambda s: work(SelectionService(make_context(s, self.clerk, now=self.desk.now, channel="api")))
        )

    def system(self, work: Callable[[Context], T]) -> T:
        return self.desk.write(lambda s: work(make_context(s, now=self.desk.now)))

    # --- what is there

    def money(self, code: str = "F1") -> FundRow:
        return self.desk.read(lambda s: find_fund(s, code))

    def selection(self, selection_id: int) -> SelectionRow:
        return self.desk.read(lambda s: find_selection(s, selection_id))


@pytest.fixture
def shops(desk: Desk) -> Shops:
    shop = desk.write(lambda s: make_unit(s, "XH", "shop", desk.county.hub, name="新华书店"))
    return set_up_choosing(desk, shop)


def set_up_choosing(desk: Desk, shop: int, *, fen: int = 100_000) -> Shops:
    clerk = desk.write(lambda s: make_user(s, "clerk", ("shop_clerk", shop)))
    made = Shops(desk=desk, shop=shop, clerk=clerk)
    made.fund("F1", fen)
    made.programme()
    made.labels("NX000001", "NX000099")
    return made


def isbn(n: int) -> str:
    """A valid number for every n below a hundred million."""
    core = f"9787{n:08}"
    check = (10 - sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(core)) % 10) % 10
    return f"{core}{check}"


def quotas(**limits: Any) -> Rules:
    """Rules with one quota, `quotas(period="visit", count=1)`."""
    return Rules(per_patron=(Quota(**limits),))
