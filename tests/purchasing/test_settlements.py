"""Settling on real databases: money to the fen, two sides, nothing changed after they agreed, nothing paid twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from branches.models import OrgUnit
from branches.reference import TREE
from kernel.db import Database
from kernel.errors import Forbidden, Invalid, NotFound, Refused
from purchasing.settlement_models import Settlement, SettlementDifference, SettlementLine
from tests.desk import Desk, error_of
from tests.desk import desk as desk
from tests.factories import make_unit, make_user
from tests.purchasing.county import ISBN, OTHER_ISBN
from tests.purchasing.county import shops as shops
from tests.purchasing.office import Office, choose, line, span
from tests.purchasing.office import office as office


def test_a_month_is_settled_from_choice_to_payment(office: Office) -> None:
    choose(office)
    choose(office, OTHER_ISBN, "三体", 2300)
    made = office.make()
    assert (made.settlement.status, made.settlement.total_fen) == ("draft", 8270)
    assert [(one.isbn, one.paid_fen, one.differences) for one in office.lines(made.settlement.id)] == [
        (ISBN, 5970, ()),
        (OTHER_ISBN, 2300, ()),
    ]
    office.invoice(made.settlement.id, line(), line(OTHER_ISBN, 2300))
    first = office.confirm(made.settlement.id, "shop")
    assert (first.settlement.status, first.settlement.shop_confirmed_by) == ("draft", "clerk")
    frozen = office.confirm(made.settlement.id, "library")
    assert (frozen.settlement.status, frozen.settlement.total_fen) == ("frozen", 8270)
    paid = office.pay(made.settlement.id)
    assert (paid.settlement.status, paid.settlement.paid_reference) == ("paid", "ZZ-1")
    assert office.shops.money().spent_fen == 8270
    assert office.offenders() == []


def test_it_is_paid_only_once_and_only_after_both_have_confirmed(office: Office) -> None:
    choose(office)
    settlement = office.make().settlement.id
    assert error_of(lambda: office.pay(settlement)) == "settlement.state"
    office.both_confirm(settlement)
    assert error_of(lambda: office.pay(settlement, date(2026, 11, 22))) == "settlement.paid_on"
    assert error_of(lambda: office.pay(settlement, date(2026, 12, 1))) == "settlement.paid_on"
    office.pay(settlement)
    assert error_of(lambda: office.pay(settlement, reference="ZZ-2")) == "settlement.paid"


def test_a_choice_stands_in_one_settlement(office: Office) -> None:
    choose(office)
    first = office.make().settlement.id
    assert error_of(office.make) == "settlement.exists"
    other = office.make("2026-11-02..2026-11-30")
    assert office.lines(other.settlement.id) == []
    office.both_confirm(first)
    again = office.make()
    assert office.lines(again.settlement.id) == []
    late = choose(office, OTHER_ISBN, "三体", 2300)
    office.act(lambda service: service.gather_again(again.settlement.id))
    assert [one.selection_id for one in office.lines(again.settlement.id)] == [late]
    assert office.offenders() == []


def test_a_discarded_settlement_lets_its_choices_go(office: Office) -> None:
    selection = choose(office)
    first = office.make().settlement.id
    assert error_of(lambda: office.shops.cancel(selection)) == "purchase.settled"
    office.discard(first)
    second = office.make().settlement.id
    assert [one.selection_id for one in office.lines(second)] == [selection]
    office.discard(second)
    assert office.shops.cancel(selection).status == "cancelled"
    assert office.offenders() == []


def test_a_settled_choice_is_neither_called_off_nor_exchanged(office: Office) -> None:
    selection = choose(office)
    office.make()
    with pytest.raises(Refused) as caught:
        office.shops.exchange(selection, OTHER_ISBN)
    assert caught.value.refusals[0].code == "purchase.settled"
    assert "2026-11" in caught.value.refusals[0].message.zh
    assert office.shops.selection(selection).status == "lent"


def test_a_change_takes_back_what_was_confirmed_before(office: Office) -> None:
    choose(office)
    settlement = office.make().settlement.id
    office.invoice(settlement, line(price=6200))
    office.resolve(settlement, 1, "accept")
    seen = office.confirm(settlement, "shop").settlement.version
    changed = office.resolve(settlement, 1, "keep")
    assert changed.taken_back == ("shop",)
    assert changed.settlement.shop_confirmed_by is None
    assert changed.settlement.shop_taken_back_at is not None
    assert error_of(lambda: office.confirm(settlement, "shop", seen)) == "settlement.changed"
    office.confirm(settlement, "library", changed.settlement.version)
    frozen = office.confirm(settlement, "shop", changed.settlement.version)
    assert (frozen.settlement.status, frozen.settlement.shop_taken_back_at) == ("frozen", None)


def test_two_persons_confirm(office: Office, desk: Desk) -> None:
    choose(office)
    settlement = office.make().settlement.id
    both = desk.write(
        lambda s: make_user(s, "liang", ("purchaser", desk.county.hub), ("shop_clerk", office.shops.shop))
    )
    assert error_of(lambda: office.act(lambda one: one.confirm(settlement), caller=both)) == "settlement.side"
    office.act(lambda one: one.confirm(settlement, "shop"), caller=both)
    assert (
        error_of(lambda: office.act(lambda one: one.confirm(settlement, "library"), caller=both))
        == "settlement.same_person"
    )
    again = office.act(lambda one: one.confirm(settlement, "shop"), caller=both)
    assert again.settlement.status == "draft"
    assert office.confirm(settlement, "library").settlement.status == "frozen"


def test_each_acts_within_their_units_and_for_their_side(office: Office, desk: Desk) -> None:
    choose(office)
    settlement = office.make().settlement.id
    other_shop = desk.write(lambda s: make_unit(s, "YD", "shop", desk.county.network, name="阅读书店"))
    stranger = desk.write(lambda s: make_user(s, "yd", ("shop_clerk", other_shop)))
    manager = desk.write(lambda s: make_user(s, "guan", ("manager", desk.county.hub)))
    with pytest.raises(NotFound):
        office.act(lambda one: one.confirm(settlement), caller=stranger)
    with pytest.raises(Forbidden):
        office.act(lambda one: one.confirm(settlement), caller=manager)
    with pytest.raises(Forbidden):
        office.act(lambda one: one.confirm(settlement, "library"), shop=True)
    with pytest.raises(Forbidden):
        office.act(lambda one: one.make("XH", span("2026-11")), shop=True)
    with pytest.raises(NotFound):
        office.make(shop="YD")
    with pytest.raises(NotFound):
        office.make(shop="ZG")


def test_nothing_of_a_frozen_settlement_changes(office: Office, database: Database) -> None:
    choose(office)
    settlement = office.make().settlement.id
    office.invoice(settlement, line(price=6000))
    office.resolve(settlement, 1, "keep")
    office.both_confirm(settlement)
    for work in (
        lambda: office.invoice(settlement, line(), number="FP9"),
        lambda: office.discard(settlement),
        lambda: office.confirm(settlement, "shop"),
        lambda: office.act(lambda service: service.gather_again(settlement)),
    ):
        assert error_of(work) == "settlement.state"
    statements: list[Any] = [
        update(SettlementLine).values(paid_fen=1),
        delete(SettlementLine),
        update(SettlementDifference).values(resolution="accept"),
        delete(SettlementDifference),
        update(Settlement).values(total_fen=1),
        update(Settlement).values(status="draft"),
        update(Settlement).values(status="paid", paid_on=date(2026, 11, 30), paid_reference="x", total_fen=1),
        delete(Settlement),
        text(
            "INSERT INTO settlement_line (settlement_id, number, is_standing, isbn, title, invoice_row, paid_fen)"
            f" VALUES ({settlement}, 9, FALSE, '', '', 1, 0)"
        ),
    ]
    for statement in statements:
        with pytest.raises(DBAPIError), database.transaction() as session:
            session.execute(statement)
    office.pay(settlement)
    with pytest.raises(DBAPIError), database.transaction() as session:
        session.execute(update(Settlement).values(paid_reference="again"))


def test_the_database_refuses_a_choice_in_two_settlements(office: Office, database: Database) -> None:
    selection = choose(office)
    office.make()
    other = office.make("2026-11-02..2026-11-30").settlement.id
    with pytest.raises(DBAPIError), database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO settlement_line (settlement_id, number, selection_id, is_standing, isbn, title, cost_fen,"
                f" paid_fen) VALUES ({other}, 1, {selection}, TRUE, '', '', 5970, 5970)"
            )
        )


def test_an_empty_month_is_settled_with_nothing(office: Office) -> None:
    settlement = office.make("2026-10").settlement
    assert (settlement.total_fen, office.lines(settlement.id)) == (0, [])
    assert office.both_confirm(settlement.id).settlement.status == "frozen"
    assert office.offenders() == []


def test_a_choice_belongs_to_its_local_day(office: Office) -> None:
    at = datetime(2026, 11, 30, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    late = replace(office, shops=replace(office.shops, desk=replace(office.shops.desk, now=at)))
    last = choose(late)
    after = late.later(minutes=2)
    first = choose(after, OTHER_ISBN, "三体", 2300)
    assert [one.selection_id for one in after.lines(after.make("2026-11").settlement.id)] == [last]
    december = after.lines(after.make("2026-12").settlement.id)
    assert [(one.selection_id, one.chosen_on) for one in december] == [(first, date(2026, 12, 1))]


def test_a_period_that_has_not_come_is_refused(office: Office) -> None:
    with pytest.raises(Invalid):
        office.make("2026-12")


def test_a_shop_that_closed_is_settled_with(office: Office, desk: Desk) -> None:
    choose(office)

    def close(session: Session) -> None:
        session.execute(update(OrgUnit).where(OrgUnit.id == office.shops.shop).values(is_closed=True))
        TREE.changed(session)

    desk.write(close)
    settlement = office.make().settlement.id
    assert office.both_confirm(settlement).settlement.total_fen == 5970


def test_the_digest_tells_a_change_behind_the_triggers(office: Office, database: Database) -> None:
    choose(office)
    settlement = office.make().settlement.id
    office.both_confirm(settlement)
    _write_past_triggers(database, "别的书")
    assert office.offenders() == [f"settlement.frozen settlement {settlement}"]
    _write_past_triggers(database, "红楼梦")
    assert office.offenders() == []


def _write_past_triggers(database: Database, title: str) -> None:
    trigger = "settlement_line_keeps_facts"
    with database.transaction() as session:
        if database.is_sqlite:
            made = session.scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": trigger})
            session.execute(text(f"DROP TRIGGER {trigger}"))
        else:
            made = f"ALTER TABLE settlement_line ENABLE TRIGGER {trigger}"
            session.execute(text(f"ALTER TABLE settlement_line DISABLE TRIGGER {trigger}"))
        session.execute(update(SettlementLine).values(title=title))
        session.execute(text(made))
