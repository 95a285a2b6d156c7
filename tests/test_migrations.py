"""Migrations that move rows: tried with rows before, down, up, and up again on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from kernel.db import Database
from purchasing.service import ordering
from tests.conftest import Move
from tests.desk import Desk, offenders
from tests.desk import desk as desk
from tests.purchasing.buying import Buying
from tests.purchasing.buying import buying as buying
from tests.purchasing.county import OTHER_ISBN
from tests.purchasing.county import shops as shops
from tests.purchasing.office import Office, choose, line
from tests.purchasing.office import office as office
from tests.purchasing.online import Choices
from tests.purchasing.online import online as online

THIRD = "9787108009821"


def rows(database: Database, statement: str) -> list[tuple[Any, ...]]:
    with database.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def test_choices_made_online_go_down_and_come_back(online: Choices, desk: Desk, database: Database, to: Move) -> None:
    uncollected = online.order(pickup="CG").selection.id
    online.dispatch(uncollected)
    (hold,) = rows(database, "SELECT id FROM hold")
    desk.holding(lambda service: service.cancel(hold[0]))
    coming = online.order(OTHER_ISBN, pickup="CG").selection.id
    online.dispatch(coming)
    waiting = online.order(post=True).selection.id
    before = rows(database, "SELECT id, status, patron_id FROM selection ORDER BY id")
    assert [(one[0], one[1]) for one in before] == [(uncollected, "unclaimed"), (coming, "sent"), (waiting, "ordered")]
    assert offenders(database) == {}
    for _ in range(2):
        to("0028")
        assert rows(database, "SELECT status, patron_id IS NULL FROM selection ORDER BY id") == [
            ("sent", True),
            ("sent", False),
            ("ordered", False),
        ]
        to("head")
        assert rows(database, "SELECT id, status, patron_id FROM selection ORDER BY id") == before
        assert offenders(database) == {}


def test_orders_keep_what_was_approved(buying: Buying, desk: Desk, database: Database, to: Move) -> None:
    desk.policy("order_limit", "50.00")
    big = buying.ordered(2)
    buying.as_role("hub_librarian").do(lambda c: ordering.approve(c, big.id))
    small = buying.ordered(1, isbn=OTHER_ISBN, title="三体")
    waits = buying.ordered(2, isbn=THIRD, title="围城")
    statement = "SELECT id, status, approved_fen FROM purchase_order ORDER BY id"
    before = rows(database, statement)
    assert before == [(big.id, "ordered", 8000), (small.id, "ordered", None), (waits.id, "waiting", None)]
    for _ in range(2):
        to("0029")
        assert rows(database, "SELECT COUNT(*) FROM purchase_order WHERE approved_by IS NOT NULL") == [(1,)]
        to("head")
        assert rows(database, statement) == before
        assert offenders(database) == {}


def test_what_a_line_differs_in_goes_down_and_comes_back(
    office: Office, desk: Desk, database: Database, to: Move
) -> None:
    choose(office, OTHER_ISBN, "三体", 2300)
    frozen = office.make().settlement.id
    office.invoice(frozen, line(THIRD))
    office.resolve(frozen, 1, "later")
    office.resolve(frozen, 2, "refuse", "没有选过")
    office.both_confirm(frozen)
    choose(office)
    draft = office.make("2026-11-02..2026-11-30").settlement.id
    office.invoice(draft, line(price=6200), line(OTHER_ISBN, 2300), number="FP2")
    office.resolve(draft, 2, "accept")
    lines = {one: office.lines(one) for one in (frozen, draft)}
    for _ in range(2):
        to("0031")
        assert rows(database, "SELECT kind, resolution FROM settlement_line ORDER BY settlement_id, number") == [
            ("not_invoiced", "later"),
            ("not_chosen", "refuse"),
            (None, None),
            ("price", "accept"),
        ]
        assert office.shops.money().spent_fen == 8500
        to("head")
        assert {one: office.lines(one) for one in (frozen, draft)} == lines
        assert office.shops.money().spent_fen == 8270
        assert offenders(database) == {}
    office.both_confirm(draft)
    assert (office.shops.money().spent_fen, offenders(database)) == (8500, {})


def test_drafts_are_not_taken_out_of_the_books_where_a_fund_cannot_bear_it(
    office: Office, database: Database, to: Move
) -> None:
    office.small_fund(6000)
    choose(office, programme="XZ")
    draft = office.make().settlement.id
    office.invoice(draft, line(OTHER_ISBN))
    office.resolve(draft, 1, "refuse", "没有发票")
    to("0031")
    assert office.shops.money("SMALL").spent_fen == 0
    with database.transaction() as session:
        session.execute(text("UPDATE fund SET allocated_fen = 100 WHERE code = 'SMALL'"))
    with pytest.raises(ValueError, match="SMALL has 100 fen left, 5970 are needed"):
        to("head")
    with database.transaction() as session:
        session.execute(text("UPDATE fund SET allocated_fen = 6000 WHERE code = 'SMALL'"))
    to("head")
    assert office.shops.money("SMALL").spent_fen == 5970
