"""Loads one chunk of records into the database: in bulk, in one transaction, with its journal and outbox rows.

New titles are inserted together; only records that changed are written one by one. What must be looked up is asked once per chunk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from branches.context import Context
from catalog import description
from catalog.models import Bib, BibIdentifier, ImportBatch, ImportProblem, SourceRecord
from catalog.service.imports.chunk import Chunk, Incoming
from catalog.service.imports.copies import CopyLoader
from catalog.service.imports.matching import Known, Outcome, match
from kernel import journal, outbox
from kernel.db import table_of
from kernel.i18n import Text

_bibs, _records, _identifiers = table_of(Bib), table_of(SourceRecord), table_of(BibIdentifier)

REUSED = Text(
    "控制号 {number} 在同一来源中已属于另一种书{title}。为避免覆盖，这条记录已原样保存。请更正控制号，或换一个来源名称导入。",
    "The control number {number} of this source belongs to another title, {title}. The record was kept aside so that nothing is "
    "overwritten. Correct the number, or import it under another source.",
)


class Loader:
    """Loads the chunks of one batch. Made anew for every transaction."""

    def __init__(self, context: Context, batch: ImportBatch, default_type: str) -> None:
        self._context = context
        self._session = context.session
        self._batch = batch
        self._copies = CopyLoader(context, batch, default_type)
        self._journal: list[dict[str, Any]] = []
        self._changed: set[int] = set()
        self._problems: list[dict[str, Any]] = []

    @property
    def notes(self) -> Counter[str]:
        """What had to be assumed of copies, counted by kind."""
        return self._copies.notes

    def load(self, chunk: Chunk) -> Counter[str]:
        """Write a chunk and return how many records met which outcome."""
        outcomes: Counter[str] = Counter(rejected=len(chunk.rejected))
        self._problems += [_rejected_row(self._batch.id, one) for one in chunk.rejected]
        placed = self._place(chunk.records, outcomes)
        self._journal += self._copies.load(placed)
        self._changed |= {bib_id for bib_id, _incoming in placed}
        self._problems += self._copies.problems
        outcomes["items_created"] = self._copies.created
        outcomes["items_updated"] = self._copies.updated
        if self._problems:
            self._session.execute(insert(ImportProblem), self._problems)
        journal.append_many(self._session, self._journal)
        outbox.enqueue(self._session, "bib", sorted(self._changed), at=self._context.now)
        return outcomes

    def _place(self, records: Sequence[Incoming], outcomes: Counter[str]) -> list[tuple[int, Incoming]]:
        """Give each record its title; the pairs whose copies are to be loaded. A record may stand twice in one chunk."""
        known = self._find_known(records)
        new: dict[str, Incoming] = {}
        later: list[Incoming] = []
        for incoming in records:
            if incoming.identity not in known and incoming.identity not in new:
                new[incoming.identity] = incoming
            else:
                later.append(incoming)
        outcomes["created"] += len(new)
        placed = self._create(list(new.values()))
        known |= {
            incoming.identity: Known(record_id=0, bib_id=bib_id, digest=incoming.digest, title=incoming.data.title)
            for bib_id, incoming in placed
        }
        for incoming in later:
            outcome = match(known[incoming.identity], incoming.digest, incoming.data.title)
            outcomes[outcome] += 1
            if self._settle(outcome, known, incoming):
                placed.append((known[incoming.identity].bib_id, incoming))
        return placed

    def _settle(self, outcome: Outcome, known: dict[str, Known], incoming: Incoming) -> bool:
        """Act on a record whose number is known; whether its copies are to be loaded."""
        before = known[incoming.identity]
        if outcome == "rejected":
            self._problems.append(_reused_row(self._batch.id, incoming, before.title))
            return False
        if outcome == "updated":
            self._update(before.bib_id, incoming)
            known[incoming.identity] = Known(
                record_id=0, bib_id=before.bib_id, digest=incoming.digest, title=incoming.data.title
            )
            return True
        return False

    def _find_known(self, records: Sequence[Incoming]) -> dict[str, Known]:
        rows = self._session.execute(
            select(
                _records.c.identity,
                _records.c.id,
                _records.c.bib_id,
                _records.c.digest,
                _bibs.c.data["title"].as_string(),
            )
            .join(_bibs, _bibs.c.id == _records.c.bib_id)
            .where(
                _records.c.source == self._batch.source,
                _records.c.identity.in_({incoming.identity for incoming in records}),
                _records.c.is_current,
            )
        )
        return {
            identity: Known(record_id=record_id, bib_id=bib_id, digest=digest, title=title or "")
            for identity, record_id, bib_id, digest, title in rows
        }

    def _create(self, new: Sequence[Incoming]) -> list[tuple[int, Incoming]]:
        if not new:
            return []
        now = self._context.now
        rows = [{**description.columns(one.data), "version": 1, "created_at": now, "updated_at": now} for one in new]
        statement = insert(_bibs).returning(_bibs.c.id, sort_by_parameter_order=True)
        bib_ids = list(self._session.execute(statement, rows).scalars())
        self._session.execute(insert(_records), [self._record_row(i, one) for i, one in zip(bib_ids, new, strict=True)])
        identifiers = [
            {"bib_id": bib_id, "kind": kind, "value": value}
            for bib_id, one in zip(bib_ids, new, strict=True)
            for kind, value in description.identifiers(one.data)
        ]
        if identifiers:
            self._session.execute(insert(_identifiers), identifiers)
        self._journal += [
            self._journal_row("bib_created", bib_id, one) for bib_id, one in zip(bib_ids, new, strict=True)
        ]
        return list(zip(bib_ids, new, strict=True))

    def _update(self, bib_id: int, incoming: Incoming) -> None:
        """A newer version from the same source: the older record stays as a version."""
        session = self._session
        session.execute(
            update(_records)
            .where(
                _records.c.source == self._batch.source, _records.c.identity == incoming.identity, _records.c.is_current
            )
            .values(is_current=False)
        )
        session.execute(insert(_records), [self._record_row(bib_id, incoming)])
        session.execute(
            update(_bibs)
            .where(_bibs.c.id == bib_id)
            .values(**description.columns(incoming.data), version=_bibs.c.version + 1, updated_at=self._context.now)
        )
        session.execute(delete(_identifiers).where(_identifiers.c.bib_id == bib_id))
        identifiers = description.identifiers(incoming.data)
        if identifiers:
            rows = [{"bib_id": bib_id, "kind": kind, "value": value} for kind, value in identifiers]
            session.execute(insert(_identifiers), rows)
        self._journal.append(self._journal_row("bib_changed", bib_id, incoming))

    def _record_row(self, bib_id: int, incoming: Incoming) -> dict[str, Any]:
        read = incoming.read
        return {
            "bib_id": bib_id,
            "source": self._batch.source,
            "identity": incoming.identity,
            "format": read.format,
            "container": read.container,
            "encoding": read.encoding[:16],
            "digest": incoming.digest,
            "raw": read.raw,
            "batch_id": self._batch.id,
            "received_at": self._context.now,
            "is_current": True,
        }

    def _journal_row(self, act: str, bib_id: int, incoming: Incoming) -> dict[str, Any]:
        data = {"batch": self._batch.id, "record": incoming.read.number}
        context = self._context
        return journal.build_row(
            act,
            at=context.now,
            author=self._batch.author,
            channel=self._batch.channel,
            org_id=self._batch.org_id,
            bib_id=bib_id,
            data=data,
        )


def _rejected_row(batch_id: int, rejected: Any) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "is_record": True,
        "record": rejected.number,
        "offset": rejected.offset,
        "control_number": rejected.control_number[:200] if rejected.control_number else None,
        "tag": rejected.tag[:16] if rejected.tag else None,
        "code": rejected.code,
        "message_zh": rejected.message.zh,
        "message_en": rejected.message.en,
        "raw": rejected.raw,
    }


def _reused_row(batch_id: int, incoming: Incoming, title: str) -> dict[str, Any]:
    message = REUSED.format(number=incoming.identity, title=description.marked(title))
    row: Mapping[str, Any] = {
        "batch_id": batch_id,
        "is_record": True,
        "record": incoming.read.number,
        "offset": incoming.read.offset,
        "control_number": incoming.identity,
        "tag": "001",
        "code": "import.control_number_reused",
        "message_zh": message.zh,
        "message_en": message.en,
        "raw": incoming.read.raw,
    }
    return dict(row)
