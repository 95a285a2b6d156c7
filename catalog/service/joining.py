"""Two titles that are one: copies, records and everything else that hangs on the first move to the second, which is described anew.

The act itself, with its right and its journal row, is `circ.service.merging`. Whatever a room hangs on a title moves by the references that
its tables declare, so that a room added tomorrow loses nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Column, delete, exists, insert, select, update

from branches.context import Context
from catalog import apart, hooks
from catalog.bibdata import BibData
from catalog.description import to_json
from catalog.merging import BY_HAND
from catalog.models import Bib, BibIdentifier, BibRedirect, BibVersion, Item, SourceRecord
from catalog.queries.apart import kept_records
from catalog.queries.bibs import BibRow, lock_bibs, raise_where_it_went
from catalog.queries.hanging import references_to, unique_beside
from catalog.service.redescribing import Cause, redescribe
from kernel import journal, outbox

# Moved or written here with more care than a reference turned elsewhere.
OWN_TABLES: Final = frozenset({"bib_identifier", "source_record", "bib_version", "item", "bib_redirect"})


def lock_pair(context: Context, bib_id: int, into_id: int) -> tuple[BibRow, BibRow]:
    """Both titles, their rows taken in the order of their ids, so that two merges that cross wait for one another.

    Raises Conflict `bib.merged` for one that went into another meanwhile, NotFound for one that never was.
    """
    found = {bib.id: bib for bib in lock_bibs(context.session, [bib_id, into_id])}
    for asked in (bib_id, into_id):
        if asked not in found:
            raise_where_it_went(context.session, asked)
    return found[bib_id], found[into_id]


def said_after(context: Context, bib_id: int, into: BibRow) -> BibData:
    """What the title that stays would say, all records of `bib_id` being its own."""
    session = context.session
    going = [row for row in kept_records(session, bib_id) if row.is_current and not row.is_by_hand]
    staying = [row for row in kept_records(session, into.id) if row.is_current]
    return apart.said_by(apart.lineages([*staying, *going])) or into.data


def join(context: Context, bib: BibRow, into: BibRow, cause: Cause) -> int:
    """Move all of `bib` to `into` and take `bib` away; how many copies moved. What both said before stays as versions."""
    for tell in hooks.JOINING:
        tell(context, bib.id, into.id)
    moved = move_copies(context, bib.id, into.id)
    _move_records(context, bib.id, into.id)
    _turn_references(context, bib.id, into.id)
    _keep_last_version(context, bib, cause)
    session = context.session
    session.execute(update(BibRedirect).where(BibRedirect.into_id == bib.id).values(into_id=into.id))
    session.execute(delete(BibIdentifier).where(BibIdentifier.bib_id == bib.id))
    session.execute(delete(Bib).where(Bib.id == bib.id))
    session.execute(insert(BibRedirect).values(bib_id=bib.id, into_id=into.id, merged_at=context.now))
    redescribe(context, [into.id], cause)
    outbox.enqueue(session, "bib", [bib.id, into.id], at=context.now)
    return moved


def move_copies(context: Context, bib_id: int, into_id: int, only: Collection[int] | None = None) -> int:
    """Give the copies of a title, or some of them, to another title, each with its journal row; how many there were."""
    these = Item.bib_id == bib_id if only is None else (Item.bib_id == bib_id) & Item.id.in_(only)
    statement = update(Item).where(these).values(bib_id=into_id, version=Item.version + 1)
    rows = context.session.execute(statement.returning(Item.id, Item.home_id)).all()
    caller = context.caller
    entries = [
        journal.build_row(
            "item_changed",
            at=context.now,
            author=caller.author,
            channel=context.channel,
            org_id=row.home_id,
            item_id=row.id,
            bib_id=into_id,
            data={"changes": {"bib": [bib_id, into_id]}} | ({"apart": True} if only is not None else {}),
        )
        for row in sorted(rows)
    ]
    journal.append_many(context.session, entries)
    return len(rows)


def _move_records(context: Context, bib_id: int, into_id: int) -> None:
    """What was made by hand for the title that goes is one of its versions; it does not speak over the records of the one that stays."""
    records = update(SourceRecord).where(SourceRecord.bib_id == bib_id)
    context.session.execute(records.where(SourceRecord.source.in_(BY_HAND)).values(is_current=False))
    context.session.execute(records.values(bib_id=into_id))


def _turn_references(context: Context, bib_id: int, into_id: int) -> None:
    for column in references_to("bib", but=OWN_TABLES):
        beside = unique_beside(column)
        if beside:
            _drop_doubles(context, column, beside, bib_id, into_id)
        context.session.execute(update(column.table).where(column == bib_id).values({column.name: into_id}))


def _drop_doubles(context: Context, column: Column[Any], beside: list[Column[Any]], bib_id: int, into_id: int) -> None:
    """Where both titles are named already, such as on one reader's list, once is enough. A text that its column says `joins` goes along."""
    other = column.table.alias()
    for text in column.table.columns:
        if text.info.get("joins"):
            _join_texts(context, column, beside, text, bib_id, into_id)
    is_double = exists(select(1).where(other.c[column.name] == into_id, *(other.c[one.name] == one for one in beside)))
    context.session.execute(delete(column.table).where(column == bib_id, is_double))


def _join_texts(
    context: Context, column: Column[Any], beside: list[Column[Any]], text: Column[Any], bib_id: int, into_id: int
) -> None:
    """What stood with the title that goes is written behind what stands with the one that stays, as far as there is room."""
    session, table = context.session, column.table
    room = getattr(text.type, "length", None)
    going = {tuple(row[:-1]): row[-1] for row in session.execute(select(*beside, text).where(column == bib_id))}
    for *key, said in session.execute(select(*beside, text).where(column == into_id)).all():
        more = going.get(tuple(key))
        if more and more != said:
            is_it = (column == into_id, *(one == value for one, value in zip(beside, key, strict=True)))
            session.execute(update(table).where(*is_it).values({text.name: f"{said}\n{more}".strip()[:room]}))


def _keep_last_version(context: Context, bib: BibRow, cause: Cause) -> None:
    context.session.execute(
        insert(BibVersion).values(
            bib_id=bib.id,
            version=bib.version,
            data=to_json(bib.data),
            since=bib.updated_at,
            replaced_at=context.now,
            author=cause.author,
            cause=cause.kind,
        )
    )
