"""The pages under "buying", as the tabs on each of them show them."""

from __future__ import annotations

from typing import Final

from flask import current_app

from branches.access import Caller
from kernel.i18n import Text
from web.pages.layout import Place

PLACES: Final = (
    Place(endpoint="demand_pages.index", label=Text("采购需求", "Wanted"), icon="help", rights=("order.read",)),
    Place(
        endpoint="order_pages.index",
        label=Text("订单", "Orders"),
        icon="send",
        rights=("order.read",),
        also=("receipt_pages", "order_paper_pages"),
    ),
    Place(endpoint="supplier_pages.index", label=Text("供应商", "Suppliers"), icon="users", rights=("order.read",)),
    Place(
        endpoint="programme_pages.index",
        label=Text("选书活动", "Programmes"),
        icon="users",
        rights=("programme.read",),
    ),
    Place(
        endpoint="processing_pages.index", label=Text("新书加工", "Processing"), icon="book", rights=("item.process",)
    ),
    Place(endpoint="fund_pages.index", label=Text("经费", "Funds"), icon="journal", rights=("fund.read",)),
    Place(endpoint="oversight_pages.index", label=Text("监督", "Oversight"), icon="search", rights=("report.read",)),
)


def places_for(who: Caller) -> list[Place]:
    """Those that there are and that the caller may open."""
    return [
        place
        for place in PLACES
        if place.endpoint in current_app.view_functions and any(who.holds(name) for name in place.rights)
    ]
