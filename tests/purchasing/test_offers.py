"""Shops' lists of books: added to or replaced, looked at before, kept apart from other shops', long ones too."""

from __future__ import annotations

import io
import tracemalloc
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from branches.context import Context
from kernel.errors import DomainError, Invalid, NotFound
from kernel.journal import JournalEntry
from purchasing.selection_models import ShopOffer
from purchasing.service.offers import MOST_EXAMPLES, MOST_TOLD, ListReport, OfferService, read_list
from tests import desk as desks
from tests.conftest import Move
from tests.desk import Desk
from tests.factories import make_context, make_unit
from tests.purchasing.books import isbns

county_desk = desks.desk
TODAY = date(2026, 11, 29)
HONGLOU, SANTI, RENSHENG = "9787020002207", "9787536692930", "9787530209554"


@pytest.fixture
def desk(county_desk: Desk) -> Desk:
    """With two shops below the hub."""
    hub = county_desk.county.hub
    county_desk.write(lambda s: [make_unit(s, code, "shop", hub, name=f"{code}书店") for code in ("SD", "SB")])
    return county_desk


def take(desk: Desk, text: str, shop: str = "SD", **how: Any) -> ListReport:
    with read_list(io.BytesIO(text.encode()), TODAY) as listed:
        options = {"replaces": False} | how
        return desk.write(lambda s: OfferService(make_context(s, desk.caller)).take(shop, listed, **options))


def counted(report: ListReport) -> dict[str, int]:
    return {name: n for name, n in report.counts.items() if n}


def a_list(*rows: str) -> str:
    return "\n".join(["ISBN,书名,定价,库存", *rows])


def listed(desk: Desk, shop: str = "SD") -> dict[str, tuple[str, int, int | None]]:
    def read(context: Context) -> dict[str, tuple[str, int, int | None]]:
        rows = context.session.scalars(
            select(ShopOffer).where(ShopOffer.shop_id == context.tree.unit(shop).id).order_by(ShopOffer.isbn)
        )
        return {row.isbn: (row.title, row.price_fen, row.stock) for row in rows}

    return desk.read(lambda s: read(make_context(s)))


FIRST = a_list(f"{HONGLOU},红楼梦,59.80,3", f"{SANTI},三体,23,")


def test_a_list_is_added_to_what_is_there(desk: Desk) -> None:
    assert counted(take(desk, FIRST)) == {"new": 2}
    again = take(desk, a_list(f"{SANTI},三体,25.00,1", f"{RENSHENG},人生,32,", "9.787E+12,坏,1,"))
    assert counted(again) == {"new": 1, "changed": 1, "changed_price": 1, "changed_stock": 1, "refused": 1}
    assert [(line.number, line.title) for line in again.refused] == [(4, "坏")]
    assert listed(desk) == {HONGLOU: ("红楼梦", 5980, 3), RENSHENG: ("人生", 3200, None), SANTI: ("三体", 2500, 1)}


def test_a_list_replaces_what_is_there(desk: Desk) -> None:
    take(desk, FIRST)
    report = take(desk, a_list(f"{SANTI},三体,23,", f"{RENSHENG},人生,32,"), replaces=True)
    assert counted(report) == {"new": 1, "unchanged": 1, "removed": 1}
    assert listed(desk).keys() == {SANTI, RENSHENG}
    told = desk.read(lambda s: s.scalars(select(JournalEntry.data).order_by(JournalEntry.id.desc()).limit(1)).one())
    assert told["what"] == "price_list"
    assert told["removed"] == 1


def test_a_list_without_a_good_row_replaces_nothing(desk: Desk) -> None:
    take(desk, FIRST)
    report = take(desk, a_list("9.787E+12,坏,1,"), replaces=True)
    assert (counted(report), report.is_written) == ({"refused": 1}, False)
    assert len(listed(desk)) == 2


@pytest.mark.parametrize("replaces", [False, True])
def test_a_look_says_what_would_happen_and_changes_nothing(desk: Desk, replaces: bool) -> None:
    take(desk, FIRST)
    before = listed(desk)
    text = a_list(f"{SANTI},三体,25.00,1", f"{RENSHENG},人生,32,")
    looked = take(desk, text, replaces=replaces, dry_run=True)
    assert (looked.is_written, listed(desk)) == (False, before)
    done = take(desk, text, replaces=replaces)
    assert (done.is_written, done.counts) == (True, looked.counts)


def test_each_shop_has_a_list_of_its_own(desk: Desk) -> None:
    take(desk, FIRST)
    take(desk, a_list(f"{SANTI},三体,20.00,"), "SB", replaces=True)
    assert listed(desk)[SANTI][1] == 2300
    assert listed(desk, "SB") == {SANTI: ("三体", 2000, None)}


def test_books_are_taken_off_one_by_one_or_all(desk: Desk) -> None:
    take(desk, FIRST)
    desk.write(lambda s: OfferService(make_context(s)).remove("SD", SANTI))
    assert listed(desk).keys() == {HONGLOU}
    with pytest.raises(NotFound):
        desk.write(lambda s: OfferService(make_context(s)).remove("SD", SANTI))
    assert desk.write(lambda s: OfferService(make_context(s)).clear("SD")) == 1
    assert listed(desk) == {}


def test_what_is_no_list_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(Invalid, match=r"price_list\.columns"), read_list(io.BytesIO(b"a,b\n1,2\n"), TODAY):
        pass


def test_of_many_refused_rows_the_first_are_told(desk: Desk) -> None:
    report = take(desk, a_list(*(f"{n},坏,1," for n in range(MOST_TOLD + 20))))
    assert (report.refused_count, len(report.refused)) == (MOST_TOLD + 20, MOST_TOLD)


def test_a_long_list_is_never_held_whole() -> None:
    """Read in portions: what is held is the numbers that were seen, and no book."""
    text = a_list(*(f"{isbn},{'一本名字很长很长的书' * 20} {n},9.50,{n % 9}" for n, isbn in enumerate(isbns(20_000))))
    body = text.encode()
    file = io.BytesIO(body)
    tracemalloc.start()
    with read_list(file, TODAY) as read:
        assert sum(1 for _line in read.lines()) == read.count == 20_000
        peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000 < len(body)


def test_a_list_of_many_portions_is_taken_and_replaced_whole(desk: Desk) -> None:
    rows = [f"{isbn},书 {n},{n % 90 + 1}.50,{n % 9}" for n, isbn in enumerate(isbns(2_600))]
    assert counted(take(desk, a_list(*rows))) == {"new": 2_600}
    assert desk.read(lambda s: s.scalar(select(func.count()).select_from(ShopOffer))) == 2_600
    report = take(desk, a_list(*rows[100:900], *rows[1_900:]), replaces=True)
    assert counted(report) == {"unchanged": 1_500, "removed": 1_100}
    assert len(listed(desk)) == 1_500


def test_a_clerk_keeps_the_list_of_the_own_shop_alone(desk: Desk) -> None:
    shop_id = desk.read(lambda s: make_context(s).tree.unit("SD").id)
    clerk = desk.staffed(("shop_clerk", shop_id), username="clerk")
    assert counted(take(clerk, FIRST)) == {"new": 2}
    with pytest.raises(NotFound):
        take(clerk, FIRST, "SB")
    volunteer = desk.staffed(("volunteer", desk.county.hub), username="helper")
    with pytest.raises(DomainError, match=r"auth\.forbidden"):
        take(volunteer, FIRST)


def test_a_list_of_prices_leaves_the_stock_alone_and_one_of_stock_the_prices(desk: Desk) -> None:
    """A book that such a list is the first to name is not put up: nobody could tell what it is."""
    take(desk, FIRST)
    prices = take(desk, f"ISBN,书名,定价\n{HONGLOU},红楼梦,62.00\n{SANTI},三体,23\n")
    assert counted(prices) == {"changed": 1, "changed_price": 1, "unchanged": 1}
    assert listed(desk) == {HONGLOU: ("红楼梦", 6200, 3), SANTI: ("三体", 2300, None)}
    stock = take(desk, f"ISBN,库存\n{HONGLOU},0\n{RENSHENG},5\n{SANTI},-3\n", replaces=True)
    assert counted(stock) == {"changed": 1, "changed_stock": 1, "removed": 1, "refused": 2}
    told = {line.number: line.reasons[0].zh for line in stock.refused}
    assert "文件也没有写书名和定价" in told[3]
    assert "是负数" in told[4]
    assert listed(desk) == {HONGLOU: ("红楼梦", 6200, 0)}


def test_what_changes_is_shown_by_examples_before_and_after(desk: Desk) -> None:
    take(desk, FIRST)
    text = a_list(f"{SANTI},三体,25.00,", f"{RENSHENG},人生,32,")
    looked = take(desk, text, replaces=True, dry_run=True)
    shown = {
        name: [(one.book.title, one.before and one.before.price_fen, one.after and one.after.price_fen) for one in some]
        for name, some in looked.examples.items()
        if some
    }
    assert shown == {
        "new": [("人生", None, 3200)],
        "changed_price": [("三体", 2300, 2500)],
        "removed": [("红楼梦", 5980, None)],
    }


def test_of_many_books_the_first_are_examples(desk: Desk) -> None:
    rows = [f"{isbn},书 {n},9.50,1" for n, isbn in enumerate(isbns(MOST_EXAMPLES + 5))]
    assert len(take(desk, a_list(*rows)).examples["new"]) == MOST_EXAMPLES


def test_volumes_stay_where_a_list_has_no_column_for_them_and_across_migrations(desk: Desk, to: Move) -> None:
    def volumes() -> list[str]:
        return list(desk.read(lambda s: s.scalars(select(ShopOffer.volumes))))

    take(desk, f"ISBN,书名,定价,分册\n{HONGLOU},红楼梦,59.80,上、下")
    take(desk, f"ISBN,库存\n{HONGLOU},4")
    assert volumes() == ["上、下"]
    to("0046")
    to("head")
    assert (volumes(), listed(desk)) == ([""], {HONGLOU: ("红楼梦", 5980, 4)})
