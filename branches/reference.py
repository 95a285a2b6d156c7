"""The reference data of this room, cached per process: the tree, the calendars, the policies in force."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from branches import models
from branches.calendar import Calendars, ClosedDays, Hours
from branches.policy import PolicyBook, Row
from branches.tree import OrgTree, Unit
from kernel.reference import Reference


def _load_tree(session: Session) -> OrgTree:
    o = models.OrgUnit
    columns = (o.id, o.code, o.name, o.kind, o.parent_id, o.is_namespace, o.keeps_shelf_list, o.is_closed, o.lat, o.lon)
    rows = session.execute(select(*columns))
    distances = session.execute(select(models.Distance.from_id, models.Distance.to_id, models.Distance.km)).all()
    return OrgTree([Unit(**row._mapping) for row in rows], distances)


def _load_calendars(session: Session) -> Calendars:
    weeks: dict[int, list[list[tuple[str, str]]]] = {}
    h = models.OpeningHours
    for org_id, weekday, opens, closes in session.execute(
        select(h.org_id, h.weekday, h.opens, h.closes).order_by(h.org_id, h.weekday, h.opens)
    ):
        weeks.setdefault(org_id, [[] for _ in range(7)])[weekday].append((opens, closes))
    closures: dict[int, list[ClosedDays]] = defaultdict(list)
    c = models.Closure
    for org_id, from_on, to_on, reason in session.execute(
        select(c.org_id, c.from_on, c.to_on, c.reason).order_by(c.from_on)
    ):
        closures[org_id].append(ClosedDays(from_on=from_on, to_on=to_on, reason=reason))
    hours = {
        org_id: Hours(
            weekly=tuple(tuple(day) for day in weeks[org_id]) if org_id in weeks else None,
            closures=tuple(closures.get(org_id, ())),
        )
        for org_id in weeks.keys() | closures.keys()
    }
    return Calendars(TREE.get(session), hours)


def _load_policies(session: Session) -> PolicyBook:
    p = models.PolicyRow
    rows = session.execute(
        select(p.id, p.org, p.item_org, p.patron_org, p.category, p.item_type, p.setting, p.value, p.note).order_by(
            p.id
        )
    )
    return PolicyBook(POLICIES.version(session), [Row(**row._mapping) for row in rows])


TREE: Reference[OrgTree] = Reference("org", _load_tree)
CALENDARS: Reference[Calendars] = Reference("hours", _load_calendars)
POLICIES: Reference[PolicyBook] = Reference("policy", _load_policies)
