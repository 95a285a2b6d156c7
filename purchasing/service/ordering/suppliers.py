"""Who sells to the libraries. A supplier serves the whole network; whoever may order may enter one."""

from __future__ import annotations

from typing import Any, TypedDict

from sqlalchemy import insert, update

from branches.context import Context
from kernel.barcodes import check_code
from kernel.db import table_of
from kernel.errors import Conflict, NotFound
from kernel.i18n import Text
from purchasing.order_models import Supplier
from purchasing.queries.orders import SupplierRow, find_supplier

_suppliers = table_of(Supplier)


class SupplierFields(TypedDict, total=False):
    """What may be said of a supplier; what is absent stays."""

    name: str
    contact: str
    pays_percent: int
    delivery_days: int
    is_active: bool


def create_supplier(context: Context, code: str, fields: SupplierFields) -> SupplierRow:
    context.caller.require("order.write")
    check_code(code)
    try:
        find_supplier(context.session, code)
    except NotFound:
        values = {"contact": "", "pays_percent": 100, "delivery_days": 14, "is_active": True, **fields}
        context.session.execute(insert(_suppliers).values(code=code, created_at=context.now, **values))
    else:
        message = Text("供应商代码「{c}」已存在。", "The supplier “{c}” exists already.").format(c=code)
        raise Conflict("supplier.code_taken", message)
    return _recorded(context, code, dict(fields))


def change_supplier(context: Context, code: str, fields: SupplierFields) -> SupplierRow:
    """What was agreed from now on; orders that were placed keep their prices."""
    context.caller.require("order.write")
    before = find_supplier(context.session, code, lock=True)
    changes = {name: value for name, value in fields.items() if getattr(before, name) != value}
    if not changes:
        return before
    context.session.execute(update(_suppliers).where(_suppliers.c.code == code).values(**changes))
    return _recorded(context, code, changes)


def _recorded(context: Context, code: str, changes: dict[str, Any]) -> SupplierRow:
    context.record("supplier_changed", org_id=context.caller.own_unit(), data={"supplier": code, "changes": changes})
    return find_supplier(context.session, code)
