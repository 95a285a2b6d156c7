"""Setting up the network: units, their hours and closures, and how far they are apart.

Every change of the tree marks the calendars changed too, because they hold the tree. The lock on the tree's version is
taken before the tree is read, so two changes at once cannot make a circle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from sqlalchemy import delete, insert, or_, update

from branches import hooks
from branches.calendar import WEEKDAYS
from branches.context import Context
from branches.models import Closure, Distance, OpeningHours, OrgUnit
from branches.reference import CALENDARS, TREE
from branches.tree import OrgTree, Unit
from kernel.barcodes import check_code
from kernel.errors import Conflict, Invalid, Stale
from kernel.i18n import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUnit:
    """A unit to be. Without `parent` it is the network. `is_namespace` is settled now, before there are barcodes."""

    code: str
    name: str
    kind: str
    parent: str | None = None
    lat: float | None = None
    lon: float | None = None
    address: str | None = None
    phone: str | None = None
    is_namespace: bool = False
    keeps_shelf_list: bool = False


class UnitChanges(TypedDict, total=False):
    """What may change about a unit; what is absent stays."""

    name: str
    kind: str
    parent: str
    lat: float | None
    lon: float | None
    address: str | None
    phone: str | None
    keeps_shelf_list: bool
    is_closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClosure:
    from_on: date
    to_on: date
    reason: str = ""


Weekly = Mapping[str, Sequence[tuple[str, str]]]


class OrgService:
    """The acts on units. Units are closed, never deleted: copies, readers and the journal name them for ever."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def create(self, new: NewUnit) -> Unit:
        check_code(new.code)
        tree = self._lock_tree()
        parent_id = self._find_parent(new, tree)
        if any(code.casefold() == new.code.casefold() for code in tree.by_code):
            raise Conflict(
                "org.code_taken",
                Text("馆点代码「{code}」已被使用。", "The code “{code}” is taken.").format(code=new.code),
            )
        values = {
            "code": new.code,
            "name": new.name,
            "kind": new.kind,
            "parent_id": parent_id,
            "is_namespace": new.is_namespace,
            "keeps_shelf_list": new.keeps_shelf_list,
            "lat": new.lat,
            "lon": new.lon,
            "address": new.address,
            "phone": new.phone,
        }
        org_id: int = self._session.execute(insert(OrgUnit).values(values).returning(OrgUnit.id)).scalar_one()
        self._record(org_id, new.code, "unit_created")
        return self._context.tree.by_id[org_id]

    def change(self, code: str, changes: UnitChanges, *, expected_version: int | None = None) -> Unit:
        """Change a unit; with `expected_version` only if nobody changed it since."""
        tree = self._lock_tree()
        unit = tree.unit(code)
        self._context.caller.require_at("org.write", unit.id, tree, key=code)
        values: dict[str, Any] = {name: value for name, value in changes.items() if name != "parent"}
        _check_kind(unit, values.get("kind", unit.kind))
        if "parent" in changes:
            values["parent_id"] = self._find_new_parent(unit, changes["parent"], tree)
        statement = update(OrgUnit).where(OrgUnit.id == unit.id)
        if expected_version is not None:
            statement = statement.where(OrgUnit.version == expected_version)
        changed = self._session.execute(statement.values(**values, version=OrgUnit.version + 1).returning(OrgUnit.id))
        if changed.first() is None:
            raise Stale()
        self._record(unit.id, code, "unit_changed", fields=sorted(changes))
        if values.get("parent_id", unit.parent_id) != unit.parent_id:
            for tell in hooks.MOVED:
                tell(self._context, tree.subtree(unit.id))
        return self._context.tree.by_id[unit.id]

    def set_hours(self, code: str, *, weekly: Weekly | None, closures: Sequence[NewClosure]) -> Unit:
        """Replace a unit's week and closures. `weekly` None: the parent's week holds. A week never open is refused."""
        CALENDARS.changed(self._session)
        tree = self._context.tree
        unit = tree.unit(code)
        self._context.caller.require_at("hours.write", unit.id, tree, key=code)
        openings = _check_week(weekly) if weekly is not None else []
        _check_closures(closures)
        self._session.execute(delete(OpeningHours).where(OpeningHours.org_id == unit.id))
        self._session.execute(delete(Closure).where(Closure.org_id == unit.id))
        if openings:
            self._session.execute(insert(OpeningHours), [{"org_id": unit.id, **opening} for opening in openings])
        if closures:
            rows = [{"org_id": unit.id, "from_on": c.from_on, "to_on": c.to_on, "reason": c.reason} for c in closures]
            self._session.execute(insert(Closure), rows)
        self._record(unit.id, code, "hours_changed")
        return unit

    def set_distances(self, code: str, distances: Mapping[str, float]) -> Unit:
        """Replace all measured distances of a unit: kilometres by the other unit's code. A distance holds both ways."""
        tree = self._lock_tree()
        unit = tree.unit(code)
        self._context.caller.require_at("org.write", unit.id, tree, key=code)
        others = {tree.unit(other).id: km for other, km in distances.items()}
        if unit.id in others:
            detail = Text("馆点到自身没有距离。", "A unit has no distance to itself.")
            raise Invalid("distance.self", detail, {"to": [detail]})
        self._session.execute(delete(Distance).where(or_(Distance.from_id == unit.id, Distance.to_id == unit.id)))
        if others:
            rows = [{"from_id": unit.id, "to_id": other_id, "km": km} for other_id, km in others.items()]
            self._session.execute(insert(Distance), rows)
        self._record(unit.id, code, "distances_changed")
        return unit

    def _lock_tree(self) -> OrgTree:
        TREE.changed(self._session)
        CALENDARS.changed(self._session)
        return self._context.tree

    def _find_parent(self, new: NewUnit, tree: OrgTree) -> int | None:
        if new.parent is None or new.kind == "network":
            if new.parent is not None or new.kind != "network":
                detail = Text("只有总分馆网络没有上级馆。", "Only the network itself has no parent.")
                raise Invalid("org.parent", detail, {"parent": [detail]})
            self._context.caller.require("org.write")
            if tree.root is not None:
                raise Conflict("org.network_exists", Text("总分馆网络已经建好了。", "The network exists already."))
            return None
        parent = tree.unit(new.parent)
        self._context.caller.require_at("org.write", parent.id, tree, key=new.parent)
        return parent.id

    def _find_new_parent(self, unit: Unit, code: str, tree: OrgTree) -> int:
        parent = tree.unit(code)
        self._context.caller.require_at("org.write", parent.id, tree, key=code)
        if unit.parent_id is None or tree.is_within(parent.id, unit.id):
            detail = Text("不能把馆点移到自己或下级之下。", "A unit cannot move below itself.")
            raise Invalid("org.circle", detail, {"parent": [detail]})
        if not unit.is_namespace and tree.namespace(parent.id) != tree.namespace(unit.id):
            raise Conflict(
                "org.namespace",
                Text(
                    "这样移动会使馆点换到另一个条码范围，其中的条码可能重复，所以不能移动。",
                    "This move would put the unit into another namespace, where its barcodes may collide.",
                ),
            )
        return parent.id

    def _record(self, org_id: int, code: str, what: str, **data: Any) -> None:
        self._context.record("settings_changed", org_id=org_id, data={"what": what, "org": code, **data})


def _check_kind(unit: Unit, kind: str) -> None:
    if (kind == "network") != (unit.parent_id is None):
        detail = Text("只有最上级是总分馆网络。", "Only the topmost unit is the network.")
        raise Invalid("org.kind", detail, {"kind": [detail]})


def _check_week(weekly: Weekly) -> list[dict[str, Any]]:
    """The openings of a week as rows; those of a day are in order and do not overlap."""
    openings = []
    for weekday, name in enumerate(WEEKDAYS):
        spans = sorted(weekly.get(name, ()))
        for n, (opens, closes) in enumerate(spans):
            if opens >= closes or (n > 0 and opens < spans[n - 1][1]):
                detail = Text("开放时间先后不对或互相重叠。", "Opening times are out of order or overlap.")
                raise Invalid("hours.order", detail, {f"weekly.{name}": [detail]})
            openings.append({"weekday": weekday, "opens": opens, "closes": closes})
    if not openings:
        detail = Text(
            "一周至少要开放一次；长期闭馆请登记闭馆日期。",
            "A week opens at least once. For a long closure, enter closed days.",
        )
        raise Invalid("hours.never_open", detail, {"weekly": [detail]})
    return openings


def _check_closures(closures: Sequence[NewClosure]) -> None:
    for n, closure in enumerate(closures):
        if closure.from_on > closure.to_on:
            detail = Text("闭馆结束日早于开始日。", "A closure ends before it begins.")
            raise Invalid("closure.order", detail, {f"closures.{n}.to": [detail]})
