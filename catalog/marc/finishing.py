"""From a record that was kept to one that can be edited, and back to bytes that can be kept. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from catalog.bibdata import MarcFormat
from catalog.marc.reader import Result, read_one
from catalog.marc.record import Container, Field, MarcRecord
from catalog.marc.writer import TooLong, to_iso2709, to_marcxml

CONTROL_NUMBER: Final = "001"
CHANGED_AT: Final = "005"
_HOLDINGS: Final[dict[MarcFormat, frozenset[str]]] = {
    "cnmarc": frozenset({"905", "906", "907", "920", "985", "986", "987", "990", "995", "998"}),
    "marc21": frozenset({"841", "852", "863", "866", "876", "901", "905", "945", "949", "952", "995", "999"}),
}


def for_editing(record: MarcRecord) -> MarcRecord:
    """The record without what is counted anew whenever it is written: its length and where its data begin."""
    leader = record.leader.ljust(24)[:24]
    return MarcRecord(f"     {leader[5:12]}     {leader[17:]}", record.fields)


def says_the_same(one: MarcRecord, other: MarcRecord) -> bool:
    """Whether two records differ in nothing but their lengths and the time of their last change."""
    return _essence(one) == _essence(other)


def numbered(record: MarcRecord, control_number: str) -> MarcRecord:
    """The record with a control number, where it has none."""
    if (record.control(CONTROL_NUMBER) or "").strip():
        return record
    fields = [field for field in record.fields if field.tag != CONTROL_NUMBER]
    return MarcRecord(record.leader, [Field(CONTROL_NUMBER, value=control_number), *fields])


def stamped(record: MarcRecord, at: datetime) -> MarcRecord:
    """The record with the time of this change (005, local time), in its place behind 001 and 003."""
    fields = [field for field in record.fields if field.tag != CHANGED_AT]
    place = next((i for i, field in enumerate(fields) if field.tag > CHANGED_AT or field.tag[:2] != "00"), len(fields))
    fields.insert(place, Field(CHANGED_AT, value=f"{at:%Y%m%d%H%M%S}.0"))
    return MarcRecord(record.leader, fields)


def as_kept(record: MarcRecord, format: MarcFormat) -> Result:
    """The record as bytes, read again as whoever reads it later will: what is kept is what was meant. ISO 2709, or MARCXML for one too
    long for it."""
    container: Container = "iso2709"
    try:
        raw = to_iso2709(record, format)
    except TooLong:
        container, raw = "marcxml", to_marcxml(record)
    return read_one(raw, container, format, declared="utf-8")


def copied(record: MarcRecord, format: MarcFormat) -> MarcRecord:
    """Another catalogue's record as a new one here: without its number, its times and the copies of its libraries."""
    stripped = {CONTROL_NUMBER, "003", CHANGED_AT} | _HOLDINGS[format]
    fields = [field for field in record.fields if field.tag not in stripped]
    leader = for_editing(record).leader
    return MarcRecord(f"{leader[:5]}n{leader[6:]}", fields)


def _essence(record: MarcRecord) -> tuple[str, list[Field]]:
    return for_editing(record).leader, [field for field in record.fields if field.tag != CHANGED_AT]
