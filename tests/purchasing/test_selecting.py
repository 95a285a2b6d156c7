"""A reader chooses a book in a shop: money, title, copy and loan, all or nothing, once, and never beyond a fund or a quota."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from branches.access import Caller
from branches.models import PolicyRow
from branches.reference import POLICIES
from catalog.models import Bib, Item
from kernel.errors import Conflict, Invalid, NotFound
from patrons.models import Card
from purchasing.budget_models import FundEntry
from purchasing.programmes import Quota, Rules
from purchasing.quota_models import QuotaUse
from purchasing.selection_models import Selection, ShopOffer, ShopTerms
from tests.desk import Desk, refusals_of
from tests.desk import desk as desk
from tests.factories import NOW, make_bib, make_unit
from tests.purchasing.county import ISBN, OTHER_ISBN, Shops, quotas
from tests.purchasing.county import shops as shops


def entries(shops: Shops) -> list[tuple[str, int]]:
    return shops.desk.read(
        lambda s: [(row.kind, row.fen) for row in s.scalars(select(FundEntry).order_by(FundEntry.id))]
    )


def nothing_happened(shops: Shops) -> bool:
    """No selection, no copy, no title, no money."""
    made = shops.desk.read(
        lambda s: (s.scalar(select(Selection.id)), s.scalar(select(Item.id).where(Item.barcode.startswith("NX"))))
    )
    titles = shops.desk.read(lambda s: s.scalars(select(Bib.title)).all())
    return made == (None, None) and shops.money().spent_fen == 0 and set(titles) == {"平凡的世界"}


# --- the whole --------------------------------------------------------------------------------------------------------


def test_a_new_book_is_paid_catalogued_and_lent_at_once(shops: Shops, desk: Desk) -> None:
    chosen = shops.choose()
    row, item = chosen.selection, desk.item("NX000001")
    assert (row.status, row.price_fen, row.cost_fen, row.programme) == ("lent", 5970, 5970, "NXS")
    assert (item.title, item.authors, item.status, item.awaits_processing) == ("红楼梦", "曹雪芹", "on_loan", True)
    assert (item.owner_id, item.home_id, item.location_id) == (desk.county.hub, desk.county.hub, shops.shop)
    assert (item.item_type, item.price_fen) == ("chosen-NXS", 5970)
    loan = desk.loan(row.loan_id)
    assert (loan.item_id, loan.org_id, loan.closed_at) == (item.id, shops.shop, None)
    assert shops.money().spent_fen == 5970
    assert entries(shops) == [("allocation", 100_000), ("selection", 5970)]
    assert desk.acts()[-4:] == ["bib_created", "item_created", "checked_out", "selection_made"]
    assert desk.journal()[-1].patron_id is None  # who chose it is told by the loan alone
    assert {entry.author for entry in desk.journal()[-4:]} == {"clerk"}


def test_a_title_that_is_there_gets_one_more_copy(shops: Shops, desk: Desk) -> None:
    bib_id = desk.write(lambda s: make_bib(s, "红楼梦", isbn=ISBN, authors="曹雪芹"))
    assert shops.choose(title="", author="").selection.bib_id == bib_id


def test_it_goes_to_the_cataloguers_of_its_library_wherever_it_is_returned(shops: Shops, desk: Desk) -> None:
    desk.policy("on_return", "stay")
    shops.choose()
    returned = desk.check_in("NX000001", at="LX")
    assert (returned.action, returned.to and returned.to.code) == ("transfer", "ZG")
    desk.dispatch(returned.transfer_id)
    arrived = desk.check_in("NX000001", at="ZG")
    assert (arrived.action, arrived.status) == ("process", "in_processing")
    assert desk.check_in("NX000001", at="ZG").action == "process"


def test_a_hold_does_not_take_it_from_the_cataloguers(shops: Shops, desk: Desk) -> None:
    chosen = shops.choose()
    desk.add_patron("P0002")
    desk.hold("P0002", pickup="LX", bib_id=chosen.selection.bib_id)
    returned = desk.check_in("NX000001", at="LX")
    assert (returned.action, returned.to and returned.to.code) == ("transfer", "ZG")


def test_the_loan_lasts_as_the_programme_says(shops: Shops, desk: Desk) -> None:
    shops.programme(rules=Rules(loan_days=45))
    lent = shops.choose().lent
    assert lent.due_at is not None
    assert lent.due_at.astimezone().date() >= date(2027, 1, 7)
    assert desk.loan(lent.id).overrides is None


def test_what_the_shop_agreed_is_paid_and_the_reader_s_quota_counts_the_price(shops: Shops, desk: Desk) -> None:
    desk.write(lambda s: s.add(ShopTerms(shop_id=shops.shop, pays_percent=80)))
    assert shops.choose().selection.cost_fen == 4776
    assert shops.money().spent_fen == 4776
    assert desk.read(lambda s: s.scalars(select(QuotaUse.price_fen)).all()) == [5970]


def test_the_programme_lends_where_a_shop_lends_nothing_else(shops: Shops, desk: Desk) -> None:
    desk.policy("lend", False, org="XH")
    desk.policy("local_only_days", 30)
    assert shops.choose().selection.status == "lent"


def test_what_lies_in_the_book_is_told_to_a_clerk_too(shops: Shops, desk: Desk) -> None:
    desk.write(lambda s: (s.execute(delete(PolicyRow).where(PolicyRow.setting == "loan_days")), POLICIES.changed(s)))
    assert refusals_of(shops.choose) == ["policy.none"]


# --- reasons ----------------------------------------------------------------------------------------------------------


def test_all_reasons_come_at_once_and_nothing_happens(shops: Shops, desk: Desk) -> None:
    shops.programme(rules=Rules(max_price_fen=5000, earliest_year=2025, per_patron=(Quota(period="visit", count=0),)))
    desk.policy("max_loans", 0)
    assert refusals_of(shops.choose) == ["purchase.price", "purchase.year", "purchase.quota", "purchase.card"]
    assert nothing_happened(shops)


def test_a_clerk_hears_nothing_of_a_reader_s_affairs_a_librarian_does(shops: Shops, desk: Desk) -> None:
    desk.policy("max_loans", 0)
    assert [one.code for one in shops.quote().refusals] == ["purchase.card"]
    hub = shops.as_role("hub_librarian", desk.county.hub)
    assert [one.code for one in hub.quote().refusals] == ["patron.loan_limit"]


def test_a_librarian_lifts_what_may_be_lifted(shops: Shops, desk: Desk) -> None:
    shops.programme(rules=Rules(max_price_fen=5000))
    assert refusals_of(lambda: shops.choose(override=("purchase.price",))) == ["purchase.price"]  # a clerk may not
    hub = shops.as_role("hub_librarian", desk.county.hub)
    chosen = hub.choose(override=("purchase.price",), reason="馆藏需要")
    assert chosen.selection.decided == {"overrides": ["purchase.price"], "why": "馆藏需要"}
    assert desk.journal()[-1].data["overrides"] == ["purchase.price"]  # type: ignore[index]


def test_a_budget_is_lifted_by_nobody(shops: Shops, desk: Desk) -> None:
    hub = shops.as_role("hub_librarian", desk.county.hub)
    assert refusals_of(lambda: hub.choose(price_fen=100_001, override=("purchase.budget",))) == ["purchase.budget"]


@pytest.mark.parametrize("isbn", ["", "9787020002208", "9787020002207 9787536692930"])
def test_what_is_no_isbn_is_said_so(shops: Shops, isbn: str) -> None:
    assert refusals_of(lambda: shops.quote(isbn)) == ["purchase.isbn"]


def test_a_book_that_nobody_knows_is_asked_for(shops: Shops) -> None:
    with pytest.raises(Invalid) as caught:
        shops.choose(title="", price_fen=None)
    assert set(caught.value.errors) == {"title", "price"}


def test_copies_on_the_way_count(shops: Shops, desk: Desk) -> None:
    shops.programme(rules=Rules(max_copies_in_network=2))
    shops.choose()
    desk.add_patron("P0002")
    shops.choose(patron="P0002")
    desk.add_patron("P0003")
    quote = shops.quote(patron="P0003")
    assert [one.code for one in quote.refusals] == ["purchase.copies"]
    assert [(one.org.code, one.copies, one.available) for one in quote.holdings] == [("ZG", 2, 0)]
    assert quote.alternative is None


def test_where_the_book_stands_already_is_said_the_nearest_first(shops: Shops, desk: Desk) -> None:
    bib_id = desk.write(lambda s: make_bib(s, "红楼梦", isbn=ISBN))
    desk.add_item("B0002", desk.county.hub, bib_id=bib_id, call_number="I242.4/1")
    desk.add_item("B0003", desk.county.branch, bib_id=bib_id)
    desk.add_item("B0004", desk.county.branch, bib_id=bib_id, status="in_repair")
    quote = shops.quote()
    assert [(one.org.code, one.copies, one.available) for one in quote.holdings] == [("CG", 2, 1), ("ZG", 1, 1)]
    assert quote.alternative is not None
    assert quote.alternative.org.code == "CG"
    assert quote.arrival is not None
    assert (quote.arrival.place.code, quote.arrival.way, quote.borrowed_on) == ("CG", None, date(2026, 11, 23))


def test_about_when_it_could_be_had_at_the_readers_own_library_is_said(shops: Shops, desk: Desk) -> None:
    desk.add_item("B0002", bib_id=desk.write(lambda s: make_bib(s, "红楼梦", isbn=ISBN)))
    arrival = shops.quote().arrival
    assert arrival is not None
    assert (arrival.origin.code, arrival.place.code, arrival.day) == ("ZG", "CG", date(2026, 11, 30))
    assert arrival.words(date(2026, 11, 23)).zh == "大约11月30日（周一）到"


# --- programmes -------------------------------------------------------------------------------------------------------


def test_the_programme_that_takes_the_book_is_found_among_several(shops: Shops) -> None:
    shops.fund("F2", 100_000)
    shops.programme(rules=Rules(max_price_fen=100))
    shops.programme("TWO", fund="F2", rules=Rules(excluded_classes=("TP",)))
    assert shops.choose().selection.programme == "TWO"
    assert refusals_of(lambda: shops.choose(OTHER_ISBN, programme="NXS")) == ["purchase.price"]


def test_money_that_runs_out_leads_to_the_next_programme(shops: Shops) -> None:
    shops.fund("F2", 100_000)
    shops.programme("AAA", fund="F2", budget_fen=None)
    first = shops.choose(price_fen=60_000).selection.programme
    shops.desk.add_patron("P0002")
    second = shops.choose(OTHER_ISBN, patron="P0002", price_fen=60_000).selection.programme
    assert {first, second} == {"AAA", "NXS"}


def test_funds_share_the_cost_to_the_fen(shops: Shops) -> None:
    shops.fund("F2", 100_000)
    shops.fund("F3", 100_000)
    shops.programme(funds=(("F1", 1), ("F2", 1), ("F3", 1)))
    shops.choose(price_fen=10_001)
    assert sorted(shops.money(code).spent_fen for code in ("F1", "F2", "F3")) == [3333, 3334, 3334]


def test_no_programme_is_said_so(shops: Shops) -> None:
    shops.programme(is_paused=True)
    assert [one.code for one in shops.quote().refusals] == ["purchase.no_programme"]
    assert refusals_of(shops.choose) == ["purchase.no_programme"]
    assert refusals_of(lambda: shops.choose(programme="NXS")) == ["purchase.programme_closed"]


# --- quotas -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "days", "allowed"),
    [
        ("visit", 0, False),
        ("visit", 1, True),
        ("month", 7, False),
        ("month", 8, True),
        ("year", 38, False),
        ("year", 39, True),
    ],
)
def test_a_quota_counts_its_period(shops: Shops, period: Any, days: int, *, allowed: bool) -> None:
    """The day is 23 November 2026; the programme runs on into the next year."""
    shops.programme(ends_on=date(2027, 12, 31), rules=quotas(period=period, count=1))
    shops.choose()
    assert shops.later(days=days).quote(OTHER_ISBN).is_eligible is allowed


def test_a_new_card_gives_no_new_quota(shops: Shops, desk: Desk) -> None:
    shops.programme(rules=quotas(period="year", count=1))
    reader = shops.choose().lent.patron
    new = Card(patron_id=reader.id, barcode="P0001B", namespace_id=reader.namespace_id, issued_at=NOW)
    desk.write(lambda s: s.execute(update(Card).values(status="ended")))
    desk.write(lambda s: s.add(new))
    assert refusals_of(lambda: shops.choose(OTHER_ISBN, patron="P0001B")) == ["purchase.quota"]


def test_what_is_left_is_told_after_the_choice(shops: Shops) -> None:
    shops.programme(rules=quotas(period="month", count=3, amount_fen=10_000))
    (left,) = shops.choose().left
    assert (left.books, left.amount_fen) == (2, 4030)


# --- taking back ------------------------------------------------------------------------------------------------------


def test_calling_off_undoes_everything(shops: Shops, desk: Desk) -> None:
    shops.programme(rules=quotas(period="visit", count=1))
    chosen = shops.choose()
    ended = shops.later(minutes=119).cancel(chosen.selection.id)
    assert (ended.status, ended.end_reason) == ("cancelled", "读者不要了")
    assert shops.money().spent_fen == 0
    assert entries(shops) == [("allocation", 100_000), ("selection", 5970), ("cancellation", -5970)]
    assert desk.loan(chosen.lent.id).close_reason == "undone"
    assert desk.place("NX000001") == ("withdrawn", shops.shop)
    assert shops.quote(OTHER_ISBN).is_eligible  # the quota is free again
    with pytest.raises(Conflict):
        shops.cancel(chosen.selection.id)


def test_the_window_closes(shops: Shops) -> None:
    chosen = shops.choose()
    assert refusals_of(lambda: shops.later(minutes=121).cancel(chosen.selection.id)) == ["purchase.window"]


def test_a_book_that_was_returned_is_not_called_off(shops: Shops, desk: Desk) -> None:
    chosen = shops.choose()
    desk.check_in("NX000001", at="ZG")
    assert refusals_of(lambda: shops.cancel(chosen.selection.id)) == ["purchase.moved_on"]
    assert shops.money().spent_fen == 5970


# --- who ----------------------------------------------------------------------------------------------------------------


def test_another_shop_s_clerk_finds_nothing(shops: Shops, desk: Desk) -> None:
    chosen = shops.choose()
    other = desk.write(lambda s: make_unit(s, "YD", "shop", desk.county.hub, name="悦读书店"))
    elsewhere = shops.as_role("shop_clerk", other)
    with pytest.raises(NotFound):
        elsewhere.choose(OTHER_ISBN)
    with pytest.raises(NotFound):
        elsewhere.cancel(chosen.selection.id)


def test_readers_ask_for_themselves_and_choose_at_the_counter_only(shops: Shops, desk: Desk) -> None:
    reader = shops.choose().lent.patron
    own = shops.acting(Caller(kind="patron", id=reader.id))
    assert own.quote(OTHER_ISBN).is_eligible
    desk.add_patron("P0002")
    with pytest.raises(NotFound):
        own.quote(OTHER_ISBN, patron="P0002")
    with pytest.raises(NotFound):
        own.choose(OTHER_ISBN)


# --- who would like to have it otherwise --------------------------------------------------------------------------------


def listed(shops: Shops, **values: Any) -> None:
    """The book stands on the shop's list for 36.00."""
    row = {
        "shop_id": shops.shop,
        "isbn": ISBN,
        "title": "初中数学同步练习册",
        "class_number": "G634.6",
        "price_fen": 3600,
    }
    shops.desk.write(lambda s: s.add(ShopOffer(**row | {"listed_at": NOW} | values)))


@pytest.mark.parametrize("price_fen", [9900, 3599])
def test_a_price_is_the_list_s(shops: Shops, desk: Desk, price_fen: int) -> None:
    listed(shops, title="红楼梦", class_number="I242.4")
    assert refusals_of(lambda: shops.choose(price_fen=price_fen)) == ["purchase.list_price"]
    hub = shops.as_role("hub_librarian", desk.county.hub)
    chosen = hub.choose(price_fen=price_fen, override=("purchase.list_price",), reason="定价已改")
    assert (chosen.selection.price_fen, chosen.selection.known["listed_fen"]) == (price_fen, 3600)


def test_what_is_typed_does_not_speak_over_what_is_known(shops: Shops) -> None:
    shops.programme(rules=Rules(excluded_kinds=("textbook",)))
    listed(shops)
    assert refusals_of(lambda: shops.choose(title="好书", class_number="I2", price_fen=3600)) == ["purchase.kind"]


def test_a_volume_that_is_made_up_hides_no_copies(shops: Shops, desk: Desk) -> None:
    shops.programme(rules=Rules(max_copies_in_network=1))
    desk.add_item("B0002", bib_id=desk.write(lambda s: make_bib(s, "红楼梦", isbn=ISBN)))
    assert refusals_of(lambda: shops.choose(volume="z")) == ["purchase.volume_unclear"]


def test_of_volumes_that_only_a_shop_named_one_is_believed(shops: Shops, desk: Desk) -> None:
    """The second volume of a set is no copy that is there; made-up volumes do not buy any number."""
    shops.programme(rules=Rules(max_copies_in_network=1))
    for card in ("P0002", "P0003"):
        desk.add_patron(card)
    first = shops.choose(volume="上").selection
    assert refusals_of(lambda: shops.choose(volume="上册", patron="P0002")) == ["purchase.copies"]
    assert refusals_of(lambda: shops.choose(patron="P0002")) == ["purchase.volume"]
    shops.choose(volume="下", patron="P0002")
    assert refusals_of(lambda: shops.choose(volume="中", patron="P0003")) == ["purchase.volume_unclear"]
    desk.check_in(first.item)
    desk.write(lambda s: s.execute(update(Item).where(Item.id == first.item_id).values(awaits_processing=False)))
    assert (
        shops.choose(volume="中", patron="P0003").selection.status == "lent"
    )  # a library had the first one in its hands


def test_volumes_that_the_list_names_count_apart(shops: Shops, desk: Desk) -> None:
    shops.programme(rules=Rules(max_copies_in_network=1))
    listed(shops, volumes="上、中、下", title="红楼梦", price_fen=5970)
    for card in ("P0002", "P0003", "P0004"):
        desk.add_patron(card)
    made = [
        shops.choose(volume=name, patron=card).selection
        for name, card in (("上册", "P0001"), ("中", "P0002"), ("下", "P0003"))
    ]
    assert [row.known["volume"] for row in made] == ["上", "中", "下"]  # as the list writes them
    assert refusals_of(lambda: shops.choose(volume="下", patron="P0004")) == ["purchase.copies"]
    assert refusals_of(lambda: shops.choose(volume="第9册", patron="P0004")) == ["purchase.volume_unclear"]
    assert refusals_of(lambda: shops.choose(patron="P0004")) == ["purchase.volume"]


def test_where_a_copy_names_no_volume_it_is_said_what_to_do(shops: Shops, desk: Desk) -> None:
    shops.programme(rules=Rules(max_copies_in_network=1))
    first = shops.choose().selection
    desk.add_patron("P0002")
    (refusal,) = shops.quote(patron="P0002").refusals
    assert (refusal.code, "请写明分册" in refusal.message.zh) == ("purchase.copies", True)
    (refusal,) = shops.quote(patron="P0002", volume="下").refusals
    assert refusal.code == "purchase.volume_unclear"
    assert "补写分册" in refusal.message.zh
    desk.write(lambda s: s.execute(update(Item).where(Item.id == first.item_id).values(volume="上")))
    assert shops.choose(volume="下", patron="P0002").selection.status == "lent"


def test_volumes_of_a_set_count_apart(shops: Shops, desk: Desk) -> None:
    shops.programme(rules=Rules(max_copies_in_network=1))
    desk.add_item("B0002", bib_id=desk.write(lambda s: make_bib(s, "红楼梦", isbn=ISBN)), volume="上")
    assert shops.choose(volume="下").selection.status == "lent"
