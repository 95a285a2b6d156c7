"""Deciding on doubtful records: one of a title that is there, a title of its own, or one to be corrected first.

Whatever is decided, the record is kept under its number, so that the same file imported again changes nothing and asks nothing; its
copies come in as they do in an import.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from sqlalchemy import insert, select

from branches.context import Context
from catalog.entering import BibFields
from catalog.import_models import ImportBatch, ImportProblem, ImportReview
from catalog.marc import ReadRecord, read_one
from catalog.matching import DEFAULT_WEIGHTS
from catalog.profiles import find_profile
from catalog.queries.bibs import find_bib, standing
from catalog.service.bibs import BibService
from catalog.service.imports.candidates import take_turns
from catalog.service.imports.chunk import Incoming, described
from catalog.service.imports.copies import CopyLoader
from catalog.service.imports.item_type import ensure_default_type
from catalog.service.imports.titles import Origin, TitleLoader
from kernel import journal, outbox
from kernel.errors import Conflict, NotFound
from kernel.i18n import Text

Decision = Literal["merge", "keep_apart", "correct"]
_NO_TITLE: Final = Text(
    "与它相近的书目都已不在了，无法并入。请另立书目，或先改正再收。",
    "The titles it resembled are all gone, so there is none to merge it into. Keep it apart, or correct it first.",
)
_STATUS: Final[dict[Decision, str]] = {"merge": "merged", "keep_apart": "kept_apart", "correct": "corrected"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What became of a doubtful record: its title, and how many of its copies came in."""

    review_id: int
    status: str
    bib_id: int
    items_created: int


class ReviewService:
    """The queue of doubtful records."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def decide(
        self, review_id: int, decision: Decision, *, into: int | None = None, corrected: BibFields | None = None
    ) -> Decided:
        """Act on a record. `into`: the title to merge with, the best candidate still there where none is named; `corrected`: what the
        record should have said. Raises NotFound, and Conflict `review.decided` when somebody was quicker."""
        review, batch = self._take(review_id)
        titles = TitleLoader(self._context, self._origin(review, batch), DEFAULT_WEIGHTS)
        incoming = _read_again(review, batch, self._context)
        take_turns(self._session)
        if decision == "merge":
            bib_id = self._into(review, into)
            titles.attach(incoming, bib_id)
        else:
            bib_id = titles.create(incoming)
        if decision == "correct":
            BibService(self._context).change(bib_id, corrected or {}, expected_version=1)
        created = self._load_copies(batch, bib_id, incoming)
        self._close(review, batch, decision, bib_id)
        return Decided(review_id=review_id, status=review.status, bib_id=bib_id, items_created=created)

    def _into(self, review: ImportReview, named: int | None) -> int:
        """The title to merge with: the one that was named, or the best candidate that is still there. One that was merged meanwhile is the
        one it went into."""
        wanted = [named] if named else [int(one["bib"]) for one in review.candidates]
        stands = standing(self._session, wanted)
        found = next((stands[bib_id] for bib_id in wanted if bib_id in stands), None)
        if found is None and named:
            raise NotFound("bib", named)
        if found is None:
            raise Conflict("review.no_title", _NO_TITLE)
        return find_bib(self._session, found).id

    def _take(self, review_id: int) -> tuple[ImportReview, ImportBatch]:
        """The batch's row first, as an import does."""
        session = self._session
        batch_id = session.scalar(select(ImportReview.batch_id).where(ImportReview.id == review_id))
        if batch_id is None:
            raise NotFound("review", review_id)
        batch = session.scalars(select(ImportBatch).where(ImportBatch.id == batch_id).with_for_update()).one()
        self._context.caller.require_at("import.run", batch.org_id, self._context.tree, key=str(review_id))
        review = session.scalars(select(ImportReview).where(ImportReview.id == review_id).with_for_update()).one()
        if review.status != "open":
            message = Text(
                "{who} 已经处理了这条记录（书目 {bib}）。", "{who} has decided on this record already (title {bib})."
            ).format(who=review.decided_by or "", bib=review.bib_id)
            raise Conflict("review.decided", message, bib=review.bib_id)
        return review, batch

    def _origin(self, review: ImportReview, batch: ImportBatch) -> Origin:
        return Origin(
            batch_id=batch.id,
            source=review.source,
            author=self._context.caller.author,
            channel=self._context.channel,
            org_id=batch.org_id,
            cause="review",
        )

    def _load_copies(self, batch: ImportBatch, bib_id: int, incoming: Incoming) -> int:
        profile = find_profile(self._session, batch.profile)
        default_type = (profile.default_item_type if profile else None) or ensure_default_type(self._context)
        copies = CopyLoader(self._context, batch, default_type, profile.other_library if profile else None)
        journal.append_many(self._session, copies.load([(bib_id, incoming)]))
        if copies.problems:
            self._session.execute(insert(ImportProblem), copies.problems)
        outbox.enqueue(self._session, "bib", [bib_id], at=self._context.now)
        batch.items_created += copies.created
        batch.items_updated += copies.updated
        return copies.created

    def _close(self, review: ImportReview, batch: ImportBatch, decision: Decision, bib_id: int) -> None:
        review.status, review.bib_id = _STATUS[decision], bib_id
        review.decided_at, review.decided_by = self._context.now, self._context.caller.author
        batch.review -= 1
        if decision == "merge":
            batch.merged += 1
        else:
            batch.created += 1
        self._session.flush()


def _read_again(review: ImportReview, batch: ImportBatch, context: Context) -> Incoming:
    """The kept record as the import read it."""
    read = read_one(review.raw, review.container, review.format, declared=review.encoding)  # type: ignore[arg-type]
    if not isinstance(read, ReadRecord):
        raise Conflict("review.unreadable", read.message)
    read = replace(read, number=review.record, offset=review.offset)
    return replace(described(read, find_profile(context.session, batch.profile)), identity=review.identity)
