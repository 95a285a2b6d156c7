"""Titles catalogued as MARC: a record written or changed field by field is checked, kept as the title's own (source `desk`), and the
description follows from it. Forms and records sent in whole are `catalog.service.bibs`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from branches.context import Context
from catalog.bibdata import BibData, MarcFormat
from catalog.marc import MarcRecord, ReadRecord, RejectedRecord, bib_data
from catalog.marc.checking import Finding, check_record, has_errors
from catalog.marc.finishing import as_kept, for_editing, numbered, says_the_same, stamped
from catalog.merging import DESK_SOURCE, hand_identity
from catalog.queries.bibs import BibRow, current_sources, find_bib
from catalog.queries.duplicates import Alike, titles_alike
from catalog.service.bibs import BibService, ask_about
from catalog.service.exporting import record_of
from kernel.clock import ZONE
from kernel.errors import Invalid, Stale
from kernel.i18n import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A record as it would be kept. `data` is None where errors would stop it."""

    findings: tuple[Finding, ...]
    data: BibData | None
    alike: tuple[Alike, ...]


class CataloguingDesk:
    """One record under a cataloguer's hands."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session
        self._bibs = BibService(context)

    def open(self, bib_id: int) -> tuple[BibRow, MarcRecord]:
        """A title and its record as it now stands, ready to be changed. Raises NotFound."""
        self._context.caller.require("bib.write")
        bib = find_bib(self._session, bib_id)
        return bib, for_editing(self._record_of(bib))

    def check(self, record: MarcRecord, format: MarcFormat, *, bib_id: int | None = None) -> Checked:
        """What would be said of a record if it were saved now; nothing is written."""
        self._context.caller.require("bib.write")
        findings = check_record(record, format)
        if has_errors(findings):
            return Checked(findings=tuple(findings), data=None, alike=())
        data = bib_data(_kept(record, format))
        alike = titles_alike(self._session, data, except_id=bib_id)
        return Checked(findings=tuple(findings), data=data, alike=tuple(alike))

    def create(self, record: MarcRecord, format: MarcFormat, *, not_these: Collection[int] = ()) -> BibRow:
        """A title from a record. Raises Invalid for errors, and Conflict `bib.alike` for one that seems to be here already, unless
        somebody has looked and says that it is another (`not_these`)."""
        checked = self.check(record, format)
        data = _sound(checked)
        ask_about(checked.alike, not_these)
        bib_id = self._bibs.insert(data)
        written = self._finished(numbered(record, f"TJ{bib_id:09d}"), format)
        self._bibs.describe(bib_id, bib_data(written))
        self._bibs.keep_record(bib_id, DESK_SOURCE, hand_identity(bib_id), written)
        return find_bib(self._session, bib_id)

    def change(self, bib_id: int, record: MarcRecord, *, expected_version: int) -> BibRow:
        """The title's record exchanged for this one, if nobody else changed it since. Saved as it was, it leaves no trace."""
        self._context.caller.require("bib.write")
        bib = self._locked(bib_id, expected_version)
        before = self._record_of(bib)
        if says_the_same(before, record):
            return bib
        format = bib.data.format
        _sound(self.check(record, format, bib_id=bib_id))
        number = (before.control("001") or "").strip() or f"TJ{bib_id:09d}"
        return self._exchange(bib, self._finished(numbered(record, number), format))

    def replace(self, bib_id: int, read: ReadRecord, *, expected_version: int) -> BibRow:
        """The title's record exchanged for one sent in, which is kept byte for byte."""
        self._context.caller.require("bib.write")
        bib = self._locked(bib_id, expected_version)
        newest = current_sources(self._session, [bib_id]).get(bib_id, [])
        if newest and newest[0].raw == read.raw:
            return bib
        _sound(self.check(read.record, read.format, bib_id=bib_id))
        return self._exchange(bib, read)

    def _locked(self, bib_id: int, expected_version: int) -> BibRow:
        bib = find_bib(self._session, bib_id, lock=True)
        if bib.version != expected_version:
            raise Stale()
        return bib

    def _exchange(self, bib: BibRow, read: ReadRecord) -> BibRow:
        self._bibs.write(bib, bib_data(read))
        self._bibs.keep_record(bib.id, DESK_SOURCE, hand_identity(bib.id), read)
        return find_bib(self._session, bib.id)

    def _record_of(self, bib: BibRow) -> MarcRecord:
        return record_of(bib, current_sources(self._session, [bib.id]).get(bib.id, []))

    def _finished(self, record: MarcRecord, format: MarcFormat) -> ReadRecord:
        return _kept(stamped(record, self._context.now.astimezone(ZONE)), format)


def _kept(record: MarcRecord, format: MarcFormat) -> ReadRecord:
    """Raises Invalid for what the reader of records would put aside."""
    read = as_kept(record, format)
    if isinstance(read, RejectedRecord):
        raise Invalid("bib.invalid", _ERRORS, {read.tag or "record": [read.message]})
    return replace(read, number=1, offset=0)


def _sound(checked: Checked) -> BibData:
    """Raises Invalid naming every error, by field."""
    if checked.data is None:
        errors: dict[str, list[Text]] = {}
        for finding in checked.findings:
            if finding.class_ == "error":
                errors.setdefault(finding.tag, []).append(finding.message)
        raise Invalid("bib.invalid", _ERRORS, errors)
    return checked.data


_ERRORS: Final = Text(
    "记录有错误，还没有保存。请改正后再存。", "The record has errors and was not saved. Correct them and save again."
)
