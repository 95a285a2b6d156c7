"""Which shop a page is about: the one in the address or the form, else the first where the caller may do this."""

from __future__ import annotations

from flask import request

from branches.context import Context
from branches.tree import Unit
from kernel.errors import NotFound
from purchasing.service.shops import shops_of


def chosen(context: Context, right: str) -> Unit | None:
    """None where there is no such shop at all. Raises NotFound for another one's."""
    shops = [shop for shop in shops_of(context, right) if not shop.is_closed] or shops_of(context, right)
    code = request.values.get("shop", "")
    if not code:
        return shops[0] if shops else None
    for shop in shops_of(context, right):
        if shop.code == code:
            return shop
    raise NotFound("org", code)


def required(context: Context, right: str) -> Unit:
    """Raises NotFound where there is none."""
    shop = chosen(context, right)
    if shop is None:
        raise NotFound("shop", request.values.get("shop", ""))
    return shop
