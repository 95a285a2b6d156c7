"""What one person may commit alone, by whichever act: placing, copies kept beyond the order, a higher invoice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import update

from kernel.errors import Forbidden, Invalid
from purchasing.limits import Commitment, second_person
from purchasing.order_invariants import INVARIANTS
from purchasing.order_models import PurchaseOrder
from purchasing.queries.orders import OrderRow
from purchasing.service import ordering
from tests.desk import Desk, refusals_of
from tests.desk import desk as desk
from tests.purchasing.buying import Buying
from tests.purchasing.buying import buying as buying

EXTRA = ["order.extra_copies"]
BOTH = ("invoice.price", "invoice.copies")
ABOVE = ["order.above_limit"]


def of_supplier(buying: Buying, code: str, copies: int = 1) -> OrderRow:
    fields: ordering.SupplierFields = {"name": code, "pays_percent": 80, "delivery_days": 7}
    buying.do(lambda c: ordering.create_supplier(c, code, fields))
    order = buying.draft(supplier=code)
    buying.add(order.id, copies)
    return buying.order(order.id)


def approve_total(buying: Buying, order_id: int, fen: int) -> OrderRow:
    return buying.do(lambda c: ordering.approve_total(c, order_id, fen))


def complaints(buying: Buying) -> list[str]:
    (promise,) = (one for one in INVARIANTS if one.code == "order.two_persons")
    return list(buying.desk.read(lambda s: promise.find(s)))


# --- the rule -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"after_fen": 100}, None),
        ({"after_fen": 101}, "order.above_limit"),
        ({"after_fen": 60, "alone_fen": 40}, None),
        ({"after_fen": 60, "alone_fen": 41}, "order.above_limit"),
        ({"before_fen": 50, "after_fen": 101, "alone_fen": 0}, "order.above_limit"),
        ({"before_fen": 500, "after_fen": 500, "alone_fen": 500}, None),
        ({"after_fen": 9999, "limit_fen": None}, None),
        ({"before_fen": 400, "after_fen": 500, "approved_fen": 500, "approved_by": "hub", "alone_fen": 99}, None),
        ({"before_fen": 400, "after_fen": 501, "approved_fen": 500, "approved_by": "hub"}, "order.above_limit"),
        ({"before_fen": 1, "after_fen": 3, "approved_fen": 2, "approved_by": "hub"}, "order.above_limit"),
        ({"before_fen": 400, "after_fen": 500, "approved_fen": 500, "approved_by": "li"}, "order.own_approval"),
        ({"before_fen": 500, "after_fen": 400, "approved_fen": 500, "approved_by": "li"}, None),
    ],
)
def test_one_person_is_enough_up_to_the_limit_and_to_what_another_approved(
    said: dict[str, Any], expected: str | None
) -> None:
    values: dict[str, Any] = {"author": "li", "before_fen": 0, "alone_fen": 0, "limit_fen": 100} | said
    assert second_person(Commitment(**values)) == expected


# --- each act -----------------------------------------------------------------------------------------------------------


def test_orders_of_all_suppliers_on_one_day_count_together(buying: Buying, desk: Desk) -> None:
    desk.policy("order_limit", "50.00")
    assert buying.ordered(1).status == "ordered"
    assert buying.place(of_supplier(buying, "SECOND").id).status == "waiting"
    assert buying.later(days=1).place(of_supplier(buying, "THIRD").id).status == "ordered"


def test_copies_kept_beyond_the_order_do_not_pass_the_limit(buying: Buying, desk: Desk) -> None:
    desk.policy("order_limit", "100.00")
    order = buying.ordered(1)
    many = tuple(f"N{n:04}" for n in range(7))
    assert refusals_of(lambda: buying.receive(order.id, *many, override=EXTRA)) == ABOVE
    assert buying.money().spent_fen == 4000
    buying.receive(order.id, *many[:2], override=EXTRA)
    assert refusals_of(lambda: buying.receive(order.id, many[2], override=EXTRA)) == ABOVE
    approve_total(buying.as_role("hub_librarian"), order.id, 28_000)
    buying.receive(order.id, *many[2:], override=EXTRA)
    assert (buying.money().spent_fen, complaints(buying)) == (28_000, [])


def test_what_is_kept_of_old_orders_counts_for_the_day(buying: Buying, desk: Desk) -> None:
    desk.policy("order_limit", "100.00")
    first, second = buying.ordered(1), buying.ordered(1)
    today = buying.later(days=1)
    today.receive(first.id, "N0001", "N0002", override=EXTRA)
    today.ordered(1)
    assert refusals_of(lambda: today.receive(second.id, "N0003", "N0004", override=EXTRA)) == ABOVE


def test_an_approved_order_is_good_for_the_approved_total_only(buying: Buying, desk: Desk) -> None:
    desk.policy("order_limit", "50.00")
    order, hub = buying.ordered(2), buying.as_role("hub_librarian")
    hub.do(lambda c: ordering.approve(c, order.id))
    buying.receive(order.id, "N0001", "N0002")
    assert buying.order(order.id).approved_fen == 8000
    for who in (buying, hub):
        assert refusals_of(lambda one=who: one.invoice(order.id, 4001, 2, *BOTH)) == ABOVE  # type: ignore[misc]
    assert buying.money().spent_fen == 8000
    approve_total(hub, order.id, 8002)
    assert refusals_of(lambda: hub.invoice(order.id, 4001, 2, *BOTH)) == ["order.own_approval"]
    buying.invoice(order.id, 4001, 2, *BOTH)
    assert (buying.money().spent_fen, complaints(buying)) == (8002, [])


def test_an_invoice_does_not_pass_the_limit_without_a_second_person(buying: Buying, desk: Desk) -> None:
    desk.policy("order_limit", "50.00")
    order, hub = buying.ordered(1), buying.as_role("hub_librarian")
    buying.receive(order.id, "N0001")
    for who in (buying, hub):
        assert refusals_of(lambda one=who: one.invoice(order.id, 9000, 1, *BOTH)) == ABOVE  # type: ignore[misc]
    approve_total(hub, order.id, 9000)
    buying.invoice(order.id, 9000, 1, *BOTH)
    assert buying.money().spent_fen == 9000


def test_calling_off_an_older_order_makes_no_room_for_today(buying: Buying, desk: Desk) -> None:
    desk.policy("order_limit", "50.00")
    old, today = buying.ordered(1), buying.later(days=1)
    today.ordered(1)
    today.cancel(old.id)
    assert today.ordered(1).status == "waiting"


# --- the second person --------------------------------------------------------------------------------------------------


def test_a_higher_total_is_approved_by_who_may_and_neither_asked_nor_spent(buying: Buying, desk: Desk) -> None:
    order, hub = buying.ordered(1), buying.as_role("hub_librarian")
    with pytest.raises(Forbidden):
        approve_total(buying, order.id, 9000)
    own = hub.ordered(1)
    assert refusals_of(lambda: approve_total(hub, own.id, 9000)) == ["order.same_person"]
    hub.receive(order.id, "N0001", "N0002", override=EXTRA)
    assert refusals_of(lambda: approve_total(hub, order.id, 9000)) == ["order.same_person"]


def test_a_total_is_approved_only_upwards_and_for_an_order_that_is_out(buying: Buying, desk: Desk) -> None:
    order, hub = buying.ordered(1), buying.as_role("hub_librarian")
    with pytest.raises(Invalid):
        approve_total(hub, order.id, 4000)
    assert refusals_of(lambda: approve_total(hub, buying.draft().id, 4001)) == ["order.state"]
    assert approve_total(hub, order.id, 4001).approved_fen == 4001


# --- what came ----------------------------------------------------------------------------------------------------------


def test_nothing_is_billed_before_it_came_but_by_a_second_person(buying: Buying, desk: Desk) -> None:
    order = buying.ordered(2)
    ahead = (*BOTH, "invoice.not_received")
    assert refusals_of(lambda: buying.invoice(order.id, 4000, 2, *ahead)) == ["invoice.not_received"]
    buying.as_role("hub_librarian").invoice(order.id, 4000, 2, *ahead)
    assert buying.money().spent_fen == 8000


def test_nobody_pays_for_copies_that_were_never_ordered(buying: Buying, desk: Desk) -> None:
    order, hub = buying.ordered(2), buying.as_role("hub_librarian")
    buying.receive(order.id, "N0001")
    every = (*BOTH, "invoice.not_received", "invoice.not_ordered")
    assert refusals_of(lambda: hub.invoice(order.id, 4000, 3, *every)) == ["invoice.not_ordered"]
    assert buying.money().spent_fen == 8000


# --- many at once, and the doctor ---------------------------------------------------------------------------------------


def test_two_orders_of_one_person_at_once_count_each_other(buying: Buying, desk: Desk) -> None:
    desk.policy("order_limit", "50.00")
    drafts = [of_supplier(buying, code).id for code in ("SECOND", "THIRD")]
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(lambda one: buying.place(one).status, drafts)) == ["ordered", "waiting"]


def test_the_doctor_names_an_order_above_what_was_agreed(buying: Buying, desk: Desk) -> None:
    desk.policy("order_limit", "100.00")
    order = buying.ordered(2)
    assert complaints(buying) == []
    held_to = update(PurchaseOrder).where(PurchaseOrder.id == order.id)
    desk.write(lambda s: s.execute(held_to.values(limit_fen=7999)))
    assert complaints(buying) == [order.number]
    desk.write(lambda s: s.execute(held_to.values(limit_fen=8000)))
