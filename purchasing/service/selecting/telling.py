"""What a reader hears at once of what is done with their card at a shop's counter, for somebody else may have it."""

from __future__ import annotations

from collections.abc import Mapping

from branches.context import Context
from catalog.description import marked
from kernel.clock import moment_text
from kernel.i18n import Text
from kernel.money import show_money
from notices.service import Occasion, Owed, tell
from patrons.queries import patron_by_id
from purchasing.queries.selections import SelectionRow


def tell_chosen(context: Context, selection: SelectionRow, patron_id: int) -> None:
    cost = show_money(selection.cost_fen)
    _tell(context, "choice_made", selection, patron_id, {"cost": Text(cost, cost)})


def tell_undone(context: Context, selection: SelectionRow, patron_id: int, reason: Text) -> None:
    _tell(context, "choice_undone", selection, patron_id, {"reason": reason})


def _tell(context: Context, kind: str, selection: SelectionRow, patron_id: int, values: dict[str, Text]) -> None:
    shop = context.tree.by_id[selection.shop_id].name
    told = values | {"shop": Text(shop, shop), "when": moment_text(context.now, context.now)}
    tell_of_choice(context, kind, selection, patron_id, told)


def tell_of_choice(
    context: Context, kind: str, selection: SelectionRow, patron_id: int, values: Mapping[str, Text]
) -> None:
    """A notice about a choice, to its reader, in the words of their own library."""
    owed = Owed(
        kind=kind,
        patron_id=patron_id,
        org_id=patron_by_id(context.session, patron_id).home_id,
        occasion=Occasion(subject_id=selection.id, at=context.now),
        line=marked(selection.title),
        values=values,
    )
    tell(context, [owed])
