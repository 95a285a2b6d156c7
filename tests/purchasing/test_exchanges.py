"""A book that a reader chose is changed for another in the same shop: begun, finished or dropped, within the window of the first."""

from __future__ import annotations

import pytest

from kernel.errors import Conflict
from tests.desk import Desk, refusals_of
from tests.desk import desk as desk
from tests.factories import make_unit
from tests.purchasing.county import ISBN, OTHER_ISBN, Shops, quotas
from tests.purchasing.county import shops as shops


def test_an_exchange_is_both_or_neither(shops: Shops, desk: Desk) -> None:
    shops.programme(rules=quotas(period="visit", count=1))
    first = shops.choose().selection
    other = shops.exchange(first.id, OTHER_ISBN, title="三体", price_fen=2300).selection
    assert (other.replaces_id, other.status, shops.selection(first.id).status) == (first.id, "lent", "cancelled")
    assert shops.money().spent_fen == 2300
    assert refusals_of(lambda: shops.exchange(other.id, ISBN, price_fen=200_000)) == ["purchase.budget"]
    assert shops.selection(other.id).status == "lent"
    assert shops.money().spent_fen == 2300


def test_an_exchange_is_the_same_reader_s_in_the_same_shop(shops: Shops, desk: Desk) -> None:
    first = shops.choose().selection
    desk.add_patron("P0002")
    desk.write(lambda s: make_unit(s, "YD", "shop", desk.county.hub, name="悦读书店"))
    hub = shops.as_role("hub_librarian", desk.county.hub)
    for other in ({"patron": "P0002"}, {"shop": "YD"}):
        with pytest.raises(Conflict, match=r"selection\.exchange"):
            hub.exchange(first.id, OTHER_ISBN, **other)
    assert shops.selection(first.id).status == "lent"


def test_an_exchange_that_was_begun_stands_with_its_choice_until_it_is_finished_or_dropped(shops: Shops) -> None:
    first = shops.choose().selection
    begun = shops.act(lambda service: service.begin_exchange(first.id))
    again = shops.later(minutes=5).act(lambda service: service.begin_exchange(first.id))
    assert begun.exchange_begun_at == again.exchange_begun_at == shops.desk.now
    assert shops.act(lambda service: service.drop_exchange(first.id)).exchange_begun_at is None
    assert shops.act(lambda service: service.drop_exchange(first.id)).status == "lent"
    shops.act(lambda service: service.begin_exchange(first.id))
    other = shops.exchange(first.id, OTHER_ISBN).selection
    assert (shops.selection(first.id).exchange_begun_at, other.exchange_begun_at) == (None, None)


def test_an_exchange_is_begun_within_the_window_of_what_is_lent_still(shops: Shops, desk: Desk) -> None:
    first = shops.choose().selection
    late = shops.later(hours=3)
    assert refusals_of(lambda: late.act(lambda service: service.begin_exchange(first.id))) == ["purchase.window"]
    shops.act(lambda service: service.begin_exchange(first.id))
    assert refusals_of(lambda: late.exchange(first.id, OTHER_ISBN)) == ["purchase.window"]
    assert late.act(lambda service: service.drop_exchange(first.id)).exchange_begun_at is None
    desk.check_in(first.item)
    assert refusals_of(lambda: shops.act(lambda service: service.begin_exchange(first.id))) == ["purchase.moved_on"]


def test_an_exchange_begins_no_new_window(shops: Shops) -> None:
    first = shops.choose().selection
    other = shops.later(minutes=100).exchange(first.id, OTHER_ISBN).selection
    assert refusals_of(lambda: shops.later(minutes=130).cancel(other.id)) == ["purchase.window"]
