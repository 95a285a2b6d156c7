"""The journal as staff may read it: of their units, newest first.

No entry names a reader together with a copy or title, whoever asks and however: what somebody has read is nobody's business.
Acts on a copy show the copy, acts on a person show the person, and asking for a person finds only the latter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from branches.context import Context
from branches.hooks import SUBJECTS
from kernel.journal import JournalEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalQuestion:
    """What to look for. `item` and `patron` are barcodes, `org` a unit's code, `before_id` where the last page ended."""

    act: str | None = None
    item: str | None = None
    patron: str | None = None
    org: str | None = None
    author: str | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    before_id: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalView:
    id: int
    act: str
    at: datetime
    org: str | None
    channel: str
    author: str
    item: str | None
    bib: int | None
    patron: str | None
    data: Mapping[str, Any] | None


def read_journal(context: Context, asked: JournalQuestion) -> list[JournalView]:
    """The newest entries that fit. Raises NotFound for an unknown copy, reader or unit."""
    context.caller.require("journal.read")
    entries = context.session.scalars(_build_query(context, asked)).all()
    items = _keys(context, "item", {e.item_id for e in entries if e.item_id is not None})
    patrons = _keys(context, "patron", {e.patron_id for e in entries if e.patron_id is not None and not _is_of_copy(e)})
    return [_view(context, entry, items, patrons) for entry in entries]


def _build_query(context: Context, asked: JournalQuestion) -> Select[JournalEntry]:
    j = JournalEntry
    statement = select(j).order_by(j.id.desc()).limit(asked.limit)
    units = _seen_units(context, asked.org)
    if units is not None:
        statement = statement.where(j.org_id.in_(units))
    if asked.patron is not None:
        found = _find(context, "patron", asked.patron)
        statement = statement.where(j.patron_id == found, j.item_id.is_(None), j.bib_id.is_(None))
    if asked.item is not None:
        statement = statement.where(j.item_id == _find(context, "item", asked.item))
    wanted = {j.act: asked.act, j.author: asked.author}
    statement = statement.where(*(column == value for column, value in wanted.items() if value is not None))
    if asked.from_at is not None:
        statement = statement.where(j.at >= asked.from_at)
    if asked.to_at is not None:
        statement = statement.where(j.at < asked.to_at)
    return statement if asked.before_id is None else statement.where(j.id < asked.before_id)


def _seen_units(context: Context, org: str | None) -> Collection[int] | None:
    """The units whose entries are shown; None: all, entries of no unit included."""
    tree = context.tree
    allowed = context.caller.units("journal.read", tree)
    if org is not None:
        unit = tree.unit(org)
        context.caller.require_at("journal.read", unit.id, tree, key=org)
        return tree.subtree(unit.id) & allowed
    return None if len(allowed) == len(tree.by_id) else allowed


def _find(context: Context, kind: Any, key: str) -> int:
    return SUBJECTS[kind].find(context.session, context.tree, key, context.caller.own_unit())


def _keys(context: Context, kind: Any, ids: Collection[int]) -> Mapping[int, str]:
    return SUBJECTS[kind].keys(context.session, ids) if ids else {}


def _is_of_copy(entry: JournalEntry) -> bool:
    return entry.item_id is not None or entry.bib_id is not None


def _view(context: Context, entry: JournalEntry, items: Mapping[int, str], patrons: Mapping[int, str]) -> JournalView:
    unit = context.tree.by_id.get(entry.org_id) if entry.org_id is not None else None
    return JournalView(
        id=entry.id,
        act=entry.act,
        at=entry.at,
        org=unit.code if unit else None,
        channel=entry.channel,
        author=entry.author.partition(":")[0],  # a reader's own act is by "patron", without their number
        item=items.get(entry.item_id) if entry.item_id is not None else None,
        bib=entry.bib_id,
        patron=patrons.get(entry.patron_id) if entry.patron_id is not None and not _is_of_copy(entry) else None,
        data=entry.data,
    )
