"""Settling on real databases: money to the fen, two sides, nothing changed after they agreed, nothing paid twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from threading import Barrier
from typing import Any, TypeVar

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from branches.access import Caller
from branches.models import OrgUnit
from branches.reference import TREE
from kernel.db import Database
from kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Refused
from purchasing.programmes import Rules
from purchasing.queries.settlements import LineRow, lines_of
from purchasing.selection_models import ShopTerms
from purchasing.service.settling import Settled, SettlementService
from purchasing.settlement_models import Settlement, SettlementLine
from purchasing.settling import InvoiceLine, Resolution, Side, Span, read_period
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_context, make_unit, make_user
from tests.purchasing.county import ISBN, OTHER_ISBN, Shops
from tests.purchasing.county import shops as shops
from web import rooms

T = TypeVar("T")
THIRD = "9787108009821"


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

    def resolve(self, settlement_id: int, n: int, resolution: Resolution, reason: str = "") -> Settled:
        return self.act(lambda service: service.resolve(settlement_id, n, resolution, reason))

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
        return [line.kind for line in self.lines(settlement_id)]

    def offenders(self) -> list[str]:
        return self.shops.desk.read(lambda s: [f"{one.code} {who}" for one in rooms.INVARIANTS for who in one.find(s)])


@pytest.fixture
def office(shops: Shops, desk: Desk) -> Office:
    shops.programme(rules=Rules(cancel_minutes=100_000))
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


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as caught:
        work()
    error = caught.value
    return error.refusals[0].code if isinstance(error, Refused) else error.code


def test_a_month_is_settled_from_choice_to_payment(office: Office) -> None:
    choose(office)
    choose(office, OTHER_ISBN, "三体", 2300)
    made = office.make()
    assert (made.settlement.status, made.settlement.total_fen) == ("draft", 8270)
    assert [(one.isbn, one.paid_fen, one.kind) for one in office.lines(made.settlement.id)] == [
        (ISBN, 5970, None),
        (OTHER_ISBN, 2300, None),
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
    assert refused(lambda: office.pay(settlement)) == "settlement.state"
    office.both_confirm(settlement)
    assert refused(lambda: office.pay(settlement, date(2026, 11, 22))) == "settlement.paid_on"
    assert refused(lambda: office.pay(settlement, date(2026, 12, 1))) == "settlement.paid_on"
    office.pay(settlement)
    assert refused(lambda: office.pay(settlement, reference="ZZ-2")) == "settlement.paid"


def test_a_choice_stands_in_one_settlement(office: Office) -> None:
    choose(office)
    first = office.make().settlement.id
    assert refused(office.make) == "settlement.exists"
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
    assert refused(lambda: office.shops.cancel(selection)) == "purchase.settled"
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


@pytest.mark.parametrize(
    ("resolution", "paid", "spent"),
    [("accept", 6200, 6200), ("keep", 5970, 5970), ("later", 0, 5970), ("refuse", 0, 0)],
)
def test_another_price_is_settled_by_the_same_funds(
    office: Office, resolution: Resolution, paid: int, spent: int
) -> None:
    choose(office)
    settlement = office.make().settlement.id
    office.invoice(settlement, line(price=6200))
    assert office.kinds(settlement) == ["price"]
    done = office.resolve(settlement, 1, resolution, "封面破损")
    assert (done.settlement.total_fen, office.shops.money().spent_fen) == (paid, spent)
    assert office.offenders() == []
    office.both_confirm(settlement)
    assert office.offenders() == []


def test_what_was_decided_can_be_decided_anew_and_is_undone_with_the_draft(office: Office) -> None:
    choose(office)
    settlement = office.make().settlement.id
    office.invoice(settlement, line(price=6200))
    for resolution, spent in (("accept", 6200), ("refuse", 0), ("keep", 5970), ("accept", 6200)):
        office.resolve(settlement, 1, resolution, "再核")  # type: ignore[arg-type]
        assert office.shops.money().spent_fen == spent
    office.invoice(settlement, line(price=6100))
    assert (office.kinds(settlement), office.shops.money().spent_fen) == (["price"], 5970)
    office.resolve(settlement, 1, "accept")
    office.discard(settlement)
    assert office.shops.money().spent_fen == 5970
    assert office.offenders() == []


def test_a_higher_price_is_never_paid_beyond_the_fund(office: Office) -> None:
    office.shops.fund("SMALL", 6000)
    office.shops.programme("XZ", fund="SMALL", rules=Rules(cancel_minutes=100_000))
    choose(office, programme="XZ")
    settlement = office.make().settlement.id
    office.invoice(settlement, line(price=6200))
    assert refused(lambda: office.resolve(settlement, 1, "accept")) == "fund.overspent"
    assert office.shops.money("SMALL").spent_fen == 5970
    assert refused(lambda: office.confirm(settlement, "shop")) == "settlement.differences"
    office.resolve(settlement, 1, "keep")
    office.both_confirm(settlement)
    assert office.offenders() == []


@pytest.mark.parametrize(("max_price", "asked"), [(None, 6568), (6200, 6201)])
def test_a_price_far_above_the_choice_is_accepted_only_by_who_may_override(
    office: Office, desk: Desk, max_price: int | None, asked: int
) -> None:
    office.shops.programme("XZ", rules=Rules(cancel_minutes=100_000, max_price_fen=max_price))
    choose(office, programme="XZ")
    settlement = office.make().settlement.id
    office.invoice(settlement, line(price=asked))
    assert refused(lambda: office.resolve(settlement, 1, "accept")) == "settlement.above"
    assert office.lines(settlement)[0].paid_fen == 5970
    office.invoice(settlement, line(price=asked - 1))
    office.resolve(settlement, 1, "accept")
    office.invoice(settlement, line(price=asked))
    head = desk.write(lambda s: make_user(s, "guan", ("hub_librarian", desk.county.hub)))
    office.act(lambda service: service.resolve(settlement, 1, "accept"), caller=head)
    assert office.lines(settlement)[0].paid_fen == asked
    assert office.offenders() == []


def test_two_funds_bear_a_difference_by_their_parts(office: Office) -> None:
    office.shops.fund("F2", 100_000)
    office.shops.programme("TWO", funds=(("F1", 1), ("F2", 2)), rules=Rules(cancel_minutes=100_000))
    choose(office, programme="TWO", price=9000)
    settlement = office.make().settlement.id
    office.invoice(settlement, line(price=9100))
    office.resolve(settlement, 1, "accept")
    assert [office.shops.money(code).spent_fen for code in ("F1", "F2")] == [3033, 6067]
    office.resolve(settlement, 1, "refuse", "破损")
    assert [office.shops.money(code).spent_fen for code in ("F1", "F2")] == [0, 0]
    office.resolve(settlement, 1, "keep")
    assert [office.shops.money(code).spent_fen for code in ("F1", "F2")] == [3000, 6000]
    assert office.offenders() == []


def test_every_kind_of_difference_is_found(office: Office, desk: Desk) -> None:
    choose(office)
    dropped = choose(office, OTHER_ISBN, "三体", 2300)
    office.shops.cancel(dropped)
    choose(office, THIRD, "围城", 3600)
    settlement = office.make().settlement.id
    office.invoice(
        settlement,
        line(copies=2, asked_fen=11_000),
        line(OTHER_ISBN, 2300, row=2),
        line("9787544270878", 3950, row=3),
    )
    assert office.kinds(settlement) == ["discount", "not_invoiced", "twice", "cancelled", "not_chosen"]
    assert office.offenders() == []


def test_only_what_fits_a_difference_is_taken(office: Office) -> None:
    choose(office)
    settlement = office.make().settlement.id
    assert refused(lambda: office.resolve(settlement, 1, "keep")) == "settlement.no_difference"
    office.invoice(settlement, line(), line(OTHER_ISBN, row=2))
    assert refused(lambda: office.resolve(settlement, 2, "accept")) == "settlement.resolution"
    assert refused(lambda: office.resolve(settlement, 2, "refuse")) == "settlement.reason"
    assert refused(lambda: office.resolve(settlement, 3, "refuse", "没有")) == "settlement_line.not_found"


def test_what_is_left_comes_back_in_the_next_period(office: Office) -> None:
    selection = choose(office)
    november = office.make().settlement.id
    office.invoice(november, line(OTHER_ISBN))
    office.resolve(november, 1, "later")
    office.resolve(november, 2, "refuse", "没有这本")
    office.both_confirm(november)
    december = office.later(days=20)
    settlement = december.make("2026-12").settlement.id
    assert [(one.selection_id, one.paid_fen) for one in office.lines(settlement)] == [(selection, 5970)]
    december.invoice(settlement, line(price=6000), number="FP2")
    december.resolve(settlement, 1, "accept")
    december.both_confirm(settlement)
    assert office.shops.money().spent_fen == 6000
    assert office.offenders() == []


def test_an_invoice_belongs_to_one_settlement_and_a_copy_paid_before_is_counted_twice(office: Office) -> None:
    choose(office)
    first = office.make().settlement.id
    office.invoice(first, line())
    office.both_confirm(first)
    second = office.make().settlement.id
    assert refused(lambda: office.invoice(second, line())) == "settlement.invoice_known"
    office.invoice(second, line(), number="FP2")
    assert office.kinds(second) == ["twice"]


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
    assert refused(lambda: office.confirm(settlement, "shop", seen)) == "settlement.changed"
    office.confirm(settlement, "library", changed.settlement.version)
    frozen = office.confirm(settlement, "shop", changed.settlement.version)
    assert (frozen.settlement.status, frozen.settlement.shop_taken_back_at) == ("frozen", None)


def test_two_persons_confirm(office: Office, desk: Desk) -> None:
    choose(office)
    settlement = office.make().settlement.id
    both = desk.write(
        lambda s: make_user(s, "liang", ("purchaser", desk.county.hub), ("shop_clerk", office.shops.shop))
    )
    assert refused(lambda: office.act(lambda one: one.confirm(settlement), caller=both)) == "settlement.side"
    office.act(lambda one: one.confirm(settlement, "shop"), caller=both)
    assert (
        refused(lambda: office.act(lambda one: one.confirm(settlement, "library"), caller=both))
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
    office.invoice(settlement, line())
    office.both_confirm(settlement)
    for work in (
        lambda: office.invoice(settlement, line(), number="FP9"),
        lambda: office.discard(settlement),
        lambda: office.confirm(settlement, "shop"),
        lambda: office.act(lambda service: service.gather_again(settlement)),
    ):
        assert refused(work) == "settlement.state"
    statements: list[Any] = [
        update(SettlementLine).values(paid_fen=1),
        delete(SettlementLine),
        update(Settlement).values(total_fen=1),
        update(Settlement).values(status="draft"),
        update(Settlement).values(status="paid", paid_on=date(2026, 11, 30), paid_reference="x", total_fen=1),
        delete(Settlement),
        text(
            "INSERT INTO settlement_line (settlement_id, number, is_standing, isbn, title, invoice_row, reason, paid_fen)"
            f" VALUES ({settlement}, 9, FALSE, '', '', 1, '', 0)"
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
                "INSERT INTO settlement_line (settlement_id, number, selection_id, is_standing, isbn, title, cost_fen, reason,"
                f" paid_fen) VALUES ({other}, 1, {selection}, TRUE, '', '', 5970, '', 5970)"
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


def test_a_discount_changed_meanwhile_holds_for_later_choices_only(office: Office, desk: Desk) -> None:
    terms = lambda percent: desk.write(lambda s: s.merge(ShopTerms(shop_id=office.shops.shop, pays_percent=percent)))  # noqa: E731
    terms(85)
    choose(office)
    terms(80)
    choose(office, OTHER_ISBN, "三体", 2300)
    settlement = office.make().settlement.id
    assert [one.cost_fen for one in office.lines(settlement)] == [5075, 1840]
    office.invoice(settlement, line(), line(OTHER_ISBN, 2300))
    assert office.kinds(settlement) == [None, None]


def test_a_shop_that_closed_is_settled_with(office: Office, desk: Desk) -> None:
    choose(office)

    def close(session: Session) -> None:
        session.execute(update(OrgUnit).where(OrgUnit.id == office.shops.shop).values(is_closed=True))
        TREE.changed(session)

    desk.write(close)
    settlement = office.make().settlement.id
    assert office.both_confirm(settlement).settlement.total_fen == 5970


def test_a_copy_given_back_to_the_shop_is_a_difference(office: Office, desk: Desk) -> None:
    choose(office)
    desk.cancel(desk.check_in("NX000001", at="XH").transfer_id, force=True)
    desk.declare("withdrawn", "NX000001", at="XH", reason="缺页")
    settlement = office.make().settlement.id
    assert office.kinds(settlement) == ["returned"]
    office.resolve(settlement, 1, "refuse", "缺页，已退回")
    assert office.shops.money().spent_fen == 0


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


def test_settling_and_calling_off_at_once_cannot_both_win(office: Office, database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer")
    for turn in range(6):
        selection = choose(office, ISBN, f"红楼梦 {turn}")
        start = Barrier(2)

        def settle(start: Barrier = start) -> int:
            start.wait()
            return office.make().settlement.id

        def cancel(start: Barrier = start, selection: int = selection) -> str:
            start.wait()
            try:
                return office.shops.cancel(selection).status
            except Refused as error:
                return error.refusals[0].code

        with ThreadPoolExecutor(2) as pool:
            settled, cancelled = pool.submit(settle), pool.submit(cancel)
            settlement, outcome = settled.result(), cancelled.result()
        stands = [one.selection_id for one in office.lines(settlement)] == [selection]
        assert (stands, outcome) in ((True, "purchase.settled"), (False, "cancelled"))
        assert office.offenders() == []
        office.discard(settlement)
        if stands:
            office.shops.cancel(selection)


def test_two_settlements_at_once_share_no_choice(office: Office, database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer")
    chosen = [choose(office, ISBN, f"红楼梦 {number}") for number in range(5)]
    start = Barrier(2)

    def settle(period: str) -> int:
        start.wait()
        return office.make(period).settlement.id

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(settle, ["2026-11", "2026-11-02..2026-11-30"]))
    standing = [one.selection_id for settlement in made for one in office.lines(settlement)]
    assert sorted(standing, key=lambda one: one or 0) == chosen


def test_a_draft_made_at_once_by_two_is_made_once(office: Office, database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer")
    start = Barrier(2)

    def settle(_number: int) -> str:
        start.wait()
        try:
            return office.make().settlement.status
        except Conflict as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(settle, range(2))) == ["draft", "settlement.exists"]
