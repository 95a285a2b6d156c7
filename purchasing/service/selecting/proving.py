"""Proof that the reader stands at a shop's counter: their PIN, typed there. The clerk hears whether it fits, and nothing else.

A wrong PIN counts as one at the login does, for the card and for the clerk; it is counted for both before it is looked at, in a
transaction of its own, which stands whatever comes after.
"""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from branches import passwords
from branches.context import Context
from branches.service import logins
from kernel.barcodes import split_barcode
from kernel.clock import parse_instant, show_instant
from kernel.db import Database
from kernel.errors import DomainError
from patrons.models import Patron
from patrons.privacy import Vault
from patrons.queries import find_patron
from purchasing.presence import Proof, is_present
from purchasing.service.selecting.judging import shop_of

_WHAT = "presence"


def prove(
    database: Database, asked: Context, shop_code: str, card: str, pin: str, *, real_now: datetime
) -> Proof | None:
    """The proof where the PIN is that of the card's reader, or of their guardian; None for every other reason. Raises NotFound for a shop
    that is not the caller's, TooManyRequests after too many wrong tries."""
    shop = shop_of(asked, shop_code)
    try:
        patron = find_patron(asked.session, card, asked.tree, at=shop.id)
    except DomainError:
        patron = None
    tried = logins.login_name(patron.barcode if patron is not None else split_barcode(card)[1])
    clerk = logins.counter(asked.caller.key)
    with database.transaction() as session:
        of_clerk = logins.begin_try(session, clerk, real_now)
        logins.begin_try(session, tried, real_now)
    hashes = _hashes(asked.session, patron.id) if patron is not None else []
    fits = True in [passwords.verify_pin(hashed, pin) for hashed in hashes or [None]]
    if fits:
        with database.transaction() as session:
            logins.take_back(session, of_clerk)
            logins.note_success(session, tried)
    if not fits or patron is None:
        return None
    return Proof(caller=asked.caller.key, patron_id=patron.id, shop_id=shop.id, at=asked.now)


def is_good(asked: Context, proof: Proof | None, *, patron_id: int, shop_id: int) -> bool:
    """Whether it proves now, to whoever asks, that this reader stands in this shop."""
    return is_present(proof, caller=asked.caller.key, patron_id=patron_id, shop_id=shop_id, now=asked.now)


def _hashes(session: Session, patron_id: int) -> list[str | None]:
    """Of the reader and of their guardian, who may stand there with a child."""
    row = session.execute(select(Patron.pin_hash, Patron.guardian_id).where(Patron.id == patron_id)).one()
    if row.guardian_id is None:
        return [row.pin_hash]
    return [row.pin_hash, session.scalar(select(Patron.pin_hash).where(Patron.id == row.guardian_id))]


def seal_proof(vault: Vault, proof: Proof) -> str:
    """For the counter to carry along until it is used."""
    told = {"what": _WHAT, "caller": proof.caller, "patron": proof.patron_id, "shop": proof.shop_id}
    return vault.seal(json.dumps(told | {"at": show_instant(proof.at)})).decode()


def open_proof(vault: Vault, sealed: str | None) -> Proof | None:
    """None for what is no proof of ours."""
    text = vault.unseal(sealed.encode()) if sealed and sealed.isascii() else None
    if text is None or not text.startswith("{"):
        return None
    told = json.loads(text)
    if told.get("what") != _WHAT:
        return None
    return Proof(caller=told["caller"], patron_id=told["patron"], shop_id=told["shop"], at=parse_instant(told["at"]))
