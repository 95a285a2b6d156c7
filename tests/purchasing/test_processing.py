"""A new book comes back from its first reader and becomes a copy like any other, with its history."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from catalog.models import Item
from catalog.queries.bibs import find_bib
from catalog.service.bibs import BibService
from catalog.service.callnumbers import CallNumberService, NumberAsked
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


def proposed(shops: Shops, home: str | None = None) -> str | None:
    found = shops.desk.write(
        lambda s: ProcessingService(make_context(s, shops.clerk, now=shops.desk.now)).proposal("NX000001", home)
    )
    return found and found.call_number


def classed(shops: Shops, class_number: str) -> None:
    """The cataloguer completes the title."""

    def work(session: Any) -> None:
        bib = find_bib(session, shops.desk.item("NX000001").bib_id)
        service = BibService(make_context(session, now=shops.desk.now))
        service.change(bib.id, {"class_number": class_number}, expected_version=bib.version)

    shops.desk.write(work)


def test_a_call_number_is_proposed_and_taken_only_when_it_is_accepted(returned: Shops, desk: Desk) -> None:
    assert proposed(returned) is None  # its title has no class yet
    classed(returned, "I242.4")
    desk.add_item("B0009", call_number="I242.4/6")
    assert (proposed(returned), proposed(returned)) == ("I242.4/7", "I242.4/7")  # asking takes nothing
    finish(returned, takes_number=True, call_number="I242.4/7")
    assert desk.item("NX000001").call_number == "I242.4/7"
    assert "book_number_allotted" in desk.acts()


def test_a_work_that_has_a_number_keeps_it(returned: Shops, desk: Desk) -> None:
    classed(returned, "I242.4")
    desk.add_item("B0009", bib_id=desk.item("NX000001").bib_id, call_number="I242.4/3")
    assert proposed(returned) == "I242.4/3"
    finish(returned, takes_number=True)
    assert desk.item("NX000001").call_number == "I242.4/3"


def test_a_number_that_another_book_got_meanwhile_is_not_used_twice(returned: Shops, desk: Desk) -> None:
    classed(returned, "I242.4")
    assert proposed(returned) == "I242.4/1"
    other = NumberAsked(bib=desk.item("B0001").bib_id, at="ZG", class_number="I242.4")
    desk.write(lambda s: CallNumberService(make_context(s, now=desk.now)).allot(other))
    with pytest.raises(Conflict) as caught:
        finish(returned, takes_number=True, call_number="I242.4/1")
    assert (caught.value.code, caught.value.data) == ("processing.number_taken", {"call_number": "I242.4/2"})
    assert desk.item("NX000001").status == "in_processing"
    assert proposed(returned) == "I242.4/2"


def test_a_number_that_was_typed_takes_none(returned: Shops, desk: Desk) -> None:
    classed(returned, "I242.4")
    finish(returned, call_number="I242.4/99")
    assert desk.item("NX000001").call_number == "I242.4/99"
    assert "book_number_allotted" not in desk.acts()


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
