"""The journal as staff may read it: of their units, newest first.

No entry names a reader together with a copy or title, whoever asks and however: what somebody has read is nobody's business.
Acts on a copy show the copy, acts on a person show the person, and asking for a person finds only the latter. What follows from an act on
a copy, such as the fine or the suspension for a late return, stands beside it at the same instant: it names no reader either, nor the
number by which an account or a block would.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from branches.context import Context
from branches.hooks import SUBJECTS
from kernel.journal import JournalEntry

_READER: Final = "patron"
_NUMBERS: Final = frozenset({"entry", "about", "approval", "block", "amount"})


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
    rows = context.session.execute(_build_query(context, asked)).all()
    items = _keys(context, "item", {entry.item_id for entry, _ in rows if entry.item_id is not None})
    people = {entry.patron_id for entry, is_of_copy in rows if entry.patron_id is not None and not is_of_copy}
    patrons = _keys(context, "patron", people)
    return [_view(context, entry, items, patrons, is_of_copy=is_of_copy) for entry, is_of_copy in rows]


def _build_query(context: Context, asked: JournalQuestion) -> Select[JournalEntry, bool]:
    j = JournalEntry
    statement = select(j, _is_of_copy()).order_by(j.id.desc()).limit(asked.limit)
    units = _seen_units(context, asked.org)
    if units is not None:
        statement = statement.where(j.org_id.in_(units))
    if asked.patron is not None:
        found = _find(context, "patron", asked.patron)
        statement = statement.where(j.patron_id == found, ~_is_of_copy())
    if asked.item is not None:
        statement = statement.where(j.item_id == _find(context, "item", asked.item))
    if asked.act is not None:
        statement = statement.where(j.act == asked.act)
    if asked.author is not None:
        statement = statement.where(_is_by(asked.author))
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


def _is_by(author: str) -> ColumnElement[bool]:
    """By a member of staff or a job; readers are asked for all together, never one of them."""
    j = JournalEntry
    if author.partition(":")[0] == _READER:
        return or_(j.author == _READER, j.author.like(f"{_READER}:%"))
    return j.author == author


def _is_of_copy() -> ColumnElement[bool]:
    """Whether an entry is about a copy or title, or was written by the same scan as one that is. Forgetting takes the request and the
    reader who did it from the latter, so a missing one fits any."""
    j, beside = JournalEntry, aliased(JournalEntry)
    same_author = or_(beside.author == j.author, and_(beside.author == _READER, j.author.like(f"{_READER}:%")))
    same_request = or_(beside.request_id.is_(None), j.request_id.is_(None), beside.request_id == j.request_id)
    of_title = or_(beside.item_id.is_not(None), beside.bib_id.is_not(None))
    stands_beside = exists(select(1).where(beside.at == j.at, same_author, same_request, of_title))
    return or_(j.item_id.is_not(None), j.bib_id.is_not(None), and_(j.patron_id.is_not(None), stands_beside))


def _view(
    context: Context, entry: JournalEntry, items: Mapping[int, str], patrons: Mapping[int, str], *, is_of_copy: bool
) -> JournalView:
    is_consequence = is_of_copy and entry.item_id is None and entry.bib_id is None
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
        patron=patrons.get(entry.patron_id) if entry.patron_id is not None and not is_of_copy else None,
        data=_without_numbers(entry.data) if is_consequence else entry.data,
    )


def _without_numbers(data: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return None if data is None else {name: value for name, value in data.items() if name not in _NUMBERS}
