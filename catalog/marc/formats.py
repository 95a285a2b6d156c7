"""CNMARC or MARC21, told by what a record contains: leaders and file names say nothing reliable. UNIMARC and RUSMARC go with CNMARC."""

from __future__ import annotations

from collections.abc import Collection

from catalog.bibdata import MarcFormat
from catalog.marc.record import BadRecord, FormatChoice, MarcRecord
from catalog.marc.tidy import clean

_CNMARC_ONLY = frozenset({"101", "102", "105", "106", "215", "225", "330", "606", "690", "701", "702", "801"})
_MARC21_ONLY = frozenset({"008", "040", "050", "082", "260", "264", "336", "490", "520", "650"})
_NOT_BIBLIOGRAPHIC = "uvxyz"
_TITLE_PARTS = {"cnmarc": ("200", "a"), "marc21": ("245", "abknp")}


def guess_format(tags: Collection[str], choice: FormatChoice) -> MarcFormat:
    """By the title field; where both or none is there, by the company it keeps."""
    if choice != "auto":
        return choice
    has_200, has_245 = "200" in tags, "245" in tags
    if has_200 != has_245:
        return "cnmarc" if has_200 else "marc21"
    present = set(tags)
    return "cnmarc" if len(present & _CNMARC_ONLY) > len(present & _MARC21_ONLY) else "marc21"


def check_bibliographic(record: MarcRecord, kind: MarcFormat) -> None:
    """Raises `BadRecord` for holdings and authority records, and for a record without a title."""
    tag, codes = _TITLE_PARTS[kind]
    titled = any(clean(text) for field in record.named(tag) for text in field.every(codes))
    if record.leader[6] in _NOT_BIBLIOGRAPHIC and not (titled and _described(record, kind)):
        raise BadRecord("record.not_bibliographic")
    if not titled:
        raise BadRecord("record.no_title", tag=tag)


def _described(record: MarcRecord, kind: MarcFormat) -> bool:
    """UNIMARC authorities have a 200 too: a name, without an imprint or a language."""
    return kind == "marc21" or any(tag in record for tag in ("101", "210", "215", "010"))


def check_control_numbers(record: MarcRecord) -> None:
    numbers = {field.value.strip() for field in record.named("001")}
    if len(numbers) > 1:
        raise BadRecord("record.two_001", tag="001")


def belies(record: MarcRecord, kind: MarcFormat, encoding: str) -> bool:
    """Whether the record claims another encoding than it was found to have. (0120 in CNMARC stands on everything: it claims nothing.)"""
    if kind == "cnmarc":
        coded = record.first("100", "a") or ""
        return coded[26:28] == "50" and encoding not in ("utf-8", "ascii")
    claims_utf8 = record.leader[9] == "a"
    return encoding != "ascii" and (not claims_utf8 if encoding == "utf-8" else claims_utf8 or encoding != "marc-8")
