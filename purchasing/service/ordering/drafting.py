"""Orders that are being put together: nothing is promised and no money taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from sqlalchemy import delete, func, insert, select, update

from branches.context import Context
from branches.tree import Unit
from catalog.marc.isbn import isbn13s
from catalog.reference import ITEM_TYPES
from kernel.barcodes import check_code
from kernel.clock import local_day
from kernel.db import table_of
from kernel.errors import Conflict, Invalid, NotFound
from kernel.i18n import Text
from kernel.money import MAX_MONEY_FEN
from purchasing.demand import key_of
from purchasing.order_models import OrderCopy, OrderFund, OrderLine, OrderSuggestion, PurchaseOrder
from purchasing.orders import MOST_COPIES
from purchasing.programmes import cost_of
from purchasing.queries.funds import FundRow, find_fund
from purchasing.queries.orders import LineRow, OrderRow, find_order, find_supplier, lines_of, pick_line
from purchasing.queries.selections import titles_with
from purchasing.service.demand import DemandService
from purchasing.service.ordering.parts import record, require_state, take_order

LONGEST: Final = {"title": 300, "author": 200, "publisher": 200, "note": 500, "reason": 200}
MOST_LINES: Final = 500
_NEEDED: Final = Text("请填写这一项。", "Fill this in.")
_funds, _suggested, _copies = table_of(OrderFund), table_of(OrderSuggestion), table_of(OrderCopy)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """An order of a unit to a supplier, paid by funds in these shares. Without a number it gets one."""

    org: str
    supplier: str
    funds: Mapping[str, int]
    number: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """A title to be ordered, so many copies for each unit. `demand` is its key on the unit's list: what is known there need not be said."""

    copies: Mapping[str, int]
    price_fen: int | None = None
    title: str = ""
    isbn: str = ""
    author: str = ""
    publisher: str = ""
    year: int | None = None
    item_type: str = "book"
    demand: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What a line is made of, what was said before what is known."""

    title: str
    isbn: str | None
    author: str
    publisher: str
    year: int | None
    price_fen: int | None
    bib_id: int | None
    demand: Mapping[str, int] = field(default_factory=dict)
    suggestions: Sequence[int] = ()


def draft(context: Context, new: NewOrder) -> OrderRow:
    """An order without titles yet."""
    unit = context.tree.unit(new.org)
    context.caller.require_at("order.write", unit.id, context.tree)
    supplier = find_supplier(context.session, new.supplier)
    if not supplier.is_active:
        message = Text("「{name}」已停止合作。", "“{name}” no longer supplies.").format(name=supplier.name)
        raise Invalid("supplier.inactive", message, {"supplier": [message]})
    funds = [(_payable(context, code), share) for code, share in new.funds.items()]
    if not funds:
        message = Text("请选至少一笔经费。", "Choose at least one fund.")
        raise Invalid("order.funds", message, {"funds": [message]})
    order_id = _insert(context, unit, supplier.id, new)
    rows = [{"order_id": order_id, "fund_id": fund.id, "share": share} for fund, share in funds]
    context.session.execute(insert(_funds), rows)
    order = find_order(context.session, order_id)
    record(context, "order_drafted", order, {"supplier": supplier.code})
    return order


def _payable(context: Context, code: str) -> FundRow:
    """A fund from which the caller may order."""
    return find_fund(context.session, code, context.caller.units("order.write", context.tree))


def _insert(context: Context, unit: Unit, supplier_id: int, new: NewOrder) -> int:
    session = context.session
    if new.number:
        check_code(new.number)
        if session.scalar(select(PurchaseOrder.id).where(PurchaseOrder.number == new.number)) is not None:
            message = Text("订单号「{n}」已用过。", "The order number “{n}” is taken.").format(n=new.number)
            raise Conflict("order.number_taken", message)
    values = {
        "number": new.number or uuid4().hex,  # until its id is known
        "org_id": unit.id,
        "supplier_id": supplier_id,
        "status": "draft",
        "note": new.note.strip(),
        "created_at": context.now,
        "created_by": context.caller.author,
        "end_reason": "",
    }
    order_id: int = session.execute(insert(PurchaseOrder).values(values).returning(PurchaseOrder.id)).scalar_one()
    if not new.number:
        number = f"{unit.code}-{local_day(context.now).year}-{order_id}"
        session.execute(update(PurchaseOrder).where(PurchaseOrder.id == order_id).values(number=number))
    return order_id


def add_line(context: Context, order_id: int, new: NewLine) -> LineRow:
    """Put a title on a draft."""
    order = take_order(context, order_id, "order.write")
    require_state(order, ["draft"])
    known = _known(context, order, new)
    price_fen = _check(context, known, new)
    units = _units(context, order, new.copies)
    number = 1 + (_last_number(context, order_id))
    if number > MOST_LINES:
        message = Text("一张订单最多 {n} 种。", "An order holds {n} titles at most.").format(n=MOST_LINES)
        raise Invalid("order.too_long", message, {"copies": [message]})
    values = {
        "order_id": order_id,
        "number": number,
        "isbn": known.isbn,
        "title": known.title,
        "author": known.author,
        "publisher": known.publisher,
        "year": known.year,
        "price_fen": price_fen,
        "cost_fen": cost_of(price_fen, order.pays_percent),
        "item_type": new.item_type,
        "key": key_of(known.isbn, known.title, known.author),
        "demand": dict(known.demand),
        "bib_id": known.bib_id,
    }
    line_id: int = context.session.execute(insert(OrderLine).values(values).returning(OrderLine.id)).scalar_one()
    planned = [
        {"line_id": line_id, "unit_id": unit.id, "status": "planned", "is_extra": False}
        for unit, count in units
        for _ in range(count)
    ]
    context.session.execute(insert(_copies), planned)
    if known.suggestions:
        links = [{"line_id": line_id, "suggestion_id": one} for one in known.suggestions]
        context.session.execute(insert(_suggested), links)
    record(context, "order_changed", find_order(context.session, order_id), {"added": known.title, "line": number})
    return pick_line(lines_of(context.session, order_id), number)


def remove_line(context: Context, order_id: int, number: int) -> OrderRow:
    """Take a title off a draft."""
    order = take_order(context, order_id, "order.write")
    require_state(order, ["draft"])
    line = pick_line(lines_of(context.session, order_id), number)
    for table, column in (
        (_copies, _copies.c.line_id),
        (_suggested, _suggested.c.line_id),
        (table_of(OrderLine), table_of(OrderLine).c.id),
    ):
        context.session.execute(delete(table).where(column == line.id))
    record(context, "order_changed", find_order(context.session, order_id), {"removed": line.title, "line": number})
    return find_order(context.session, order_id)


# --- parts --------------------------------------------------------------------------------------------------------------


def _known(context: Context, order: OrderRow, new: NewLine) -> _Known:
    isbn = _read_isbn(new.isbn)
    title, author, publisher = new.title.strip(), new.author.strip(), new.publisher.strip()
    wanted = supply = None
    if new.demand is not None:
        wanted, supply = DemandService(context).find(context.tree.by_id[order.org_id], new.demand)
        isbn = isbn or wanted.isbn
    held = titles_with(context.session, isbn) if isbn else []
    bib = held[0] if len(held) == 1 else None
    bib_id = bib.id if bib is not None else supply.bib_id if supply is not None and not isbn else None
    return _Known(
        title=title or (wanted.title if wanted else "") or (bib.title if bib else ""),
        isbn=isbn,
        author=author or (wanted.author if wanted else "") or (bib.authors if bib else ""),
        publisher=publisher or (wanted.publisher if wanted else "") or ((bib.publisher or "") if bib else ""),
        year=new.year or (wanted.year if wanted else None) or (bib.year if bib else None),
        price_fen=new.price_fen or (supply.price_fen if supply else None),
        bib_id=bib_id,
        demand={str(source): count for source, count in wanted.counts.items()} if wanted else {},
        suggestions=wanted.suggestions if wanted else (),
    )


def _read_isbn(written: str) -> str | None:
    if not written.strip():
        return None
    found = isbn13s(written)
    if len(found) != 1:
        message = Text("ISBN 不对，请核对；没有就不填。", "This is no ISBN. Check it, or leave it empty.")
        raise Invalid("order.isbn", message, {"isbn": [message]})
    return found[0]


def _check(context: Context, known: _Known, new: NewLine) -> int:
    """The price. Raises Invalid naming everything that is missing."""
    errors: dict[str, list[Text]] = {}
    if not known.title:
        errors["title"] = [_NEEDED]
    if known.price_fen is None or not 0 < known.price_fen <= MAX_MONEY_FEN // MOST_COPIES:
        errors["price"] = [Text("请填书上的定价，如 68.00。", "Enter the price printed on the book, such as 68.00.")]
    if new.item_type not in ITEM_TYPES.get(context.session).by_code:
        raise NotFound("item_type", new.item_type)
    if errors:
        raise Invalid("order.line", Text("这本书还缺内容。", "Something about this title is missing."), errors)
    assert known.price_fen is not None
    return known.price_fen


def _units(context: Context, order: OrderRow, asked: Mapping[str, int]) -> list[tuple[Unit, int]]:
    """The units that get copies: libraries at or below the one that orders."""
    tree = context.tree
    total = sum(asked.values())
    if not 1 <= total <= MOST_COPIES:
        message = Text("请填册数，1 至 {n}。", "Say how many copies, 1 to {n}.").format(n=MOST_COPIES)
        raise Invalid("order.copies", message, {"copies": [message]})
    units = [(tree.unit(code), count) for code, count in asked.items() if count]
    for unit, _ in units:
        if unit.is_closed or unit.kind in ("network", "shop") or not tree.is_within(unit.id, order.org_id):
            message = Text("「{name}」不能作为图书的归属馆。", "No copies can be ordered for “{name}”.").format(
                name=unit.name
            )
            raise Invalid("order.unit", message, {"copies": [message]})
    return units


def _last_number(context: Context, order_id: int) -> int:
    """Numbers of lines that were taken off are not given again while others stand behind them."""
    highest = select(func.max(OrderLine.number)).where(OrderLine.order_id == order_id)
    return context.session.scalar(highest) or 0
