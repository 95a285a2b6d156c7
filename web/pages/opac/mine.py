"""Which library a reader means by theirs: the one they chose at this browser, else the home of their card; nearness follows from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from flask import request
from sqlalchemy import select

from branches.context import Context
from branches.tree import Unit
from patrons.models import Patron

COOKIE: Final = "tongjie_library"
KEEP: Final = timedelta(days=365)


def my_library(context: Context) -> Unit | None:
    chosen = context.tree.by_code.get(request.cookies.get(COOKIE, ""))
    if chosen is not None and not chosen.is_closed:
        return chosen
    return home_library(context)


def home_library(context: Context) -> Unit | None:
    """Where the card of the reader who asks is at home."""
    if context.caller.kind != "patron":
        return None
    home_id = context.session.scalar(select(Patron.home_id).where(Patron.id == context.caller.id))
    return context.tree.by_id.get(home_id) if home_id is not None else None


def by_nearness(context: Context, mine: Unit | None) -> Callable[[int], tuple[float, int]]:
    """A key for sorting units: mine first, then the nearer ones, else as the tree has them."""
    order = {unit.id: place for place, unit in enumerate(context.tree.in_order)}
    if mine is None:
        return lambda org_id: (0.0, order[org_id])
    return lambda org_id: (context.tree.distance_km(mine.id, org_id), order[org_id])
