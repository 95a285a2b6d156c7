"""Fields whose names are controlled: which heading each may carry, the name in it, and the field with another name in its place. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from catalog.bibdata import MarcFormat
from catalog.headings import HeadingKind
from catalog.marc.notation import Written
from catalog.marc.record import Field, Subfield
from catalog.marc.tidy import clean, without_isbd, without_stop

_CNMARC: Final[dict[str, HeadingKind]] = {
    "600": "person",
    "601": "body",
    "606": "subject",
    "607": "place",
    **dict.fromkeys(("700", "701", "702"), "person"),
    **dict.fromkeys(("710", "711", "712"), "body"),
}
_MARC21: Final[dict[str, HeadingKind]] = {
    **dict.fromkeys(("100", "600", "700"), "person"),
    **dict.fromkeys(("110", "610", "710"), "body"),
    "650": "subject",
    "651": "place",
}
CONTROLLED: Final[dict[MarcFormat, dict[str, HeadingKind]]] = {"cnmarc": _CNMARC, "marc21": _MARC21}
CLASS_TAGS: Final[dict[MarcFormat, str]] = {"cnmarc": "690", "marc21": "084"}
DIVISION: Final = "--"
_DIVISIONS: Final = "xyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedField:
    """A controlled field of a record: its line, its kind of heading, and the name that stands in it."""

    line: int
    field: Field
    kind: HeadingKind
    name: str


def named_fields(written: Written, format: MarcFormat) -> Iterator[NamedField]:
    """The controlled fields that hold a name, in the order of the record."""
    for field, line in zip(written.record.fields, written.lines, strict=True):
        kind = CONTROLLED[format].get(field.tag)
        name = _name(field, kind, format) if kind else ""
        if kind and name:
            yield NamedField(line=line, field=field, kind=kind, name=name)


def with_name(field: Field, kind: HeadingKind, name: str, format: MarcFormat) -> Field:
    """The field with this heading for the one it has. What spelled or parted the old name goes with it; role and dates stay."""
    head, *divisions = name.split(DIVISION) if kind == "subject" else [name]
    new: list[Subfield] = [("a", head), *(("x", one) for one in divisions)]
    gone = _parts(kind, format)
    place = next((i for i, (code, _) in enumerate(field.subfields) if code == "a"), 0)
    kept = [one for one in field.subfields[place:] if one[0] not in gone]
    before = [one for one in field.subfields[:place] if one[0] not in gone]
    return field._replace(subfields=(*before, *new, *kept))


def with_class(field: Field, number: str) -> Field:
    """The field with this class for its first; what else it says, such as the edition, stays."""
    codes = [code for code, _ in field.subfields]
    if "a" not in codes:
        return field._replace(subfields=(("a", number), *field.subfields))
    place = codes.index("a")
    return field._replace(subfields=(*field.subfields[:place], ("a", number), *field.subfields[place + 1 :]))


def _name(field: Field, kind: HeadingKind, format: MarcFormat) -> str:
    """As headings are written: a person of two parts in one, a subject's divisions behind dashes."""
    parts = [text for code, text in field.subfields if code in ("ab" if _is_parted(kind, format) else "a")]
    tidy = [without_stop(without_isbd(clean(text))) for text in parts]
    joint = "" if all(not part.isascii() for part in tidy) else ", "
    name = joint.join(part for part in tidy if part)
    divisions = [clean(text) for text in field.every(_DIVISIONS)] if kind == "subject" else []
    return DIVISION.join([name, *(one for one in divisions if one)]) if name else ""


def _parts(kind: HeadingKind, format: MarcFormat) -> str:
    """Codes of what belongs to the name itself: its parts and, in CNMARC, its pinyin."""
    codes = "a" + ("b" if _is_parted(kind, format) else "") + (_DIVISIONS if kind == "subject" else "")
    return codes + ("9A" if format == "cnmarc" else "")


def _is_parted(kind: HeadingKind, format: MarcFormat) -> bool:
    return format == "cnmarc" and kind == "person"
