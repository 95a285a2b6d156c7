"""What came new and what is lent most: in the whole county, at one library with all below it, of one class."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from flask import render_template, request
from sqlalchemy import ColumnElement, func, select

from branches.context import Context
from branches.http import context
from branches.rights import PUBLIC
from branches.tree import Unit
from catalog.class_names import CLASSES as MAIN_CLASSES
from catalog.models import Bib, Item
from catalog.reference import CLASSES
from catalog.states import VISIBLE
from circ.models import Loan
from kernel.http import right
from search.queries import holdings_of
from web.pages import choices
from web.pages.opac.blueprint import page
from web.pages.opac.kept import kept

PERIODS: Final = (7, 30, 90, 365)
A_PAGE: Final = 60
COPIES_LOOKED_AT: Final = 3000  # the newest ones; what came before them is new no more
FEWEST_LOANS: Final = 2  # a single loan in a small place would tell on its reader
COLUMNS: Final = (Bib.id, Bib.title, Bib.authors, Bib.publisher, Bib.year, Bib.class_number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """`total` and `available` count the copies within the place asked about, `at` is when the newest of them came."""

    id: int
    title: str
    authors: str
    publisher: str | None
    year: int | None
    class_number: str | None
    at: datetime
    total: int = 0
    available: int = 0

    @property
    def summary(self) -> str:
        """What a feed says below the title."""
        return " · ".join(str(part) for part in (self.authors, self.publisher, self.year) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`unit` None: the whole county. `class_` is a letter of the classification, or empty."""

    unit: Unit | None = None
    class_: str = ""
    days: int = 90

    @property
    def address(self) -> dict[str, str]:
        """As it stands in an address."""
        given = {"org": self.unit.code if self.unit else "", "class": self.class_, "days": str(self.days)}
        return {name: value for name, value in given.items() if value}


def newest(asked: Context, wanted: Wanted, limit: int = A_PAGE) -> list[Pick]:
    """Titles by when their newest copy came. New to the county is what it has no older copy of."""
    since = asked.now - timedelta(days=wanted.days)
    recent = (
        select(Item.id, Item.bib_id, Item.created_at)
        .where(Item.status.in_(VISIBLE), *_at_home(asked, wanted))
        .order_by(Item.id.desc())
        .limit(COPIES_LOOKED_AT)
        .subquery()
    )
    new_to_all = [Bib.created_at >= since] if wanted.unit is None else []
    statement = (
        select(*COLUMNS, func.max(recent.c.created_at).label("at"))
        .join(recent, recent.c.bib_id == Bib.id)
        .where(recent.c.created_at >= since, *new_to_all, *_of_class(wanted))
        .group_by(Bib.id)
        .order_by(func.max(recent.c.id).desc())
        .limit(limit)
    )
    return _with_copies(asked, wanted, [Pick(**row._mapping) for row in asked.session.execute(statement)])


def popular(asked: Context, wanted: Wanted, limit: int = A_PAGE) -> list[Pick]:
    """Titles by how often they were lent, there and in that time. Counted anew every ten minutes; what is free is looked up now."""
    ids = kept().get((wanted.unit, wanted.class_, wanted.days), lambda: _most_lent(asked, wanted))[:limit]
    statement = select(*COLUMNS, Bib.created_at.label("at")).where(Bib.id.in_(ids))
    rows = {row.id: Pick(**row._mapping) for row in asked.session.execute(statement)}
    return _with_copies(asked, wanted, [rows[id_] for id_ in ids if id_ in rows])


def _most_lent(asked: Context, wanted: Wanted) -> list[int]:
    lent = func.count(Loan.id)
    statement = (
        select(Item.bib_id)
        .join(Loan, Loan.item_id == Item.id)
        .where(Loan.checked_out_at >= asked.now - timedelta(days=wanted.days))
        .group_by(Item.bib_id)
        .having(lent >= FEWEST_LOANS)
        .order_by(lent.desc(), Item.bib_id.desc())
        .limit(A_PAGE)
    )
    if wanted.unit is not None:
        statement = statement.where(Loan.org_id.in_(asked.tree.subtree(wanted.unit.id)))
    if wanted.class_:
        statement = statement.join(Bib, Bib.id == Item.bib_id).where(*_of_class(wanted))
    return list(asked.session.scalars(statement))


def _at_home(asked: Context, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.unit is not None:
        yield Item.home_id.in_(asked.tree.subtree(wanted.unit.id))


def _of_class(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.class_:
        yield Bib.class_number.startswith(wanted.class_, autoescape=True)


def _with_copies(asked: Context, wanted: Wanted, picks: Sequence[Pick]) -> list[Pick]:
    """How many copies there are and are free this moment, within the place asked about."""
    within = asked.tree.subtree(wanted.unit.id) if wanted.unit is not None else asked.tree.by_id.keys()
    holdings = holdings_of(asked.session, [pick.id for pick in picks])
    shown = []
    for pick in picks:
        held = [one for one in holdings.get(pick.id, ()) if one.org_id in within]
        shown.append(replace(pick, total=sum(h.total for h in held), available=sum(h.available for h in held)))
    return shown


# --- pages --------------------------------------------------------------------------------------------------------------


def read_wanted(asked: Context) -> Wanted:
    """What an address asks for; what makes no sense in it is passed over, an unknown library is not found."""
    code, class_, days = (request.args.get(name, "").strip() for name in ("org", "class", "days"))
    unit = asked.tree.unit(code) if code else None
    return Wanted(
        unit=None if unit is None or unit.parent_id is None else unit,
        class_=class_.upper() if class_.upper() in MAIN_CLASSES else "",
        days=int(days) if days in map(str, PERIODS) else 90,
    )


@page.route("/new", methods=["GET"])
@right(PUBLIC)
def new() -> str:
    return _show("new", newest)


@page.route("/popular", methods=["GET"])
@right(PUBLIC)
def most_lent() -> str:
    return _show("popular", popular)


def _show(kind: str, pick: Callable[[Context, Wanted], list[Pick]]) -> str:
    asked = context()
    wanted = read_wanted(asked)
    return render_template(
        "opac/picks.html",
        kind=kind,
        wanted=wanted,
        picks=pick(asked, wanted),
        periods=PERIODS,
        classes=CLASSES.get(asked.session).main,
        units=choices.units(asked, {unit.id for unit in asked.tree.in_order if not unit.is_closed}),
    )
