"""What reading a MARC file gives: a light record, a record that was read, a record that was kept aside. Values only, no rules.

A `MarcRecord` holds the text as decoded; tidying for display (full-width digits, ISBD marks) belongs to the mapping."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from catalog.bibdata import MarcFormat
from kernel.i18n import Text

Container = Literal["iso2709", "marcxml", "text"]
FormatChoice = Literal["auto", "cnmarc", "marc21"]
Subfield = tuple[str, str]


class Field(NamedTuple):
    """One field. A control field (00X) has a `value` and no subfields; any other has two indicators and (code, text) pairs."""

    tag: str
    indicators: str = ""
    subfields: tuple[Subfield, ...] = ()
    value: str = ""

    def first(self, code: str) -> str | None:
        for name, text in self.subfields:
            if name == code:
                return text
        return None

    def every(self, codes: str) -> list[str]:
        """The texts of all subfields whose code is among `codes`, in the order of the record."""
        return [text for name, text in self.subfields if name in codes]


class MarcRecord:
    """A leader of 24 characters and fields in the order of the record."""

    __slots__ = ("_by_tag", "fields", "leader")

    def __init__(self, leader: str, fields: Iterable[Field]) -> None:
        self.leader = leader
        self.fields = list(fields)
        by_tag: dict[str, list[Field]] = {}
        for field in self.fields:
            if field.tag in by_tag:
                by_tag[field.tag].append(field)
            else:
                by_tag[field.tag] = [field]
        self._by_tag = by_tag

    def named(self, tag: str) -> list[Field]:
        return self._by_tag.get(tag, _NONE)

    def control(self, tag: str) -> str | None:
        found = self._by_tag.get(tag)
        return found[0].value if found else None

    def first(self, tag: str, code: str) -> str | None:
        """The first subfield `code` of the first field `tag` that has one."""
        for field in self._by_tag.get(tag, _NONE):
            text = field.first(code)
            if text is not None:
                return text
        return None

    def __contains__(self, tag: str) -> bool:
        return tag in self._by_tag

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MarcRecord) and self.leader == other.leader and self.fields == other.fields

    __hash__ = None  # type: ignore[assignment]  # a record holds a list


_NONE: list[Field] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRecord:
    """A record that was read. `raw` is byte for byte what the file holds at `offset`; `repairs` names what had to be put right."""

    number: int
    offset: int
    raw: bytes
    container: Container
    encoding: str
    format: MarcFormat
    record: MarcRecord
    repairs: tuple[str, ...] = ()

    @property
    def control_number(self) -> str | None:
        return control_number(self.record.control("001"))

    @property
    def end(self) -> int:
        """The offset of the first byte after this record: where reading may start again."""
        return self.offset + len(self.raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRecord:
    """Bytes that could not be read as a record, kept as they are, with a stable code and a sentence that says what to do."""

    number: int
    offset: int
    raw: bytes
    container: Container
    code: str
    message: Text
    control_number: str | None = None
    tag: str | None = None

    @property
    def end(self) -> int:
        return self.offset + len(self.raw)


class NotMarc(Exception):
    """The whole file is no MARC. `message` says what it seems to be and what to do."""

    code = "import.not_marc"

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


class BadRecord(Exception):
    """Raised while one record is parsed; the reader turns it into a `RejectedRecord`."""

    def __init__(self, code: str, tag: str | None = None, **values: object) -> None:
        super().__init__(code, tag)
        self.code = code
        self.tag = tag
        self.values = values


def control_number(value: str | None) -> str | None:
    """The 001 as an identity: none where a supplier filled it with noughts."""
    tidy = (value or "").strip()
    return tidy if tidy.strip("0") else None
