"""Placing an order: the money is taken and the copies stand in the catalogue, where readers may wait for them.

Above a limit another person agrees first. Whoever asked may take the order back into the draft, and never approves it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import update

from branches.context import Context
from catalog.entering import BibFields
from catalog.service.bibs import BibService
from catalog.service.items import ItemService, NewItem
from kernel.clock import local_day
from kernel.errors import Conflict, Invalid, Refused
from kernel.i18n import Text
from kernel.money import show_money
from purchasing.order_refusals import refuse
from purchasing.orders import OUT
from purchasing.queries.orders import LineRow, OrderRow, find_order, has_spent_on, lines_of
from purchasing.queries.selections import titles_with
from purchasing.service.ordering.limiting import check_limit
from purchasing.service.ordering.parts import (
    acting,
    lines,
    lock_numbers,
    record,
    require_state,
    take_money,
    take_order,
    tell_readers,
    write,
    write_copies,
)
from purchasing.service.suggestions import SuggestionService

_CHANGED: Final = Text(
    "这份订单在您打开之后退回改过、又重新送批。请看过新的内容再批准。",
    "This order was taken back and sent in anew since you opened it. Look at it again, then approve.",
)


def place(context: Context, order_id: int) -> OrderRow:
    """Order what stands on a draft, or ask another person to approve it. Raises Conflict `fund.overspent`."""
    order = take_order(context, order_id, "order.write")
    require_state(order, ["draft"])
    if not order.titles:
        raise Refused([refuse("order.empty")])
    write(context, order_id, asked_at=context.now, asked_by=context.caller.author)
    if check_limit(context, order, 0, order.total_fen):
        write(context, order_id, status="waiting")
        record(context, "order_asked", order)
        return find_order(context.session, order_id)
    return _send(context, order)


def approve(context: Context, order_id: int, sent_in: str | None = None) -> OrderRow:
    """Agree to an order and place it. Raises Refused for the one who asked, Conflict where it is not the one `sent_in` that was looked at:
    whoever sent it in may have taken it back and put more on it."""
    order = take_order(context, order_id, "order.approve")
    require_state(order, ["waiting"])
    if sent_in is not None and sent_in != order.sent_in:
        raise Conflict("order.changed", _CHANGED)
    if order.asked_by == context.caller.author:
        raise Refused([refuse("order.same_person")])
    _write_approval(context, order, order.total_fen)
    return _send(context, order)


def approve_total(context: Context, order_id: int, total_fen: int) -> OrderRow:
    """Agree that an order which is out may come to more than was agreed, before somebody else keeps more copies or enters the invoice.
    Raises Refused for whoever asked for it or spent on it alone, Invalid where it is no more than before."""
    order = take_order(context, order_id, "order.approve")
    require_state(order, OUT)
    author = context.caller.author
    if order.asked_by == author or (order.approved_by is None and has_spent_on(context.session, order_id, author)):
        raise Refused([refuse("order.same_person")])
    committed = sum(line.total_fen for line in lines_of(context.session, order_id))
    least = max(committed, order.approved_fen or 0)
    if total_fen <= least:
        message = Text("请填比现在的 {n} 元多的合计。", "Enter a total above the {n} yuan of now.")
        message = message.format(n=show_money(least))
        raise Invalid("order.total", message, {"total": [message]})
    _write_approval(context, order, total_fen)
    return find_order(context.session, order_id)


def _write_approval(context: Context, order: OrderRow, fen: int) -> None:
    write(context, order.id, approved_at=context.now, approved_by=context.caller.author, approved_fen=fen)
    record(context, "order_approved", order, {"asked_by": order.asked_by, "approved": show_money(fen)})


def turn_down(context: Context, order_id: int, reason: str) -> OrderRow:
    """Give an order back to be changed, or take back what one asked for oneself."""
    order = take_order(context, order_id, "order.approve", "order.write")
    require_state(order, ["waiting"])
    if order.asked_by != context.caller.author:
        context.caller.require_at("order.approve", order.org_id, context.tree, thing="order", key=order_id)
    write(context, order_id, status="draft")
    record(context, "order_turned_down", order, {"reason": reason})
    return find_order(context.session, order_id)


def _send(context: Context, order: OrderRow) -> OrderRow:
    stands = lines_of(context.session, order.id)
    for line in stands:
        tell_readers(context, line, "ordered")
    lock_numbers(context, stands)
    for line in sorted(stands, key=lambda one: one.isbn or ""):
        bib_id = _title(context, line)
        _enter_copies(context, order, line, bib_id)
        SuggestionService(context).name_title(line.suggestions, bib_id)
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
    return _name_title(context, line, service.create(known, not_these=None).id)  # type: ignore[arg-type]


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
