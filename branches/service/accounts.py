"""Staff accounts and the roles they hold. Nobody lifts themselves: not their own roles, and only roles below their own.

Source: the table of rights (system administrators: all but their own; hub librarians: lower ones in their units).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, TypedDict

from sqlalchemy import delete, insert, select, update

from branches import passwords
from branches.access import Caller
from branches.context import Context
from branches.models import Grant, StaffUser
from branches.queries import held_roles, is_seen_from
from branches.rights import GRANTED, ROLE_RANK
from branches.service import logins
from kernel.errors import Conflict, Invalid, NotFound, Refusal, Refused
from kernel.i18n import Text

USERNAME: Final = re.compile(r"^[a-z0-9][a-z0-9._-]{1,63}\Z", re.ASCII)

RESERVED: Final = frozenset({"system", "patron", "anonymous"})  # how the journal calls who is no member of staff

HeldRole = tuple[str, int]  # role, org id


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    username: str
    password: str
    name: str


class UserChanges(TypedDict, total=False):
    """What may change about an account; what is absent stays."""

    name: str
    is_active: bool


class AccountService:
    """The acts on staff accounts. Accounts are switched off, never deleted: the journal names them for ever."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def create(self, new: NewUser) -> StaffUser:
        """An account without roles: whoever may write accounts makes it, `set_grants` says what it may do."""
        self._context.caller.require("user.write")
        username = check_username(new.username)
        if self._session.scalar(select(StaffUser.id).where(StaffUser.username == username)) is not None:
            raise Conflict(
                "user.name_taken", Text("登录名「{n}」已被使用。", "The login “{n}” is taken.").format(n=username)
            )
        hashed = passwords.hash_password(new.password, forbidden=(username, new.name))
        user = StaffUser(username=username, name=new.name, password_hash=hashed, created_at=self._context.now)
        self._session.add(user)
        self._session.flush()
        self._record(user, "user_created")
        return user

    def set_grants(self, username: str, wanted: Collection[tuple[str, str]]) -> StaffUser:
        """Replace the roles of an account: (role, unit code). What is taken away must be in the caller's power too."""
        user = self._lock_with_caller(username)
        tree = self._context.tree
        current = held_roles(self._session, user.id)
        asked = {(_check_role(role), tree.unit(code).id) for role, code in wanted}
        changed = (asked - current) | (current - asked)
        if changed:
            self._require_power(user, changed)
        for role, org_id in current - asked:
            where = (Grant.user_id == user.id, Grant.role == role, Grant.org_id == org_id)
            self._session.execute(delete(Grant).where(*where))
        if asked - current:
            rows = [{"user_id": user.id, "role": role, "org_id": org_id} for role, org_id in sorted(asked - current)]
            self._session.execute(insert(Grant), rows)
        self._record(user, "grants_changed", grants=sorted(f"{r}@{tree.by_id[o].code}" for r, o in asked))
        return user

    def change(self, username: str, changes: UserChanges) -> StaffUser:
        """Rename an account, or switch it off and on. An account that is off is logged out at once."""
        user = self._lock_with_caller(username)
        self._require_power(user, held_roles(self._session, user.id))
        self._session.execute(update(StaffUser).where(StaffUser.id == user.id).values(dict(changes)))
        if changes.get("is_active") is False:
            logins.revoke_all(self._session, "staff", user.id)
        self._record(user, "user_changed", fields=sorted(changes))
        self._session.refresh(user)
        return user

    def reset_password(self, username: str, password: str) -> None:
        """Give somebody else a new password. Only with power over every role they hold, else it would lend them out."""
        user = self._lock_with_caller(username)
        self._require_power(user, held_roles(self._session, user.id))
        logins.change_password(self._session, user, password)
        self._record(user, "password_reset")

    def change_own_password(self, password: str) -> None:
        """One's own password, once the adapter has had the old one checked and throttled. Every other login ends."""
        user = self._session.get_one(StaffUser, self._context.caller.id)
        logins.change_password(self._session, user, password)
        self._record(user, "password_changed")

    def _lock_with_caller(self, username: str) -> StaffUser:
        """Take both rows in one order, so that two administrators cannot remove each other at once."""
        caller = self._context.caller
        caller.require("user.write")
        statement = select(StaffUser).where(
            (StaffUser.username == username.casefold()) | (StaffUser.id == self._own_id())
        )
        rows = self._session.scalars(statement.order_by(StaffUser.id).with_for_update()).all()
        user = next((row for row in rows if row.username == username.casefold()), None)
        if user is None or not self._may_see(user):
            raise NotFound("user", username)
        return user

    def _own_id(self) -> int:
        return self._context.caller.id if self._context.caller.kind == "staff" else 0

    def _may_see(self, user: StaffUser) -> bool:
        units = self._context.caller.units("user.write", self._context.tree)
        return is_seen_from(units, held_roles(self._session, user.id))

    def _require_power(self, user: StaffUser, roles: Iterable[HeldRole]) -> None:
        """Power over these roles of an account, by the roles the caller holds in the database now."""
        caller = self._context.caller
        if caller.kind == "system":
            return
        if user.id == caller.id:
            message = Text(
                "不能改动自己的角色和账号，请由其他管理员办理。",
                "Nobody changes their own roles. Ask another administrator.",
            )
            raise Refused([Refusal("grant.self", "impossible", message)])
        current = Caller(kind="staff", id=caller.id, grants=tuple(held_roles(self._session, caller.id)))
        tree = self._context.tree
        refusals = []
        for role, org_id in sorted(roles):
            current.require_at("user.write", org_id, tree)
            powers = [
                (r, o)
                for r, o in current.grants
                if Caller(kind="staff", grants=((r, o),)).may("user.write", org_id, tree)
            ]
            if not any(r == "sysadmin" or ROLE_RANK[r] > ROLE_RANK[role] for r, _ in powers):
                refusals.append(_too_high(role, tree.by_id[org_id].code))
        if refusals:
            raise Refused(refusals)

    def _record(self, user: StaffUser, what: str, **data: object) -> None:
        self._context.record("user_changed", data={"what": what, "user": user.username, **data})


def check_username(text: str) -> str:
    """A login name in the form it is kept in: lower case."""
    username = text.strip().casefold()
    if username in RESERVED:
        detail = Text("这个登录名是系统自己用的，请换一个。", "The program itself goes by this name. Take another.")
        raise Invalid("user.name", detail, {"username": [detail]})
    if not USERNAME.match(username):
        detail = Text(
            "登录名为 2 至 64 个小写字母、数字、点、横线或下划线。",
            "A login has 2 to 64 lower-case letters, digits, dots, hyphens or underscores.",
        )
        raise Invalid("user.name", detail, {"username": [detail]})
    return username


def _check_role(role: str) -> str:
    if role not in GRANTED:
        detail = Text("没有「{role}」这个角色。", "There is no role “{role}”.").format(role=role)
        raise Invalid("grant.role", detail, {"role": [detail]})
    return role


def _too_high(role: str, code: str) -> Refusal:
    message = Text(
        "您不能授予或收回「{role}」：只能管理比自己低的角色。",
        "You may not grant or take away “{role}”: only roles below your own.",
    )
    return Refusal("grant.rank", "impossible", message.format(role=role), None, {"role": role, "org": code})
