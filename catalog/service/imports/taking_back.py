"""Writes what `catalog.undoing` decided about some titles of an import, with its journal and outbox rows.

Copies that did nothing since they came are deleted, not withdrawn: the books are on the shelf, and their barcodes belong to them when the
right file comes. The journal goes on telling that they were here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select, update

from branches.context import Context
from catalog.callnumbers import shelved
from catalog.import_models import ImportBatch, ImportReview
from catalog.models import Bib, BibIdentifier, BibVersion, Item, SourceRecord
from catalog.queries.undoing import corrections_of
from catalog.service.redescribing import Cause, redescribe
from catalog.undoing import Undoing
from kernel import journal, outbox


class TakingBack:
    """Takes back some titles of one import, whose rows are taken. Made anew for every transaction."""

    def __init__(self, context: Context, batch: ImportBatch) -> None:
        self._context = context
        self._session = context.session
        self._batch = batch
        self._author = batch.undo_author or context.caller.author

    def take_back(self, undoings: Sequence[Undoing]) -> Counter[str]:
        """Do as was decided; what was put right beside it, counted by kind."""
        removed = [one.bib_id for one in undoings if one.fate == "removed"]
        restored = [one.bib_id for one in undoings if one.fate == "restored"]
        self._remove_copies([item_id for one in undoings for item_id in one.copies])
        corrected = self._correct_copies([one.bib_id for one in undoings if one.fate == "restored"])
        self._expect_again([one.bib_id for one in undoings if one.fate == "kept" and one.copies])
        self._withdraw_records(restored)
        redescribe(self._context, restored, self._cause())
        self._remove_titles(removed)
        outbox.enqueue(self._session, "bib", [one.bib_id for one in undoings], at=self._context.now)
        return Counter(copies_corrected=corrected)

    def _cause(self) -> Cause:
        batch = self._batch
        return Cause(kind="undo", author=self._author, channel=batch.channel, org_id=batch.org_id, batch_id=batch.id)

    def _remove_copies(self, item_ids: Sequence[int]) -> None:
        if not item_ids:
            return
        rows = self._session.execute(
            delete(Item).where(Item.id.in_(item_ids)).returning(Item.id, Item.bib_id, Item.home_id, Item.barcode)
        ).all()
        entries = [
            self._journal_row(org_id=row.home_id, item_id=row.id, bib_id=row.bib_id, data={"barcode": row.barcode})
            for row in rows
        ]
        journal.append_many(self._session, entries)

    def _correct_copies(self, bib_ids: Sequence[int]) -> int:
        """Copies whose call number or price this import changed get back what they had, unless they were changed again."""
        told = corrections_of(self._session, self._batch.id, bib_ids)
        for row in told:
            values = shelved(row.data["before"]) | {"version": Item.version + 1}
            self._session.execute(update(Item).where(Item.id == row.item_id).values(**values))
        entries = [
            self._journal_row("item_changed", org_id=row.org_id, item_id=row.item_id, bib_id=row.bib_id, data={})
            for row in told
        ]
        journal.append_many(self._session, entries)
        return len(told)

    def _expect_again(self, bib_ids: Sequence[int]) -> None:
        """Titles that stay while copies of theirs go: the same record, come again, counts as newer, so that its copies are made again."""
        r = SourceRecord
        ours = (r.bib_id.in_(bib_ids), r.batch_id == self._batch.id, r.is_current)
        self._session.execute(update(r).where(*ours).values(digest=""))

    def _withdraw_records(self, bib_ids: Sequence[int]) -> None:
        """The import's records of these titles go, and the records they replaced are current again."""
        if not bib_ids:
            return
        r = SourceRecord
        ours = (r.bib_id.in_(bib_ids), r.batch_id == self._batch.id)
        names = self._session.execute(
            delete(r).where(*ours).returning(r.bib_id, r.source, r.identity, r.is_current)
        ).all()
        for row in names:
            if not row.is_current:
                continue
            former = select(func.max(r.id)).where(
                r.bib_id == row.bib_id, r.source == row.source, r.identity == row.identity
            )
            self._session.execute(update(r).where(r.id == former.scalar_subquery()).values(is_current=True))

    def _remove_titles(self, bib_ids: Sequence[int]) -> None:
        if not bib_ids:
            return
        for model in (BibIdentifier, SourceRecord, BibVersion, ImportReview):
            self._session.execute(delete(model).where(model.bib_id.in_(bib_ids)))
        rows = self._session.execute(delete(Bib).where(Bib.id.in_(bib_ids)).returning(Bib.id, Bib.title)).all()
        entries = [
            self._journal_row(org_id=self._batch.org_id, bib_id=row.id, data={"title": row.title}) for row in rows
        ]
        journal.append_many(self._session, entries)

    def _journal_row(self, act: str = "undone", *, data: dict[str, Any], **subjects: Any) -> dict[str, Any]:
        return journal.build_row(
            act,
            at=self._context.now,
            author=self._author,
            channel=self._batch.channel,
            data={"batch": self._batch.id, **data},
            **subjects,
        )
