"""How an act finds the reader it is about: by any card they ever had, where the caller holds the right at the reader's home."""

from __future__ import annotations

from branches.context import Context
from kernel.errors import Conflict, NotFound
from kernel.i18n import Text
from patrons.privacy import mask_name
from patrons.queries import PatronRow, find_patron


def find_for(context: Context, asked: str, right: str, *, lock: bool = False) -> PatronRow:
    """The reader of a card; one outside the units where the right is held is answered like one that does not exist."""
    context.caller.require(right)
    patron = find_patron(context.session, asked, context.tree, at=context.caller.own_unit(), lock=lock)
    if not context.caller.may(right, patron.home_id, context.tree):
        raise NotFound("patron", asked)
    return patron


def name_for(context: Context, patron: PatronRow) -> str:
    """Whole for those who may see it at the reader's home, the first character for others."""
    is_full = context.caller.may("patron.read_full", patron.home_id, context.tree)
    return patron.name if is_full else mask_name(patron.name)


def require_open(patron: PatronRow) -> None:
    """Refuse an act on a reader whose account is closed."""
    if patron.status != "active":
        detail = Text(
            "这位读者已注销。要重新办证，请先恢复账户。", "This reader’s account is closed. Open it again first."
        )
        raise Conflict("patron.closed", detail)
