"""Loads one chunk of records into the database: in bulk, in one transaction, with its journal and outbox rows.

What must be looked up is asked once per chunk; only records that changed are written one by one.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import insert

from branches.context import Context
from catalog.import_models import ImportBatch, ImportProblem
from catalog.matching import DEFAULT_WEIGHTS, Weights
from catalog.service.imports.chunk import Chunk
from catalog.service.imports.copies import CopyLoader
from catalog.service.imports.titles import Origin, TitleLoader
from kernel import journal, outbox


class Loader:
    """Loads the chunks of one batch. Made anew for every transaction."""

    def __init__(
        self,
        context: Context,
        batch: ImportBatch,
        default_type: str,
        weights: Weights = DEFAULT_WEIGHTS,
        other_library: str | None = None,
    ) -> None:
        self._context = context
        self._session = context.session
        self._batch_id = batch.id
        self._titles = TitleLoader(context, Origin.of(batch), weights)
        self._copies = CopyLoader(context, batch, default_type, other_library)

    @property
    def notes(self) -> Counter[str]:
        """What had to be assumed of copies, counted by kind."""
        return self._copies.notes

    def load(self, chunk: Chunk) -> Counter[str]:
        """Write a chunk and return how many records met which outcome."""
        placed = self._titles.load(chunk.records)
        journal.append_many(self._session, self._copies.load(placed))
        problems = [_rejected_row(self._batch_id, one) for one in chunk.rejected]
        problems += [*self._titles.problems, *self._copies.problems]
        if problems:
            self._session.execute(insert(ImportProblem), problems)
        changed = self._titles.changed | {bib_id for bib_id, _ in placed}
        outbox.enqueue(self._session, "bib", sorted(changed), at=self._context.now)
        outcomes = self._titles.outcomes + Counter(rejected=len(chunk.rejected))
        outcomes["items_created"] = self._copies.created
        outcomes["items_updated"] = self._copies.updated
        return outcomes


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
