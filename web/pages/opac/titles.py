"""What a reader's page shows of titles: the description, the copies by library, what is new, when the next copy comes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from branches.context import Context
from branches.tree import Unit
from catalog.models import Bib, Item
from catalog.queries.bibs import CopyRow, group_by_place, visible_copies
from catalog.reference import ITEM_TYPES
from catalog.states import ITEM_STATUSES, VISIBLE
from circ.models import Loan
from kernel.i18n import Text
from transit.models import Transfer
from transit.states import OPEN
from web.pages.opac.mine import home_library, my_library

NEW_TITLES: Final = 8
NEAR: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One copy as readers see it. `to` is where it is on its way to."""

    row: CopyRow
    item_type: str
    label: Text
    due_at: datetime | None
    to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The copies at one library. `is_mine`: the one chosen at this browser, else the card's; `is_home`: the card's, beside another one
    chosen. `km` from the reader's library, where that is known."""

    unit: Unit
    copies: tuple[Copy, ...]
    is_mine: bool
    is_home: bool
    km: float | None

    @property
    def available(self) -> int:
        return sum(copy.row.is_available for copy in self.copies)

    @property
    def call_number(self) -> str | None:
        return next((copy.row.call_number for copy in self.copies if copy.row.call_number), None)

    @property
    def next_due(self) -> datetime | None:
        return min((copy.due_at for copy in self.copies if copy.due_at), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTitle:
    id: int
    title: str
    authors: str
    available: int


def shelves_of(context: Context, bib_id: int) -> list[Shelf]:
    """The libraries that hold a title: the chosen one, the card's, then those with a free copy before the others, the nearer ones first."""
    mine, home = my_library(context), home_library(context)
    rows = visible_copies(context.session, bib_id)
    show = _copy_shower(context, [row.id for row in rows])
    nearness = context.tree.by_nearness(mine.id if mine else None)
    shelves = [
        Shelf(
            unit=context.tree.by_id[holding.org_id],
            copies=tuple(map(show, holding.copies)),
            is_mine=mine is not None and holding.org_id == mine.id,
            is_home=home is not None and home != mine and holding.org_id == home.id,
            km=context.tree.known_km(mine.id, holding.org_id) if mine is not None else None,
        )
        for holding in group_by_place(rows)
    ]
    return sorted(shelves, key=lambda s: (not s.is_mine, not s.is_home, s.available == 0, *nearness(s.unit.id)))


def near_and_far(shelves: Sequence[Shelf]) -> tuple[Sequence[Shelf], Sequence[Shelf]]:
    """Those shown with every copy, and the rest, to be folded; one alone is not worth folding."""
    cut = len(shelves) if len(shelves) <= NEAR + 1 else NEAR
    return shelves[:cut], shelves[cut:]


def _copy_shower(context: Context, item_ids: Sequence[int]) -> Callable[[CopyRow], Copy]:
    """Due dates and destinations of these copies, read once for all of them."""
    types = ITEM_TYPES.get(context.session).by_code
    due = _dict(context, select(Loan.item_id, Loan.due_at).where(Loan.item_id.in_(item_ids), Loan.closed_at.is_(None)))
    way = _dict(
        context,
        select(Transfer.item_id, Transfer.to_id).where(Transfer.item_id.in_(item_ids), Transfer.status.in_(OPEN)),
    )

    def show(row: CopyRow) -> Copy:
        return Copy(
            row=row,
            item_type=types[row.item_type].name if row.item_type in types else row.item_type,
            label=ITEM_STATUSES[row.status].label,
            due_at=due.get(row.id),
            to=context.tree.by_id[way[row.id]].name if row.id in way else None,
        )

    return show


def _dict(context: Context, statement: Select[Any, Any]) -> dict[int, Any]:
    return {row[0]: row[1] for row in context.session.execute(statement)}


def newest_titles(session: Session) -> list[NewTitle]:
    """What came last and has a copy that readers see."""
    free = func.count().filter(Item.status == "available")
    newest = select(Bib.id).order_by(Bib.id.desc()).limit(NEW_TITLES * 4).subquery()
    rows = session.execute(
        select(Bib.id, Bib.title, Bib.authors, free.label("available"))
        .join(Item, Item.bib_id == Bib.id)
        .where(Bib.id.in_(select(newest.c.id)), Item.status.in_(VISIBLE))
        .group_by(Bib.id, Bib.title, Bib.authors)
        .order_by(Bib.id.desc())
        .limit(NEW_TITLES)
    )
    return [NewTitle(**row._mapping) for row in rows]


def earliest_returns(session: Session, bib_ids: Sequence[int]) -> dict[int, datetime]:
    """When the first copy of each of these titles is due back."""
    if not bib_ids:
        return {}
    rows = session.execute(
        select(Item.bib_id, func.min(Loan.due_at))
        .join(Loan, Loan.item_id == Item.id)
        .where(Item.bib_id.in_(bib_ids), Loan.closed_at.is_(None))
        .group_by(Item.bib_id)
    )
    return {row[0]: row[1] for row in rows}
