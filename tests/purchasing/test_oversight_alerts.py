"""What looks odd in what readers really chose is found, told with its count, and names no reader."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from branches.models import Closure, OpeningHours
from branches.reference import CALENDARS
from catalog.models import Item
from kernel.errors import NotFound
from purchasing.programmes import Rules
from tests.desk import Desk
from tests.desk import desk as desk
from tests.purchasing.county import ISBN, OTHER_ISBN, Shops
from tests.purchasing.county import isbn as number
from tests.purchasing.county import shops as shops
from tests.purchasing.office import Office, line
from tests.purchasing.overseeing import ISBNS, ask, choose, look, odd, readers
from tests.purchasing.overseeing import hub as hub


def test_odd_patterns_of_the_counter_are_found(shops: Shops, hub: Shops, desk: Desk) -> None:
    for n in range(6):
        shops.cancel(shops.choose(ISBN, "P0001", title=f"反复{n}").selection.id)
    shops.as_role("hub_librarian", desk.county.network).choose(OTHER_ISBN, "P0001", title="三体")
    kinds = {one.alert.kind: one.alert for one in odd(hub)}
    assert set(kinds) == {"cancelled", "clerk"}
    assert (kinds["cancelled"].count, kinds["cancelled"].whole, kinds["cancelled"].key) == (6, 7, str(shops.shop))
    assert (kinds["clerk"].key, kinds["clerk"].whole) == ("clerk", 6)


def test_who_chooses_and_settles_is_found(shops: Shops, hub: Shops) -> None:
    shops.choose()
    hub.choose(OTHER_ISBN, title="三体")
    office = Office(shops=shops, purchaser=hub.clerk)
    settlement = office.make().settlement.id
    office.invoice(settlement, line(), line(OTHER_ISBN))
    assert odd(hub) == []
    office.both_confirm(settlement)
    (alert,) = [one.alert for one in odd(hub)]
    assert (alert.kind, alert.count, alert.key) == ("self_settling", 1, hub.clerk.username)


def test_one_reader_who_takes_much_is_found_and_not_named(shops: Shops, hub: Shops, desk: Desk) -> None:
    shops.fund("F2", 10_000_00)
    shops.programme(fund="F2", rules=Rules())
    for n in range(9):
        shops.choose(number(n), "P0001", title=f"书{n}")
    choose(shops, readers(desk, 11))
    (noticed,) = [one for one in odd(hub) if one.alert.kind == "reader"]
    assert (noticed.alert.count, noticed.alert.whole, noticed.alert.key) == (9, 20, "")
    assert "P0001" not in str(noticed)
    assert len(noticed.selections) == 9
    assert ask(hub, lambda service: service.account_behind(noticed.selections[0])) == "P0001"
    manager = hub.as_role("manager", desk.county.hub)
    assert [one.selections for one in odd(manager) if one.alert.kind == "reader"] == [()]
    desk.check_in(shops.selection(noticed.selections[0]).item, at="ZG")
    with pytest.raises(NotFound):
        ask(hub, lambda service: service.account_behind(noticed.selections[0]))


def test_choices_outside_the_hours_of_the_shop_are_found(shops: Shops, hub: Shops, desk: Desk) -> None:
    """Monday 10:30 in the network's zone; the shop opens at 9 and shuts at 18, and not on Tuesdays."""

    def keep_hours(session: Any) -> None:
        session.add_all(
            OpeningHours(org_id=shops.shop, weekday=n, opens="09:00", closes="18:00") for n in range(7) if n != 1
        )
        session.add(Closure(org_id=shops.shop, from_on=date(2026, 11, 26), to_on=date(2026, 11, 26)))
        session.flush()
        CALENDARS.changed(session)

    desk.write(keep_hours)
    for n, hours in enumerate(
        (0, 7.5, 8, 22.5, 24, 48, 72)
    ):  # Mon 10:30, 18:00, 18:30, Tue 9:00 and 10:30, Wed, Thu closed
        shops.later(hours=hours).choose(ISBNS[n], "P0001", title=f"书{n}")
    (alert,) = [one.alert for one in odd(hub, days=5) if one.alert.kind == "hours"]
    assert (alert.count, alert.key) == (4, str(shops.shop))


def test_dear_books_and_many_of_one_title_are_found(shops: Shops, hub: Shops, desk: Desk) -> None:
    for n, patron in enumerate(readers(desk, 10)):
        isbn = ISBN if n < 5 else ISBNS[n % 7]
        shops.choose(isbn, patron, title="同一种" if n < 5 else f"书{n}", class_number="J2", price_fen=2000)
    shops.choose(ISBNS[2], "P0001", title="大画册", class_number="J2", price_fen=30_000)
    found = {one.alert.kind: one.alert for one in odd(hub)}
    assert (found["price"].key, found["price"].count) == ("J", 1)
    assert found["title"].key == ISBN
    assert found["title"].count >= 5


def test_a_set_bought_once_is_not_many_of_one_title(shops: Shops, hub: Shops, desk: Desk) -> None:
    names = ("上", "中", "下", "四", "五", "六")
    for name, patron in zip(names, readers(desk, len(names)), strict=True):
        shops.choose(patron=patron, volume=name)
    assert [one.alert.kind for one in odd(hub) if one.alert.kind == "title"] == []
    first = desk.read(lambda s: s.scalar(select(Item.volume).where(Item.barcode == "NX000001")))
    desk.write(lambda s: s.execute(update(Item).where(Item.barcode != "NX000001").values(volume=f"{first}册")))
    (alert,) = [one.alert for one in odd(hub) if one.alert.kind == "title"]
    assert (alert.count, alert.key) == (6, ISBN)
    assert "红楼梦 上" in alert.message.zh


def test_a_fund_that_ends_before_its_programme_is_told(shops: Shops, hub: Shops) -> None:
    shops.programme(starts_on=date(2026, 11, 1), ends_on=date(2027, 12, 31))
    shops.choose(price_fen=40_000)
    (alert,) = [one.alert for one in odd(hub, days=1) if one.alert.kind == "fund"]
    assert alert.key == "F1"
    assert look(hub, days=1).alerts is not None
