"""Placing an order: the money is taken and the copies stand in the catalogue, where readers may wait for them.

Above a limit another person agrees first. Whoever asked may take the order back into the draft, and never approves it.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from branches.context import Context
from catalog.entering import BibFields
from catalog.service.bibs import BibService
from catalog.service.items import ItemService, NewItem
from kernel.clock import local_day, start_of_day
from kernel.errors import Refused
from purchasing.order_models import Supplier
from purchasing.order_refusals import refuse
from purchasing.orders import needs_another
from purchasing.policies import order_limit_fen
from purchasing.queries.orders import LineRow, OrderRow, find_order, lines_of, spent_alone
from purchasing.queries.selections import lock_isbn, titles_with
from purchasing.service.ordering.parts import (
    acting,
    lines,
    record,
    require_state,
    take_money,
    take_order,
    tell_readers,
    write,
    write_copies,
)


def place(context: Context, order_id: int) -> OrderRow:
    """Order what stands on a draft, or ask another person to approve it. Raises Conflict `fund.overspent`."""
    order = take_order(context, order_id, "order.write")
    require_state(order, ["draft"])
    if not order.titles:
        raise Refused([refuse("order.empty")])
    write(context, order_id, asked_at=context.now, asked_by=context.caller.author, approved_at=None, approved_by=None)
    if _needs_another(context, order):
        write(context, order_id, status="waiting")
        record(context, "order_asked", order)
        return find_order(context.session, order_id)
    return _send(context, order)


def approve(context: Context, order_id: int) -> OrderRow:
    """Agree to an order and place it. Raises Refused for the one who asked."""
    order = take_order(context, order_id, "order.approve")
    require_state(order, ["waiting"])
    if order.asked_by == context.caller.author:
        raise Refused([refuse("order.same_person")])
    write(context, order_id, approved_at=context.now, approved_by=context.caller.author)
    record(context, "order_approved", order, {"asked_by": order.asked_by})
    return _send(context, order)


def turn_down(context: Context, order_id: int, reason: str) -> OrderRow:
    """Give an order back to be changed, or take back what one asked for oneself."""
    order = take_order(context, order_id, "order.approve", "order.write")
    require_state(order, ["waiting"])
    if order.asked_by != context.caller.author:
        context.caller.require_at("order.approve", order.org_id, context.tree, thing="order", key=order_id)
    write(context, order_id, status="draft")
    record(context, "order_turned_down", order, {"reason": reason})
    return find_order(context.session, order_id)


def _needs_another(context: Context, order: OrderRow) -> bool:
    """Asked under the lock of the supplier, so that two orders of one person at once count each other."""
    session, today = context.session, local_day(context.now)
    limit = order_limit_fen(context.policies, context.tree, org_id=order.org_id)
    if limit is None:
        return False
    session.execute(select(Supplier.id).where(Supplier.id == order.supplier_id).with_for_update())
    day = start_of_day(today), start_of_day(today + timedelta(days=1))
    return needs_another(order.total_fen, limit, spent_alone(session, order.supplier_id, context.caller.author, *day))


def _send(context: Context, order: OrderRow) -> OrderRow:
    stands = lines_of(context.session, order.id)
    for line in stands:
        tell_readers(context, line, "ordered")
    for line in sorted(stands, key=lambda one: one.isbn or ""):
        _enter_copies(context, order, line, _title(context, line))
    for line in stands:
        take_money(context, order, line, line.total_fen, "order")
    expected = local_day(context.now) + timedelta(days=order.delivery_days)
    write(context, order.id, status="ordered", ordered_at=context.now, expected_on=expected)
    record(context, "order_placed", order, {"supplier": order.supplier})
    return find_order(context.session, order.id)


def _title(context: Context, line: LineRow) -> int:
    """The title in the catalogue; where there is none, one made of what is known, which cataloguers complete when the book comes."""
    if line.bib_id is not None:
        return line.bib_id
    if line.isbn is not None:
        lock_isbn(context.session, line.isbn)
        held = titles_with(context.session, line.isbn)
        if held:
            return _name_title(context, line, held[0].id)
    fields: BibFields = {
        "title": line.title,
        "authors": line.author or None,
        "publisher": line.publisher or None,
        "year": line.year,
        "isbns": [line.isbn] if line.isbn else [],
        "price_fen": line.price_fen,
    }
    known = {name: value for name, value in fields.items() if value}
    service = BibService(acting(context, ("bib.write", _root(context))))
    return _name_title(context, line, service.create(known).id)  # type: ignore[arg-type]


def _root(context: Context) -> int:
    root = context.tree.root
    assert root is not None
    return root.id


def _name_title(context: Context, line: LineRow, bib_id: int) -> int:
    context.session.execute(update(lines).where(lines.c.id == line.id).values(bib_id=bib_id))
    return bib_id


def _enter_copies(context: Context, order: OrderRow, line: LineRow, bib_id: int) -> None:
    """Copies on order, each under a number of the order until it has a label of its own."""
    service = ItemService(acting(context, ("item.write", order.org_id)))
    owner = context.tree.by_id[order.org_id]
    for place_in_line, copy in enumerate(line.copies, start=1):
        home = context.tree.by_id[copy.unit_id].code
        new = NewItem(
            bib=bib_id,
            barcode=f"{order.number}-{line.number}-{place_in_line}",
            home=home,
            owner=home if owner.kind == "network" else owner.code,
            item_type=line.item_type,
            price_fen=line.price_fen,
            status="on_order",
        )
        item = service.create(new)
        write_copies(context, [copy.id], status="ordered", item_id=item.id)
