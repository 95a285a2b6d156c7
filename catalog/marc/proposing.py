"""What a cataloguer may be offered while a record is written: pinyin of titles and names, hyphens in an ISBN and its 13 digits. Pure.

Nothing here changes a record: each proposal names a line of it, and whoever catalogues confirms, corrects or leaves it. A reading is a
guess (重庆 is chong qing), so that it is never taken over by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from stdnum import isbn as isbn_number

from catalog.bibdata import MarcFormat
from catalog.marc.isbn import isbn13s
from catalog.marc.notation import Written, write_field
from catalog.marc.record import Field
from catalog.marc.tidy import has_han
from kernel.i18n import Text

_SPELLED: Final = frozenset(
    {"200", "225", "510", "512", "513", "514", "515", "516", "517", "540", "541", "600", "601", "606"}
) | {f"7{kind}{rank}" for kind in "012" for rank in "012"}
_PINYIN: Final = "9"
_ISBN: Final[dict[MarcFormat, str]] = {"cnmarc": "010", "marc21": "020"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Line `line` as it stands and as it might stand."""

    line: int
    before: str
    after: str
    why: Text


def propose_pinyin(written: Written, format: MarcFormat, sound_out: Callable[[str], str]) -> list[Proposal]:
    """$9 behind the first $a of titles and names that have none: CNMARC only, for MARC21 has no place for it but fields of its own."""
    if format != "cnmarc":
        return []
    return list(_each(written, format, lambda field: _with_pinyin(field, sound_out)))


def propose_isbns(written: Written, format: MarcFormat) -> list[Proposal]:
    """An ISBN with its hyphens, one of ten digits as thirteen."""
    return list(_each(written, format, lambda field: _with_hyphens(field, format)))


def hyphenated(number: str) -> str:
    """An ISBN of 13 digits with hyphens, where its registration group is known."""
    return str(isbn_number.format(number))


def isbn10(number: str) -> str | None:
    """The ISBN of ten digits of one that begins with 978."""
    return str(isbn_number.to_isbn10(number)) if number.startswith("978") else None


def _each(
    written: Written, format: MarcFormat, change: Callable[[Field], tuple[Field, Text] | None]
) -> Iterator[Proposal]:
    for field, line in zip(written.record.fields, written.lines, strict=True):
        changed = change(field)
        if changed is not None and changed[0] != field:
            yield Proposal(
                line=line, before=write_field(field, format), after=write_field(changed[0], format), why=changed[1]
            )


def _with_pinyin(field: Field, sound_out: Callable[[str], str]) -> tuple[Field, Text] | None:
    head = field.first("a")
    if field.tag not in _SPELLED or head is None or not has_han(head) or field.every("9A"):
        return None
    spelled = sound_out(head)
    if not spelled:
        return None
    subfields = list(field.subfields)
    place = next(i for i, (code, _) in enumerate(subfields) if code == "a") + 1
    subfields.insert(place, (_PINYIN, spelled))
    return field._replace(subfields=tuple(subfields)), _PINYIN_ADDED


def _with_hyphens(field: Field, format: MarcFormat) -> tuple[Field, Text] | None:
    if field.tag != _ISBN[format]:
        return None
    subfields = tuple((code, _hyphens(text) if code == "a" else text) for code, text in field.subfields)
    return field._replace(subfields=subfields), _HYPHENS


def _hyphens(text: str) -> str:
    """Only what is an ISBN and nothing else: words beside it are the cataloguer's."""
    found = isbn13s(text)
    plain = text.replace("-", "").replace(" ", "")
    return hyphenated(found[0]) if len(found) == 1 and len(plain) in (10, 13) else text


_PINYIN_ADDED: Final = Text("$9 汉语拼音，请核对多音字", "pinyin in $9: check characters with several readings")
_HYPHENS: Final = Text("13 位，加连字符", "13 digits with hyphens")
