"""What whoever has a copy in hand must be told of the thing itself: its note, what belongs to it, that it is damaged. Pure."""

from __future__ import annotations

from typing import Final

from catalog.queries import ItemRow
from circ.refusals import refuse
from kernel.errors import Refusal

# The desk stops until somebody has seen these.
MUST_BE_SEEN: Final = frozenset({"item.note", "item.accessories"})


def told_at_check_out(item: ItemRow) -> list[Refusal]:
    return _told(item, item.check_out_note)


def told_at_check_in(item: ItemRow) -> list[Refusal]:
    return _told(item, item.check_in_note)


def _told(item: ItemRow, note: str | None) -> list[Refusal]:
    notices = []
    if note:
        notices.append(refuse("item.note", note=note))
    if item.accessories:
        notices.append(refuse("item.accessories", accessories=item.accessories))
    if item.is_damaged:
        notices.append(refuse("item.damaged"))
    return notices
