"""What all acts on orders share: the order found and locked, its money, its state and its trace."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import update

from branches.context import Context
from kernel.db import table_of
from kernel.errors import NotFound, Refused
from kernel.money import show_money
from purchasing.order_models import OrderCopy, OrderLine, PurchaseOrder
from purchasing.order_refusals import refuse
from purchasing.orders import (
    ORDER_STATUSES,
    CopyStatus,
    OrderStatus,
    parts_to_give_back,
    parts_to_take,
    status_of,
)
from purchasing.queries.funds import taken_for
from purchasing.queries.orders import LineRow, OrderRow, find_order, lines_of, shares_of
from purchasing.queries.selections import lock_titles
from purchasing.service.funds import SpendingKind, charge
from purchasing.service.suggestions import SuggestionService
from purchasing.states import Status

orders, lines, copies = table_of(PurchaseOrder), table_of(OrderLine), table_of(OrderCopy)


def take_order(context: Context, order_id: int, *rights: str) -> OrderRow:
    """An order, its row locked, for whoever holds one of these rights at its unit; another one's is answered as absent."""
    for right in rights[:1]:
        if not any(context.caller.holds(one) for one in rights):
            context.caller.require(right)
    order = find_order(context.session, order_id, lock=True)
    if not any(context.caller.may(right, order.org_id, context.tree) for right in rights):
        raise NotFound("order", order_id)
    return order


def require_state(order: OrderRow, allowed: Collection[OrderStatus]) -> None:
    if order.status not in allowed:
        raise Refused([refuse("order.state", number=order.number, status=ORDER_STATUSES[order.status].label)])


def lock_numbers(context: Context, stands: Collection[LineRow]) -> None:
    """Before copies are entered: whoever chooses or calls off one of these titles meanwhile has its number first."""
    isbns, bib_ids = [line.isbn for line in stands], [line.bib_id for line in stands]
    lock_titles(context.session, [one for one in isbns if one], [one for one in bib_ids if one is not None])


def write(context: Context, order_id: int, **values: Any) -> None:
    context.session.execute(update(orders).where(orders.c.id == order_id).values(**values))


def write_copies(context: Context, copy_ids: Collection[int], **values: Any) -> None:
    context.session.execute(update(copies).where(copies.c.id.in_(copy_ids)).values(**values))


def record(context: Context, act: str, order: OrderRow, data: Mapping[str, Any] | None = None) -> None:
    told = {"order": order.id, "number": order.number, "total": show_money(order.total_fen)}
    context.record(act, org_id=order.org_id, data=told | {name: value for name, value in (data or {}).items() if value})


def take_money(context: Context, order: OrderRow, line: LineRow, fen: int, kind: SpendingKind) -> None:
    """From the funds of the order, by their shares. Raises Conflict `fund.overspent`."""
    if fen:
        charge(context, kind, parts_to_take(fen, shares_of(context.session, order.id)), order_line_id=line.id)


def give_back_money(context: Context, line: LineRow, fen: int, kind: SpendingKind) -> None:
    """To the funds that paid for the line, as they paid."""
    parts = parts_to_give_back(fen, taken_for(context.session, order_line_id=line.id))
    if parts:
        charge(context, kind, parts, order_line_id=line.id)


def follow_copies(context: Context, order: OrderRow) -> OrderRow:
    """Let the status of an order that is out follow from its copies."""
    seen: list[CopyStatus] = [copy.status for line in lines_of(context.session, order.id) for copy in line.copies]
    status = status_of(seen)
    is_over = not ORDER_STATUSES[status].is_open
    write(context, order.id, status=status, ended_at=context.now if is_over else None)
    return find_order(context.session, order.id)


def tell_readers(context: Context, line: LineRow, status: Status) -> None:
    """What became of a line, to those who suggested its title."""
    service = SuggestionService(context)
    for suggestion_id in line.suggestions:
        service.follow_order(suggestion_id, status, line.bib_id if status == "bought" else None)


def acting(context: Context, *rights: tuple[str, int]) -> Context:
    """The same act with the rights that ordering brings along: whoever buys a book enters it in the catalogue."""
    return replace(context, caller=context.caller.carrying(*rights))
