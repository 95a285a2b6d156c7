"""What becomes of choices made online when lower rooms act: the desk lends the copy or takes that back, a hold comes to nothing, accounts
are merged, a reader wants to leave. Registered as hooks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from branches.context import Context
from circ.queries.holds import HoldRow
from kernel.clock import local_day
from kernel.db import table_of
from kernel.errors import Conflict, Refusal, Refused
from patrons.privacy import Vault
from purchasing.queries import online
from purchasing.queries.funds import programme_by_id
from purchasing.queries.selections import SelectionRow
from purchasing.refusals import refuse
from purchasing.selection_models import Delivery, Selection
from purchasing.service.missed import take_back_missed
from purchasing.service.online.moving import Moving
from purchasing.service.online.sending import Sending
from purchasing.states import acts_of

_deliveries, _selections = table_of(Delivery), table_of(Selection)


def promised_days(context: Context, item_id: int, patron_id: int) -> int | None:
    """As the programme says, for the reader who chose the copy."""
    selection = online.waiting_copy(context.session, item_id)
    if selection is None or selection.patron_id != patron_id:
        return None
    return programme_by_id(context.session, selection.programme_id).rules.loan_days


def begin(context: Context, item_id: int, loan_id: int, patron_id: int) -> None:
    """The reader has the book: who it was stands in the loan alone from now on. Lent to somebody else, it was given up for its reader,
    whose hold goes on."""
    selection = online.waiting_copy(context.session, item_id)
    if selection is None:
        return
    moving = Moving(context)
    if selection.patron_id != patron_id:
        _give_up(context, selection)
        return
    if selection.status == "missing":
        _count_no_more(context, selection, patron_id)
    moving.move(selection.id, "lent", loan_id=loan_id, patron_id=None)
    moving.forget_address(selection.id)


def _count_no_more(context: Context, selection: SelectionRow, patron_id: int) -> None:
    """It was said to be missing, no other was sent, and it is here."""
    missing_at = online.delivery_of(context.session, selection.id).missing_at
    if missing_at is not None:
        take_back_missed(context.session, selection.programme_id, patron_id, local_day(missing_at).year)


def arrive(context: Context, item_id: int, unit_id: int) -> None:
    """The copy lies at a library's desk, and the book in hand is the truth: what is to be collected was sent, though the shop did not say
    so, and what was posted was received, though its reader did not. What the shop was to post stays to be sent."""
    selection = online.waiting_copy(context.session, item_id)
    if selection is None or unit_id == selection.shop_id:
        return
    way = online.delivery_of(context.session, selection.id).way
    if (selection.status, way) == ("ordered", "pickup"):
        Sending(context).note_sent(selection.id)
    elif "receive" in acts_of("library", selection.status, way):
        # Where the loan cannot begin, the library settles that with the reader; a return is never refused.
        with suppress(Conflict, Refused), context.session.begin_nested():
            Sending(context).receive_by_calendar(selection.id)


def keep_for_reader(session: Session, item_id: int) -> Refusal | None:
    """A copy whose reader waits for it is not withdrawn: first the choice is called off, or given up, so that money and quota follow."""
    return refuse("purchase.waited_for") if online.waiting_copy(session, item_id) is not None else None


def unbegin(context: Context, loan_id: int, patron_id: int) -> None:
    """The check-out was taken back: the book waits for its reader again."""
    selection = online.begun_by(context.session, loan_id)
    if selection is not None and selection.status == "lent":
        Moving(context).move(selection.id, "sent", loan_id=None, patron_id=patron_id)


def follow_hold(context: Context, hold: HoldRow) -> None:
    """It was not collected, or the reader does not want it any more: the book is the library's."""
    selection = online.of_hold(context.session, hold.id)
    if selection is not None:
        _give_up(context, selection)


def _give_up(context: Context, selection: SelectionRow) -> None:
    """The library paid for a book that its reader does not get. Whether that used the quota is a rule of the programme."""
    moving, session = Moving(context), context.session
    moving.move(selection.id, "unclaimed", patron_id=None)
    moving.forget_address(selection.id)
    programme = programme_by_id(session, selection.programme_id)
    if programme.rules.online.uncollected_counts or selection.patron_id is None:
        return
    moving.give_quota_back(selection, selection.patron_id)
    of_it = _deliveries.c.selection_id == selection.id
    session.execute(update(_deliveries).where(of_it).values(gives_quota_back=True))


def keeps_from_leaving(session: Session, patron_id: int) -> Sequence[Refusal]:
    count = online.count_waited_for(session, patron_id)
    return [refuse("purchase.waits", count=count)] if count else []


def hand_over_choices(context: Context, patron_id: int, into_id: int) -> None:
    """What the one waits for the other waits for."""
    waits = update(_selections).where(_selections.c.patron_id == patron_id)
    context.session.execute(waits.values(patron_id=into_id))


def choices_of(session: Session, patron_id: int, vault: Vault) -> list[dict[str, Any]]:
    """What a reader chose online and waits for, with the address it goes to, for a file of their data."""
    rows = online.waited_for(session, patron_id)
    addresses = online.addresses_of(session, [row.id for row in rows])
    return [
        {
            "title": row.title,
            "isbn": row.isbn,
            "status": row.status,
            "made_at": row.made_at,
            "post_to": open_address(vault, addresses.get(row.id)),
        }
        for row in rows
    ]


def open_address(vault: Vault, sealed: bytes | None) -> dict[str, str] | None:
    """None where there is none, or it was sealed under another secret."""
    text = vault.unseal(sealed)
    return None if text is None else dict(json.loads(text))
