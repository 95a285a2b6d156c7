"""What a reader may order from a shop’s list, from which stock, and what the parcel costs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from kernel.errors import DomainError, Invalid, Refused
from purchasing.programmes import Rules, rules_from_json, rules_to_json
from purchasing.selection_models import ShopOffer
from purchasing.service.selecting import Pick
from purchasing.service.selecting.commands import Delivery
from tests.desk import Desk, refusals_of
from tests.desk import desk as desk
from tests.purchasing.county import ISBN, OTHER_ISBN
from tests.purchasing.county import shops as shops
from tests.purchasing.online import OPEN, VAULT, Choices
from tests.purchasing.online import online as online

# --- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "post", "code"),
    [
        ({"pickup": False}, False, "purchase.online"),
        ({"post": False}, True, "purchase.online"),
        ({"pickup_at": ("LX",)}, False, "purchase.pickup"),
    ],
)
def test_the_programme_says_how_and_where_books_come(
    online: Choices, rules: dict[str, Any], post: bool, code: str
) -> None:
    online.rules(**rules)
    assert refusals_of(lambda: online.order(post=post)) == [code]


def test_books_are_collected_below_the_units_of_the_rule(online: Choices) -> None:
    online.rules(pickup_at=("ZG",))
    assert online.order().selection.status == "ordered"


def test_a_shop_hands_out_nothing_that_was_ordered(online: Choices) -> None:
    assert refusals_of(lambda: online.order(pickup="XH")) == ["purchase.pickup"]


def test_only_what_is_on_the_list_may_be_ordered(online: Choices) -> None:
    pick = Pick(
        patron="P0001", isbn="9787544253994", shop="XH", title="x", price_fen=100, delivery=Delivery(pickup="CG")
    )
    with pytest.raises((Refused, Invalid)):
        online.act(online.reader(), lambda service: service.order(pick, VAULT))


def test_the_price_is_the_lists_whatever_the_reader_sends(online: Choices) -> None:
    pick = Pick(patron="P0001", isbn=ISBN, shop="XH", price_fen=1, title="x", delivery=Delivery(pickup="CG"))
    row = online.act(online.reader(), lambda service: service.order(pick, VAULT)).selection
    assert (row.price_fen, row.title) == (5970, "红楼梦")


def test_nobody_orders_without_saying_how_it_comes(online: Choices) -> None:
    with pytest.raises(Invalid):
        online.order(pickup=None)


def test_rules_of_ordering_are_kept_as_they_are() -> None:
    rules = Rules(online=replace(OPEN, pickup_at=("CG", "LX")))
    assert rules_from_json(rules_to_json(rules)) == rules
    assert rules_from_json(rules_to_json(Rules())) == Rules()


# --- stock ------------------------------------------------------------------------------------------------------------


def test_the_last_one_goes_once_whoever_asks_at_the_same_time(online: Choices, desk: Desk) -> None:
    desk.write(lambda s: s.execute(update(ShopOffer).values(stock=1)))
    desk.add_patron("P0002")

    def attempt(card: str) -> str:
        try:
            return online.order(card=card).selection.status
        except DomainError as error:
            return error.code if not isinstance(error, Refused) else error.refusals[0].code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, ("P0001", "P0002"))) == ["ordered", "purchase.stock"]
    assert online.stock() == 0


def test_a_list_without_stock_is_taken_at_its_word(online: Choices, desk: Desk) -> None:
    desk.write(lambda s: s.execute(update(ShopOffer).values(stock=None)))
    online.order()
    assert online.stock() is None


# --- postage ----------------------------------------------------------------------------------------------------------


def test_a_days_parcel_costs_once_and_nothing_from_the_amount_on(online: Choices) -> None:
    first = online.order(post=True)
    assert (first.postage_fen, online.owed()) == (500, 500)
    second = online.order(OTHER_ISBN, post=True)  # 59.70 and 42.00 are 101.70
    assert (second.postage_fen, online.owed()) == (0, 0)
    online.call_off(online.reader(), second.selection.id)
    assert online.owed() == 500


def test_calling_off_the_first_of_a_day_leaves_the_later_one_its_postage(online: Choices) -> None:
    first = online.order(post=True).selection
    online.order(OTHER_ISBN, post=True, minutes=1)  # together they come to enough
    online.call_off(online.reader(), first.id)
    assert online.owed() == 500


def test_the_shop_that_has_no_copy_makes_nobody_pay_postage(online: Choices) -> None:
    online.order(post=True)
    second = online.order(OTHER_ISBN, post=True).selection
    online.call_off(online.shops.clerk, second.id, "no_supply")
    assert online.owed() == 0


def test_collecting_costs_nothing(online: Choices) -> None:
    assert (online.order().postage_fen, online.owed()) == (0, 0)
