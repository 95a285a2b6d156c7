"""Merging two titles that a librarian found to be one. What hangs on them, in this room and others, goes along."""

from __future__ import annotations

from dataclasses import dataclass

from branches.context import Context
from catalog.description import full_title
from catalog.queries.versions import records_of
from catalog.service.joining import join, lock_pair
from catalog.service.redescribing import Cause
from kernel.errors import Conflict
from kernel.i18n import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedTitles:
    """What a merge came to: the title that stays, and how many copies it gained."""

    bib_id: int
    into_id: int
    copies: int


def merge_titles(context: Context, bib_id: int, into_id: int) -> MergedTitles:
    """Merge `bib_id` into `into_id`: copies, records and numbers move, the old address leads to the new title for ever.

    Raises NotFound for a title that never was, Conflict for one that went into another meanwhile, and for a title and itself.
    """
    context.caller.require("bib.write")
    if bib_id == into_id:
        raise Conflict("bib.merge_itself", Text("不能把书目并入它自己。", "A title cannot be merged into itself."))
    bib, into = lock_pair(context, bib_id, into_id)
    org_id = context.caller.own_unit()
    cause = Cause(
        kind="merge",
        author=context.caller.author,
        channel=context.channel,
        org_id=org_id,
        details={"from": bib_id},
    )
    records = records_of(context.session, bib_id)
    moved = join(context, bib, into, cause)
    told = {"from": bib_id, "title": full_title(bib.data), "version": bib.version, "copies": moved, "records": records}
    context.record("bib_merged", org_id=org_id, bib_id=into_id, data=told)
    return MergedTitles(bib_id=bib_id, into_id=into_id, copies=moved)
