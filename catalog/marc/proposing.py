"""What a cataloguer may be offered while a record is written: pinyin of titles and names, hyphens in an ISBN and its 13 digits. Pure.

Nothing here changes a record: each proposal names a line of it, and whoever catalogues confirms, corrects or leaves it. A reading is a
guess (重庆 is chong qing), so that it is never taken over by itself.
"""

from __future__ import annotations

import re
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
_LINKED: Final = frozenset({"100", "110", "111", "245", "246", "490", "700", "710", "711", "830"})
_LINK: Final = re.compile(r"[0-9]{3}-([0-9]{2})")
_HAN: Final = re.compile(r"[\u3400-\u9fff]+")
_SIGNS: Final = str.maketrans("，。：；、（）《》“”", ',.:;,()<>""')
_BEFORE_SIGN: Final = re.compile(r"(?<=\w) (?=[,.)])|(?<=\() ")
_ISBN: Final[dict[MarcFormat, str]] = {"cnmarc": "010", "marc21": "020"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Line `line` as it stands and as it might stand; `added` is a line that would come with it."""

    line: int
    before: str
    after: str
    why: Text
    added: str = ""


def propose_pinyin(written: Written, format: MarcFormat, sound_out: Callable[[str], str]) -> list[Proposal]:
    """For titles and names that have none: in CNMARC $9 behind the first $a, in MARC21 a field 880 that is linked with theirs by $6."""
    if format == "marc21":
        return list(_romanised(written, sound_out))
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


def _romanised(written: Written, sound_out: Callable[[str], str]) -> Iterator[Proposal]:
    """Field and 880 name each other with one number; (B tells that the 880 is in Latin letters (MARC 21, appendix A)."""
    fields = written.record.fields
    number = max((int(found[1]) for field in fields if (found := _LINK.match(field.first("6") or ""))), default=0)
    for field, line in zip(fields, written.lines, strict=True):
        if field.tag not in _LINKED or field.first("6") is not None or not has_han(field.first("a") or ""):
            continue
        spelled = [
            (code, _in_latin(text, sound_out)) for code, text in field.subfields if code.isalpha() and code != "e"
        ]
        number += 1
        yield Proposal(
            line=line,
            before=write_field(field, "marc21"),
            after=write_field(field._replace(subfields=(("6", f"880-{number:02d}"), *field.subfields)), "marc21"),
            added=write_field(
                Field("880", field.indicators, (("6", f"{field.tag}-{number:02d}/(B"), *spelled)), "marc21"
            ),
            why=_LINKED_ADDED,
        )


def _in_latin(text: str, sound_out: Callable[[str], str]) -> str:
    """Each run of Han spelled, signs and other letters where they stand."""
    spelled = _HAN.sub(lambda run: f" {sound_out(run[0]) or run[0]} ", text)
    tidy = _BEFORE_SIGN.sub("", " ".join(spelled.translate(_SIGNS).split()))
    return tidy[:1].upper() + tidy[1:]


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
_LINKED_ADDED: Final = Text(
    "880 汉语拼音，以 $6 相连，请核对多音字和大写",
    "pinyin in a linked 880: check characters with several readings, and capitals",
)
_HYPHENS: Final = Text("13 位，加连字符", "13 digits with hyphens")
