"""Reads of funds and programmes, as small values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session

from kernel.errors import NotFound
from purchasing.budget_models import Fund, FundEntry, Programme, ProgrammeFund
from purchasing.order_models import OrderLine, PurchaseOrder
from purchasing.programmes import Fund as FundOfProgramme
from purchasing.programmes import Programme as ProgrammeValue
from purchasing.programmes import rules_from_json
from purchasing.selection_models import Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class FundRow:
    """A fund as it stands, in fen."""

    id: int
    code: str
    name: str
    org_id: int
    allocated_fen: int
    spent_fen: int
    created_at: datetime

    @property
    def left_fen(self) -> int:
        return self.allocated_fen - self.spent_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One sum in a fund: what for, how much, by whom."""

    id: int
    at: datetime
    kind: str
    fen: int
    selection_id: int | None
    order_line_id: int | None
    note: str
    author: str


_FUND: Final = select(Fund.id, Fund.code, Fund.name, Fund.org_id, Fund.allocated_fen, Fund.spent_fen, Fund.created_at)
_ENTRY: Final = select(*(getattr(FundEntry, name) for name in EntryRow.__dataclass_fields__))


def find_fund(session: Session, code: str, units: Collection[int] | None = None) -> FundRow:
    """Raises NotFound, also for a fund outside `units`."""
    row = session.execute(_FUND.where(Fund.code == code)).first()
    if row is None or (units is not None and row.org_id not in units):
        raise NotFound("fund", code)
    return FundRow(**row._mapping)


def list_funds(session: Session, units: Collection[int]) -> list[FundRow]:
    """By code."""
    return [FundRow(**row._mapping) for row in session.execute(_FUND.where(Fund.org_id.in_(units)).order_by(Fund.code))]


def funds_by_id(session: Session, fund_ids: Collection[int]) -> dict[int, FundRow]:
    """These funds as they stand, in the order of their ids."""
    return {row.id: FundRow(**row._mapping) for row in session.execute(_by_id(fund_ids))}


def lock_funds(session: Session, fund_ids: Collection[int]) -> dict[int, FundRow]:
    """These funds, their rows taken for the rest of the transaction, always in the order of their ids."""
    rows = session.execute(_by_id(fund_ids).with_for_update())
    return {row.id: FundRow(**row._mapping) for row in rows}


def _by_id(fund_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    return _FUND.where(Fund.id.in_(sorted(fund_ids))).order_by(Fund.id)


def entries_of(session: Session, fund_id: int, *, before: int | None, limit: int) -> list[EntryRow]:
    """The newest first."""
    statement = _ENTRY.where(FundEntry.fund_id == fund_id).order_by(FundEntry.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(FundEntry.id < before)
    return [EntryRow(**row._mapping) for row in session.execute(statement)]


def what_for(session: Session, rows: Collection[EntryRow]) -> dict[int, tuple[str, str]]:
    """By the id of an entry for a book: the title, and the number of the order it stands on, empty for a choice."""
    choices = select(FundEntry.id, Selection.title, literal("")).join(Selection, Selection.id == FundEntry.selection_id)
    lines = (
        select(FundEntry.id, OrderLine.title, PurchaseOrder.number)
        .join(OrderLine, OrderLine.id == FundEntry.order_line_id)
        .join(PurchaseOrder, PurchaseOrder.id == OrderLine.order_id)
    )
    ids = [row.id for row in rows]
    found = (row for one in (choices, lines) for row in session.execute(one.where(FundEntry.id.in_(ids))))
    return {entry_id: (title, number) for entry_id, title, number in found}


def taken_for(session: Session, *, selection_id: int | None = None, order_line_id: int | None = None) -> dict[int, int]:
    """What a selection or a line of an order has taken from each fund until now."""
    about = FundEntry.selection_id == selection_id if selection_id else FundEntry.order_line_id == order_line_id
    statement = select(FundEntry.fund_id, func.sum(FundEntry.fen)).where(about).group_by(FundEntry.fund_id)
    return {fund_id: int(fen) for fund_id, fen in session.execute(statement)}


# --- programmes ---------------------------------------------------------------------------------------------------------

_PROGRAMME: Final = select(
    *(getattr(Programme, name) for name in ProgrammeValue.__dataclass_fields__ if name != "funds")
)


def find_programme(session: Session, code: str, *, lock: bool = False) -> ProgrammeValue:
    """Raises NotFound."""
    statement = _PROGRAMME.where(Programme.code == code)
    found = _programmes(session, statement.with_for_update() if lock else statement)
    if not found:
        raise NotFound("programme", code)
    return found[0]


def programme_by_id(session: Session, programme_id: int) -> ProgrammeValue:
    return _programmes(session, _PROGRAMME.where(Programme.id == programme_id))[0]


def list_programmes(session: Session, *, open_on: date | None = None) -> list[ProgrammeValue]:
    """By code; `open_on`: those that run on that day."""
    statement = _PROGRAMME.order_by(Programme.code)
    if open_on is not None:
        statement = statement.where(
            Programme.starts_on <= open_on, Programme.ends_on >= open_on, Programme.is_paused.is_(False)
        )
    return _programmes(session, statement)


def _programmes(session: Session, statement: Select[*tuple[Any, ...]]) -> list[ProgrammeValue]:
    rows = session.execute(statement).all()
    funds = _funds_of(session, {row.id: row.stop_at for row in rows})
    return [
        ProgrammeValue(
            **dict(row._mapping) | {"rules": rules_from_json(row.rules), "funds": tuple(funds.get(row.id, ()))}
        )
        for row in rows
    ]


def _funds_of(session: Session, stops: dict[int, int]) -> dict[int, list[FundOfProgramme]]:
    """By programme, each in the order of ids."""
    statement = (
        select(ProgrammeFund.programme_id, ProgrammeFund.share, Fund.id, Fund.code, Fund.name)
        .add_columns(Fund.allocated_fen, Fund.spent_fen)
        .join(Fund, Fund.id == ProgrammeFund.fund_id)
        .where(ProgrammeFund.programme_id.in_(stops))
        .order_by(Fund.id)
    )
    funds: dict[int, list[FundOfProgramme]] = {}
    for row in session.execute(statement):
        values = dict(row._mapping)
        programme_id = values.pop("programme_id")
        funds.setdefault(programme_id, []).append(FundOfProgramme(**values, stop_at=stops[programme_id]))
    return funds
