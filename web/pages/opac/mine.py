"""Which library a reader means by theirs: the one they chose at this browser, else the home of their card."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import request

from branches.context import Context
from branches.tree import Unit
from patrons.queries import home_of

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
    home_id = home_of(context.session, context.caller.id)
    return context.tree.by_id.get(home_id) if home_id is not None else None
