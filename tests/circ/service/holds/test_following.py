"""Holds when lower rooms act: titles are joined, copies leave the stock. On both databases."""

from __future__ import annotations

import pytest

from catalog.service.documents import DocumentAsked, StockDocumentService
from circ.service.merging import merge_titles
from tests.desk import Desk
from tests.factories import make_context


def merge(desk: Desk, bib_id: int, into_id: int) -> None:
    desk.write(lambda s: merge_titles(make_context(s), bib_id, into_id))


@pytest.fixture
def two(desk: Desk) -> Desk:
    """B0001 and B0002 are of two titles that are one; P0001 waits for both, P0002 for the second."""
    desk.add_item("B0002")
    desk.add_patron("P0002")
    desk.hold()
    desk.later(minutes=1).hold("P0002", bib_id=desk.item("B0002").bib_id)
    desk.later(minutes=2).hold(bib_id=desk.item("B0002").bib_id)
    return desk


def test_holds_follow_the_title_that_stays(two: Desk) -> None:
    stays = two.item("B0001").bib_id
    merge(two, two.item("B0002").bib_id, stays)
    first, second, double = (two.held(n) for n in (1, 2, 3))
    assert {first.bib_id, second.bib_id} == {stays}
    assert (first.status, second.status) == ("targeted", "targeted")
    assert (double.status, double.end_reason) == ("cancelled", "merged")


def test_of_two_holds_the_one_that_came_further_stays(two: Desk) -> None:
    two.check_in("B0002", at="ZG")  # for P0002
    two.check_in("B0001", at="CG")  # ready for P0001
    goes = two.item("B0001").bib_id
    merge(two, goes, two.item("B0002").bib_id)
    assert [two.held(n).status for n in (1, 2, 3)] == ["ready", "in_transit", "cancelled"]
    assert two.check_out("B0001", at="CG").id
    assert two.held(1).status == "collected"


def test_the_copy_of_a_double_is_free_for_the_next(two: Desk) -> None:
    two.holding(lambda service: service.cancel(2))  # now B0002 is fetched for P0001's second hold
    two.check_in("B0002", at="CG")
    two.check_in("B0001", at="CG")
    merge(two, two.item("B0002").bib_id, two.item("B0001").bib_id)
    assert [two.held(n).status for n in (1, 3)] == ["ready", "cancelled"]
    assert two.place("B0002") == ("available", two.county.branch)
    assert two.check_in("B0002", at="CG").action == "transfer"


@pytest.mark.parametrize("act", ["missing", "lost", "in_repair"])
def test_a_copy_that_leaves_its_shelf_is_replaced_by_the_next(desk: Desk, act: str) -> None:
    desk.add_item("B0002", bib_id=desk.item().bib_id)
    hold = desk.hold()
    desk.declare(act)
    assert desk.held(hold.id).copy_barcode == "B0002"


def test_a_copy_that_is_withdrawn_is_replaced_by_the_next(desk: Desk) -> None:
    desk.add_item("B0002", bib_id=desk.item().bib_id)
    hold = desk.hold()
    asked = DocumentAsked(kind="withdrawal", at="ZG", barcodes=["B0001"], reason="破损")
    desk.write(lambda s: StockDocumentService(make_context(s)).make(asked))
    assert desk.held(hold.id).copy_barcode == "B0002"


def test_a_copy_on_the_hold_shelf_is_not_withdrawn(desk: Desk) -> None:
    desk.hold(pickup="ZG")
    desk.check_in(at="ZG")
    asked = DocumentAsked(kind="withdrawal", at="ZG", barcodes=["B0001"], reason="破损")
    made = desk.write(lambda s: StockDocumentService(make_context(s)).make(asked))
    assert [row.outcome for row in made.rows] == ["refused"]
