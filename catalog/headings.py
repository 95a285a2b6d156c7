"""Controlled headings (规范标目): the form that is used, the forms that refer to it, and how authority records in MARC say so. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from catalog.fold import plain
from catalog.marc import Field, MarcRecord
from catalog.marc.tidy import clean
from kernel.i18n import Text

HeadingKind = Literal["person", "body", "subject", "place"]

KINDS: Final[dict[HeadingKind, Text]] = {
    "person": Text("个人", "person"),
    "body": Text("团体", "body"),
    "subject": Text("主题", "subject"),
    "place": Text("地名", "place"),
}
LONGEST_NAME: Final = 200
# The last two digits of 2XX, 4XX, 5XX in UNIMARC and CNMARC, of 1XX, 4XX, 5XX in MARC21.
_UNIMARC: Final[dict[str, HeadingKind]] = {"00": "person", "10": "body", "15": "place", "50": "subject"}
_MARC21: Final[dict[str, HeadingKind]] = {"00": "person", "10": "body", "51": "place", "50": "subject"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadingData:
    """What a heading says."""

    kind: HeadingKind
    name: str
    variants: tuple[str, ...] = ()
    see_also: tuple[str, ...] = ()
    note: str | None = None


def heading_key(name: str) -> str:
    """The name as it is compared: without width, case, script variants and signs."""
    return plain(name)[:LONGEST_NAME]


def tidied(data: HeadingData) -> HeadingData:
    """Names without blanks at their ends; a variant that is the name itself, or stands twice, is left out."""
    name = clean(data.name) or ""
    seen = {heading_key(name)}
    return HeadingData(
        kind=data.kind,
        name=name,
        variants=_distinct(data.variants, seen),
        see_also=_distinct(data.see_also, {heading_key(name)}),
        note=clean(data.note) or None if data.note else None,
    )


def from_authority(record: MarcRecord) -> HeadingData | None:
    """The heading of an authority record; None for a record of another kind, such as a book's."""
    is_unimarc = any(record.named(f"2{end}") for end in _UNIMARC)
    kinds, first = (_UNIMARC, "2") if is_unimarc else (_MARC21, "1")
    for end, kind in kinds.items():
        fields = record.named(f"{first}{end}")
        name = _name(fields[0], kind, is_unimarc=is_unimarc) if fields else ""
        if name and heading_key(name):
            return tidied(
                HeadingData(
                    kind=kind,
                    name=name,
                    variants=tuple(_named(record, "4", end, kind, is_unimarc=is_unimarc)),
                    see_also=tuple(_named(record, "5", end, kind, is_unimarc=is_unimarc)),
                    note=next(
                        (text for field in record.named("810" if is_unimarc else "670") for text in field.every("a")),
                        None,
                    ),
                )
            )
    return None


def _named(record: MarcRecord, first: str, end: str, kind: HeadingKind, *, is_unimarc: bool) -> Iterable[str]:
    return [_name(field, kind, is_unimarc=is_unimarc) for field in record.named(f"{first}{end}")]


def _name(field: Field, kind: HeadingKind, *, is_unimarc: bool) -> str:
    """UNIMARC parts a person's name in $a and $b; a subject's divisions follow two dashes, as descriptions write them."""
    parts = field.every("ab" if is_unimarc and kind == "person" else "a")
    joint = "" if all(not part.isascii() for part in parts) else ", "
    name = joint.join(part.strip().rstrip(",，.") for part in parts)
    divisions = field.every("xyz") if kind == "subject" else []
    return (clean("--".join([name, *divisions])) or "")[:LONGEST_NAME]


def _distinct(names: Iterable[str], seen: set[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for name in names:
        text = (clean(name) or "")[:LONGEST_NAME]
        key = heading_key(text)
        if key and key not in seen:
            seen.add(key)
            kept.append(text)
    return tuple(kept)
