"""What a record was found to be, and the one name under which reports count it: `text cnmarc gb18030`. Pure."""

from __future__ import annotations

from typing import NamedTuple

from catalog.marc.record import ReadRecord


class Recognised(NamedTuple):
    """Container, MARC format and encoding of a record."""

    container: str
    format: str
    encoding: str

    @property
    def name(self) -> str:
        return " ".join(self)

    @classmethod
    def of(cls, read: ReadRecord) -> Recognised:
        return cls(container=read.container, format=read.format, encoding=read.encoding)

    @classmethod
    def named(cls, name: str) -> Recognised:
        """Of the name under which it was counted."""
        return cls(*name.split(" ", 2))
