"""What is kept of the quotas that readers used: enough for the limits, no more, and after the year nobody's."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from branches.access import Caller
from branches.context import Context
from circ.models import Loan
from circ.service.exporting import SECTIONS
from circ.service.forgetting import forget_own
from circ.service.leaving import erase
from kernel.db import Database
from kernel.journal import JournalEntry
from notices.models import Notice
from patrons import hooks
from patrons.models import Patron
from purchasing import invariants, quota_invariants
from purchasing.programmes import Quota, Rules, amounts_needed_from
from purchasing.queries.oversight import Scope, readers_of
from purchasing.queries.quotas import has_chosen
from purchasing.quota_models import Chooser, QuotaPast, QuotaUse
from purchasing.selection_models import Delivery
from purchasing.service.quotas import fold_due, hand_over_quotas
from purchasing.service.selecting.allowance import look_at_reader
from tests.conftest import Move
from tests.desk import Desk, open_desk, refusals_of
from tests.desk import desk as desk
from tests.factories import make_context, make_unit
from tests.purchasing.county import OTHER_ISBN, Shops, quotas, set_up_choosing
from tests.purchasing.county import shops as shops
from tests.purchasing.online import Choices
from tests.purchasing.online import online as online
from web.wiring import connect
from web.worker import in_turns

YEAR_BY_AMOUNT = Rules(per_patron=(Quota(period="year", amount_fen=12_000),), cancel_minutes=100_000)


@pytest.mark.parametrize(
    ("limits", "first"),
    [
        ((), None),
        ((Quota(period="visit", amount_fen=100),), None),
        ((Quota(period="year", count=9),), None),
        ((Quota(period="month", amount_fen=100),), date(2026, 11, 1)),
        ((Quota(period="month", amount_fen=100), Quota(period="year", amount_fen=900)), date(2026, 1, 1)),
    ],
)
def test_amounts_are_needed_as_long_as_a_limit_counts_them(limits: tuple[Quota, ...], first: date | None) -> None:
    assert amounts_needed_from(Rules(per_patron=limits), date(2026, 11, 23)) == first


def fold(shops: Shops, **later: float) -> int:
    return fold_due(in_turns(shops.desk.database, now=shops.desk.later(**later).now))


def kept(shops: Shops) -> tuple[list[tuple[int, int]], list[tuple[bool, date, int, int]]]:
    """The days with books and price; the months, and whether they are anybody's."""

    def read(session: Any) -> tuple[list[tuple[int, int]], list[tuple[bool, date, int, int]]]:
        days = session.execute(select(QuotaUse.books, QuotaUse.price_fen)).all()
        months = session.scalars(select(QuotaPast).order_by(QuotaPast.month)).all()
        return (
            [(row.books, row.price_fen) for row in days],
            [(one.patron_id is not None, one.month, one.books, one.price_fen) for one in months],
        )

    return shops.desk.read(read)


def offenders(shops: Shops) -> list[str]:
    find = [(one.code, one.find) for one in quota_invariants.INVARIANTS]
    return shops.desk.read(lambda s: [code for code, finds in find for _ in finds(s)])


def test_a_day_that_is_over_becomes_its_month_without_shop_and_price(shops: Shops) -> None:
    shops.choose()
    assert fold(shops, hours=1) == 0
    assert kept(shops) == ([(1, 5970)], [])
    assert fold(shops, days=1) == 1
    assert kept(shops) == ([], [(True, date(2026, 11, 1), 1, 0)])
    assert fold(shops, days=1) == 0
    assert offenders(shops) == []


@pytest.mark.parametrize("period", ["month", "year"])
def test_the_limits_count_on_over_the_days_that_were_folded(shops: Shops, period: Any) -> None:
    shops.programme(rules=quotas(period=period, count=1))
    shops.choose()
    fold(shops, days=1)
    assert refusals_of(lambda: shops.later(days=1).choose(OTHER_ISBN)) == ["purchase.quota"]


def test_a_visit_ends_with_its_day(shops: Shops) -> None:
    shops.programme(rules=quotas(period="visit", count=1))
    shops.choose()
    fold(shops, days=1)
    assert shops.later(days=1).choose(OTHER_ISBN).left[0].books == 0


def test_an_amount_is_kept_while_a_limit_counts_it_and_then_no_more(shops: Shops) -> None:
    shops.programme(rules=YEAR_BY_AMOUNT)
    shops.choose()
    fold(shops, days=1)
    assert kept(shops)[1] == [(True, date(2026, 11, 1), 1, 5970)]
    assert refusals_of(lambda: shops.later(days=1).choose(OTHER_ISBN, price_fen=6031)) == ["purchase.quota"]
    assert offenders(shops) == []
    shops.programme(rules=Rules())
    fold(shops, days=1)
    assert kept(shops)[1] == [(True, date(2026, 11, 1), 1, 0)]


def test_what_is_called_off_is_given_back_wherever_it_stands(shops: Shops) -> None:
    shops.programme(rules=YEAR_BY_AMOUNT)
    first, second = shops.choose(price_fen=5000).selection.id, shops.choose(OTHER_ISBN, price_fen=4000).selection.id
    fold(shops, days=1)
    shops.later(days=1).cancel(first)
    assert kept(shops)[1] == [(True, date(2026, 11, 1), 1, 4000)]
    fold(shops, days=45)
    assert kept(shops)[1] == [(False, date(2026, 11, 1), 1, 0)]
    shops.later(days=45).cancel(second)
    assert kept(shops)[1] == [(False, date(2026, 11, 1), 0, 0)]
    assert offenders(shops) == []


def test_after_the_year_nobody_knows_whose_it_was_but_that_they_chose_once(shops: Shops) -> None:
    shops.choose()
    fold(shops, days=45)
    reader = shops.desk.preview().patron.id
    assert kept(shops) == ([], [(False, date(2026, 11, 1), 1, 0)])
    assert shops.desk.read(lambda s: s.scalars(select(Chooser.patron_id)).all()) == [reader]
    assert shops.desk.read(lambda s: has_chosen(s, reader))
    assert offenders(shops) == []


def test_a_year_of_readers_is_counted_though_nobody_is_known(shops: Shops) -> None:
    shops.desk.add_patron("P0002")
    shops.choose()
    shops.choose(OTHER_ISBN, patron="P0002")
    shops.later(days=20).choose("9787020008735", patron="P0002", title="西游记")

    def seen() -> tuple[int, tuple[int, ...], bool]:
        scope = Scope(
            programmes=(1,), shops=frozenset([shops.shop]), since=shops.desk.now, until=shops.desk.later(days=30).now
        )
        found = shops.desk.read(lambda s: readers_of(s, scope, date(2026, 11, 1), date(2026, 12, 31)))[1, 0]
        return found.count, found.busiest, found.top_id is not None

    assert seen() == (2, (2, 1), True)
    fold(shops, days=15)
    assert seen() == (2, (2, 1), True)
    fold(shops, days=45)
    assert seen() == (2, (2, 1), False)


@pytest.fixture
def broken(database: Database) -> Shops:
    """A county where not everything holds when the test is over."""
    desk = open_desk(database)
    shop = desk.write(lambda s: make_unit(s, "XH", "shop", desk.county.hub, name="新华书店"))
    return set_up_choosing(desk, shop)


def test_the_doctor_finds_what_is_kept_too_long(broken: Shops) -> None:
    broken.choose()
    fold(broken, days=1)
    assert offenders(broken) == []
    broken.choose(OTHER_ISBN)
    assert offenders(broken) == ["quota.forgotten"]


@pytest.mark.parametrize(
    ("wrong", "code"), [({"books": 0, "price_fen": 0}, "quota.counted"), ({"price_fen": 1}, "quota.priced")]
)
def test_the_doctor_finds_what_is_miscounted(broken: Shops, wrong: dict[str, int], code: str) -> None:
    broken.choose()
    broken.desk.write(lambda s: s.execute(update(QuotaUse).values(wrong)))
    assert offenders(broken) == [code]


# --- readers who leave, merge, and ask what is known ---------------------------------------------------------------------


def test_of_one_who_is_erased_only_a_count_stays(shops: Shops, desk: Desk) -> None:
    connect()
    shops.choose()
    fold(shops, days=1)
    shops.later(days=1).choose(OTHER_ISBN)
    for number in ("NX000001", "NX000002"):
        desk.check_in(number, at="ZG")
    shops.system(lambda context: erase(context, "P0001"))
    assert kept(shops) == ([], [(False, date(2026, 11, 1), 2, 0)])
    assert desk.read(lambda s: s.scalar(select(func.count()).select_from(Chooser))) == 0
    assert offenders(shops) == []


def test_merged_readers_have_one_quota(shops: Shops, desk: Desk) -> None:
    desk.add_patron("P0002")
    reader, other = (desk.preview(patron=card).patron.id for card in ("P0001", "P0002"))
    shops.choose()
    fold(shops, days=1)
    shops.later(days=1).choose(OTHER_ISBN, patron="P0002")
    fold(shops, days=2)

    def merge(context: Context) -> None:
        hand_over_quotas(context, other, reader)

    shops.system(merge)
    assert kept(shops) == ([], [(True, date(2026, 11, 1), 2, 0)])
    assert not desk.read(lambda s: has_chosen(s, other))


def test_a_file_of_their_data_tells_what_is_kept(shops: Shops, desk: Desk) -> None:
    connect()
    shops.choose()
    fold(shops, days=1)
    told = desk.read(lambda s: hooks.EXPORTED["quotas"](s, desk.preview().patron.id, None))  # type: ignore[arg-type]
    assert told["months"] == [{"programme": "你选书，我买单", "month": date(2026, 11, 1), "books": 1, "price_fen": 0}]
    assert told["has_chosen_before"]
    assert "quotas" in SECTIONS


# --- no other thread leads to the book -----------------------------------------------------------------------------------


def test_with_its_loan_a_choice_forgets_who_was_looked_at_in_the_shop(shops: Shops, desk: Desk) -> None:
    connect()
    reader = desk.preview().patron.id

    def look(context: Context) -> None:
        look_at_reader(context, "XH", "P0001")

    desk.write(lambda s: look(make_context(s, shops.clerk, now=desk.now)))
    shops.choose()
    desk.check_in("NX000001", at="ZG")
    forget(desk, reader)
    assert [one.patron_id for one in desk.journal() if one.act in ("person_viewed", "checked_out")] == [None, None]
    desk.write(lambda s: look(make_context(s, shops.clerk, now=desk.later(days=1).now)))
    assert desk.journal()[-1].patron_id == reader, "a look without a choice stays"


def test_with_its_loan_a_choice_made_online_forgets_parcel_fee_and_notices(online: Choices, desk: Desk) -> None:
    row = online.order(post=True).selection
    online.dispatch(row.id, tracking="SF123")
    online.act(online.reader(), lambda service: service.receive(row.id))
    assert online.told() == ["choice_ordered", "choice_sent"]
    desk.check_in("NX000001", at="ZG")
    forget(desk, online.reader().id)
    parcel = desk.read(lambda s: s.scalars(select(Delivery)).one())
    assert (parcel.postage_id, parcel.tracking) == (None, None)
    assert online.owed() == 500, "the fee itself is money, and stays"
    assert desk.read(lambda s: s.scalars(select(Notice.id)).all()) == []


def test_of_what_is_forgotten_no_row_leads_to_the_book(shops: Shops, desk: Desk) -> None:
    """Whoever reads the whole database finds the reader's number in no row that names book, copy, loan, price or choice."""
    connect()
    reader = desk.preview().patron.id
    chosen = shops.choose().selection
    desk.check_in("NX000001", at="ZG")
    fold(shops, days=1)
    forget(desk, reader)
    assert desk.read(lambda s: s.scalars(select(JournalEntry.id).where(JournalEntry.patron_id == reader)).all()) == []
    assert desk.read(lambda s: s.scalars(select(Notice.id)).all()) == []
    assert shops.selection(chosen.id).patron_id is None
    assert kept(shops)[1] == [(True, date(2026, 11, 1), 1, 0)]


def forget(desk: Desk, reader: int) -> None:
    caller = Caller(kind="patron", id=reader)
    desk.write(lambda s: s.execute(update(Patron).values(history="forget")))
    desk.write(lambda s: forget_own(make_context(s, caller, now=desk.later(days=1).now)))


# --- the way back --------------------------------------------------------------------------------------------------------


def test_going_back_loses_no_quota_that_was_used(broken: Shops, to: Move) -> None:
    broken.choose()
    broken.choose(OTHER_ISBN)
    fold(broken, days=1)
    to("0031")
    assert broken.desk.read(lambda s: s.execute(text("SELECT day, books FROM quota_use")).all()) == [
        ("2026-11-01" if broken.desk.database.is_sqlite else date(2026, 11, 1), 2)
    ]
    to("head")
    fold(broken, days=1)
    assert kept(broken) == ([], [(True, date(2026, 11, 1), 2, 0)])


def test_what_still_led_to_a_forgotten_reader_is_found_and_goes_with_the_migration(broken: Shops, to: Move) -> None:
    connect()
    online = Choices(broken)
    row = online.order(post=True).selection
    online.dispatch(row.id, tracking="SF123")
    online.act(online.reader(), lambda service: service.receive(row.id))
    desk = broken.desk
    desk.check_in("NX000001", at="ZG")
    desk.write(lambda s: s.execute(update(Loan).values(patron_id=None)))  # as before there was a hook

    def found() -> list[str]:
        asked = next(one for one in invariants.INVARIANTS if one.code == "selection.forgotten")
        return desk.read(lambda s: list(asked.find(s)))

    assert found() == [f"selection {row.id}"]
    to("0042")
    to("head")
    assert found() == []
    assert desk.read(lambda s: s.scalars(select(Notice.id)).all()) == []
