"""What a shop has of a book: taken by a choice, given back when it is called off or exchanged, never below zero."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from kernel.errors import Refused
from purchasing.selection_models import ShopOffer, ShopTerms
from tests.desk import Desk
from tests.desk import desk as desk
from tests.purchasing.county import ISBN, OTHER_ISBN, Shops
from tests.purchasing.county import shops as shops


@pytest.fixture
def stocked(shops: Shops) -> Callable[..., None]:
    """`stocked(2, other=1, binds=True)`: what the list of XH says."""

    def put(count: int | None, *, other: int | None = None, binds: bool = False) -> None:
        def write(s: Any) -> None:
            for isbn, title, stock in ((ISBN, "红楼梦", count), (OTHER_ISBN, "三体", other)):
                row = {"isbn": isbn, "title": title, "price_fen": 5970, "stock": stock, "listed_at": shops.desk.now}
                s.merge(ShopOffer(shop_id=shops.shop, **row))
            s.merge(ShopTerms(shop_id=shops.shop, pays_percent=100, stock_binds=binds))

        shops.desk.write(write)

    return put


def stock(shops: Shops, isbn: str = ISBN) -> int | None:
    return shops.desk.read(lambda s: s.scalar(select(ShopOffer.stock).where(ShopOffer.isbn == isbn)))


def test_a_choice_takes_one_and_calling_it_off_gives_it_back(shops: Shops, stocked: Callable[..., None]) -> None:
    stocked(2)
    chosen = shops.choose().selection
    assert (chosen.took_stock, stock(shops)) == (True, 1)
    shops.cancel(chosen.id)
    assert stock(shops) == 2


def test_an_exchange_gives_one_back_and_takes_the_other(shops: Shops, stocked: Callable[..., None]) -> None:
    stocked(2, other=1)
    chosen = shops.choose()
    shops.exchange(chosen.selection.id, OTHER_ISBN, title="三体")
    assert (stock(shops), stock(shops, OTHER_ISBN)) == (2, 0)


def test_without_stock_on_the_list_there_is_none_to_take(shops: Shops, stocked: Callable[..., None]) -> None:
    stocked(None)
    chosen = shops.choose().selection
    assert (chosen.took_stock, stock(shops)) == (False, None)
    stocked(5)  # counted since, without the book
    shops.cancel(chosen.id)
    assert stock(shops) == 5


def test_the_book_in_hand_counts_unless_stock_binds(shops: Shops, stocked: Callable[..., None]) -> None:
    """A list that said none was wrong: nothing is taken from it, and nothing given back."""
    stocked(0)
    assert shops.quote().is_eligible
    chosen = shops.choose().selection
    shops.cancel(chosen.id)
    assert (chosen.took_stock, stock(shops)) == (False, 0)
    stocked(0, binds=True)
    assert [one.code for one in shops.quote().refusals] == ["purchase.counted_out"]
    with pytest.raises(Refused) as refused:
        shops.choose()
    assert [one.code for one in refused.value.refusals] == ["purchase.counted_out"]


def test_the_last_copy_goes_once_at_two_counters(shops: Shops, desk: Desk, stocked: Callable[..., None]) -> None:
    desk.add_patron("P0002")
    stocked(1, binds=True)

    def one(card: str) -> str:
        try:
            return shops.choose(patron=card).selection.status
        except Refused as error:
            return error.refusals[0].code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, ("P0001", "P0002"))) == ["lent", "purchase.counted_out"]
    assert stock(shops) == 0


def test_counters_and_callings_off_at_once_lose_no_copy(shops: Shops, desk: Desk, stocked: Callable[..., None]) -> None:
    """Exchanges in both directions, two choices and a calling off end with the stock they began with, less what is lent."""
    for n in range(4):
        desk.add_patron(f"R{n}")
    stocked(10, other=10)
    books = (ISBN, OTHER_ISBN)
    made = [shops.choose(books[n % 2], patron=f"R{n}", title=f"t{n % 2}").selection.id for n in range(4)]
    acts = [
        lambda: shops.exchange(made[0], OTHER_ISBN, patron="R0", title="t1"),
        lambda: shops.exchange(made[1], ISBN, patron="R1", title="t0"),
        lambda: shops.cancel(made[2]),
        lambda: shops.choose(patron="R3", title="t0"),
    ]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda act: act(), acts))
    assert (stock(shops), stock(shops, OTHER_ISBN)) == (8, 8)
