"""Reads of who looked at readers' cards in shops, and whether a choice came of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from circ.models import Loan
from kernel.journal import LOOKED, JournalEntry
from kernel.local_time import local_day
from purchasing.selection_models import Selection

CARD: Final = "card"
QUOTE: Final = "quote"
_J, _S = JournalEntry, Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One of staff in one shop."""

    author: str
    shop_id: int


def _looks(shops: Collection[int], since: datetime) -> tuple[ColumnElement[bool], ...]:
    what = _J.data["what"].as_string().in_((CARD, QUOTE))
    return LOOKED, _J.org_id.in_(shops), _J.at >= since, what, _J.patron_id.is_not(None)  # type: ignore[return-value]


def has_looked(session: Session, desk: Desk, patron_id: int, since: datetime) -> bool:
    """Whether this person looked at this reader's card in the shop from then on."""
    mine = (*_looks([desk.shop_id], since), _J.author == desk.author, _J.patron_id == patron_id)
    return session.scalar(select(_J.id).where(*mine).limit(1)) is not None


def looked_in_vain(session: Session, desk: Desk, since: datetime) -> set[int]:
    """Whose cards this person looked at from then on without choosing for them."""
    mine = (*_looks([desk.shop_id], since), _J.author == desk.author)
    looked = set(session.scalars(select(_J.patron_id).where(*mine).distinct()))
    chose = select(Loan.patron_id).join(_S, _S.loan_id == Loan.id)
    chose = chose.where(_S.shop_id == desk.shop_id, _S.made_at >= since, _S.made_by == desk.author)
    return {one for one in looked - set(session.scalars(chose)) if one is not None}


def most_looked_in_vain(
    session: Session, shops: Collection[int], since: datetime, until: datetime, least: int
) -> dict[Desk, int]:
    """Of each person and shop the most cards of a day, where they are so many. What is forgotten of a choice is so of its look."""
    day: Any = local_day(_J.at)
    looks = select(_J.author, _J.org_id, day.label("day"), func.count(_J.patron_id.distinct()).label("cards"))
    looks = looks.where(*_looks(shops, since), _J.at < until).group_by(_J.author, _J.org_id, day)
    many = session.execute(looks.having(func.count(_J.patron_id.distinct()) >= least)).all()
    if not many:
        return {}
    made: Any = local_day(_S.made_at)
    choices = select(_S.made_by, _S.shop_id, made, func.count(Loan.patron_id.distinct()))
    choices = choices.join(Loan, Loan.id == _S.loan_id).where(
        _S.shop_id.in_(shops), _S.made_at >= since, _S.made_at < until, _S.made_by.in_({row.author for row in many})
    )
    chose = {tuple(row[:3]): row[3] for row in session.execute(choices.group_by(_S.made_by, _S.shop_id, made))}
    most: dict[Desk, int] = {}
    for author, shop_id, on, cards in many:
        desk, in_vain = Desk(author=author, shop_id=shop_id), cards - chose.get((author, shop_id, on), 0)
        if in_vain >= least:
            most[desk] = max(in_vain, most.get(desk, 0))
    return most
