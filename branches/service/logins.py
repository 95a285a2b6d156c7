"""Logging in: passwords checked, wrong ones slowed down, tokens issued, found again and taken back.

Readers log in with card and PIN through the same door, which stands where both rooms are known: `web.signing`.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.orm import Session

from branches import passwords
from branches.access import ANONYMOUS, Caller
from branches.models import Grant, LoginFailure, StaffUser, Token
from kernel.db import one_of, rows_changed, table_of
from kernel.errors import TooManyRequests, Unauthenticated
from kernel.i18n import Text
from kernel.statements import Statement
from kernel.writes import insert_into

_failures = table_of(LoginFailure)
TOKEN_LIFE = timedelta(hours=12)
ADDRESS_FREE_FAILURES = 30
ADDRESS_FORGIVEN_AFTER = timedelta(hours=1)
LOGIN_FORGIVEN_AFTER = timedelta(days=1)  # at the longest wait, that allows 96 tries a day

TokenKind = Literal["staff", "patron"]


def wrong_login() -> Unauthenticated:
    """One answer for every failure, so that nobody learns which names exist."""
    return Unauthenticated(
        "auth.wrong",
        Text("账号或密码不对。请核对后再试。", "The login or the password is wrong. Check both and try again."),
    )


@dataclass(frozen=True, slots=True)
class Throttled:
    """What wrong tries are counted for: a login name, or an address, which a village may share and time forgives."""

    key: str
    free: int = passwords.FREE_FAILURES
    forgiven_after: timedelta | None = None


def login_name(name: str) -> Throttled:
    """Kept as a digest, for somebody may have typed a password into the wrong field."""
    return Throttled("login:" + digest(name.strip().casefold())[:48])


def own_secret(caller_key: str) -> Throttled:
    """Of somebody who is logged in: nobody else's tries make them wait."""
    return Throttled("own:" + caller_key)


def address(text: str) -> Throttled:
    return Throttled("address:" + digest(text)[:48], free=ADDRESS_FREE_FAILURES, forgiven_after=ADDRESS_FORGIVEN_AFTER)


def counter(caller_key: str) -> Throttled:
    """Of whoever asks readers for their PINs: each card counts by itself, and so do all that one of staff tried."""
    key = "counter:" + digest(caller_key)[:48]
    return Throttled(key, free=ADDRESS_FREE_FAILURES, forgiven_after=ADDRESS_FORGIVEN_AFTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """A try that counts as wrong until it is known to be right. `last_at` is when the one before it was."""

    subject: Throttled
    at: datetime
    last_at: datetime


def begin_try(session: Session, subject: Throttled, now: datetime) -> Try:
    """Count a try as wrong before the secret is looked at, or refuse it; `note_success` takes all of them back, `take_back` this one.
    Checked and counted under the row's lock, so that a hundred tries sent at once wait as a hundred in a row do."""
    _forgive(session, subject, now)
    begin = insert_into(session, _failures).values(subject=subject.key, failures=0, last_at=now)
    session.execute(begin.on_conflict_do_nothing())
    before = session.get_one(LoginFailure, subject.key, with_for_update=True)
    _check(before, subject, now)
    tried = Try(subject=subject, at=now, last_at=before.last_at)
    mine = update(LoginFailure).where(LoginFailure.subject == subject.key)
    session.execute(mine.values(failures=LoginFailure.failures + 1, last_at=now))
    return tried


def take_back(session: Session, tried: Try) -> None:
    """One try was right: those before it stay counted, and are forgiven no later for it."""
    mine = update(LoginFailure).where(LoginFailure.subject == tried.subject.key)
    session.execute(mine.where(LoginFailure.last_at == tried.at).values(last_at=tried.last_at))
    session.execute(mine.where(LoginFailure.failures > 0).values(failures=LoginFailure.failures - 1))


def _check(row: LoginFailure, subject: Throttled, now: datetime) -> None:
    """Refuse a try that comes too soon after too many wrong ones."""
    left = row.last_at + passwords.wait_after(row.failures, subject.free) - now
    if left > timedelta(0):
        seconds = int(left.total_seconds()) + 1
        raise TooManyRequests(
            "auth.throttled",
            Text("密码错误次数过多，请 {n} 秒后再试。", "Too many wrong passwords. Try again in {n} seconds.").format(
                n=seconds
            ),
            retry_after=seconds,
        )


def note_success(session: Session, subject: Throttled) -> None:
    session.execute(delete(LoginFailure).where(LoginFailure.subject == subject.key))


def _forgive(session: Session, subject: Throttled, now: datetime) -> None:
    if subject.forgiven_after is not None:
        old = (LoginFailure.subject == subject.key) & (LoginFailure.last_at < now - subject.forgiven_after)
        session.execute(delete(LoginFailure).where(old))


def find_staff(session: Session, username: str) -> StaffUser | None:
    """The account of a login name, if it is switched on."""
    known = (StaffUser.username == username.strip().casefold(), StaffUser.is_active)
    return session.scalar(select(StaffUser).where(*known))


def issue_token(
    session: Session, kind: TokenKind, subject_id: int, now: datetime, life: timedelta = TOKEN_LIFE
) -> tuple[str, datetime]:
    """Make a token and return it with its end; only its digest is kept."""
    token = secrets.token_urlsafe(32)
    expires_at = now + life
    session.add(Token(digest=digest(token), kind=kind, subject_id=subject_id, created_at=now, expires_at=expires_at))
    session.flush()
    return token, expires_at


def revoke_token(session: Session, token: str) -> None:
    session.execute(delete(Token).where(Token.digest == digest(token)))


def revoke_all(session: Session, kind: TokenKind, subject_id: int) -> None:
    session.execute(delete(Token).where(Token.kind == kind, Token.subject_id == subject_id))


def end_old_tokens(session: Session, now: datetime) -> int:
    """Delete the tokens that ended; returns how many."""
    return rows_changed(session.execute(delete(Token).where(Token.expires_at < now)))


def forget_failures(session: Session, now: datetime) -> int:
    """Delete wrong tries that count no more: of addresses after their hour, of logins after a day; returns how many."""
    is_address = LoginFailure.subject.startswith("address:")
    old = (is_address & (LoginFailure.last_at < now - ADDRESS_FORGIVEN_AFTER)) | (
        LoginFailure.last_at < now - LOGIN_FORGIVEN_AFTER
    )
    return rows_changed(session.execute(delete(LoginFailure).where(old)))


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


_token, _user, _grant = table_of(Token), table_of(StaffUser), table_of(Grant)
_CALLER = Statement(
    select(
        _token.c.kind,
        _token.c.subject_id,
        _user.c.username,
        _user.c.name,
        _user.c.is_active,
        _grant.c.role,
        _grant.c.org_id,
    )
    .select_from(_token)
    .outerjoin(_user, one_of(_token.c.kind, ["staff"]) & (_user.c.id == _token.c.subject_id))
    .outerjoin(_grant, _grant.c.user_id == _user.c.id)
    .where(_token.c.digest == bindparam("digest"), _token.c.expires_at > bindparam("now"))
)


def find_caller(asked: Session | Connection, token: str, now: datetime) -> Caller:
    """Whose token this is, with their grants, in one statement; anonymous for a wrong, ended or disabled one."""
    rows = _CALLER.all(asked, {"digest": digest(token), "now": now})
    if not rows:
        return ANONYMOUS
    first = rows[0]
    if first["kind"] == "patron":
        return Caller(kind="patron", id=first["subject_id"])
    if not first["is_active"]:
        return ANONYMOUS
    grants = tuple((row["role"], row["org_id"]) for row in rows if row["role"] is not None)
    return Caller(kind="staff", id=first["subject_id"], name=first["name"], username=first["username"], grants=grants)


def change_password(session: Session, user: StaffUser, password: str) -> None:
    """Set a new password and end every login made with the old one."""
    hashed = passwords.hash_password(password, forbidden=(user.username, user.name))
    session.execute(update(StaffUser).where(StaffUser.id == user.id).values(password_hash=hashed))
    revoke_all(session, "staff", user.id)
