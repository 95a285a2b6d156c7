"""Calling off what has not come: the money goes back to the funds, the copies leave the catalogue, and readers see it."""

from __future__ import annotations

from branches.context import Context
from catalog.queries import item_by_id
from catalog.service.placing import place_item
from kernel.errors import Invalid, Refused
from kernel.i18n import Text
from purchasing.order_refusals import refuse
from purchasing.orders import ORDER_STATUSES
from purchasing.queries.orders import LineRow, OrderRow, find_order, lines_of, pick_line
from purchasing.service.ordering.parts import (
    follow_copies,
    give_back_money,
    record,
    require_state,
    take_order,
    tell_readers,
    write,
    write_copies,
)


def cancel(context: Context, order_id: int, reason: str, line_number: int | None = None) -> OrderRow:
    """Call off an order, or what is still to come of one of its titles. What has come stays."""
    order = take_order(context, order_id, "order.write")
    reason = reason.strip()
    if not reason:
        message = Text("请写明取消的原因。", "Say why it is called off.")
        raise Invalid("order.reason", message, {"reason": [message]})
    if order.status in ("draft", "waiting") and line_number is None:
        return _drop(context, order, reason)
    require_state(order, ["ordered", "partly_received"])
    stands = lines_of(context.session, order_id)
    if line_number is not None:
        stands = [pick_line(stands, line_number)]
    _check(stands)
    for line in stands:
        _take_back(context, line)
    for line in stands:
        give_back_money(context, line, line.cost_fen * len(line.expected), "withdrawal")
    after = follow_copies(context, order)
    if not ORDER_STATUSES[after.status].is_open:
        write(context, order_id, end_reason=reason)
    record(context, "order_cancelled", after, {"reason": reason, "line": line_number})
    return find_order(context.session, order_id)


def _drop(context: Context, order: OrderRow, reason: str) -> OrderRow:
    """A draft that nobody sent: nothing was taken, nothing goes back."""
    copies = [copy.id for line in lines_of(context.session, order.id) for copy in line.copies]
    write_copies(context, copies, status="cancelled")
    write(context, order.id, status="cancelled", ended_at=context.now, end_reason=reason)
    record(context, "order_cancelled", order, {"reason": reason})
    return find_order(context.session, order.id)


def _check(stands: list[LineRow]) -> None:
    coming = [line for line in stands if line.expected]
    if not coming:
        raise Refused([refuse("order.nothing_left", title=line.title) for line in stands])
    invoiced = [line for line in coming if line.is_invoiced]
    if invoiced:
        raise Refused([refuse("order.invoiced", title=line.title) for line in invoiced])


def _take_back(context: Context, line: LineRow) -> None:
    """The copies that were to come are withdrawn; where none came, the suggestion waits for an answer again."""
    if not line.expected:
        return
    if not line.received:
        tell_readers(context, line, "open")
    for copy in line.expected:
        assert copy.item_id is not None
        item = item_by_id(context.session, copy.item_id, lock=True)
        if item.status == "on_order":
            place_item(context, item, status="withdrawn", location_id=item.location_id)
            data = {"before": "on_order", "after": "withdrawn"}
            context.record("status_changed", org_id=item.home_id, item_id=item.id, bib_id=item.bib_id, data=data)
    write_copies(context, [copy.id for copy in line.expected], status="cancelled")
