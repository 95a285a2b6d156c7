"""Reads of suppliers and orders, as small values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.models import Item
from kernel.errors import NotFound
from purchasing.budget_models import Fund, FundEntry
from purchasing.order_models import (
    Invoice,
    InvoiceLine,
    OrderCopy,
    OrderFund,
    OrderLine,
    OrderReceipt,
    OrderSuggestion,
    PurchaseOrder,
    Supplier,
)
from purchasing.orders import CopyStatus, Expected, OrderStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierRow:
    id: int
    code: str
    name: str
    contact: str
    pays_percent: int
    delivery_days: int
    is_active: bool


_SUPPLIER: Final = select(*(getattr(Supplier, name) for name in SupplierRow.__dataclass_fields__))


def find_supplier(session: Session, code: str, *, lock: bool = False) -> SupplierRow:
    """Raises NotFound."""
    statement = _SUPPLIER.where(Supplier.code == code)
    row = session.execute(statement.with_for_update() if lock else statement).first()
    if row is None:
        raise NotFound("supplier", code)
    return SupplierRow(**row._mapping)


def list_suppliers(session: Session, *, active_only: bool = False) -> list[SupplierRow]:
    """By code."""
    statement = _SUPPLIER.order_by(Supplier.code)
    rows = session.execute(statement.where(Supplier.is_active) if active_only else statement)
    return [SupplierRow(**row._mapping) for row in rows]


# --- orders -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order without its lines; `total_fen` is what its lines cost as ordered, without copies called off."""

    id: int
    number: str
    org_id: int
    supplier_id: int
    supplier: str
    supplier_name: str
    pays_percent: int
    delivery_days: int
    status: OrderStatus
    note: str
    created_at: datetime
    created_by: str
    asked_at: datetime | None
    asked_by: str | None
    approved_at: datetime | None
    approved_by: str | None
    approved_fen: int | None
    ordered_at: datetime | None
    expected_on: date | None
    ended_at: datetime | None
    end_reason: str
    titles: int
    copies: int
    total_fen: int

    @property
    def sent_in(self) -> str | None:
        """Which sending in this is: an order that was taken back, changed and sent in anew is another one to whoever approves it."""
        return None if self.asked_at is None else self.asked_at.isoformat(timespec="microseconds")


_KEPT: Final = OrderCopy.status != "cancelled"
_TITLES: Final = select(func.count()).where(OrderLine.order_id == PurchaseOrder.id).scalar_subquery()
_COPIES: Final = (
    select(func.count())
    .select_from(OrderCopy)
    .join(OrderLine, OrderLine.id == OrderCopy.line_id)
    .where(OrderLine.order_id == PurchaseOrder.id, _KEPT)
    .scalar_subquery()
)
_TOTAL: Final = (
    select(func.coalesce(func.sum(OrderLine.cost_fen), 0))
    .select_from(OrderCopy)
    .join(OrderLine, OrderLine.id == OrderCopy.line_id)
    .where(OrderLine.order_id == PurchaseOrder.id, _KEPT)
    .scalar_subquery()
)
_JOINED: Final = {
    "supplier": Supplier.code,
    "supplier_name": Supplier.name,
    "pays_percent": Supplier.pays_percent,
    "delivery_days": Supplier.delivery_days,
    "titles": _TITLES,
    "copies": _COPIES,
    "total_fen": _TOTAL,
}
_ORDER: Final = select(
    *(
        _JOINED[name].label(name) if name in _JOINED else getattr(PurchaseOrder, name)
        for name in OrderRow.__dataclass_fields__
    )
).join(Supplier, Supplier.id == PurchaseOrder.supplier_id)


def find_order(session: Session, order_id: int, *, lock: bool = False) -> OrderRow:
    """Raises NotFound. `lock` takes its row for the rest of the transaction: whoever changes anything of an order holds it."""
    if lock:
        session.execute(select(PurchaseOrder.id).where(PurchaseOrder.id == order_id).with_for_update())
    row = session.execute(_ORDER.where(PurchaseOrder.id == order_id)).first()
    if row is None:
        raise NotFound("order", order_id)
    return _order_row(row)


def orders_of_units(
    session: Session,
    units: Collection[int],
    statuses: Collection[str],
    *,
    supplier: str | None = None,
    before: int | None = None,
    limit: int,
) -> list[OrderRow]:
    """The newest first."""
    statement = _ORDER.where(PurchaseOrder.org_id.in_(units), PurchaseOrder.status.in_(statuses))
    if supplier is not None:
        statement = statement.where(Supplier.code == supplier)
    if before is not None:
        statement = statement.where(PurchaseOrder.id < before)
    return [_order_row(row) for row in session.execute(statement.order_by(PurchaseOrder.id.desc()).limit(limit))]


def count_waiting(session: Session, units: Collection[int]) -> int:
    """Orders of these units that wait for a second person."""
    waiting = (PurchaseOrder.status == "waiting", PurchaseOrder.org_id.in_(units))
    return session.scalar(select(func.count()).select_from(PurchaseOrder).where(*waiting)) or 0


def committed_alone(session: Session, org_id: int, author: str, since: datetime, until: datetime) -> int:
    """What one person took from the funds for orders of a unit within a day, of whatever supplier, where nobody else approved the order.
    What went back to them counts for its own order only, so that calling one off of yesterday makes no room today."""
    o, e = PurchaseOrder, FundEntry
    taken = (
        select(func.sum(e.fen).label("fen"))
        .join(OrderLine, OrderLine.id == e.order_line_id)
        .join(o, o.id == OrderLine.order_id)
        .where(o.org_id == org_id, o.approved_by.is_(None), e.author == author, e.at >= since, e.at < until)
        .group_by(o.id)
        .subquery()
    )
    return int(session.scalar(select(func.coalesce(func.sum(taken.c.fen), 0)).where(taken.c.fen > 0)) or 0)


def has_spent_on(session: Session, order_id: int, author: str) -> bool:
    """Whether this person took money for an order."""
    lines = select(OrderLine.id).where(OrderLine.order_id == order_id)
    taken = select(FundEntry.id).where(
        FundEntry.order_line_id.in_(lines), FundEntry.author == author, FundEntry.fen > 0
    )
    return session.scalar(taken.limit(1)) is not None


# --- what stands on an order --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRow:
    """A copy of a line; `barcode` is its copy's in the catalogue."""

    id: int
    line_id: int
    unit_id: int
    status: CopyStatus
    item_id: int | None
    barcode: str | None
    receipt_id: int | None
    is_extra: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A title on an order, with its copies in the order of their ids, and its invoice, if it was invoiced."""

    id: int
    order_id: int
    number: int
    isbn: str | None
    title: str
    author: str
    publisher: str
    year: int | None
    price_fen: int
    cost_fen: int
    item_type: str
    key: str
    demand: Mapping[str, int]
    bib_id: int | None
    copies: tuple[CopyRow, ...]
    suggestions: tuple[int, ...]
    invoice: str | None
    invoiced_price_fen: int | None
    invoiced_copies: int | None

    @property
    def is_invoiced(self) -> bool:
        return self.invoice is not None

    @property
    def kept(self) -> tuple[CopyRow, ...]:
        """Without those called off."""
        return tuple(copy for copy in self.copies if copy.status != "cancelled")

    @property
    def expected(self) -> tuple[CopyRow, ...]:
        """Those that were ordered and have not come."""
        return tuple(copy for copy in self.copies if copy.status == "ordered")

    @property
    def received(self) -> tuple[CopyRow, ...]:
        return tuple(copy for copy in self.copies if copy.status == "received")

    @property
    def open_copies(self) -> tuple[Expected, ...]:
        return tuple(Expected(id=copy.id, unit_id=copy.unit_id) for copy in self.expected)

    @property
    def total_fen(self) -> int:
        """What it costs: as invoiced, else as ordered."""
        if self.invoiced_price_fen is not None and self.invoiced_copies is not None:
            return self.invoiced_price_fen * self.invoiced_copies
        return self.cost_fen * len(self.kept)


_LINE_COLUMNS: Final = tuple(
    name
    for name in LineRow.__dataclass_fields__
    if name not in ("copies", "suggestions", "invoice", "invoiced_price_fen", "invoiced_copies")
)
_LINE: Final = (
    select(
        *(getattr(OrderLine, name) for name in _LINE_COLUMNS),
        Invoice.number.label("invoice"),
        InvoiceLine.price_fen.label("invoiced_price_fen"),
        InvoiceLine.copies.label("invoiced_copies"),
    )
    .outerjoin(InvoiceLine, InvoiceLine.line_id == OrderLine.id)
    .outerjoin(Invoice, Invoice.id == InvoiceLine.invoice_id)
    .order_by(OrderLine.number)
)
_COPY: Final = (
    select(*(Item.barcode if name == "barcode" else getattr(OrderCopy, name) for name in CopyRow.__dataclass_fields__))
    .outerjoin(Item, Item.id == OrderCopy.item_id)
    .order_by(OrderCopy.id)
)


def lines_of(session: Session, order_id: int) -> list[LineRow]:
    """The lines of an order in their order."""
    rows = session.execute(_LINE.where(OrderLine.order_id == order_id)).all()
    ids = [row.id for row in rows]
    copies: dict[int, list[CopyRow]] = {}
    for copy in session.execute(_COPY.where(OrderCopy.line_id.in_(ids))):
        copies.setdefault(copy.line_id, []).append(CopyRow(**copy._mapping))
    asked: dict[int, list[int]] = {}
    of_lines = select(OrderSuggestion).where(OrderSuggestion.line_id.in_(ids)).order_by(OrderSuggestion.suggestion_id)
    for one in session.scalars(of_lines):
        asked.setdefault(one.line_id, []).append(one.suggestion_id)
    return [
        LineRow(
            **dict(row._mapping)
            | {"copies": tuple(copies.get(row.id, ())), "suggestions": tuple(asked.get(row.id, ()))}
        )
        for row in rows
    ]


def pick_line(lines: Sequence[LineRow], number: int) -> LineRow:
    """The line of a number; raises NotFound."""
    found = next((line for line in lines if line.number == number), None)
    if found is None:
        raise NotFound("order_line", number)
    return found


def shares_of(session: Session, order_id: int) -> dict[int, int]:
    """The funds of an order and their shares, in the order of ids."""
    f = OrderFund
    statement = select(f.fund_id, f.share).where(f.order_id == order_id).order_by(f.fund_id)
    return {row.fund_id: row.share for row in session.execute(statement)}


def funds_of(session: Session, order_id: int) -> list[Any]:
    """(code, name, share, left_fen) of each fund of an order."""
    statement = (
        select(Fund.code, Fund.name, OrderFund.share, (Fund.allocated_fen - Fund.spent_fen).label("left_fen"))
        .join(OrderFund, OrderFund.fund_id == Fund.id)
        .where(OrderFund.order_id == order_id)
        .order_by(Fund.id)
    )
    return list(session.execute(statement))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRow:
    id: int
    at: datetime
    author: str
    note: str
    wrong: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRow:
    id: int
    number: str
    dated_on: date
    entered_at: datetime
    author: str
    differences: Sequence[Mapping[str, Any]]


def receipts_of(session: Session, order_id: int) -> list[ReceiptRow]:
    columns = (getattr(OrderReceipt, name) for name in ReceiptRow.__dataclass_fields__)
    rows = session.execute(select(*columns).where(OrderReceipt.order_id == order_id).order_by(OrderReceipt.id))
    return [ReceiptRow(**row._mapping) for row in rows]


def invoices_of(session: Session, order_id: int) -> list[InvoiceRow]:
    columns = (getattr(Invoice, name) for name in InvoiceRow.__dataclass_fields__)
    rows = session.execute(select(*columns).where(Invoice.order_id == order_id).order_by(Invoice.id))
    return [InvoiceRow(**row._mapping) for row in rows]


def drafts_of(session: Session, units: Collection[int]) -> list[OrderRow]:
    """Orders of these units on which titles may still be put, the newest first."""
    return orders_of_units(session, units, ["draft"], limit=100)


def _order_row(row: Any) -> OrderRow:
    values = dict(row._mapping)
    values["status"] = cast(OrderStatus, values["status"])
    values["total_fen"] = int(values["total_fen"])
    return OrderRow(**values)
