"""What ends in this room when an account is closed, merged into another, or erased. The acts themselves, which ask about loans, holds and
money first, are of the room `circ`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update

from branches.context import Context
from branches.service import logins
from kernel.clock import local_day
from patrons.histories import stricter
from patrons.models import Block, Card, Consent, Patron, ReaderList, ReaderListEntry
from patrons.service.consents import in_force, withdraw

NOBODY = "（已删除）"


def end_account(context: Context, patron_id: int, **told: Any) -> None:
    """No card works any more and no login goes on; children in their care are in nobody's."""
    session = context.session
    patron = session.get_one(Patron, patron_id)
    session.execute(update(Card).where(Card.patron_id == patron_id, Card.status == "active").values(status="ended"))
    logins.revoke_all(session, "patron", patron_id)
    _release_wards(context, patron_id)
    _change(context, patron_id, status="closed", guardian_id=None)
    context.record("patron_closed", org_id=patron.home_id, patron_id=patron_id, data=told or None)


def open_account(context: Context, patron_id: int) -> None:
    """The account of a reader who came back; the newest card works again."""
    session = context.session
    patron = session.get_one(Patron, patron_id)
    newest = session.scalar(
        select(Card.id).where(Card.patron_id == patron_id, Card.status == "ended").order_by(Card.id.desc()).limit(1)
    )
    session.execute(update(Card).where(Card.id == newest).values(status="active"))
    _change(context, patron_id, status="active")
    context.record("patron_reopened", org_id=patron.home_id, patron_id=patron_id)


def hand_over(context: Context, patron_id: int, into_id: int) -> None:
    """What this room knows of one account goes to the other: cards, blocks, consents, lists, children. Both rows are locked."""
    session = context.session
    one, into = session.get_one(Patron, patron_id), session.get_one(Patron, into_id)
    _hand_over_cards(context, patron_id, into_id)
    session.execute(update(Block).where(Block.patron_id == patron_id).values(patron_id=into_id))
    _hand_over_lists(context, patron_id, into_id)
    session.execute(update(Patron).where(Patron.guardian_id == patron_id).values(guardian_id=into_id))
    session.execute(update(Patron).where(Patron.merged_into_id == patron_id).values(merged_into_id=into_id))
    history = stricter(one.history, into.history)
    _hand_over_consents(context, patron_id, into_id, keeps=history == "keep")
    has_phone = into.phone_digest is not None
    values = {
        "history": history,
        "expires_on": later_end(one.expires_on, into.expires_on, local_day(context.now)),
        "birth_on": into.birth_on or one.birth_on,
        "phone_encrypted": into.phone_encrypted if has_phone else one.phone_encrypted,
        "phone_digest": into.phone_digest if has_phone else one.phone_digest,
    }
    logins.revoke_all(session, "patron", patron_id)
    gone = {"phone_encrypted": None, "phone_digest": None, "pin_hash": None, "guardian_id": None, "history": "days"}
    _change(context, patron_id, status="closed", merged_into_id=into_id, erasure_asked_at=None, **gone)
    _change(context, into_id, **values)
    context.record("patron_closed", org_id=one.home_id, patron_id=patron_id, data={"merged_into": into_id})


def later_end(one: date | None, into: date | None, today: date) -> date | None:
    """Until when the account that stays is valid: the earlier end of those in force, so that nobody gains time; a card that had run out
    takes none away."""
    in_force_ = [end for end in (one, into) if end is None or end >= today]
    dated = [end for end in in_force_ if end is not None]
    if not in_force_:
        return max(end for end in (one, into) if end is not None)
    return min(dated) if dated else None


def empty(context: Context, patron_ids: Collection[int]) -> None:
    """Take everything personal out of these rows, which stay so that their card numbers are never given out again."""
    session = context.session
    lists = select(ReaderList.id).where(ReaderList.patron_id.in_(patron_ids))
    session.execute(delete(ReaderListEntry).where(ReaderListEntry.list_id.in_(lists)))
    session.execute(delete(ReaderList).where(ReaderList.patron_id.in_(patron_ids)))
    session.execute(delete(Consent).where(Consent.patron_id.in_(patron_ids)))
    session.execute(delete(Block).where(Block.patron_id.in_(patron_ids)))
    gone = {"phone_encrypted": None, "phone_digest": None, "pin_hash": None, "guardian_id": None, "birth_on": None}
    kept = {"name": NOBODY, "history": "days", "erasure_asked_at": None, "erased_at": context.now}
    session.execute(update(Patron).where(Patron.id.in_(patron_ids)).values(gone | kept))


def _release_wards(context: Context, patron_id: int) -> None:
    wards = context.session.execute(select(Patron.id, Patron.home_id).where(Patron.guardian_id == patron_id)).all()
    for ward in wards:
        _change(context, ward.id, guardian_id=None)
        told = {"fields": ["guardian"], "why": "guardian_left"}
        context.record("patron_changed", org_id=ward.home_id, patron_id=ward.id, data=told)


def _hand_over_cards(context: Context, patron_id: int, into_id: int) -> None:
    """The card that works goes on working; where both have one, that of the account that stays."""
    session = context.session
    active = select(Card.id).where(Card.patron_id == into_id, Card.status == "active")
    if session.scalar(active) is not None:
        mine = (Card.patron_id == patron_id, Card.status == "active")
        session.execute(update(Card).where(*mine).values(status="ended"))
    session.execute(update(Card).where(Card.patron_id == patron_id).values(patron_id=into_id))


def _hand_over_consents(context: Context, patron_id: int, into_id: int, *, keeps: bool) -> None:
    session = context.session
    withdraw(context, patron_id, "history")
    if not keeps:
        withdraw(context, into_id, "history")
    if in_force(session, into_id, "record") is not None:
        withdraw(context, patron_id, "record")
    session.execute(update(Consent).where(Consent.patron_id == patron_id).values(patron_id=into_id))


def _hand_over_lists(context: Context, patron_id: int, into_id: int) -> None:
    """Two lists of one name stay two: the one that comes gets a number behind it."""
    session = context.session
    taken = set(session.scalars(select(ReaderList.name).where(ReaderList.patron_id == into_id)))
    for row in session.scalars(select(ReaderList).where(ReaderList.patron_id == patron_id)).all():
        name, number = row.name, 2
        while name in taken:
            name, number = f"{row.name[:55]} ({number})", number + 1
        taken.add(name)
        session.execute(update(ReaderList).where(ReaderList.id == row.id).values(patron_id=into_id, name=name))


def _change(context: Context, patron_id: int, **values: Any) -> None:
    values["version"] = Patron.version + 1
    context.session.execute(update(Patron).where(Patron.id == patron_id).values(values))
