"""Titles made and changed by hand or by a record sent in. Each keeps the record it rests on, and beside it every change by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from io import BytesIO
from typing import Any, Final, Literal

from sqlalchemy import delete, insert, update

from branches.context import Context
from catalog.bibdata import BibData
from catalog.description import columns, identifiers, to_json
from catalog.entering import BibFields, change, enter
from catalog.marc import NotMarc, ReadRecord, RejectedRecord, bib_data, read_records
from catalog.merging import FORM_SOURCE, hand_identity
from catalog.models import Bib, BibIdentifier, SourceRecord
from catalog.queries.bibs import BibRow, bib_of_source, find_bib
from catalog.queries.duplicates import Alike, titles_alike
from catalog.queries.versions import find_version
from catalog.service.redescribing import Cause, replace_descriptions
from kernel import outbox
from kernel.errors import Conflict, Invalid, Stale
from kernel.i18n import Text

SENT_SOURCE = "sent"
Container = Literal["iso2709", "marcxml", "form"]


class BibService:
    """Cataloguing one title. Importing files is the import service's."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def create(self, entered: BibFields, *, not_these: Collection[int] | None = ()) -> BibRow:
        """A title typed in. Raises Invalid naming every field that does not hold, and Conflict `bib.alike` for one that seems to be here
        already, unless it is among those that were seen and are not meant (`not_these`; None where nobody is there to be asked)."""
        self._context.caller.require("bib.write")
        data = enter(entered)
        if not_these is not None:
            ask_about(titles_alike(self._session, data), not_these)
        bib_id = self.insert(data)
        self._keep_form(bib_id, data)
        return find_bib(self._session, bib_id)

    def create_from_record(
        self, body: bytes, container: Container | None, *, not_these: Collection[int] = ()
    ) -> BibRow:
        """A title from one MARC record, in any container where none is named. The same bytes again are no second title: Conflict
        `bib.exists` names the first. `not_these` as above."""
        self._context.caller.require("bib.write")
        read = read_single(body, container)
        digest = hashlib.sha256(read.raw).hexdigest()
        known = bib_of_source(self._session, SENT_SOURCE, digest)
        if known is not None:
            message = Text("这条记录已经登记为书目 {id}。", "This record is title {id} already.").format(id=known)
            raise Conflict("bib.exists", message, bib=known)
        data = bib_data(read)
        ask_about(titles_alike(self._session, data), not_these)
        bib_id = self.insert(data)
        self.keep_record(bib_id, SENT_SOURCE, digest, read)
        return find_bib(self._session, bib_id)

    def change(self, bib_id: int, changes: BibFields, *, expected_version: int) -> BibRow:
        """Change a title that nobody else changed since it was read. A change that changes nothing leaves no trace."""
        self._context.caller.require("bib.write")
        bib = find_bib(self._session, bib_id, lock=True)
        if bib.version != expected_version:
            raise Stale()
        data = change(bib.data, changes)
        if data == bib.data:
            return bib
        self.write(bib, data)
        self._keep_form(bib_id, data)
        return find_bib(self._session, bib_id)

    def restore(self, bib_id: int, version: int, *, expected_version: int) -> BibRow:
        """Let a title say again what it said in an earlier version. That is a new version, made by hand: imports do not speak over it.

        Raises Stale where somebody changed the title since it was read, NotFound for a version that never was.
        """
        self._context.caller.require("bib.write")
        bib = find_bib(self._session, bib_id, lock=True)
        if bib.version != expected_version:
            raise Stale()
        data = find_version(self._session, bib_id, version)
        if data == bib.data:
            return bib
        self.write(bib, data, "restore")
        self._keep_form(bib_id, data)
        return find_bib(self._session, bib_id)

    # --- what every way of cataloguing is made of

    def write(self, bib: BibRow, data: BibData, kind: str = "hand") -> None:
        """The next version of a title that is locked; the one it replaces is kept."""
        caller = self._context.caller
        cause = Cause(kind=kind, author=caller.author, channel=self._context.channel, org_id=caller.own_unit())
        replace_descriptions(self._context, [(bib, data)], cause)
        outbox.enqueue(self._session, "bib", [bib.id], at=self._context.now)

    def describe(self, bib_id: int, data: BibData) -> None:
        """The description of a title that nobody has seen yet, its columns and its numbers."""
        values = columns(data) | {"updated_at": self._context.now}
        self._session.execute(update(Bib).where(Bib.id == bib_id).values(values))
        self._session.execute(delete(BibIdentifier).where(BibIdentifier.bib_id == bib_id))
        self._identify(bib_id, data)

    def keep_record(self, bib_id: int, source: str, identity: str, read: ReadRecord) -> None:
        """A record as the newest of its source; what stood there is one of its versions."""
        self._supersede(source, identity)
        self._keep(
            bib_id,
            source=source,
            identity=identity,
            format=read.format,
            container=read.container,
            encoding=read.encoding[:16],
            raw=read.raw,
        )

    def insert(self, data: BibData) -> int:
        """A new title without a record yet; its id."""
        values = columns(data) | {"created_at": self._context.now, "updated_at": self._context.now}
        bib_id: int = self._session.execute(insert(Bib).values(values).returning(Bib.id)).scalar_one()
        self._identify(bib_id, data)
        self._record("bib_created", bib_id, {})
        return bib_id

    def _identify(self, bib_id: int, data: BibData) -> None:
        rows = [{"bib_id": bib_id, "kind": kind, "value": value} for kind, value in identifiers(data)]
        if rows:
            self._session.execute(insert(BibIdentifier), rows)

    def _keep_form(self, bib_id: int, data: BibData) -> None:
        """The description as it now stands, as the newest of its hand-made versions."""
        raw = json.dumps(to_json(data), ensure_ascii=False, sort_keys=True).encode()
        identity = hand_identity(bib_id)
        self._supersede(FORM_SOURCE, identity)
        self._keep(
            bib_id,
            source=FORM_SOURCE,
            identity=identity,
            format=data.format,
            container="form",
            encoding="utf-8",
            raw=raw,
        )

    def _supersede(self, source: str, identity: str) -> None:
        known = update(SourceRecord).where(SourceRecord.source == source, SourceRecord.identity == identity)
        self._session.execute(known.where(SourceRecord.is_current).values(is_current=False))

    def _keep(self, bib_id: int, *, raw: bytes, **values: str) -> None:
        digest = hashlib.sha256(raw).hexdigest()
        self._session.execute(
            insert(SourceRecord).values(
                bib_id=bib_id, raw=raw, digest=digest, received_at=self._context.now, is_current=True, **values
            )
        )

    def _record(self, act: str, bib_id: int, data: dict[str, Any]) -> None:
        self._context.record(act, org_id=self._context.caller.own_unit(), bib_id=bib_id, data=data or None)
        outbox.enqueue(self._session, "bib", [bib_id], at=self._context.now)


def ask_about(alike: Sequence[Alike], not_these: Collection[int]) -> None:
    """Whoever catalogues is asked before a title is made that seems to be here: Conflict `bib.alike` names those (`bibs`). Of each it is
    for them to say before it counts that it is another."""
    found = [one.id for one in alike]
    if not set(found) <= set(not_these):
        raise Conflict("bib.alike", _ALIKE, bibs=found)


_ALIKE: Final = Text(
    "可能已经有这种书了，还没有保存。请先看看下面的书目：是同一种，就打开那一条；不是，再存一次。",
    "This title may be here already, so it was not saved. Look at the titles below: open the one that is the same, or save again.",
)


def read_single(body: bytes, container: Container | None) -> ReadRecord:
    """The one record that a body holds, in the container that was declared, if any. Raises Invalid with the reason for anything else."""
    try:
        results = list(read_records(BytesIO(body)))
    except NotMarc as error:
        raise _unreadable(error.code, error.message) from error
    if len(results) != 1:
        raise _unreadable("record.several", Text("请一次只发送一条记录。", "Send one record at a time."))
    read = results[0]
    if isinstance(read, RejectedRecord):
        raise _unreadable(read.code, read.message)
    if container is not None and read.container != container:
        message = Text("内容与声明的格式不符。", "The body is not of the type that was declared.")
        raise _unreadable("body.media_type", message)
    return read


def _unreadable(code: str, message: Text) -> Invalid:
    return Invalid(code, message, {"body": [message]})
