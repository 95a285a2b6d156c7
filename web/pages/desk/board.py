"""What stands around the sentence: the reader at the desk, and the acts of this desk today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from branches.access import Caller
from branches.context import Context
from branches.tree import Unit
from catalog.models import Bib, Item
from circ import queries
from circ.queries import LoanRow
from circ.queries.holds import HoldRow, ready_at
from circ.queries.ledger import open_fees
from circ.service.requests.lateness import count_late
from circ.service.standing import Standing, read_standing
from circ.service.undoing import RIGHT as UNDO_RIGHT
from circ.undo_rules import may_be_undone
from kernel.clock import local_day, start_of_day
from kernel.i18n import Text
from kernel.journal import JournalEntry
from patrons.reference import CATEGORIES
from patrons.service.finding import name_for
from transit.queries.requests import count_to_answer

# Of the entries that one scan wrote, the first of these names it.
WHAT: Final = {
    "checked_out": "lent",
    "renewed": "renewed",
    "checked_in": "returned",
    "status_changed": "said",
    "used_in_house": "used",
    "transfer_received": "received",
    "item_moved": "received",
    "transfer_approved": "received",
}
MOST_RECENT: Final = 12
ENTRIES_A_SCAN: Final = 4
SEAL_LIFE_SECONDS: Final = 12 * 3600  # as long as a login


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The reader at the desk as this member of staff may see them. `loans` is None where they may not; `ready` are the books that lie on
    the hold shelf here for them."""

    card: str
    name: str
    category: str
    home: str
    expires_on: date | None
    reasons: tuple[Text, ...]
    open_loans: int
    overdue_loans: int
    limit: int | None
    loans: Sequence[LoanRow] | None
    ready: Sequence[HoldRow]
    is_readable: bool
    owed_fen: int
    has_account: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """One scan of today. `to` is the unit where the book was sent, `undo` the act that can be taken back still."""

    what: str
    at: datetime
    barcode: str | None
    title: str
    to: str | None
    undo: int | None = None
    is_undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """How many books other libraries ask this one to fetch, and how many transfers of this unit are late."""

    fetch: int
    late: int


def show_reader(context: Context, card: str, place: Unit) -> Reader:
    standing = read_standing(context, card, place.code)
    patron, caller, tree = standing.patron, context.caller, context.tree
    return Reader(
        card=patron.barcode,
        name=name_for(context, patron),
        category=CATEGORIES.get(context.session).get(patron.category, patron.category),
        home=tree.by_id[patron.home_id].name,
        expires_on=patron.expires_on,
        reasons=tuple(refusal.message for refusal in standing.refusals),
        open_loans=standing.open_loans,
        overdue_loans=standing.overdue_loans,
        limit=standing.limit,
        loans=_loans(context, standing),
        ready=ready_at(context.session, patron.id, place.id),
        is_readable=caller.may("patron.read", patron.home_id, tree),
        owed_fen=standing.owed_fen,
        has_account=_has_account(context, standing),
    )


def _loans(context: Context, standing: Standing) -> list[LoanRow] | None:
    """All loans of a reader of one's own units; of others only those made in one's own units; to some, none."""
    caller, tree = context.caller, context.tree
    if not caller.holds("patron.loans"):
        return None
    loans = queries.open_loans_of_patron(context.session, standing.patron.id)
    if caller.may("patron.loans", standing.patron.home_id, tree):
        return loans
    own = caller.units("patron.loans", tree)
    return [loan for loan in loans if loan.org_id in own]


def _has_account(context: Context, standing: Standing) -> bool:
    """Whether something is owed that may be dealt with here: all of a reader of one's own units, of others what arose there."""
    caller, tree, patron = context.caller, context.tree, standing.patron
    if standing.owed_fen <= 0 or not caller.holds("fee.read"):
        return False
    own = caller.units("fee.read", tree)
    return patron.home_id in own or bool(open_fees(context.session, patron.id, units=own))


def recent_acts(context: Context, place: Unit) -> list[Recent]:
    """What this member of staff did at this unit today, the newest first: the entries of one scan as one line."""
    entry, taking_back = JournalEntry, aliased(JournalEntry)
    undone = exists().where(taking_back.undoes_id == entry.id)
    rows = context.session.execute(
        select(
            entry.act,
            entry.at,
            entry.data,
            entry.request_id,
            entry.id,
            Item.barcode,
            Bib.title,
            undone.label("is_undone"),
        )
        .join(Bib, Bib.id == entry.bib_id)
        .outerjoin(Item, Item.id == entry.item_id)
        .where(
            entry.at >= start_of_day(local_day(context.now)),
            entry.author == context.caller.author,
            entry.org_id == place.id,
            entry.act.in_(WHAT),
        )
        .order_by(entry.id.desc())
        .limit(MOST_RECENT * ENTRIES_A_SCAN)
    )
    scans: dict[str, list[Any]] = {}
    for row in rows:
        scans.setdefault(row.request_id or str(row.id), []).append(row)
    return [_recent(context, entries) for entries in list(scans.values())[:MOST_RECENT]]


def to_do(context: Context, place: Unit) -> ToDo | None:
    """What waits at this unit to be fetched for others, and what is late; None for who may not see it."""
    if not context.caller.may("transfer.read", place.id, context.tree):
        return None
    return ToDo(fetch=count_to_answer(context.session, [place.id]), late=count_late(context, [place.id]))


def _recent(context: Context, entries: Sequence[Any]) -> Recent:
    order = list(WHAT)
    main = min(entries, key=lambda row: order.index(row.act))
    codes = [row.data["to"] for row in entries if row.act == "transfer_approved" and row.data and "to" in row.data]
    to = context.tree.by_code.get(codes[0]) if codes else None
    may_undo = context.caller.holds(UNDO_RIGHT) and may_be_undone(main.act, main.at, context.now)
    return Recent(
        what=WHAT[main.act],
        at=main.at,
        barcode=main.barcode,
        title=main.title,
        to=to.name if to else None,
        undo=main.id if may_undo and not main.is_undone else None,
        is_undone=main.is_undone,
    )


# A reader is shown again after every scan without being noted in the journal again; so the page must prove that the card was
# scanned, and noted, by this member of staff.


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="card on the desk")


def seal_card(caller: Caller, card: str) -> str:
    sealed = _signer().dumps([caller.key, card])
    return sealed if isinstance(sealed, str) else sealed.decode()


def open_card(caller: Caller, sealed: str) -> str | None:
    try:
        key, card = _signer().loads(sealed, max_age=SEAL_LIFE_SECONDS)
    except (BadSignature, ValueError, TypeError):
        return None
    return str(card) if key == caller.key else None
