"""Sets the county up as an administrator does: categories and types, units with their hours, policies."""

from __future__ import annotations

from branches.context import Context
from branches.service.orgs import NewClosure, NewUnit, OrgService
from branches.service.policies import NewRow, PolicyService
from catalog.service.item_types import ItemTypeService
from kernel.errors import Conflict
from kernel.i18n import Text
from patrons.service.categories import CategoryService
from web.demo import county


def set_up_network(context: Context) -> bool:
    """Make the county in a database without one; False where it stands already. Refuses a database of another county."""
    tree = context.tree
    if {unit.code for unit in county.units()} <= tree.by_code.keys():
        return False
    if tree.root is not None:
        raise Conflict(
            "demo.other_county",
            Text(
                "数据库里已有「{name}」，演示县只能建在空的数据库里。请换一个数据文件夹（TONGJIE_DATA_DIR）。",
                "The database holds “{name}”. The demo county needs an empty one: choose another TONGJIE_DATA_DIR.",
            ).format(name=tree.root.name),
        )
    for category in county.patron_categories():
        CategoryService(context).create(category.code, category.name)
    for item_type in county.item_types():
        ItemTypeService(context).create(item_type.code, item_type.name, item_type.parent)
    for unit in county.units():
        _set_up_unit(context, unit)
    rows = [_policy_row(policy) for policy in county.policies()]
    PolicyService(context).replace(rows, expected_version=context.policies.version)
    return True


def _set_up_unit(context: Context, unit: county.Unit) -> None:
    orgs = OrgService(context)
    new = NewUnit(
        code=unit.code,
        name=unit.name,
        kind=unit.kind,
        parent=unit.parent,
        lat=unit.lat,
        lon=unit.lon,
        address=unit.address,
    )
    orgs.create(new)
    closures = [NewClosure(from_on=c.from_on, to_on=c.to_on, reason=c.reason) for c in unit.closures]
    orgs.set_hours(unit.code, weekly=unit.week, closures=closures)


def _policy_row(policy: county.Policy) -> NewRow:
    return NewRow(
        org=policy.org,
        item_org=policy.item_org,
        patron_org=policy.patron_org,
        category=policy.category,
        item_type=policy.item_type,
        setting=policy.setting,
        value=policy.value,
        note=policy.note,
    )
