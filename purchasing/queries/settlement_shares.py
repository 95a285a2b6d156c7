"""Reads of what settlements make each fund bear, and of whose word that needs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from purchasing.budget_models import Fund, FundEntry, Programme
from purchasing.selection_models import Selection
from purchasing.settlement_models import Settlement, SettlementDifference, SettlementLine, SettlementShare


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRow:
    """What a settlement makes a fund bear beyond, or short of, the choices, and the fund as it stands."""

    fund_id: int
    more_fen: int
    agreed_at: datetime | None
    agreed_by: str | None
    code: str
    name: str
    org_id: int
    allocated_fen: int
    spent_fen: int

    @property
    def is_waiting(self) -> bool:
        """Whether its owner has to agree still."""
        return self.more_fen > 0 and self.agreed_by is None


_OF_SHARE: Final = ("fund_id", "more_fen", "agreed_at", "agreed_by")
_OF_FUND: Final = ("code", "name", "org_id", "allocated_fen", "spent_fen")
_SHARE: Final = (
    select(*(getattr(SettlementShare, name) for name in _OF_SHARE), *(getattr(Fund, name) for name in _OF_FUND))
    .join(Fund, Fund.id == SettlementShare.fund_id)
    .order_by(SettlementShare.fund_id)
)


def shares_of(session: Session, settlement_id: int) -> list[ShareRow]:
    """By fund id."""
    rows = session.execute(_SHARE.where(SettlementShare.settlement_id == settlement_id))
    return [ShareRow(**row._mapping) for row in rows]


def waiting_for(session: Session, units: Collection[int]) -> list[int]:
    """Settlements whose differences are all settled, and that wait for the word of the owner of a fund of these units; the oldest first."""
    share, difference = SettlementShare, SettlementDifference
    is_open = exists().where(difference.settlement_id == Settlement.id, difference.resolution.is_(None))
    statement = (
        select(Settlement.id)
        .join(share, share.settlement_id == Settlement.id)
        .join(Fund, Fund.id == share.fund_id)
        .where(Settlement.status == "draft", Fund.org_id.in_(units), share.more_fen > 0, share.agreed_by.is_(None))
        .where(~is_open)
        .distinct()
        .order_by(Settlement.id)
    )
    return list(session.scalars(statement))


def stop_level_of(session: Session, settlement_id: int, fund_id: int) -> int:
    """The lowest level, in per cent, at which a programme stops by which this fund pays for choices of the settlement."""
    statement = (
        select(func.min(Programme.stop_at))
        .join(Selection, Selection.programme_id == Programme.id)
        .where(Selection.id.in_(_paid_by(settlement_id, fund_id, SettlementLine.selection_id)))
    )
    return session.scalar(statement) or 100


def has_accepted(session: Session, settlement_id: int, fund_id: int, author: str) -> bool:
    """Whether this person accepted a price for a choice that this fund pays for."""
    difference = SettlementDifference
    own = (difference.settlement_id == settlement_id, difference.resolved_by == author)
    accepted = set(session.scalars(select(difference.number).where(*own, difference.resolution == "accept")))
    if not accepted:
        return False
    # Not joined, for the reason that `borne_by_lines` gives.
    return not accepted.isdisjoint(session.scalars(_paid_by(settlement_id, fund_id, SettlementLine.number)))


def agreed_alone(session: Session, org_id: int, author: str, since: datetime, until: datetime) -> int:
    """What one person agreed to, within a day, for the funds of a unit."""
    share = SettlementShare
    statement = (
        select(func.coalesce(func.sum(share.more_fen), 0))
        .join(Fund, Fund.id == share.fund_id)
        .where(Fund.org_id == org_id, share.agreed_by == author, share.agreed_at >= since, share.agreed_at < until)
    )
    return int(session.scalar(statement) or 0)


def _paid_by(settlement_id: int, fund_id: int, told: Any) -> Select[Any]:
    """The lines of a settlement for whose choices a fund pays."""
    return (
        select(told)
        .join(FundEntry, FundEntry.selection_id == SettlementLine.selection_id)
        .where(SettlementLine.settlement_id == settlement_id, FundEntry.fund_id == fund_id)
    )
