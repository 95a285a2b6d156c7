"""A copy as staff see it: what it is, where it is, who waits for it; and what it went through, with no reader in it.

Stands here and not in the catalogue, because it touches loans and transfers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from branches.context import Context
from catalog.queries.items import ItemDetails, ItemRow, find_item, item_details
from circ.queries import LoanRow, open_loan_of_item
from circ.queries.holds import hold_with_copy
from circ.service.facts import may_see_reader
from kernel.errors import NotFound
from kernel.journal import JournalEntry
from transit.queries import TransferRow, open_transfer

# What an entry may tell of the copy. All else in it (categories, limits, overrides) is the reader's business.
TOLD: Final = frozenset(
    {
        "act",
        "after",
        "before",
        "changes",
        "document",
        "due_at",
        "forwarded_from",
        "from",
        "item_type",
        "lent_at",
        "owner",
        "price_fen",
        "reason",
        "returned_at",
        "said_of",
        "to",
        "transfer",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """A copy with its open loan and transfer, and the hold it is fetched for or put aside for.

    `names_reader`: whether the asker may see who has it; `uses`: how often it was read in the library, undone ones left out."""

    item: ItemDetails
    loan: LoanRow | None
    names_reader: bool
    transfer: TransferRow | None
    hold_id: int | None = None
    uses: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One act on a copy. A reader's own act is by `patron`, without their number. `is_undone`: it was taken back and counts for nothing."""

    id: int
    at: datetime
    act: str
    org: str | None
    channel: str
    author: str
    data: Mapping[str, Any]
    is_undone: bool = False


def view_item(context: Context, asked: str, *, at: str | None = None) -> ItemView:
    """A bare barcode is looked up in the namespace of `at`, else of the caller's unit, then network-wide."""
    return view_of(context, _find(context, asked, "item.read", at).id)


def view_of(context: Context, item_id: int) -> ItemView:
    """A copy that the caller was found to have the right to see, or has just acted on."""
    loan = open_loan_of_item(context.session, item_id)
    hold = hold_with_copy(context.session, item_id)
    return ItemView(
        item=item_details(context.session, item_id),
        loan=loan,
        names_reader=loan is not None and may_see_reader(context, loan),
        transfer=open_transfer(context.session, item_id),
        hold_id=hold.id if hold is not None else None,
        uses=_count_uses(context, item_id),
    )


def _count_uses(context: Context, item_id: int) -> int:
    j, undoing = JournalEntry, aliased(JournalEntry)
    stands = ~exists(select(1).where(undoing.undoes_id == j.id))
    used = select(func.count()).select_from(j).where(j.item_id == item_id, j.act == "used_in_house", stands)
    return context.session.scalar(used) or 0


def read_history(
    context: Context, asked: str, *, at: str | None = None, before_id: int | None = None, limit: int = 50
) -> list[HistoryEntry]:
    """What a copy went through, the newest first; `before_id` is where the last page ended."""
    found = _find(context, asked, "item.history", at)
    j, undoing = JournalEntry, aliased(JournalEntry)
    is_undone = exists(select(1).where(undoing.undoes_id == j.id))
    statement = select(j, is_undone).where(j.item_id == found.id).order_by(j.id.desc()).limit(limit)
    if before_id is not None:
        statement = statement.where(j.id < before_id)
    return [_told(context, entry, is_undone=undone) for entry, undone in context.session.execute(statement)]


def _find(context: Context, asked: str, right: str, at: str | None) -> ItemRow:
    """The copy; where the right is held neither at its owner nor at its home nor where it is, it is answered as absent."""
    caller, tree = context.caller, context.tree
    caller.require(right)
    found = find_item(context.session, asked, tree, at=tree.unit(at).id if at is not None else caller.own_unit())
    if not any(caller.may(right, unit, tree) for unit in (found.owner_id, found.home_id, found.location_id)):
        raise NotFound("item", asked)
    return found


def _told(context: Context, entry: JournalEntry, *, is_undone: bool) -> HistoryEntry:
    unit = context.tree.by_id.get(entry.org_id) if entry.org_id is not None else None
    return HistoryEntry(
        id=entry.id,
        at=entry.at,
        act=entry.act,
        org=unit.code if unit else None,
        channel=entry.channel,
        author=entry.author.partition(":")[0],
        data={name: value for name, value in (entry.data or {}).items() if name in TOLD},
        is_undone=is_undone,
    )
