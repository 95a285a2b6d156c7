"""The one door for logging in, for pages and programs alike: staff by name and password, readers by card and PIN.

Every failure gives the same answer after the same work, so that nobody learns which names exist. A try is counted before the secret is
looked at, in a transaction of its own, which stands although the login fails. Tokens and waiting keep the real clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from branches import passwords
from branches.access import Caller
from branches.models import StaffUser
from branches.reference import TREE
from branches.service import logins
from kernel import journal
from kernel.barcodes import split_barcode
from kernel.db import Database
from patrons.models import Patron
from patrons.queries import LoginCandidate, login_candidates


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A token, told once, and whose it is."""

    token: str
    expires_at: datetime
    kind: logins.TokenKind
    subject_id: int


def log_in(database: Database, *, name: str, secret: str, address: str, now: datetime, channel: str) -> Login:
    """Check name and secret and issue a token. Raises Unauthenticated, or TooManyRequests after too many wrong tries."""
    # A card has as many spellings (`CODE:number`) as there are units: they are one door, and are counted as one.
    tried, sender = logins.login_name(split_barcode(name)[1]), logins.address(address)
    with database.transaction() as session:
        of_sender = logins.begin_try(session, sender, now)
        logins.begin_try(session, tried, now)
    with database.reading() as session:
        user = logins.find_staff(session, name)
        readers = login_candidates(session, name, TREE.get(session))
    found = _verify(user, readers, secret)
    if found is None:
        raise logins.wrong_login()
    kind, subject_id = found
    with database.transaction() as session:
        logins.take_back(session, of_sender)
        logins.note_success(session, tried)
        token, expires_at = logins.issue_token(session, kind, subject_id, now)
        if user is not None and kind == "staff":
            journal.append(session, "logged_in", at=now, author=user.username, channel=channel)
    return Login(token=token, expires_at=expires_at, kind=kind, subject_id=subject_id)


def confirm_secret(database: Database, caller: Caller, secret: str, now: datetime) -> None:
    """Ask somebody who is logged in for their password or PIN again, as before they choose a new one. Throttled too."""
    tried = logins.own_secret(caller.key)
    with database.transaction() as session:
        logins.begin_try(session, tried, now)
        if caller.kind == "staff":
            hashed = session.scalar(select(StaffUser.password_hash).where(StaffUser.id == caller.id))
        else:
            hashed = session.scalar(select(Patron.pin_hash).where(Patron.id == caller.id))
    check = passwords.verify if caller.kind == "staff" else passwords.verify_pin
    if not check(hashed, secret):
        raise logins.wrong_login()
    with database.transaction() as session:
        logins.note_success(session, tried)


def _verify(
    user: StaffUser | None, readers: Sequence[LoginCandidate], secret: str
) -> tuple[logins.TokenKind, int] | None:
    """Whose secret this is. A failure always costs one try of each kind, by a stand-in where there is nobody to try.

    Where merged networks gave one card number twice, the PIN tells the readers apart; if it does not, nobody is let in.
    """
    if user is not None and passwords.verify(user.password_hash, secret):
        return "staff", user.id
    fitting = [reader.patron_id for reader in readers if passwords.verify_pin(reader.pin_hash, secret)]
    if len(fitting) == 1:
        return "patron", fitting[0]
    if user is None:
        passwords.verify(None, secret)
    if not readers:
        passwords.verify_pin(None, secret)
    return None
