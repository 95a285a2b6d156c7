"""A new book comes back from its first reader and becomes a copy like any other, with its history."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from catalog.models import Item
from circ.service import Returned
from kernel.errors import Conflict, Forbidden, NotFound
from purchasing.queries.processing import NewBook, new_books
from purchasing.service.processing import Processing, ProcessingService
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_context
from tests.purchasing.county import Shops
from tests.purchasing.county import shops as shops


@pytest.fixture
def returned(shops: Shops, desk: Desk) -> Shops:
    """NX000001 was chosen, read, and lies with the cataloguers of ZG; a hub librarian acts."""
    shops.choose()
    desk.check_in("NX000001", at="ZG")
    return shops.as_role("hub_librarian", desk.county.hub)


def finish(shops: Shops, **values: Any) -> Returned:
    command = Processing(**{"item": "NX000001", "home": "ZG", "item_type": "book"} | values)
    return shops.desk.write(
        lambda s: ProcessingService(make_context(s, shops.clerk, now=shops.desk.now)).finish(command)
    )


def queue(desk: Desk, *, in_hand: bool = True) -> list[NewBook]:
    return desk.read(lambda s: new_books(s, [desk.county.hub], in_hand=in_hand, limit=9))


def test_the_queue_shows_what_lies_here_and_what_is_still_out(shops: Shops, desk: Desk) -> None:
    shops.choose()
    (waiting,) = queue(desk, in_hand=False)
    assert (waiting.barcode, waiting.title, waiting.loans, waiting.shop_id) == ("NX000001", "红楼梦", 1, shops.shop)
    assert waiting.due_at is not None
    assert queue(desk) == []
    desk.check_in("NX000001", at="ZG")
    assert [row.barcode for row in queue(desk)] == ["NX000001"]
    assert queue(desk, in_hand=False) == []


def test_it_gets_its_place_and_keeps_its_history(returned: Shops, desk: Desk) -> None:
    done = finish(returned, call_number="I242.4/12", shelf="文学库")
    assert (done.action, done.status) == ("shelve", "available")
    item = desk.item("NX000001")
    assert (item.item_type, item.call_number, item.awaits_processing) == ("book", "I242.4/12", False)
    assert desk.read(lambda s: s.scalar(select(Item.shelf_key).where(Item.id == item.id)))  # it stands in its order
    assert len(desk.loans_of(item.id)) == 1
    assert queue(desk) == []
    assert "item_processed" in desk.acts()


def test_a_new_home_is_where_it_goes(returned: Shops, desk: Desk) -> None:
    done = finish(returned, home="LX", owner="ZG")
    assert (done.action, done.to and done.to.code) == ("transfer", "LX")
    item = desk.item("NX000001")
    assert (item.home_id, item.owner_id) == (desk.county.point, desk.county.hub)


def test_a_reader_who_waits_has_it_first(returned: Shops, desk: Desk) -> None:
    desk.add_patron("P0002")
    desk.hold("P0002", pickup="ZG", bib_id=desk.item("NX000001").bib_id)
    assert finish(returned).action == "hold_shelf"


def test_what_is_not_here_or_done_is_said_so(returned: Shops, shops: Shops, desk: Desk) -> None:
    finish(returned)
    with pytest.raises(Conflict, match=r"processing\.done"):
        finish(returned)
    desk.add_patron("P0002")
    shops.choose("9787536692930", patron="P0002")
    with pytest.raises(Conflict, match=r"processing\.not_here"):
        finish(returned, item="NX000002")
    desk.add_item("B0009")
    with pytest.raises(Conflict, match=r"processing\.done"):
        finish(returned, item="B0009")


def test_processing_is_the_library_s(returned: Shops, desk: Desk) -> None:
    with pytest.raises(NotFound):
        finish(returned.as_role("branch_librarian", desk.county.branch))
    with pytest.raises(Forbidden):
        finish(returned.as_role("volunteer", desk.county.point))
