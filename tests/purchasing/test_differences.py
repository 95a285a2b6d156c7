"""Where the invoice of a shop differs from what was chosen: found, decided, paid from the same funds."""

from __future__ import annotations

import pytest

from kernel.db import Database
from kernel.errors import Conflict
from purchasing.programmes import Rules
from purchasing.selection_models import ShopTerms
from purchasing.settling import Resolution
from tests.circ.test_statements import statements_of
from tests.desk import Desk, error_of
from tests.desk import desk as desk
from tests.factories import make_user
from tests.purchasing.county import ISBN, OTHER_ISBN, isbn
from tests.purchasing.county import shops as shops
from tests.purchasing.office import Office, choose, line
from tests.purchasing.office import office as office

THIRD = "9787108009821"


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
    assert (done.settlement.total_fen, office.shops.money().spent_fen) == (paid, 5970)
    assert office.offenders() == []
    office.both_confirm(settlement)
    assert office.shops.money().spent_fen == spent
    assert office.offenders() == []


def test_a_draft_moves_no_money_whatever_is_decided(office: Office) -> None:
    choose(office)
    settlement = office.make().settlement.id
    office.invoice(settlement, line(price=6200))
    for resolution, total in (("accept", 6200), ("refuse", 0), ("keep", 5970), ("accept", 6200)):
        done = office.resolve(settlement, 1, resolution, "再核")  # type: ignore[arg-type]
        assert (done.settlement.total_fen, office.shops.money().spent_fen) == (total, 5970)
    office.invoice(settlement, line(price=6100))
    assert (office.kinds(settlement), office.lines(settlement)[0].paid_fen) == (["price"], 5970)
    office.resolve(settlement, 1, "accept")
    office.confirm(settlement, "library")
    assert (office.shops.money().spent_fen, office.offenders()) == (5970, [])
    office.confirm(settlement, "shop")
    assert (office.shops.money().spent_fen, office.offenders()) == (6100, [])


def test_a_draft_is_discarded_though_the_fund_is_spent_meanwhile(office: Office) -> None:
    office.small_fund(6000)
    choose(office, programme="XZ")
    settlement = office.make().settlement.id
    office.invoice(settlement, line(OTHER_ISBN))
    office.resolve(settlement, 1, "refuse", "没有发票")
    assert office.shops.money("SMALL").spent_fen == 5970  # nothing was given back that others could spend
    office.discard(settlement)
    assert (office.shops.money("SMALL").spent_fen, office.offenders()) == (5970, [])


def test_a_higher_price_is_never_paid_beyond_the_fund(office: Office) -> None:
    office.small_fund(6000)
    choose(office, programme="XZ")
    settlement = office.make().settlement.id
    office.invoice(settlement, line(price=6200))
    office.resolve(settlement, 1, "accept")
    assert error_of(lambda: office.confirm(settlement, "library")) == "fund.overspent"
    office.confirm(settlement, "shop")
    assert error_of(lambda: office.confirm(settlement, "library")) == "fund.overspent"
    assert office.shops.money("SMALL").spent_fen == 5970
    office.resolve(settlement, 1, "keep")
    office.both_confirm(settlement)
    assert office.offenders() == []


def test_the_shop_hears_that_the_funds_lack_but_not_how_much(office: Office) -> None:
    office.small_fund(8300)
    choose(office, programme="XZ")
    settlement = office.make().settlement.id
    office.invoice(settlement, line(price=6200))
    office.resolve(settlement, 1, "accept")
    office.confirm(settlement, "library")
    choose(office, OTHER_ISBN, "三体", 2300, programme="XZ")
    with pytest.raises(Conflict) as caught:
        office.confirm(settlement, "shop")
    assert (caught.value.code, "yuan" in str(caught.value)) == ("settlement.funds", False)
    assert office.offenders() == []


def test_what_one_line_gives_back_another_may_use(office: Office) -> None:
    office.small_fund(8270)
    choose(office, programme="XZ")
    choose(office, OTHER_ISBN, "三体", 2300, programme="XZ")
    settlement = office.make().settlement.id
    office.invoice(settlement, line(price=6200), line(THIRD, row=2))
    assert office.kinds(settlement) == ["price", "not_invoiced", "not_chosen"]
    office.resolve(settlement, 1, "accept")
    office.resolve(settlement, 2, "refuse", "没有发票")
    office.resolve(settlement, 3, "refuse", "没有选过")
    office.both_confirm(settlement)
    assert office.shops.money("SMALL").spent_fen == 6200
    assert office.offenders() == []


def test_as_many_statements_freeze_one_difference_as_many(office: Office, database: Database) -> None:
    """While differences are entered the funds are taken, and nobody chooses."""
    sent = []
    for n, books in enumerate((1, 4)):
        for book in range(books):
            choose(office, isbn(10 * n + book), f"书{book}", 1000)
        settlement = office.make().settlement.id
        lines = [line(isbn(10 * n + book), 1010, row=book + 1) for book in range(books)]
        office.invoice(settlement, *lines, number=f"FP{n}")
        for number in range(1, books + 1):
            office.resolve(settlement, number, "accept")
        office.confirm(settlement, "library")
        with statements_of(database) as found:
            office.confirm(settlement, "shop")
        sent.append(len(found))
    assert sent[0] == sent[1]
    assert office.shops.money().spent_fen == 5050


@pytest.mark.parametrize(("max_price", "asked"), [(None, 6568), (6200, 6201)])
def test_a_price_far_above_the_choice_is_accepted_only_by_who_may_override(
    office: Office, desk: Desk, max_price: int | None, asked: int
) -> None:
    office.shops.programme("XZ", rules=Rules(cancel_minutes=100_000, max_price_fen=max_price))
    choose(office, programme="XZ")
    settlement = office.make().settlement.id
    office.invoice(settlement, line(price=asked))
    assert error_of(lambda: office.resolve(settlement, 1, "accept")) == "settlement.above"
    assert office.lines(settlement)[0].paid_fen == 5970
    office.invoice(settlement, line(price=asked - 1))
    office.resolve(settlement, 1, "accept")
    office.invoice(settlement, line(price=asked))
    head = desk.write(lambda s: make_user(s, "guan", ("hub_librarian", desk.county.hub)))
    office.act(lambda service: service.resolve(settlement, 1, "accept"), caller=head)
    assert office.lines(settlement)[0].paid_fen == asked
    assert office.offenders() == []


@pytest.mark.parametrize(
    ("resolution", "spent"), [("accept", [3033, 6067]), ("refuse", [0, 0]), ("keep", [3000, 6000])]
)
def test_two_funds_bear_a_difference_by_their_parts(office: Office, resolution: Resolution, spent: list[int]) -> None:
    office.shops.fund("F2", 100_000)
    office.shops.programme("TWO", funds=(("F1", 1), ("F2", 2)), rules=Rules(cancel_minutes=100_000))
    choose(office, programme="TWO", price=9000)
    settlement = office.make().settlement.id
    office.invoice(settlement, line(price=9100))
    office.resolve(settlement, 1, resolution, "破损")
    office.both_confirm(settlement)
    assert [office.shops.money(code).spent_fen for code in ("F1", "F2")] == spent
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


def test_only_what_fits_a_difference_is_taken(office: Office, desk: Desk) -> None:
    choose(office)
    settlement = office.make().settlement.id
    with pytest.raises(Conflict, match=f"line 1, 《红楼梦》 \\(ISBN {ISBN}\\)"):
        office.resolve(settlement, 1, "keep")
    office.invoice(settlement, line(), line(OTHER_ISBN, row=2, title="射雕"))
    assert error_of(lambda: office.resolve(settlement, 2, "accept")) == "settlement.resolution"
    assert error_of(lambda: office.resolve(settlement, 2, "refuse")) == "settlement.reason"
    office.resolve(settlement, 2, "refuse", "没有选过")
    told = desk.journal()[-1].data or {}
    assert (told["line"], told["title"], told["isbn"]) == (2, "射雕", OTHER_ISBN)
    assert error_of(lambda: office.resolve(settlement, 3, "refuse", "没有")) == "settlement_line.not_found"


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
    assert error_of(lambda: office.invoice(second, line())) == "settlement.invoice_known"
    office.invoice(second, line(), number="FP2")
    assert office.kinds(second) == ["twice"]


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
    made = office.invoice(settlement, line(), line(OTHER_ISBN, 2300, row=2), line(THIRD, 4000, row=3))
    # Net, by the terms of each choice, and by today's for what nobody chose.
    assert made.settlement.invoice_fen == 5075 + 1840 + 3200


def test_a_copy_given_back_to_the_shop_is_a_difference(office: Office, desk: Desk) -> None:
    choose(office)
    desk.cancel(desk.check_in("NX000001", at="XH").transfer_id, force=True)
    desk.declare("withdrawn", "NX000001", at="XH", reason="缺页")
    settlement = office.make().settlement.id
    assert office.kinds(settlement) == ["returned"]
    office.invoice(settlement, line(price=6200))
    assert office.kinds(settlement) == ["price+returned"]
    assert error_of(lambda: office.resolve(settlement, 1, "keep")) == "settlement.difference"
    assert error_of(lambda: office.resolve(settlement, 1, "keep", kind="discount")) == "settlement.no_difference"
    office.resolve(settlement, 1, "accept", kind="price")
    assert error_of(lambda: office.confirm(settlement, "library")) == "settlement.differences"
    office.resolve(settlement, 1, "refuse", "缺页，已退回", kind="returned")
    assert [(one.outcome, one.paid_fen) for one in office.lines(settlement)] == [("refuse", 0)]
    office.both_confirm(settlement)
    assert office.shops.money().spent_fen == 0
    assert office.offenders() == []
