"""One copy for staff: its four places, its loan or its way, and what has happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Blueprint, g, render_template, request
from sqlalchemy import select

from branches.context import Context
from branches.http import context
from branches.tree import Unit
from catalog.queries import ItemRow, find_item
from catalog.reference import ITEM_TYPES
from catalog.states import ITEM_STATUSES
from circ import queries
from kernel.errors import NotFound
from kernel.http import decode_cursor, encode_cursor, right
from kernel.i18n import Text
from kernel.journal import JournalEntry
from transit.queries import open_transfer
from transit.states import TRANSFER_STATUSES
from web.pages import telling

page = Blueprint("item_pages", __name__, url_prefix="/items")

HISTORY_PAGE: Final = 25
TONES: Final[dict[str, str]] = {
    "available": "good",
    "on_loan": "warn",
    "in_transit": "send",
    "on_hold_shelf": "send",
    "missing": "stop",
    "lost": "stop",
    "withdrawn": "stop",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of a copy's history. It names no reader."""

    id: int
    act: Text
    at: datetime
    unit: Unit | None
    author: str
    told: Text


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("/<path:barcode>", methods=["GET"])
@right("item.read")
def show(barcode: str) -> str:
    asked = context()
    units = asked.caller.home_units()
    item = find_item(asked.session, barcode, asked.tree, at=units[0] if units else None)
    if not asked.caller.may("item.read", item.home_id, asked.tree):
        raise NotFound("item", barcode)
    loan = queries.open_loan_of_item(asked.session, item.id)
    may_name = loan is not None and (
        asked.caller.may("loan.read", loan.org_id, asked.tree)
        or (loan.patron_home_id is not None and asked.caller.may("loan.read", loan.patron_home_id, asked.tree))
    )
    history, older = _history(asked, item, request.args.get("cursor"))
    types = ITEM_TYPES.get(asked.session).by_code
    return render_template(
        "items/show.html",
        item=item,
        status=ITEM_STATUSES[item.status].label,
        tone=TONES.get(item.status, ""),
        item_type=types[item.item_type].name if item.item_type in types else item.item_type,
        tree=asked.tree,
        loan=loan,
        reader=loan.patron_barcode if loan is not None and may_name else None,
        transfer=open_transfer(asked.session, item.id),
        transfer_statuses=TRANSFER_STATUSES,
        history=history,
        older=older,
    )


def _history(asked: Context, item: ItemRow, cursor: str | None) -> tuple[list[Event] | None, str | None]:
    """The newest first, a page at a time; None for who may not see it."""
    if not asked.caller.may("item.history", item.home_id, asked.tree):
        return None, None
    j = JournalEntry
    statement = select(j.id, j.act, j.at, j.org_id, j.author, j.data).where(j.item_id == item.id)
    before = decode_cursor(cursor)
    if isinstance(before, int):
        statement = statement.where(j.id < before)
    rows = asked.session.execute(statement.order_by(j.id.desc()).limit(HISTORY_PAGE + 1)).all()
    events = [
        Event(
            id=row.id,
            act=telling.name_act(row.act),
            at=row.at,
            unit=asked.tree.by_id.get(row.org_id) if row.org_id is not None else None,
            author=row.author.partition(":")[0],  # a reader's own renewal does not tell whose
            told=telling.tell(row.data, asked.tree),
        )
        for row in rows[:HISTORY_PAGE]
    ]
    return events, encode_cursor(events[-1].id) if len(rows) > HISTORY_PAGE else None
