"""Titles described anew from the records they now rest on: the one place where a description changes because its records did.

The description that is replaced stays as a version. Whoever calls writes the outbox.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, delete, insert, select, update
from structlog import get_logger

from branches.context import Context
from catalog.bibdata import BibData
from catalog.description import columns, identifiers
from catalog.import_models import ImportSource
from catalog.kept import read_description
from catalog.merging import Sourced, merge
from catalog.models import Bib, BibIdentifier, BibVersion, SourceRecord
from catalog.queries.bibs import BibRow, lock_bibs
from kernel import journal
from kernel.db import table_of

log = get_logger("catalog")

_bibs, _identifiers, _versions = table_of(Bib), table_of(BibIdentifier), table_of(BibVersion)
AtHand = Mapping[tuple[str, str], BibData]  # by digest and format of the record
_NONE: Final[AtHand] = {}
_UPDATE: Final = update(_bibs).where(_bibs.c.id == bindparam("of_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why descriptions change: stands with the version that is replaced and in the journal."""

    kind: str
    author: str
    channel: str
    org_id: int | None
    batch_id: int | None = None
    details: Mapping[str, Any] | None = None


def redescribe(context: Context, bib_ids: Collection[int], cause: Cause, *, at_hand: AtHand = _NONE) -> set[int]:
    """Describe these titles from their current records, by the rules of `catalog.merging`; the ids of those that changed.

    Takes the rows of the titles, in the order of their ids. A title whose records cannot be read any more stays as it is.
    `at_hand` is what records say that the caller has just read: they are not read again.
    """
    if not bib_ids:
        return set()
    bibs = lock_bibs(context.session, bib_ids)
    described = {bib_id: merge(found) for bib_id, found in _records_of(context, bib_ids, at_hand).items()}
    changes = [(bib, described[bib.id]) for bib in bibs if bib.id in described and described[bib.id] != bib.data]
    replace_descriptions(context, changes, cause)
    return {bib.id for bib, _ in changes}


def replace_descriptions(context: Context, changes: Iterable[tuple[BibRow, BibData]], cause: Cause) -> None:
    """Write new descriptions of titles whose rows are taken, each with its version and its journal row."""
    pairs = list(changes)
    if not pairs:
        return
    session, now = context.session, context.now
    session.execute(insert(_versions), [_version(bib, context, cause) for bib, _ in pairs])
    session.execute(
        _UPDATE.values({name: bindparam(name) for name in (*columns(pairs[0][1]), "version", "updated_at")}),
        [{**columns(data), "version": bib.version + 1, "updated_at": now, "of_id": bib.id} for bib, data in pairs],
    )
    session.execute(delete(_identifiers).where(_identifiers.c.bib_id.in_([bib.id for bib, _ in pairs])))
    rows = [
        {"bib_id": bib.id, "kind": kind, "value": value} for bib, data in pairs for kind, value in identifiers(data)
    ]
    if rows:
        session.execute(insert(_identifiers), rows)
    journal.append_many(session, [_journal_row(bib, data, context, cause) for bib, data in pairs])


def _records_of(context: Context, bib_ids: Collection[int], at_hand: AtHand) -> dict[int, list[Sourced]]:
    r, s = SourceRecord, ImportSource
    rows = context.session.execute(
        select(r.id, r.bib_id, r.source, r.digest, r.format, r.container, r.encoding, r.raw, s.priority)
        .outerjoin(s, s.code == r.source)
        .where(r.bib_id.in_(bib_ids), r.is_current)
    )
    found: dict[int, list[Sourced]] = {}
    for row in rows:
        data = at_hand.get((row.digest, row.format)) or read_description(
            row.format, row.container, row.encoding, row.raw
        )
        if data is None:
            log.error("source_record.unreadable", record=row.id, bib=row.bib_id)
            continue
        found.setdefault(row.bib_id, []).append(Sourced.of_record(data, row.id, row.source, row.priority))
    return found


def _version(bib: BibRow, context: Context, cause: Cause) -> dict[str, Any]:
    return {
        "bib_id": bib.id,
        "version": bib.version,
        "data": columns(bib.data)["data"],
        "since": bib.updated_at,
        "replaced_at": context.now,
        "author": cause.author,
        "cause": cause.kind,
        "batch_id": cause.batch_id,
    }


def _journal_row(bib: BibRow, data: BibData, context: Context, cause: Cause) -> dict[str, Any]:
    changed = [name for name in BibData.__dataclass_fields__ if getattr(bib.data, name) != getattr(data, name)]
    told = {"cause": cause.kind, "fields": changed, "version": bib.version + 1, **(cause.details or {})}
    if cause.batch_id is not None:
        told["batch"] = cause.batch_id
    return journal.build_row(
        "bib_changed",
        at=context.now,
        author=cause.author,
        channel=cause.channel,
        org_id=cause.org_id,
        bib_id=bib.id,
        data=told,
    )
