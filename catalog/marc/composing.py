"""From a description to a MARC record: a whole one for a bib typed in by hand, or only the changed fields for one that was imported
and then edited, so that all else in the record stays as it came. Pure; the tables stand beside, one per format."""

from __future__ import annotations

from datetime import date

from catalog.bibdata import BibData, MarcFormat
from catalog.marc.compose_cnmarc import CNMARC_PARTS, coded_cnmarc, leader_cnmarc
from catalog.marc.compose_marc21 import MARC21_PARTS, coded_marc21, leader_marc21
from catalog.marc.parts import Part
from catalog.marc.record import Field, MarcRecord


def compose(data: BibData, *, control_number: str, entered_on: date) -> MarcRecord:
    """A record that says what the description says; reading it gives the description again."""
    coded = coded_cnmarc if data.format == "cnmarc" else coded_marc21
    fields = [Field("001", value=control_number), coded(data, entered_on)]
    for part in _parts(data.format):
        fields += part.build(data, [])
    return MarcRecord(_leader(data), sorted(fields, key=lambda field: field.tag))


def recompose(record: MarcRecord, old: BibData, new: BibData) -> MarcRecord:
    """The record with the fields exchanged whose part of the description differs. `old` is what the record itself says."""
    leader = record.leader
    if new.kind != old.kind:
        leader = leader[:6] + _leader(new)[6:8] + leader[8:]
    fields = list(record.fields)
    for part in _parts(old.format):
        if any(getattr(old, name) != getattr(new, name) for name in part.describes):
            fields = _exchanged(fields, part, new)
    return MarcRecord(leader, fields)


def _parts(format: MarcFormat) -> tuple[Part, ...]:
    return CNMARC_PARTS if format == "cnmarc" else MARC21_PARTS


def _leader(data: BibData) -> str:
    return leader_cnmarc(data.kind) if data.format == "cnmarc" else leader_marc21(data.kind)


def _exchanged(fields: list[Field], part: Part, data: BibData) -> list[Field]:
    """Each built field stands before the first one of a higher tag. A linked field in another script goes with its twin."""
    existing = [field for field in fields if field.tag in part.tags]
    kept = [field for field in fields if field.tag not in part.tags and not _is_twin(field, part)]
    for built in part.build(data, existing):
        place = next((i for i, field in enumerate(kept) if field.tag > built.tag), len(kept))
        kept.insert(place, built)
    return kept


def _is_twin(field: Field, part: Part) -> bool:
    return field.tag == "880" and (field.first("6") or "")[:3] in part.tags
