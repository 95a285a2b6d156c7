"""What must always hold of units, accounts and policies."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from branches.hooks import CRITERIA
from branches.models import OpeningHours, PolicyVersion
from branches.policy import REGISTRY
from branches.reference import POLICIES, TREE
from branches.rights import ROLES
from kernel.i18n import Text
from kernel.invariants import Invariant, sql


def _find_unreached(session: Session) -> Iterable[str]:
    """Units that no way down from the network leads to, because they run in a circle, and roots beside the first."""
    tree = TREE.get(session)
    in_order = {unit.id for unit in tree.in_order}
    roots = [unit.code for unit in tree.by_id.values() if unit.parent_id is None]
    return [*roots[1:], *(unit.code for unit in tree.by_id.values() if unit.id not in in_order)]


def _find_bad_policies(session: Session) -> Iterable[str]:
    tree = TREE.get(session)
    for row in POLICIES.get(session).rows:
        units = [code for code in (row.org, row.item_org, row.patron_org) if code is not None]
        if row.setting not in REGISTRY or any(code not in tree.by_code for code in units):
            yield f"#{row.id} {row.setting}"
            continue
        others = {"category": row.category, "item_type": row.item_type}
        if any(
            others[name] and not vocabulary.chain(session, others[name] or "") for name, vocabulary in CRITERIA.items()
        ):
            yield f"#{row.id} {row.setting}"
            continue
        try:
            REGISTRY[row.setting].check(row.value)
        except ValueError:
            yield f"#{row.id} {row.setting}={row.value!r}"


def _find_unkept_version(session: Session) -> Iterable[str]:
    newest = session.scalars(select(PolicyVersion).order_by(PolicyVersion.version.desc()).limit(1)).first()
    if newest is None:
        return []
    rows = [row.as_json() for row in POLICIES.get(session).rows]
    kept = sorted(newest.rows, key=lambda row: int(row["id"]))
    return [] if kept == rows else [f"version {newest.version}"]


def _find_overlaps(session: Session) -> Iterable[str]:
    h = OpeningHours
    last: tuple[int, int, str] | None = None
    rows = session.execute(select(h.org_id, h.weekday, h.opens, h.closes).order_by(h.org_id, h.weekday, h.opens))
    for org_id, weekday, opens, closes in rows:
        if last is not None and last[:2] == (org_id, weekday) and opens < last[2]:
            yield f"org {org_id} weekday {weekday} {opens}"
        last = (org_id, weekday, closes)


_ROLES = ",".join(f"'{role}'" for role in ROLES)

# Asked before all others: where units run in a circle, whoever looks for what lies above one never comes to an end.
ONE_TREE = Invariant(
    code="org.one_tree",
    promise=Text("每个馆点都在同一棵树上", "every unit hangs on the one tree"),
    find=_find_unreached,
)

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        code="hours.no_overlap",
        promise=Text("一天内的开放时段不重叠", "the openings of a day do not overlap"),
        find=_find_overlaps,
    ),
    Invariant(
        code="policy.valid",
        promise=Text("每条政策的条件与值都有效", "every policy row names what exists and has a fitting value"),
        find=_find_bad_policies,
    ),
    Invariant(
        code="policy.version_kept",
        promise=Text("现行政策与最后一次保存的版本一致", "the policies in force are the version saved last"),
        find=_find_unkept_version,
    ),
    sql(
        "grant.role_known",
        "角色都是已知的",
        "every role that is held is known",
        f"SELECT user_id || ' ' || role FROM staff_grant WHERE role NOT IN ({_ROLES})",  # noqa: S608
    ),
    sql(
        "token.owner",
        "每个登录都属于现有的人",
        "every login belongs to somebody who exists",
        "SELECT 'token ' || t.id FROM token t WHERE t.kind = 'staff'"
        " AND NOT EXISTS (SELECT 1 FROM staff_user u WHERE u.id = t.subject_id)",
    ),
)
