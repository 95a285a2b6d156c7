"""Reads of settlements and of what belongs into them, as small values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from catalog.description import marked
from circ.models import Loan
from kernel.clock import show_instant
from kernel.errors import NotFound
from kernel.i18n import Text
from purchasing.budget_models import Fund
from purchasing.selection_models import Selection
from purchasing.settlement_models import Settlement, SettlementDifference, SettlementLine, SettlementShare
from purchasing.settling import DIFFERENCES, Kind, Resolution, Side, Span, outcome_of


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
class DifferenceRow:
    """One way in which a line differs, and what was decided about it."""

    number: int
    kind: Kind
    resolution: Resolution | None
    reason: str
    resolved_by: str | None
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One line, with its differences in the order of their table. `paid_fen` is what is paid for it, as far as is decided."""

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
    paid_fen: int
    differences: tuple[DifferenceRow, ...] = ()

    @property
    def called(self) -> Text:
        """The line as people know it, by its book."""
        zh, en = f"第 {self.number} 行", f"line {self.number}"
        if self.title:
            book = marked(self.title)
            zh, en = zh + book.zh, f"{en}, {book.en}"
        return Text(f"{zh}（ISBN {self.isbn}）", f"{en} (ISBN {self.isbn})") if self.isbn else Text(zh, en)

    @property
    def open_count(self) -> int:
        """How many differences nobody has settled yet."""
        return sum(one.resolution is None for one in self.differences)

    @property
    def outcome(self) -> Resolution | None:
        """What the decisions about its differences come to."""
        return outcome_of(one.resolution for one in self.differences)

    @property
    def is_paid(self) -> bool:
        return self.selection_id is not None and self.outcome not in ("later", "refuse")

    @property
    def listed_fen(self) -> int:
        """The price before the discount, as it was agreed on in the end."""
        differs = any(one.kind == "price" for one in self.differences)
        if self.outcome == "accept" and differs and self.invoiced_price_fen is not None:
            return max(self.invoiced_price_fen, self.paid_fen)
        return max(self.price_fen or 0, self.paid_fen)


_SETTLEMENT: Final = select(*(getattr(Settlement, name) for name in SettlementRow.__dataclass_fields__))
_LINE: Final = select(
    *(getattr(SettlementLine, name) for name in LineRow.__dataclass_fields__ if name != "differences")
)
_DIFFERENCE: Final = select(*(getattr(SettlementDifference, name) for name in DifferenceRow.__dataclass_fields__))
_ORDER: Final = {kind: place for place, kind in enumerate(DIFFERENCES)}


def find_settlement(session: Session, settlement_id: int, *, lock: bool = False) -> SettlementRow:
    """Raises NotFound. `lock` takes its row for the rest of the transaction."""
    statement = _SETTLEMENT.where(Settlement.id == settlement_id)
    row = session.execute(statement.with_for_update() if lock else statement).first()
    if row is None:
        raise NotFound("settlement", settlement_id)
    return SettlementRow(**row._mapping)


def settlements_by_id(session: Session, ids: Collection[int]) -> list[SettlementRow]:
    """In the order of their ids."""
    rows = session.execute(_SETTLEMENT.where(Settlement.id.in_(ids)).order_by(Settlement.id))
    return [SettlementRow(**row._mapping) for row in rows]


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
    """With shops among `units`, or that make a fund of theirs bear another sum; the newest first. `span`: those with a day in it."""
    share = SettlementShare
    of_fund = select(share.settlement_id).join(Fund, Fund.id == share.fund_id).where(Fund.org_id.in_(units))
    concern = or_(Settlement.shop_id.in_(units), Settlement.id.in_(of_fund))
    statement = _SETTLEMENT.where(concern).order_by(Settlement.id.desc()).limit(limit)
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
    differing = _differences(session, SettlementDifference.settlement_id == settlement_id)
    return [
        LineRow(**row._mapping, differences=tuple(differing.get(row.number, ()))) for row in session.execute(statement)
    ]


def _differences(session: Session, *which: ColumnElement[bool]) -> dict[int, list[DifferenceRow]]:
    """Of one settlement, by the number of the line, each line's in the order of their table."""
    found: dict[int, list[DifferenceRow]] = {}
    rows = [DifferenceRow(**row._mapping) for row in session.execute(_DIFFERENCE.where(*which))]
    for row in sorted(rows, key=lambda one: _ORDER[one.kind]):
        found.setdefault(row.number, []).append(row)
    return found


def find_line(session: Session, settlement_id: int, number: int) -> LineRow:
    """Raises NotFound."""
    line = SettlementLine
    wanted = _LINE.where(line.settlement_id == settlement_id, line.number == cast(number, BigInteger))
    row = session.execute(wanted).first()
    if row is None:
        raise NotFound("settlement_line", number)
    of_it = (SettlementDifference.settlement_id == settlement_id, SettlementDifference.number == row.number)
    return LineRow(**row._mapping, differences=tuple(_differences(session, *of_it).get(row.number, ())))


def count_open(session: Session, settlement_ids: Collection[int]) -> dict[int, int]:
    """How many differences nobody has settled yet, by settlement."""
    difference = SettlementDifference
    statement = (
        select(difference.settlement_id, func.count())
        .where(difference.settlement_id.in_(settlement_ids), difference.resolution.is_(None))
        .group_by(difference.settlement_id)
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


def past_calling_off(session: Session, selection_ids: Collection[int]) -> set[int]:
    """Those of these that can be called off and exchanged no more, however short ago they were made: they stand in a settlement, or the
    book came back."""
    settled = exists().where(SettlementLine.selection_id == Selection.id, SettlementLine.is_standing)
    returned = exists().where(Loan.id == Selection.loan_id, Loan.closed_at.is_not(None))
    return set(session.scalars(select(Selection.id).where(Selection.id.in_(selection_ids), or_(settled, returned))))


def invoice_known(session: Session, shop_id: int, number: str, *, beside: int) -> SettlementRow | None:
    """Another settlement of the shop that was made by this invoice."""
    same = (Settlement.shop_id == shop_id, Settlement.invoice_number == number, Settlement.status != "discarded")
    row = session.execute(_SETTLEMENT.where(*same, Settlement.id != beside)).first()
    return None if row is None else SettlementRow(**row._mapping)


# --- what was frozen ----------------------------------------------------------------------------------------------------

_SEALED: Final = (
    "id", "shop_id", "first_on", "last_on", "total_fen", "made_at", "made_by", "invoice_number", "invoice_on",
    "invoice_fen", "library_confirmed_at", "library_confirmed_by", "shop_confirmed_at", "shop_confirmed_by", "frozen_at",
)  # fmt: skip
_SEALED_OF_LINES: Final = (
    "number", "selection_id", "is_standing", "isbn", "title", "item", "programme", "chosen_on", "price_fen", "cost_fen",
    "invoice_row", "invoiced_price_fen", "charged_fen",
)  # fmt: skip
_SEALED_OF_DIFFERENCES: Final = ("kind", "resolution", "reason", "resolved_by", "resolved_at")
_AGREES: Final = (None, None, "", None, None)


def digest_of(settlement: SettlementRow, lines: Sequence[LineRow]) -> str:
    """SHA-256 over everything that both sides confirmed."""
    sealed = [[getattr(settlement, name) for name in _SEALED]]
    sealed += [_sealed_of(line) for line in lines]
    return hashlib.sha256(json.dumps(sealed, ensure_ascii=True, default=_as_text).encode()).hexdigest()


def _sealed_of(line: LineRow) -> list[Any]:
    """A line with its first difference, what is paid, and what else differs: as it was sealed when a line had one difference at most."""
    sealed = [[getattr(one, name) for name in _SEALED_OF_DIFFERENCES] for one in line.differences]
    first, *others = sealed or [list(_AGREES)]
    return [*(getattr(line, name) for name in _SEALED_OF_LINES), *first, line.paid_fen, *others]


def _as_text(value: object) -> str:
    return show_instant(value) if isinstance(value, datetime) else str(value)
