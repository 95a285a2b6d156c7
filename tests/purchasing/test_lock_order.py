"""One title bought, ordered and called off at once, in threads: they wait for each other in one order, so that the database never has to end
one of them because of a deadlock."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from branches.access import SYSTEM
from kernel.db import Database
from purchasing.programmes import Quota, Rules
from purchasing.service import ordering
from tests.circ.test_lock_order import at_once
from tests.circ.test_lock_order import deadlocks as deadlocks
from tests.desk import Desk, offenders
from tests.desk import desk as desk
from tests.purchasing.buying import Buying
from tests.purchasing.county import Shops, isbn
from tests.purchasing.county import shops as shops
from tests.purchasing.online import OPEN, Choices
from tests.purchasing.online import online as online

ROUNDS = 8


def test_a_title_is_called_off_while_others_choose_and_order_it(
    shops: Shops, online: Choices, desk: Desk, database: Database, deadlocks: list[str]
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer")
    shops.programme(rules=Rules(online=OPEN, per_patron=(Quota(period="year", count=900),)))
    shops.fund("F9", 10_000_000)
    shops.programme(fund="F9", rules=Rules(online=OPEN))
    buying = Buying(desk=desk, caller=SYSTEM)
    buying.do(lambda c: ordering.create_supplier(c, "XHS", {"name": "新华发行"}))
    for card in ("R1", "R2", "R3"):
        desk.add_patron(card)
    for number in range(ROUNDS):
        at_once(acts_on(shops, online, buying, isbn(number)))
    assert deadlocks == []
    assert offenders(database) == {}


def acts_on(shops: Shops, online: Choices, buying: Buying, number: str) -> list[Callable[[], object]]:
    """The title was made for the first choice; whoever comes now names it."""
    online.offer(number, "红楼梦", 5970, stock=9)
    chosen = [shops.choose(number, patron=card, price_fen=5970).selection.id for card in ("P0001", "R1")]
    sent = online.order(number, card="R2").selection.id
    order = buying.draft("F9")
    buying.add(order.id, 1, isbn=number)
    return [
        *(partial(shops.cancel, one) for one in chosen),
        partial(online.call_off, online.reader("R2"), sent),
        partial(buying.place, order.id),
        partial(shops.choose, number, patron="R3", price_fen=5970),
        partial(online.order, number, card="R3"),
    ]
