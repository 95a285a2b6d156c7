"""Where somebody works today: a unit at which they may take books back, remembered by the computer that stands there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from flask import request
from werkzeug.wrappers import Response

from branches.context import Context
from branches.tree import LENDING_KINDS, Unit
from kernel.errors import NotFound

COOKIE: Final = "tongjie_desk"
KEEP: Final = timedelta(days=365)


def workplace(context: Context) -> Unit | None:
    """The remembered unit, if its rights still hold; else the only one they could mean; else nobody knows."""
    open_here = {unit.code: unit for unit in places(context)}
    remembered = open_here.get(request.cookies.get(COOKIE, ""))
    if remembered is not None:
        return remembered
    own = [unit for unit in open_here.values() if unit.id in context.caller.home_units()]
    if len(own) == 1:
        return own[0]
    return next(iter(open_here.values())) if len(open_here) == 1 else None


def places(context: Context) -> list[Unit]:
    """All units with a desk where the caller may take books back, as whoever lends may too, in the order of the tree."""
    units = context.caller.units("loan.return", context.tree)
    return [
        unit for unit in context.tree.in_order if unit.id in units and unit.kind in LENDING_KINDS and not unit.is_closed
    ]


def shown(context: Context, units: Collection[int]) -> Unit | None:
    """Of the units of a list, the one asked for in the address or the form, else the one where this computer stands; None for all."""
    code = request.values.get("at")
    if code is None:
        standing = workplace(context)
        return standing if standing is not None and standing.id in units else None
    if code == "":
        return None
    unit = context.tree.unit(code)
    if unit.id not in units:
        raise NotFound("org", code)
    return unit


def remember(response: Response, unit: Unit, *, secure: bool) -> None:
    response.set_cookie(COOKIE, unit.code, max_age=KEEP, secure=secure, httponly=True, samesite="Lax")
