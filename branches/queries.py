"""Reads of this room, as small values: units, hours, distances, accounts, explanations of policies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from branches.access import Caller
from branches.calendar import WEEKDAYS, Calendars, ClosedDays
from branches.models import Distance, Grant, OrgUnit, PolicyVersion, StaffUser
from branches.policy import REQUIRED, Resolved
from branches.tree import OrgTree
from kernel.errors import NotFound

Spans = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitView:
    """A unit as lists show it. `parent` is a code."""

    id: int
    code: str
    name: str
    kind: str
    parent: str | None
    location: Location | None
    address: str | None
    phone: str | None
    is_namespace: bool
    keeps_shelf_list: bool
    is_closed: bool
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursView:
    """`weekly` and `closures` are the unit's own; `in_force` is the week that holds, `in_force_from` the unit that set it."""

    weekly: Mapping[str, Spans] | None
    closures: Sequence[ClosedDays]
    in_force: Mapping[str, Spans] | None
    in_force_from: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantView:
    role: str
    org: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserView:
    id: int
    username: str
    name: str
    is_active: bool
    grants: tuple[GrantView, ...]


def lock_unit(session: Session, unit_id: int) -> None:
    """Take a unit's row for the rest of the transaction: of two acts that count something of the unit the second one waits for the first,
    and sees what it did. What refers to the unit may be written meanwhile."""
    session.execute(select(OrgUnit.id).where(OrgUnit.id == unit_id).with_for_update(key_share=True)).all()


def list_units(session: Session, tree: OrgTree) -> list[UnitView]:
    """All units, parents before children, children by code."""
    rows = {row.id: row for row in session.scalars(select(OrgUnit))}
    return [_unit_view(rows[unit.id], tree) for unit in tree.in_order if unit.id in rows]


def find_unit(session: Session, tree: OrgTree, code: str) -> UnitView:
    row = session.scalars(select(OrgUnit).where(OrgUnit.code == code).execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound("org", code)
    return _unit_view(row, tree)


def _unit_view(row: OrgUnit, tree: OrgTree) -> UnitView:
    parent = tree.by_id.get(row.parent_id) if row.parent_id is not None else None
    return UnitView(
        id=row.id,
        code=row.code,
        name=row.name,
        kind=row.kind,
        parent=parent.code if parent else None,
        location=Location(lat=row.lat, lon=row.lon) if row.lat is not None and row.lon is not None else None,
        address=row.address,
        phone=row.phone,
        is_namespace=row.is_namespace,
        keeps_shelf_list=row.keeps_shelf_list,
        is_closed=row.is_closed,
        version=row.version,
    )


def hours_of(tree: OrgTree, calendars: Calendars, code: str) -> HoursView:
    unit = tree.unit(code)
    own = calendars.own(unit.id)
    setter = next((org_id for org_id in tree.path(unit.id) if calendars.own(org_id).weekly is not None), None)
    return HoursView(
        weekly=_named_days(own.weekly),
        closures=own.closures,
        in_force=_named_days(calendars.week(unit.id)),
        in_force_from=tree.by_id[setter].code if setter is not None else None,
    )


def _named_days(week: Sequence[Spans] | None) -> dict[str, Spans] | None:
    return None if week is None else dict(zip(WEEKDAYS, week, strict=True))


def distances_of(session: Session, tree: OrgTree, code: str) -> list[tuple[str, float]]:
    """The measured distances of a unit by the other unit's code, the nearest first."""
    unit = tree.unit(code)
    rows = session.execute(
        select(Distance.from_id, Distance.to_id, Distance.km).where(
            (Distance.from_id == unit.id) | (Distance.to_id == unit.id)
        )
    )
    found = [(tree.by_id[to_id if from_id == unit.id else from_id].code, km) for from_id, to_id, km in rows]
    return sorted(found, key=lambda pair: (pair[1], pair[0]))


def list_users(session: Session, tree: OrgTree, *, units: Collection[int] | None) -> list[UserView]:
    """Accounts that hold a role at one of the units, or none anywhere yet; `units` None: all accounts."""
    grants: dict[int, list[tuple[str, int]]] = {}
    for user_id, role, org_id in session.execute(select(Grant.user_id, Grant.role, Grant.org_id)):
        grants.setdefault(user_id, []).append((role, org_id))
    rows = session.scalars(select(StaffUser).order_by(StaffUser.username))
    return [
        _user_view(row, grants.get(row.id, ()), tree)
        for row in rows
        if units is None or is_seen_from(units, grants.get(row.id, ()))
    ]


def find_user(session: Session, tree: OrgTree, username: str, *, units: Collection[int] | None = None) -> UserView:
    """One account, by the rule of `list_users`."""
    row = session.scalar(
        select(StaffUser).where(StaffUser.username == username.casefold()).execution_options(populate_existing=True)
    )
    grants = held_roles(session, row.id) if row is not None else set()
    if row is None or (units is not None and not is_seen_from(units, grants)):
        raise NotFound("user", username)
    return _user_view(row, grants, tree)


def held_roles(session: Session, user_id: int) -> set[tuple[str, int]]:
    """(role, unit id) of an account as they stand in the database now."""
    rows = session.execute(select(Grant.role, Grant.org_id).where(Grant.user_id == user_id))
    return {(role, org_id) for role, org_id in rows}


def is_seen_from(units: Collection[int], grants: Collection[tuple[str, int]]) -> bool:
    """Whether an account may be seen from these units: it holds a role there, or none anywhere yet."""
    return not grants or any(org_id in units for _, org_id in grants)


def _user_view(row: StaffUser, grants: Collection[tuple[str, int]], tree: OrgTree) -> UserView:
    return UserView(
        id=row.id,
        username=row.username,
        name=row.name,
        is_active=row.is_active,
        grants=grants_view(grants, tree),
    )


def grants_view(grants: Collection[tuple[str, int]], tree: OrgTree) -> tuple[GrantView, ...]:
    return tuple(GrantView(role=role, org=tree.by_id[org_id].code) for role, org_id in sorted(grants))


def own_account(caller: Caller, tree: OrgTree) -> UserView:
    """What a member of staff is told of themselves."""
    return UserView(
        id=caller.id,
        username=caller.username,
        name=caller.name,
        is_active=True,
        grants=grants_view(caller.grants, tree),
    )


def explanation(settings: Mapping[str, Resolved]) -> dict[str, dict[str, Any]]:
    """Every setting as it is told outside. One that nobody set and that has no default is null and says `required`."""
    return {
        name: {
            "value": None if one.value is REQUIRED else one.value,
            "source": one.source,
            "required": one.value is REQUIRED,
            "row": one.row.as_json() if one.row else None,
            "considered": [row.as_json() for row in one.considered],
        }
        for name, one in settings.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersionView:
    """One set of rows that was in force."""

    version: int
    saved_at: datetime
    saved_by: str
    note: str = ""
    rows: Sequence[Mapping[str, Any]] = ()


def list_policy_versions(session: Session, *, before: int | None, limit: int) -> list[PolicyVersionView]:
    """Newest first, without their rows."""
    v = PolicyVersion
    statement = select(v.version, v.saved_at, v.saved_by, v.note).order_by(v.version.desc()).limit(limit)
    if before is not None:
        statement = statement.where(v.version < before)
    return [PolicyVersionView(**row._mapping) for row in session.execute(statement)]


def find_policy_version(session: Session, version: int) -> PolicyVersionView:
    row = session.get(PolicyVersion, version) if version < 2**63 else None
    if row is None:
        raise NotFound("policy", version)
    return PolicyVersionView(
        version=row.version, saved_at=row.saved_at, saved_by=row.saved_by, note=row.note, rows=row.rows
    )


def version_before(session: Session, version: int) -> int | None:
    """The version that was in force before another; None for the first that was kept."""
    v = PolicyVersion
    return session.scalar(select(func.max(v.version)).where(v.version < version)) if version < 2**63 else None
