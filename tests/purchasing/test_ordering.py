"""Orders: the money is taken when they are placed and given back to the fen, copies can be waited for, and what came is told apart."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from branches.access import Caller
from catalog.models import Bib, Item
from circ.service.merging import merge_titles
from kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from notices.models import Notice
from purchasing.budget_models import FundEntry
from purchasing.service import ordering
from purchasing.service.ordering import Arrived, NewReceipt, WrongBook
from purchasing.service.suggestions import SuggestionService
from tests.desk import Desk, refusals_of
from tests.desk import desk as desk
from tests.factories import make_bib, make_context, make_patron
from tests.purchasing.buying import ISBN, OTHER_ISBN, Buying
from tests.purchasing.buying import buying as buying


def entries(buying: Buying) -> list[tuple[str, int]]:
    rows = select(FundEntry.kind, FundEntry.fen).where(FundEntry.kind != "allocation").order_by(FundEntry.id)
    return [tuple(row) for row in buying.desk.read(lambda s: s.execute(rows).all())]


def items(buying: Buying) -> list[tuple[str, str]]:
    rows = select(Item.barcode, Item.status).where(Item.barcode != "B0001").order_by(Item.id)
    return [tuple(row) for row in buying.desk.read(lambda s: s.execute(rows).all())]


# --- placing ------------------------------------------------------------------------------------------------------------


def test_placing_takes_the_money_and_shows_copies_that_readers_can_wait_for(buying: Buying, desk: Desk) -> None:
    order = buying.ordered(2)
    line = buying.lines(order.id)[0]
    assert (order.status, order.total_fen, order.expected_on.isoformat()) == ("ordered", 8000, "2026-11-30")
    assert (line.price_fen, line.cost_fen, buying.money().spent_fen) == (5000, 4000, 8000)
    assert items(buying) == [(f"{order.number}-1-1", "on_order"), (f"{order.number}-1-2", "on_order")]
    assert desk.hold(bib_id=line.bib_id).status == "queued"


def test_a_draft_takes_no_money_and_shows_nothing(buying: Buying, desk: Desk) -> None:
    order = buying.draft()
    buying.add(order.id)
    assert (buying.order(order.id).status, buying.money().spent_fen, items(buying)) == ("draft", 0, [])


def test_a_title_that_the_catalogue_knows_is_not_made_again(buying: Buying, desk: Desk) -> None:
    known = desk.write(lambda s: make_bib(s, "红楼梦", isbn=ISBN))
    order = buying.ordered(1)
    assert buying.lines(order.id)[0].bib_id == known
    assert desk.read(lambda s: s.scalars(select(Bib.id).where(Bib.title == "红楼梦")).all()) == [known]


def test_never_beyond_the_fund_and_then_nothing_happens(buying: Buying, desk: Desk) -> None:
    order = buying.draft()
    buying.add(order.id, 26)  # 1040 yuan of 1000
    with pytest.raises(Conflict) as caught:
        buying.place(order.id)
    assert caught.value.code == "fund.overspent"
    assert (buying.order(order.id).status, buying.money().spent_fen, items(buying)) == ("draft", 0, [])


def test_two_funds_pay_by_their_shares_and_get_back_what_they_paid(buying: Buying, desk: Desk) -> None:
    buying.fund("F2", 100_000)
    order = buying.draft(funds={"F1": 1, "F2": 2})
    buying.add(order.id, 1, price_fen=1251)  # 10.01 yuan after the discount
    buying.place(order.id)
    assert (buying.money("F1").spent_fen, buying.money("F2").spent_fen) == (334, 667)
    buying.cancel(order.id)
    assert (buying.money("F1").spent_fen, buying.money("F2").spent_fen) == (0, 0)


def test_an_empty_order_is_not_placed(buying: Buying) -> None:
    order = buying.draft()
    assert refusals_of(lambda: buying.place(order.id)) == ["order.empty"]


def test_an_order_is_placed_once(buying: Buying) -> None:
    order = buying.ordered()
    assert refusals_of(lambda: buying.place(order.id)) == ["order.state"]
    assert buying.money().spent_fen == 8000


def test_a_line_is_taken_off_a_draft_and_off_nothing_else(buying: Buying) -> None:
    order = buying.draft()
    buying.add(order.id)
    buying.add(order.id, 1, title="三体", isbn=OTHER_ISBN)
    buying.do(lambda c: ordering.remove_line(c, order.id, 1))
    assert [line.title for line in buying.lines(order.id)] == ["三体"]
    buying.place(order.id)
    assert refusals_of(lambda: buying.do(lambda c: ordering.remove_line(c, order.id, 2))) == ["order.state"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"isbn": "9787020002208"}, "isbn"),
        ({"title": " ", "isbn": ""}, "title"),
        ({"price_fen": None}, "price"),
        ({"units": {"ZG": 0}}, "copies"),
        ({"units": {"ZG": 201}}, "copies"),
        ({"units": {"QX": 1}}, "copies"),
    ],
)
def test_a_line_names_what_is_wrong_with_it(buying: Buying, values: dict[str, Any], field: str) -> None:
    order = buying.draft()
    with pytest.raises(Invalid) as caught:
        buying.add(order.id, **values)
    assert list(caught.value.errors) == [field]


# --- the second person --------------------------------------------------------------------------------------------------


def test_above_the_limit_another_person_approves_and_only_then_money_is_taken(buying: Buying, desk: Desk) -> None:
    desk.policy("order_limit", "50.00")
    order = buying.ordered(2)
    assert (order.status, buying.money().spent_fen, items(buying)) == ("waiting", 0, [])
    with pytest.raises(Forbidden):
        buying.do(lambda c: ordering.approve(c, order.id))
    hub = buying.as_role("hub_librarian")
    assert hub.do(lambda c: ordering.approve(c, order.id)).status == "ordered"
    assert (buying.money().spent_fen, buying.order(order.id).approved_by) == (8000, hub.caller.username)


def test_what_was_taken_back_and_sent_in_anew_is_not_approved_unseen(buying: Buying, desk: Desk) -> None:
    desk.policy("order_limit", "50.00")
    order = buying.ordered(2)
    seen = order.sent_in
    buying.do(lambda c: ordering.turn_down(c, order.id, ""))
    later = buying.later(minutes=1)
    later.do(lambda c: ordering.place(c, order.id))
    hub = later.as_role("hub_librarian")
    with pytest.raises(Conflict, match=r"order\.changed"):
        hub.do(lambda c: ordering.approve(c, order.id, seen))
    assert (buying.order(order.id).status, buying.money().spent_fen) == ("waiting", 0)
    assert hub.do(lambda c: ordering.approve(c, order.id, buying.order(order.id).sent_in)).status == "ordered"


def test_nobody_approves_what_they_asked_for(buying: Buying, desk: Desk) -> None:
    desk.policy("order_limit", "50.00")
    hub = buying.as_role("hub_librarian")
    order = hub.ordered(2)
    assert refusals_of(lambda: hub.do(lambda c: ordering.approve(c, order.id))) == ["order.same_person"]
    assert hub.do(lambda c: ordering.turn_down(c, order.id, "")).status == "draft"


def test_many_small_orders_on_one_day_count_together(buying: Buying, desk: Desk) -> None:
    desk.policy("order_limit", "50.00")
    assert buying.ordered(1).status == "ordered"
    assert buying.ordered(1).status == "waiting"
    assert buying.later(days=1).ordered(1).status == "ordered"


def test_an_order_that_is_turned_down_can_be_changed_and_sent_again(buying: Buying, desk: Desk) -> None:
    desk.policy("order_limit", "50.00")
    order = buying.ordered(2)
    hub = buying.as_role("hub_librarian")
    assert hub.do(lambda c: ordering.turn_down(c, order.id, "太多")).status == "draft"
    buying.do(lambda c: ordering.remove_line(c, order.id, 1))
    buying.add(order.id, 1)
    assert buying.place(order.id).status == "ordered"


# --- what comes ---------------------------------------------------------------------------------------------------------


def test_what_comes_gets_its_label_waits_to_be_processed_and_says_who_waits(buying: Buying, desk: Desk) -> None:
    order = buying.ordered(2)
    desk.hold(bib_id=buying.lines(order.id)[0].bib_id)
    received = buying.receive(order.id, "N0001")
    assert received.order.status == "partly_received"
    assert [(one.barcode, one.unit, one.waiting, one.first_pickup) for one in received.copies] == [
        ("N0001", "ZG", 1, "CG")
    ]
    item = desk.item("N0001")
    assert (item.status, item.location_id, item.price_fen) == ("in_processing", desk.county.hub, 5000)
    assert buying.receive(order.id, "N0002").order.status == "received"


def test_copies_are_for_the_units_they_were_ordered_for(buying: Buying, desk: Desk) -> None:
    order = buying.ordered(units={"CG": 1, "LX": 1})
    book = Arrived(barcode="N0001", line=1, unit="LX")
    buying.do(lambda c: ordering.receive(c, order.id, NewReceipt(books=[book])))
    item = desk.item("N0001")
    assert (item.home_id, item.owner_id, item.location_id) == (desk.county.point, desk.county.hub, desk.county.hub)


def test_more_than_ordered_is_kept_only_if_somebody_says_so_and_is_paid(buying: Buying, desk: Desk) -> None:
    order = buying.ordered(1)
    assert refusals_of(lambda: buying.receive(order.id, "N0001", "N0002")) == ["order.extra_copies"]
    assert buying.money().spent_fen == 4000
    received = buying.receive(order.id, "N0001", "N0002", override=["order.extra_copies"])
    assert [one.is_extra for one in received.copies] == [False, True]
    assert (received.order.status, received.order.copies, buying.money().spent_fen) == ("received", 2, 8000)


def test_a_book_that_nobody_ordered_takes_no_label_but_is_noted(buying: Buying, desk: Desk) -> None:
    order = buying.ordered(1)
    assert refusals_of(lambda: buying.receive(order.id, "N0001", isbn=OTHER_ISBN)) == ["order.wrong_book"]
    wrong = WrongBook(title="三体", isbn=OTHER_ISBN, copies=2, note="退回")
    received = buying.receive(order.id, wrong=[wrong])
    assert (received.order.status, received.wrong) == ("ordered", (wrong,))


def test_a_label_that_was_given_before_is_refused_and_nothing_is_received(buying: Buying, desk: Desk) -> None:
    order = buying.ordered(2)
    with pytest.raises(Conflict) as caught:
        buying.receive(order.id, "N0001", "B0001")
    assert caught.value.code == "item.barcode_taken"
    assert buying.order(order.id).status == "ordered"
    with pytest.raises(Conflict):
        buying.receive(order.id, "N0001", "N0001")


def test_a_copy_that_was_withdrawn_while_on_order_is_put_right_first(buying: Buying, desk: Desk) -> None:
    order = buying.ordered(2)
    gone = f"{order.number}-1-1"
    desk.declare("withdrawn", item=gone, at="ZG", reason="重复订购")
    assert refusals_of(lambda: buying.receive(order.id, "N0001")) == ["order.withdrawn"]
    desk.declare("restored", item=gone, at="ZG")
    assert buying.receive(order.id, "N0001", "N0002").order.status == "received"


# --- calling off --------------------------------------------------------------------------------------------------------


def test_calling_off_what_has_not_come_gives_its_money_back(buying: Buying, desk: Desk) -> None:
    order = buying.ordered(3)
    buying.receive(order.id, "N0001")
    after = buying.cancel(order.id, 1)
    assert (after.status, after.copies, buying.money().spent_fen) == ("received", 1, 4000)
    assert entries(buying) == [("order", 12000), ("withdrawal", -8000)]
    assert {status for _, status in items(buying)} == {"in_processing", "withdrawn"}
    assert refusals_of(lambda: buying.cancel(order.id, 1)) == ["order.state"]


def test_a_whole_order_is_called_off(buying: Buying, desk: Desk) -> None:
    order = buying.ordered(3)
    after = buying.cancel(order.id)
    assert (after.status, after.end_reason, buying.money().spent_fen) == ("cancelled", "供应商缺货", 0)
    with pytest.raises(Invalid):
        buying.cancel(order.id, reason=" ")


# --- the invoice --------------------------------------------------------------------------------------------------------


def test_an_invoice_that_agrees_changes_nothing(buying: Buying, desk: Desk) -> None:
    order = buying.ordered(2)
    buying.receive(order.id, "N0001", "N0002")
    buying.invoice(order.id, 4000, 2)
    assert (entries(buying), buying.money().spent_fen) == ([("order", 8000)], 8000)


@pytest.mark.parametrize(
    ("price_fen", "copies", "expected", "spent"),
    [
        (4200, 2, ["invoice.price"], 8400),
        (3500, 2, ["invoice.price"], 7000),
        (4000, 1, ["invoice.copies"], 4000),
        (0, 2, ["invoice.price"], 0),
        (4100, 1, ["invoice.price", "invoice.copies"], 4100),
    ],
)
def test_every_difference_must_be_seen_and_corrects_the_fund(
    buying: Buying, desk: Desk, price_fen: int, copies: int, expected: list[str], spent: int
) -> None:
    order = buying.ordered(2)
    buying.receive(order.id, "N0001", "N0002")
    assert refusals_of(lambda: buying.invoice(order.id, price_fen, copies)) == expected
    assert buying.money().spent_fen == 8000
    buying.invoice(order.id, price_fen, copies, *expected)
    assert buying.money().spent_fen == spent


def test_a_line_is_invoiced_once_and_an_invoice_entered_once(buying: Buying, desk: Desk) -> None:
    order = buying.ordered(2)
    buying.receive(order.id, "N0001", "N0002")
    buying.invoice(order.id, 4000, 2)
    assert refusals_of(lambda: buying.invoice(order.id, 4000, 2, number="FP002")) == ["order.invoiced"]
    other = buying.ordered(1, title="三体", isbn=OTHER_ISBN)
    buying.receive(other.id, "N0003", isbn=OTHER_ISBN)
    with pytest.raises(Conflict) as caught:
        buying.invoice(other.id, 4000, 1)
    assert caught.value.code == "invoice.exists"
    assert buying.money().spent_fen == 12000


def test_what_was_invoiced_is_neither_called_off_nor_added_to(buying: Buying, desk: Desk) -> None:
    order = buying.ordered(2)
    buying.receive(order.id, "N0001")
    ahead = ("invoice.copies", "invoice.not_received")
    buying.as_role("hub_librarian").invoice(order.id, 4000, 2, *ahead)
    assert refusals_of(lambda: buying.cancel(order.id, 1)) == ["order.invoiced"]
    buying.receive(order.id, "N0002")
    assert refusals_of(lambda: buying.receive(order.id, "N0003", override=["order.extra_copies"])) == ["order.invoiced"]
    assert buying.money().spent_fen == 8000


def test_an_invoice_never_takes_more_than_the_fund_has(buying: Buying, desk: Desk) -> None:
    order = buying.ordered(2)
    buying.receive(order.id, "N0001", "N0002")
    desk.policy("order_limit", None)
    with pytest.raises(Conflict) as caught:
        buying.invoice(order.id, 60_000, 2, "invoice.price")
    assert caught.value.code == "fund.overspent"


# --- readers who suggested ----------------------------------------------------------------------------------------------


def test_readers_see_their_suggestion_ordered_and_then_bought(buying: Buying, desk: Desk) -> None:
    reader = desk.write(lambda s: make_patron(s, desk.county.branch, "P0002"))
    suggestion = buying.suggest(reader, isbn=ISBN)
    order = buying.draft()
    buying.add(order.id, demand=f"isbn:{ISBN}")
    assert buying.suggestion(suggestion.id).status == "open"
    buying.place(order.id)
    bib_id = buying.lines(order.id)[0].bib_id
    ordered = buying.suggestion(suggestion.id)
    assert (ordered.status, ordered.bib_id) == ("ordered", bib_id)
    buying.receive(order.id, "N0001", "N0002")
    bought = buying.suggestion(suggestion.id)
    assert (bought.status, bought.bib_id) == ("bought", bib_id)
    told = desk.read(lambda s: s.execute(select(Notice.kind, Notice.patron_id, Notice.body).order_by(Notice.id)).all())
    assert [(one.kind, one.patron_id) for one in told] == [("wish_ordered", reader), ("wish_bought", reader)]
    assert all("《红楼梦》" in one.body for one in told)


def test_a_suggestion_waits_again_when_its_order_is_called_off(buying: Buying, desk: Desk) -> None:
    reader = desk.write(lambda s: make_patron(s, desk.county.branch, "P0002"))
    suggestion = buying.suggest(reader, isbn=ISBN)
    order = buying.draft()
    buying.add(order.id, demand=f"isbn:{ISBN}")
    buying.place(order.id)
    buying.cancel(order.id)
    assert buying.suggestion(suggestion.id).status == "open"


def test_what_a_librarian_said_to_a_suggestion_meanwhile_stands(buying: Buying, desk: Desk) -> None:
    reader = desk.write(lambda s: make_patron(s, desk.county.branch, "P0002"))
    suggestion = buying.suggest(reader, isbn=ISBN)
    order = buying.draft()
    buying.add(order.id, demand=f"isbn:{ISBN}")
    buying.do(lambda c: SuggestionService(c).answer(suggestion.id, "declined", "不合适"))
    buying.place(order.id)
    assert buying.suggestion(suggestion.id).status == "declined"


# --- who may ------------------------------------------------------------------------------------------------------------


def test_an_order_of_another_unit_is_answered_as_absent(buying: Buying, desk: Desk) -> None:
    order = buying.ordered()
    elsewhere = buying.as_role("purchaser", desk.county.branch)
    with pytest.raises(NotFound):
        elsewhere.cancel(order.id)
    with pytest.raises(NotFound):
        elsewhere.draft(org="CG")  # the fund is the hub's


# --- many at once -------------------------------------------------------------------------------------------------------


def test_two_purchasers_order_from_a_fund_that_suffices_for_one(buying: Buying, desk: Desk) -> None:
    buying.fund("F2", 10_000)
    second = buying.acting(Caller(kind="staff", id=99, username="zhao", grants=(("purchaser", desk.county.hub),)))
    both = [one.draft(fund="F2") for one in (buying, second)]
    for order, isbn in zip(both, (ISBN, OTHER_ISBN), strict=True):
        buying.add(order.id, 2, isbn=isbn)

    def attempt(pair: tuple[Buying, int]) -> str:
        try:
            return pair[0].place(pair[1]).status
        except Conflict as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(attempt, zip((buying, second), (one.id for one in both), strict=True)))
    assert said == ["fund.overspent", "ordered"]
    assert buying.money("F2").spent_fen == 8000


def test_one_book_received_by_two_at_once_is_received_once(buying: Buying, desk: Desk) -> None:
    order = buying.ordered(1)

    def attempt(barcode: str) -> str:
        try:
            return buying.receive(order.id, barcode).order.status
        except Refused as error:
            return error.refusals[0].code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, ["N0001", "N0002"])) == ["order.extra_copies", "received"]


def test_a_copy_of_a_title_merged_meanwhile_still_comes(buying: Buying, desk: Desk) -> None:
    order = buying.ordered(1)
    bib_id = buying.lines(order.id)[0].bib_id
    into = desk.write(lambda s: make_bib(s, "红楼梦（新版）"))
    desk.write(lambda s: merge_titles(make_context(s), bib_id, into))
    assert buying.receive(order.id, "N0001").copies[0].title == "红楼梦"
    assert desk.item("N0001").bib_id == into
