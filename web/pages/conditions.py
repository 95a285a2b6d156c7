"""What is said of a copy on its page: missing, found, damaged, at the mender's; lost or claimed to be returned by whoever has it."""

from __future__ import annotations

from collections.abc import Mapping

from branches.context import Context
from branches.tree import Unit
from catalog.states import STATUS_ACTS
from circ.commands import SetStatus
from circ.item_view import ItemView
from circ.service.status import RIGHT
from circ.states import LOAN_ACTS, acts_for
from kernel.i18n import Text
from web.pages.desk.place import workplace
from web.pages.forms import Form

BY_LIST = ("withdrawn", "restored")  # a copy in the library is withdrawn by a list, which has a page of its own


def desk_of(asked: Context) -> Unit | None:
    """The desk at which this computer stands, where things may be said of copies there."""
    here = workplace(asked)
    return here if here is not None and asked.caller.may(RIGHT, here.id, asked.tree) else None


def buttons(asked: Context, view: ItemView) -> Mapping[str, Text]:
    """What may be said of a copy as it stands, by this person: of a book in hand at any desk of theirs, of others in their own units."""
    item, tree, may = view.item, asked.tree, asked.caller.may
    if not asked.caller.holds(RIGHT):
        return {}
    allowed = acts_for(
        item.status,
        is_damaged=item.is_damaged,
        has_loan=view.loan is not None,
        mark=view.loan.mark if view.loan else None,
    )
    if view.loan is not None:
        is_own = may("item.write", item.owner_id, tree)
        return {name: label for name, label in allowed.items() if is_own or name not in BY_LIST}
    is_ours = any(may(RIGHT, unit, tree) for unit in (item.location_id, item.home_id, item.owner_id))
    has_desk = desk_of(asked) is not None
    return {
        name: label
        for name, label in allowed.items()
        if name not in BY_LIST and (is_ours or (has_desk and STATUS_ACTS[name].in_hand))
    }


def read_act(form: Form, asked: Context, barcode: str) -> SetStatus:
    """What a form says of a copy; of a book in hand it says so at this desk."""
    reason = form.text("reason", 200, required=False) or None
    named = form.choice("act", {*STATUS_ACTS, *LOAN_ACTS}) or ""
    form.check()
    here = desk_of(asked)
    is_here = here is not None and named in STATUS_ACTS and STATUS_ACTS[named].in_hand
    return SetStatus(item=barcode, act=named, at=here.code if is_here and here else None, reason=reason)
