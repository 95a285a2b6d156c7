"""Fields of the demo's records as text, and the record they make in ISO 2709."""

from __future__ import annotations

from web.demo.generator.containers import iso2709

ENTERED_ON = "20260301"
LIBRARY = "QXTSG"
_LEADER_ENDS = {"cnmarc": "   450 ", "marc21": " i 4500"}
_CHARSETS = {"cnmarc": " ", "marc21": "a"}  # leader/09: MARC21 says UTF-8 there, CNMARC says nothing


class RecordFields:
    """Collects the fields of one record in order."""

    def __init__(self) -> None:
        self._fields: list[tuple[str, str]] = []

    def control(self, tag: str, text: str) -> None:
        self._fields.append((tag, text))

    def add(self, tag: str, indicators: str, *subfields: tuple[str, str | None]) -> None:
        """A field of its subfields that hold something; without any, no field."""
        content = "".join(f"\x1f{code}{text}" for code, text in subfields if text)
        if content:
            self._fields.append((tag, indicators + content))

    def iso2709(self, status: str, format: str, encoding: str) -> bytes:
        """`status` is leader/05-08."""
        start = f"{status}{_CHARSETS[format]}22".encode()
        encoded = [(tag.encode(), text.encode(encoding)) for tag, text in self._fields]
        return iso2709(start, _LEADER_ENDS[format].encode(), encoded)
