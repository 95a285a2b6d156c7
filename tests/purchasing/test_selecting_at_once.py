"""Ten counters choose at once: no fund is overspent, no quota exceeded, no copy too many; and the database itself refuses it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from kernel.errors import Refused
from purchasing.programmes import Rules
from tests.desk import Desk
from tests.desk import desk as desk
from tests.purchasing.county import Shops, isbn, quotas
from tests.purchasing.county import shops as shops


def test_ten_counters_never_overspend_a_fund(shops: Shops, desk: Desk) -> None:
    for n in range(10):
        desk.add_patron(f"R{n}")
    done = at_once(lambda n: shops.choose(patron=f"R{n}", price_fen=30_000), 10)
    assert done.count("lent") == 3
    assert set(done) == {"lent", "purchase.budget"}
    assert shops.money().spent_fen == 90_000


def test_ten_counters_never_exceed_a_reader_s_quota(shops: Shops) -> None:
    shops.programme(rules=quotas(period="visit", count=2))
    done = at_once(lambda _: shops.choose(price_fen=100), 6)
    assert done.count("lent") == 2
    assert set(done) == {"lent", "purchase.quota"}


def test_ten_counters_buy_one_copy_where_one_is_wanted(shops: Shops, desk: Desk) -> None:
    shops.programme(rules=Rules(max_copies_in_network=1))
    for n in range(6):
        desk.add_patron(f"R{n}")
    done = at_once(lambda n: shops.choose(patron=f"R{n}", price_fen=100), 6)
    assert sorted(set(done)) == ["lent", "purchase.copies"]
    assert done.count("lent") == 1


def test_exchanges_at_once_do_not_wait_in_a_circle(shops: Shops, desk: Desk) -> None:
    for n in range(6):
        desk.add_patron(f"R{n}")
    firsts = [shops.choose(isbn(n), patron=f"R{n}", price_fen=100).selection.id for n in range(6)]

    def exchange(n: int) -> Any:
        return shops.exchange(firsts[n], isbn(100 + n), patron=f"R{n}", price_fen=100)

    def choose(n: int) -> Any:
        return shops.choose(isbn(200 + n), patron=f"R{n - 6}", price_fen=100)

    assert at_once(lambda n: exchange(n) if n < 6 else choose(n), 12) == ["lent"] * 12


def test_the_database_refuses_an_overspent_fund_and_a_changed_entry(shops: Shops, desk: Desk) -> None:
    shops.choose()
    for statement in (
        "UPDATE fund SET spent_fen = allocated_fen + 1",
        "UPDATE fund_entry SET fen = 1",
        "DELETE FROM fund_entry",
    ):
        with pytest.raises(DBAPIError):
            desk.write(lambda s, statement=statement: s.connection().exec_driver_sql(statement))  # type: ignore[misc]
    assert shops.money().spent_fen == 5970


def at_once(act: Callable[[int], Any], count: int) -> list[str]:
    def one(n: int) -> str:
        try:
            status: str = act(n).selection.status
        except Refused as error:
            return error.refusals[0].code
        return status

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
