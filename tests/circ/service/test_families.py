"""A guardian acts for a child: renews, places and changes holds, as the child might and no more."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from circ.service.families import holds_of_ward, loans_of_ward, read_family
from kernel.errors import Forbidden, NotFound
from patrons.models import Block, Card, Patron
from tests.desk import Desk, refusals_of
from tests.factories import NOW, day, make_context


@pytest.fixture
def parent(desk: Desk) -> Desk:
    """The guardian, P0001, of the child C1, who has B0001."""
    parent_id = desk.preview().patron.id
    desk.add_patron("C1", name="李小明", guardian_id=parent_id, birth_on=day("2016-05-01"))
    desk.add_patron("X1", name="别人家的")
    desk.add_item("B0002")
    return desk.reading(parent_id)


def test_a_guardian_sees_what_each_child_has_and_waits_for(desk: Desk, parent: Desk) -> None:
    desk.check_out(patron="C1")
    desk.hold(patron="C1", item="B0002")
    [member] = parent.read(lambda s: read_family(make_context(s, parent.caller)))
    assert (member.ward.barcode, len(member.loans), member.overdue, len(member.holds)) == ("C1", 1, 0, 1)
    assert [loan.barcode for loan in parent.read(lambda s: loans_of_ward(make_context(s, parent.caller), "C1"))] == [
        "B0001"
    ]
    assert len(parent.read(lambda s: holds_of_ward(make_context(s, parent.caller), "C1"))) == 1


@pytest.mark.parametrize("card", ["X1", "P0001", "NOBODY"])
def test_no_other_reader_is_shown(parent: Desk, card: str) -> None:
    with pytest.raises(NotFound):
        parent.read(lambda s: loans_of_ward(make_context(s, parent.caller), card))


def test_a_guardian_renews_for_a_child_by_the_child_s_own_rules(desk: Desk, parent: Desk) -> None:
    lent = desk.check_out(patron="C1")
    assert parent.later(days=5).renew(lent.id).due_at > lent.due_at  # type: ignore[operator]
    assert refusals_of(lambda: parent.later(days=6).renew(lent.id)) == ["loan.renewal_limit"]


def test_a_guardian_does_not_renew_for_other_people(desk: Desk, parent: Desk) -> None:
    lent = desk.check_out(patron="X1")
    with pytest.raises(NotFound):
        parent.renew(lent.id)


def test_a_guardian_places_and_calls_off_a_hold_for_a_child(desk: Desk, parent: Desk) -> None:
    placed = parent.hold(patron="C1")
    child = desk.preview(patron="C1").patron.id
    assert placed.patron_id == child
    assert desk.journal()[-2].author == f"patron:{parent.caller.id}"  # who placed it, and for whom
    assert parent.holding(lambda service: service.cancel(placed.id)).end_reason == "reader"


@pytest.mark.parametrize("card", ["X1", "NOBODY"])
def test_a_hold_for_anybody_else_is_forbidden(parent: Desk, card: str) -> None:
    with pytest.raises(Forbidden):
        parent.hold(patron=card)


def test_a_child_does_not_act_for_its_guardian(desk: Desk, parent: Desk) -> None:
    lent = desk.check_out(patron="P0001")
    child = desk.reading(desk.preview(patron="C1").patron.id)
    with pytest.raises(NotFound):
        child.renew(lent.id)
    with pytest.raises(Forbidden):
        child.hold(patron="P0001", item="B0002")


def test_on_the_day_a_child_turns_18_the_guardian_sees_nothing_more(desk: Desk, parent: Desk) -> None:
    lent = desk.check_out(patron="C1")
    grown = datetime(2034, 4, 30, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    for now, is_seen in ((grown.replace(hour=15), True), (grown, False)):
        found = parent.read(lambda s, now=now: read_family(make_context(s, parent.caller, now=now)))  # type: ignore[misc]
        assert bool(found) == is_seen
    assert lent.id


# --- cards and blocks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "code"), [("lost", "card.lost"), ("ended", "card.replaced")])
def test_an_old_card_is_refused_with_the_reason(desk: Desk, status: str, code: str) -> None:
    desk.write(lambda s: s.execute(update(Card).where(Card.barcode == "P0001").values(status=status)))
    assert refusals_of(desk.check_out) == [code]
    assert refusals_of(desk.hold) == [code]


def test_a_closed_reader_is_refused_whatever_the_card(desk: Desk) -> None:
    desk.write(lambda s: s.execute(update(Card).values(status="lost")))
    desk.write(lambda s: s.execute(update(Patron).values(status="closed")))
    assert refusals_of(desk.check_out) == ["patron.closed"]


@pytest.mark.parametrize(
    ("home", "codes"),
    [("branch", []), ("point", []), ("hub", ["patron.blocked"])],
)
def test_a_block_may_spare_what_belongs_to_the_unit_that_set_it(desk: Desk, home: str, codes: list[str]) -> None:
    patron_id = desk.preview().patron.id
    row = {"org_id": desk.county.branch, "scope": "network", "reason": "图书污损", "except_own_items": True}
    desk.write(lambda s: s.add(Block(patron_id=patron_id, created_at=NOW, created_by="wang", **row)))
    desk.add_item("B0009", getattr(desk.county, home))
    assert [r.code for r in desk.preview(item="B0009", at="CG").refusals] == codes
    if not codes:
        lent = desk.check_out(item="B0009", at="CG")
        assert desk.later(days=3).renew(lent.id).renewals == 1
