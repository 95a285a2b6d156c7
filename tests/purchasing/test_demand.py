"""The list of a unit: what readers suggested, were refused, searched for in vain and wait for, each title once and nobody named."""

from __future__ import annotations

from typing import Any

import pytest

from kernel import journal
from kernel.errors import Forbidden, Invalid, NotFound
from purchasing.selection_models import ShopOffer
from purchasing.service.demand import DemandService
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import NOW, make_bib, make_item, make_patron, make_unit
from tests.purchasing.buying import ISBN, OTHER_ISBN, Buying
from tests.purchasing.buying import buying as buying


def note(buying: Buying, act: str, data: dict[str, Any], org_id: int | None = None) -> None:
    buying.desk.write(
        lambda s: journal.append(
            s, act, at=buying.desk.now, author="anonymous", channel="opac", org_id=org_id, data=data
        )
    )


def miss(buying: Buying, words: str, org: str | None = None, field: str = "any") -> None:
    note(buying, "search_missed", {"q": words, "field": field, "org": org})


def refuse(buying: Buying, shop: int, isbn: str, *codes: str, title: str = "红楼梦") -> None:
    note(buying, "selection_refused", {"isbn": isbn, "title": title, "codes": codes, "shop": "XH"}, shop)


@pytest.fixture
def shop(desk: Desk) -> int:
    return desk.write(lambda s: make_unit(s, "XH", "shop", desk.county.hub, name="新华书店"))


@pytest.fixture
def reader(desk: Desk) -> int:
    return desk.write(lambda s: make_patron(s, desk.county.branch, "P0002"))


def test_four_ways_of_asking_are_one_line(buying: Buying, desk: Desk, shop: int, reader: int) -> None:
    buying.suggest(reader, author="曹雪芹")
    refuse(buying, shop, ISBN, "purchase.budget")
    miss(buying, "《红楼梦》")
    miss(buying, ISBN)
    (row,) = buying.demand().lines
    assert (row.wanted.isbn, row.wanted.title, row.wanted.author) == (ISBN, "红楼梦", "曹雪芹")
    assert row.wanted.counts == {"suggestions": 1, "refused": 1, "missed": 2}
    assert (row.rank, row.points) == (1, 7)


def test_asking_all_day_counts_once(buying: Buying, shop: int) -> None:
    for _ in range(3):
        miss(buying, "三体")
        refuse(buying, shop, ISBN, "purchase.price")
    miss(buying.later(days=1), "三体")
    counts = {row.wanted.title: dict(row.wanted.counts) for row in buying.demand().lines}
    assert counts == {"三体": {"missed": 2}, "红楼梦": {"refused": 1}}


def test_what_the_library_does_not_want_or_has_is_no_demand(buying: Buying, shop: int) -> None:
    refuse(buying, shop, ISBN, "purchase.kind", "purchase.budget")
    refuse(buying, shop, OTHER_ISBN, "purchase.copies")
    miss(buying, "路遥", field="author")
    assert buying.titles() == []


def test_a_search_below_a_unit_is_its_own_and_one_of_the_whole_network_is_everybodys(buying: Buying) -> None:
    miss(buying, "甲书", org="CG")
    miss(buying, "乙书")
    assert sorted(buying.titles("ZG")) == ["乙书", "甲书"]
    assert sorted(buying.titles("LX")) == ["乙书"]


def test_what_was_asked_for_long_ago_is_forgotten(buying: Buying) -> None:
    miss(buying, "三体")
    assert buying.later(days=179).titles() == ["三体"]
    assert buying.later(days=181).titles() == []


def test_a_search_in_vain_is_answered_when_the_title_is_in_the_catalogue(buying: Buying, desk: Desk) -> None:
    miss(buying, "平凡的世界")
    miss(buying, "三体")
    assert buying.titles() == ["三体"]
    desk.write(lambda s: make_bib(s, "三体", authors="刘慈欣"))
    assert buying.titles() == []


def test_holds_that_no_copy_fills_soon(buying: Buying, desk: Desk) -> None:
    desk.policy("holds_per_copy", 1)
    for number in ("P0002", "P0003"):
        desk.add_patron(number)
    desk.hold("P0001")
    assert buying.titles() == []
    desk.hold("P0002")
    desk.hold("P0003")
    (row,) = buying.demand().lines
    assert (row.wanted.title, row.wanted.counts, row.supply.copies) == ("平凡的世界", {"holds": 3}, 1)
    desk.policy("holds_per_copy", 3)
    assert buying.titles() == []
    desk.set_item(status="lost")
    assert buying.titles() == ["平凡的世界"]


def test_a_line_says_what_there_is_what_comes_and_what_it_costs(
    buying: Buying, desk: Desk, shop: int, reader: int
) -> None:
    buying.suggest(reader, "三体", isbn=OTHER_ISBN)
    desk.write(
        lambda s: s.add(ShopOffer(shop_id=shop, isbn=OTHER_ISBN, title="三体", price_fen=2300, stock=1, listed_at=NOW))
    )
    row = buying.demand().lines[0]
    assert (row.supply.price_fen, row.supply.price_from, row.supply.on_order) == (2300, "shop", 0)
    order = buying.draft()
    line = buying.add(order.id, 2, title="", isbn="", author="", price_fen=None, demand=row.wanted.key)
    assert (line.title, line.isbn, line.price_fen, line.demand) == ("三体", OTHER_ISBN, 2300, {"suggestions": 1})
    assert buying.demand().lines[0].supply.in_draft == 2
    buying.place(order.id)
    assert buying.titles() == []  # the readers have their answer
    miss(buying, OTHER_ISBN)
    assert buying.titles() == []  # and the title is in the catalogue


def test_copies_elsewhere_tell_a_price_and_put_a_title_lower(buying: Buying, desk: Desk, shop: int) -> None:
    bib = desk.write(lambda s: make_bib(s, "红楼梦", isbn=ISBN))
    desk.write(lambda s: make_item(s, desk.county.branch, "B0002", bib, price_fen=5970))
    refuse(buying, shop, ISBN, "purchase.budget")
    refuse(buying, shop, OTHER_ISBN, "purchase.budget", title="三体")
    first, second = buying.demand().lines
    assert (first.wanted.title, second.wanted.title) == ("三体", "红楼梦")
    assert (second.supply.copies, second.supply.price_fen, second.supply.price_from) == (1, 5970, "copy")


# --- not for us ---------------------------------------------------------------------------------------------------------


def test_a_title_put_aside_comes_back_when_somebody_asks_anew(buying: Buying) -> None:
    miss(buying, "三体")
    buying.do(lambda c: DemandService(c).put_aside("ZG", "title:三体|", "馆藏已有同类"))
    demand = buying.demand()
    assert (demand.lines, [(row.wanted.title, aside.reason) for row, aside in demand.aside]) == (
        (),
        [("三体", "馆藏已有同类")],
    )
    miss(buying.later(hours=1), "三体")  # the same day, and still somebody asked again
    assert buying.titles() == ["三体"]


def test_a_title_put_aside_can_be_taken_back(buying: Buying) -> None:
    miss(buying, "三体")
    buying.do(lambda c: DemandService(c).put_aside("ZG", "title:三体|", "馆藏已有同类"))
    buying.do(lambda c: DemandService(c).take_back("ZG", "title:三体|"))
    assert buying.titles() == ["三体"]
    with pytest.raises(NotFound):
        buying.do(lambda c: DemandService(c).take_back("ZG", "title:三体|"))


def test_putting_aside_takes_a_reason_a_title_and_the_right(buying: Buying, desk: Desk) -> None:
    miss(buying, "三体")
    with pytest.raises(Invalid):
        buying.do(lambda c: DemandService(c).put_aside("ZG", "title:三体|", " "))
    with pytest.raises(NotFound):
        buying.do(lambda c: DemandService(c).put_aside("ZG", "title:没有人要|", "不买"))
    branch = buying.as_role("branch_librarian", desk.county.branch)
    assert branch.titles("CG") == ["三体"]
    with pytest.raises(Forbidden):
        branch.do(lambda c: DemandService(c).put_aside("CG", "title:三体|", "不买"))
    with pytest.raises(NotFound):
        branch.demand("ZG")
