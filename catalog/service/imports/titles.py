"""Gives each record of a chunk its title: one it had before, one that another source described, a new one, or none until a librarian
has looked.

New titles are inserted together, titles that gained or changed a record are described anew together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert, select, update

from branches.context import Context
from catalog import description
from catalog.import_models import ImportBatch, ImportReview
from catalog.kept import read_description
from catalog.matching import Weights
from catalog.models import Bib, BibIdentifier, SourceRecord
from catalog.service.imports.candidates import Candidates, Found, Target, take_turns
from catalog.service.imports.chunk import Incoming
from catalog.service.imports.known import Known, judge
from catalog.service.redescribing import AtHand, Cause, redescribe
from kernel import journal
from kernel.bulk import insert_all, insert_rows
from kernel.db import table_of
from kernel.i18n import Text

_bibs, _records, _identifiers = table_of(Bib), table_of(SourceRecord), table_of(BibIdentifier)
_reviews = table_of(ImportReview)
MOST_SHOWN = 5  # candidates of a doubtful record

REUSED = Text(
    "控制号 {number} 在同一来源中已属于另一种书{title}。为避免覆盖，这条记录已原样保存。请更正控制号，或换一个来源名称导入。",
    "The control number {number} of this source belongs to another title, {title}. The record was kept aside so that nothing is "
    "overwritten. Correct the number, or import it under another source.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Under which batch, source and name records are written."""

    batch_id: int
    source: str
    author: str
    channel: str
    org_id: int
    cause: str = "import"

    @classmethod
    def of(cls, batch: ImportBatch) -> Origin:
        return cls(
            batch_id=batch.id, source=batch.source, author=batch.author, channel=batch.channel, org_id=batch.org_id
        )


class TitleLoader:
    """Places the records of one chunk. `problems` are records kept aside, `changed` the titles whose index entry is out of date."""

    def __init__(self, context: Context, origin: Origin, weights: Weights) -> None:
        self._context = context
        self._session = context.session
        self._origin = origin
        self._candidates = Candidates(weights)
        self.outcomes: Counter[str] = Counter()
        self.problems: list[dict[str, Any]] = []
        self.changed: set[int] = set()

    def load(self, records: Sequence[Incoming]) -> list[tuple[int, Incoming]]:
        """Write the titles; the pairs of title and record whose copies are to be loaded."""
        known = self._find_known(records)
        unknown = [one for one in records if one.identity not in known]
        waiting = self._find_waiting(unknown)
        if unknown:
            take_turns(self._session)
            self._candidates.load(self._session, [one for one in unknown if one.identity not in waiting])
        new, merged, later = self._sort(records, known, waiting)
        self._insert(new)
        placed = [(_id(target), one) for target, one in (*new, *merged)]
        self._keep([(bib_id, one) for bib_id, one in placed])
        known |= {one.identity: _known(bib_id, one) for bib_id, one in placed}
        updated = self._take_later(later, known)
        self._redescribe({_id(target) for target, _ in merged} | {bib_id for bib_id, _ in updated}, records)
        return [*placed, *updated]

    def create(self, incoming: Incoming) -> int:
        """A title of its own for a record, whatever it resembles; its id."""
        target = Target(data=incoming.data)
        self._insert([(target, incoming)])
        self._keep([(_id(target), incoming)])
        return _id(target)

    def attach(self, incoming: Incoming, bib_id: int) -> None:
        """Give a record to a title that is there."""
        self._keep([(bib_id, incoming)])
        self._redescribe({bib_id}, [incoming])

    # --- sorting ---------------------------------------------------------------------------------------------------

    def _sort(
        self, records: Sequence[Incoming], known: Mapping[str, Known], waiting: Mapping[str, str]
    ) -> tuple[list[tuple[Target, Incoming]], list[tuple[Target, Incoming]], list[Incoming]]:
        """New titles, records of titles that are there (or come with this chunk), and records whose number is known."""
        new: list[tuple[Target, Incoming]] = []
        merged: list[tuple[Target, Incoming]] = []
        later: list[Incoming] = []
        seen: set[str] = set()
        for one in records:
            if one.identity in known or one.identity in seen:
                later.append(one)
                continue
            if one.identity in waiting:
                self._wait_on(one, waiting[one.identity])
                continue
            seen.add(one.identity)
            found = self._candidates.of(one)
            if not found:
                target = Target(data=one.data)
                self._candidates.add(target, one)
                new.append((target, one))
            elif found[0].match.verdict == "same":
                merged.append((found[0].target, one))
            else:
                self._ask(one, found, new)
        self.outcomes["created"] += len(new)
        self.outcomes["merged"] += len(merged)
        return new, merged, later

    def _take_later(self, later: Sequence[Incoming], known: dict[str, Known]) -> list[tuple[int, Incoming]]:
        """Records whose number is known: the same as before, a newer version, or another book's."""
        updated: list[tuple[int, Incoming]] = []
        for one in later:
            before = known.get(one.identity)
            if before is None:  # twice in this chunk, and the first of them waits for a librarian
                self.outcomes["review"] += 1
                continue
            outcome = judge(before, one.digest, one.data.title)
            if outcome == "rejected":  # the title may be called otherwise by other sources, or by hand
                outcome = judge(replace(before, title=self._title_before(one)), one.digest, one.data.title)
            self.outcomes[outcome] += 1
            if outcome == "rejected":
                self.problems.append(_reused_row(self._origin.batch_id, one, before.title))
            elif outcome == "updated":
                bib_id = self._retire(one) or before.bib_id
                self._keep([(bib_id, one)])
                known[one.identity] = _known(bib_id, one)
                updated.append((bib_id, one))
        return updated

    def _find_known(self, records: Sequence[Incoming]) -> dict[str, Known]:
        rows = self._session.execute(
            select(_records.c.identity, _records.c.bib_id, _records.c.digest, _bibs.c.data["title"].as_string())
            .join(_bibs, _bibs.c.id == _records.c.bib_id)
            .where(
                _records.c.source == self._origin.source,
                _records.c.identity.in_({incoming.identity for incoming in records}),
                _records.c.is_current,
            )
        )
        return {
            identity: Known(bib_id=bib_id, digest=digest, title=title or "") for identity, bib_id, digest, title in rows
        }

    def _title_before(self, one: Incoming) -> str:
        """What the number's current record calls the title itself."""
        r = SourceRecord
        row = self._session.execute(
            select(r.format, r.container, r.encoding, r.raw).where(
                r.source == self._origin.source, r.identity == one.identity, r.is_current
            )
        ).one()
        before = read_description(*row)
        return before.title if before is not None else ""

    # --- the queue of doubtful records -----------------------------------------------------------------------------

    def _find_waiting(self, records: Sequence[Incoming]) -> dict[str, str]:
        """Identity and digest of those that wait for a librarian since an earlier import."""
        if not records:
            return {}
        r = _reviews.c
        rows = self._session.execute(
            select(r.identity, r.digest).where(
                r.source == self._origin.source, r.identity.in_({one.identity for one in records}), r.status == "open"
            )
        )
        return {row.identity: row.digest for row in rows}

    def _ask(self, one: Incoming, found: Sequence[Found], new: Sequence[tuple[Target, Incoming]]) -> None:
        """Keep a doubtful record until somebody decides. Titles that come with this very chunk are written first, to be named."""
        self._insert([(target, incoming) for target, incoming in new if target.bib_id is None])
        candidates = [candidate_of(each) for each in found[:MOST_SHOWN]]
        row = self._record_row(one) | {
            "record": one.read.number,
            "offset": one.read.offset,
            "candidates": candidates,
            "status": "open",
            "created_at": self._context.now,
        }
        self._session.execute(insert(ImportReview).values(**row))
        self.outcomes["review"] += 1

    def _wait_on(self, one: Incoming, digest: str) -> None:
        """It waits already; what is decided on is what came last."""
        self.outcomes["review"] += 1
        if digest != one.digest:
            self._session.execute(
                update(ImportReview)
                .where(
                    ImportReview.source == self._origin.source,
                    ImportReview.identity == one.identity,
                    ImportReview.status == "open",
                )
                .values(**self._record_row(one), record=one.read.number, offset=one.read.offset)
            )

    # --- writing ---------------------------------------------------------------------------------------------------

    def _insert(self, new: Sequence[tuple[Target, Incoming]]) -> None:
        """Write new titles and tell their targets the ids."""
        fresh = [(target, one) for target, one in new if target.bib_id is None]
        if not fresh:
            return
        now = self._context.now
        rows = [{**description.columns(t.data), "version": 1, "created_at": now, "updated_at": now} for t, _ in fresh]
        for (target, _), bib_id in zip(fresh, insert_all(self._session, _bibs, rows), strict=True):
            target.bib_id = bib_id
        identifiers = [
            {"bib_id": target.bib_id, "kind": kind, "value": value}
            for target, one in fresh
            for kind, value in one.identifiers
        ]
        insert_rows(self._session, _identifiers, identifiers)
        journal.append_many(self._session, [self._created_row(_id(target), one) for target, one in fresh])
        self.changed |= {_id(target) for target, _ in fresh}

    def _keep(self, placed: Sequence[tuple[int, Incoming]]) -> None:
        if placed:
            now = self._context.now
            rows = [
                self._record_row(one) | {"bib_id": bib_id, "received_at": now, "is_current": True}
                for bib_id, one in placed
            ]
            insert_rows(self._session, _records, rows)

    def _retire(self, one: Incoming) -> int | None:
        """The older record of a number stays as a version of it. Its title, which may be another one since it was looked for; None where
        the record was taken back meanwhile."""
        is_before = (_records.c.source == self._origin.source, _records.c.identity == one.identity)
        retired = update(_records).where(*is_before, _records.c.is_current).values(is_current=False)
        bib_id: int | None = self._session.execute(retired.returning(_records.c.bib_id)).scalar_one_or_none()
        return bib_id

    def _redescribe(self, bib_ids: set[int], records: Sequence[Incoming]) -> None:
        origin = self._origin
        cause = Cause(
            kind=origin.cause,
            author=origin.author,
            channel=origin.channel,
            org_id=origin.org_id,
            batch_id=origin.batch_id,
        )
        at_hand: AtHand = {(one.digest, one.read.format): one.data for one in records}
        redescribe(self._context, bib_ids, cause, at_hand=at_hand)
        self.changed |= bib_ids

    def _record_row(self, one: Incoming) -> dict[str, Any]:
        read, origin = one.read, self._origin
        return {
            "source": origin.source,
            "identity": one.identity,
            "format": read.format,
            "container": read.container,
            "encoding": read.encoding[:16],
            "digest": one.digest,
            "raw": read.raw,
            "batch_id": origin.batch_id,
        }

    def _created_row(self, bib_id: int, one: Incoming) -> dict[str, Any]:
        origin = self._origin
        return journal.build_row(
            "bib_created",
            at=self._context.now,
            author=origin.author,
            channel=origin.channel,
            org_id=origin.org_id,
            bib_id=bib_id,
            data={"batch": origin.batch_id, "record": one.read.number},
        )


def _id(target: Target) -> int:
    assert target.bib_id is not None
    return target.bib_id


def _known(bib_id: int, one: Incoming) -> Known:
    return Known(bib_id=bib_id, digest=one.digest, title=one.data.title)


def candidate_of(found: Found) -> dict[str, Any]:
    """As the queue keeps it: the title, its score, and each reason as [criterion, agreement, points, ours, theirs]."""
    reasons = [[r.criterion, r.agreement, r.points, r.ours, r.theirs] for r in found.match.reasons]
    return {"bib": _id(found.target), "score": found.match.score, "reasons": reasons}


def _reused_row(batch_id: int, incoming: Incoming, title: str) -> dict[str, Any]:
    message = REUSED.format(number=incoming.identity, title=description.marked(title))
    return {
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
