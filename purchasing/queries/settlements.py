"""Reads of settlements and of what belongs into them, as small values."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from catalog.models import Item
from kernel.clock import local_day, show_instant, start_of_day
from kernel.db import one_of
from kernel.errors import NotFound
from purchasing.budget_models import FundEntry, Programme
from purchasing.selection_models import Selection
from purchasing.settlement_models import Settlement, SettlementLine
from purchasing.settling import Choice, Elsewhere, Kind, Resolution, Side, Span
from purchasing.states import DELIVERED

_INVOICED_LATE_DAYS: Final = 92  # how long after it was called off a choice may still turn up on an invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementRow:
    """A settlement as it stands."""

    id: int
    shop_id: int
    first_on: date
    last_on: date
    status: str
    version: int
    total_fen: int
    made_at: datetime
    made_by: str
    invoice_number: str | None
    invoice_on: date | None
    invoice_fen: int | None
    library_confirmed_at: datetime | None
    library_confirmed_by: str | None
    library_taken_back_at: datetime | None
    shop_confirmed_at: datetime | None
    shop_confirmed_by: str | None
    shop_taken_back_at: datetime | None
    frozen_at: datetime | None
    digest: str | None
    paid_on: date | None
    paid_reference: str | None
    paid_by: str | None
    discarded_at: datetime | None
    discarded_by: str | None
    discard_reason: str | None

    @property
    def span(self) -> Span:
        return Span(self.first_on, self.last_on)

    def confirmed_by(self, side: Side) -> str | None:
        return self.library_confirmed_by if side == "library" else self.shop_confirmed_by


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One line. `paid_fen` is what is paid for it, as far as is decided."""

    number: int
    selection_id: int | None
    is_standing: bool
    isbn: str
    title: str
    item: str | None
    programme: str | None
    chosen_on: date | None
    price_fen: int | None
    cost_fen: int | None
    invoice_row: int | None
    invoiced_price_fen: int | None
    charged_fen: int | None
    kind: Kind | None
    resolution: Resolution | None
    reason: str
    resolved_by: str | None
    resolved_at: datetime | None
    paid_fen: int

    @property
    def is_open(self) -> bool:
        return self.kind is not None and self.resolution is None

    @property
    def is_paid(self) -> bool:
        return self.selection_id is not None and self.resolution not in ("later", "refuse")

    @property
    def listed_fen(self) -> int:
        """The price before the discount, as it was agreed on in the end."""
        if self.resolution == "accept" and self.kind == "price" and self.invoiced_price_fen is not None:
            return max(self.invoiced_price_fen, self.paid_fen)
        return max(self.price_fen or 0, self.paid_fen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A choice that belongs into a settlement, with what its line says of it."""

    choice: Choice
    item: str
    programme: str
    chosen_on: date


_SETTLEMENT: Final = select(*(getattr(Settlement, name) for name in SettlementRow.__dataclass_fields__))
_LINE: Final = select(*(getattr(SettlementLine, name) for name in LineRow.__dataclass_fields__))


def find_settlement(session: Session, settlement_id: int, *, lock: bool = False) -> SettlementRow:
    """Raises NotFound. `lock` takes its row for the rest of the transaction."""
    statement = _SETTLEMENT.where(Settlement.id == settlement_id)
    row = session.execute(statement.with_for_update() if lock else statement).first()
    if row is None:
        raise NotFound("settlement", settlement_id)
    return SettlementRow(**row._mapping)


def find_draft(session: Session, shop_id: int, span: Span) -> SettlementRow:
    """The one draft of a shop's period. Raises NotFound."""
    same = (Settlement.shop_id == shop_id, Settlement.first_on == span.first_on, Settlement.last_on == span.last_on)
    row = session.execute(_SETTLEMENT.where(*same, Settlement.status == "draft")).first()
    if row is None:
        raise NotFound("settlement", str(span))
    return SettlementRow(**row._mapping)


def list_settlements(
    session: Session,
    *,
    units: Collection[int],
    shop_id: int | None = None,
    span: Span | None = None,
    status: str | None = None,
    before: int | None = None,
    limit: int,
) -> list[SettlementRow]:
    """With shops among `units`, the newest first. `span`: those with a day in it."""
    statement = _SETTLEMENT.where(Settlement.shop_id.in_(units)).order_by(Settlement.id.desc()).limit(limit)
    if shop_id is not None:
        statement = statement.where(Settlement.shop_id == shop_id)
    if span is not None:
        statement = statement.where(Settlement.first_on <= span.last_on, Settlement.last_on >= span.first_on)
    if status is not None:
        statement = statement.where(Settlement.status == status)
    if before is not None:
        statement = statement.where(Settlement.id < before)
    return [SettlementRow(**row._mapping) for row in session.execute(statement)]


def lines_of(session: Session, settlement_id: int) -> list[LineRow]:
    """In their order."""
    statement = _LINE.where(SettlementLine.settlement_id == settlement_id).order_by(SettlementLine.number)
    return [LineRow(**row._mapping) for row in session.execute(statement)]


def find_line(session: Session, settlement_id: int, number: int) -> LineRow:
    """Raises NotFound."""
    line = SettlementLine
    wanted = _LINE.where(line.settlement_id == settlement_id, line.number == cast(number, BigInteger))
    row = session.execute(wanted).first()
    if row is None:
        raise NotFound("settlement_line", number)
    return LineRow(**row._mapping)


def count_open(session: Session, settlement_ids: Collection[int]) -> dict[int, int]:
    """How many differences nobody has settled yet, by settlement."""
    line = SettlementLine
    statement = (
        select(line.settlement_id, func.count())
        .where(line.settlement_id.in_(settlement_ids), line.kind.is_not(None), line.resolution.is_(None))
        .group_by(line.settlement_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def total_of(session: Session, settlement_id: int) -> int:
    statement = select(func.coalesce(func.sum(SettlementLine.paid_fen), 0))
    return int(session.scalar(statement.where(SettlementLine.settlement_id == settlement_id)) or 0)


def settlement_of(session: Session, selection_id: int) -> SettlementRow | None:
    """The settlement in which a choice stands. Asked with the row of the choice locked, the answer holds."""
    statement = _SETTLEMENT.join(SettlementLine, SettlementLine.settlement_id == Settlement.id)
    row = session.execute(
        statement.where(SettlementLine.selection_id == selection_id, SettlementLine.is_standing)
    ).first()
    return None if row is None else SettlementRow(**row._mapping)


def invoice_known(session: Session, shop_id: int, number: str, *, beside: int) -> SettlementRow | None:
    """Another settlement of the shop that was made by this invoice."""
    same = (Settlement.shop_id == shop_id, Settlement.invoice_number == number, Settlement.status != "discarded")
    row = session.execute(_SETTLEMENT.where(*same, Settlement.id != beside)).first()
    return None if row is None else SettlementRow(**row._mapping)


# --- what belongs into a settlement -------------------------------------------------------------------------------------


def gather(session: Session, shop_id: int, span: Span, *, beside: int | None = None, most: int) -> list[Gathered]:
    """The choices of a shop that were handed over, made in the period or left for a later one, and that stand in no settlement but
    `beside`; what was chosen online comes in once it was received or not collected, however long that took. Their rows are taken, so that
    none can be called off meanwhile. At most `most` and one more."""
    selection, line = Selection, SettlementLine
    start, end = start_of_day(span.first_on), start_of_day(span.last_on + timedelta(days=1))
    left_over = (
        select(line.selection_id)
        .join(Settlement, Settlement.id == line.settlement_id)
        .where(line.selection_id == selection.id, line.resolution == "later", one_of(Settlement.status, _ENDED))
    ).exists()
    in_period = and_(selection.made_at >= start, selection.made_at < end)
    earlier = and_(selection.made_at < start, or_(selection.is_online, left_over))
    locked = session.scalars(
        select(selection.id)
        .where(selection.shop_id == shop_id, one_of(selection.status, DELIVERED), or_(in_period, earlier))
        .where(selection.id.not_in(_standing(beside)))
        .order_by(selection.id)
        .limit(most + 1)
        .with_for_update()
    ).all()
    # Another settlement may have taken some while this waited for their rows: only a new statement sees it.
    taken = set(session.scalars(_standing(beside).where(line.selection_id.in_(locked))))
    return _facts_of(session, [one for one in locked if one not in taken])


_ENDED: Final = ("frozen", "paid")


def _standing(beside: int | None) -> Any:
    line = SettlementLine
    statement = select(line.selection_id).where(line.is_standing)
    return statement if beside is None else statement.where(line.settlement_id != beside)


def _facts_of(session: Session, selection_ids: Collection[int]) -> list[Gathered]:
    """In the order in which they were chosen."""
    s = Selection
    statement = (
        select(s.id, s.isbn, s.title, s.price_fen, s.cost_fen, s.made_at, s.shop_id)
        .add_columns(Item.barcode, Item.status, Item.location_id, Programme.code)
        .join(Item, Item.id == s.item_id)
        .join(Programme, Programme.id == s.programme_id)
        .where(s.id.in_(selection_ids))
        .order_by(s.made_at, s.id)
    )
    return [
        Gathered(
            choice=Choice(
                id=row.id,
                isbn=row.isbn,
                title=row.title,
                price_fen=row.price_fen,
                cost_fen=row.cost_fen,
                is_given_back=row.status == "withdrawn" and row.location_id == row.shop_id,
            ),
            item=row.barcode,
            programme=row.code,
            chosen_on=local_day(row.made_at),
        )
        for row in session.execute(statement)
    ]


def elsewhere(session: Session, shop_id: int, span: Span, isbns: Collection[str], *, beside: int) -> Elsewhere:
    """What became of these numbers in the shop outside the settlement `beside`."""
    selection, line = Selection, SettlementLine
    since = start_of_day(span.first_on - timedelta(days=_INVOICED_LATE_DAYS))
    counted = (
        select(selection.isbn, selection.status, func.count())
        .where(selection.shop_id == shop_id, selection.status.not_in(DELIVERED), selection.made_at >= since)
        .where(selection.made_at < start_of_day(span.last_on + timedelta(days=1)), selection.isbn.in_(isbns))
        .group_by(selection.isbn, selection.status)
    )
    cancelled: Counter[str] = Counter()
    on_their_way: Counter[str] = Counter()
    for isbn, status, count in session.execute(counted):
        (cancelled if status == "cancelled" else on_their_way)[isbn] += count
    settled = (
        select(line.isbn)
        .join(Settlement, Settlement.id == line.settlement_id)
        .where(Settlement.shop_id == shop_id, Settlement.id != beside, line.is_standing, line.isbn.in_(isbns))
        .distinct()
    )
    return Elsewhere(cancelled=cancelled, on_their_way=on_their_way, settled=frozenset(session.scalars(settled)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Borne:
    """What each fund bears of a choice: what it was charged at the choice, and what settling has added or given back since."""

    chosen: Mapping[int, int]
    settled: Mapping[int, int]


def borne_by(session: Session, selection_id: int) -> Borne:
    statement = select(FundEntry.fund_id, FundEntry.kind, FundEntry.fen).where(FundEntry.selection_id == selection_id)
    chosen: Counter[int] = Counter()
    settled: Counter[int] = Counter()
    for fund_id, kind, fen in session.execute(statement):
        (settled if kind == "settlement" else chosen)[fund_id] += fen
    return Borne(chosen=chosen, settled=settled)


# --- what was frozen ----------------------------------------------------------------------------------------------------

_SEALED: Final = (
    "id", "shop_id", "first_on", "last_on", "total_fen", "made_at", "made_by", "invoice_number", "invoice_on",
    "invoice_fen", "library_confirmed_at", "library_confirmed_by", "shop_confirmed_at", "shop_confirmed_by", "frozen_at",
)  # fmt: skip
_SEALED_OF_LINES: Final = (
    "number", "selection_id", "is_standing", "isbn", "title", "item", "programme", "chosen_on", "price_fen", "cost_fen",
    "invoice_row", "invoiced_price_fen", "charged_fen", "kind", "resolution", "reason", "resolved_by", "resolved_at",
    "paid_fen",
)  # fmt: skip


def digest_of(settlement: SettlementRow, lines: Sequence[LineRow]) -> str:
    """SHA-256 over everything that both sides confirmed."""
    sealed = [[getattr(settlement, name) for name in _SEALED]]
    sealed += [[getattr(line, name) for name in _SEALED_OF_LINES] for line in lines]
    return hashlib.sha256(json.dumps(sealed, ensure_ascii=True, default=_as_text).encode()).hexdigest()


def _as_text(value: object) -> str:
    return show_instant(value) if isinstance(value, datetime) else str(value)
