"""The field types that every schema shares, and a schema that takes nothing it does not know. Shapes only, no I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load

from kernel.barcodes import CODE, LONGEST_ASKED
from kernel.clock import FIRST_YEAR, LAST_YEAR, parse_instant, show_instant
from kernel.invisible import without_invisible
from kernel.money import MAX_MONEY_FEN, MONEY, read_money, show_money

LARGEST_ROW: Final = 2**63 - 1
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def row_number(text: str) -> int | None:
    """A row's number as a form or an address says it; None for all that names no row a database could hold."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_ROW))):
        return None
    number = int(text)
    return number if number <= LARGEST_ROW else None


class StrictSchema(Schema):
    """Unknown fields are refused, and so is text that no database can keep (NUL, lone surrogates)."""

    class Meta:
        unknown = RAISE

    @pre_load
    def refuse_unstorable_text(self, data: Any, **_kwargs: Any) -> Any:
        errors = {
            name: ["Text may not hold NUL or lone surrogates."]
            for name, value in (data.items() if isinstance(data, Mapping) else ())
            if not is_storable(value)
        }
        if errors:
            raise ValidationError(errors)
        return data


class EmptySchema(StrictSchema):
    """A command that needs no body."""


def is_storable(value: Any) -> bool:
    """Whether all text in a JSON value, however deep, can be kept."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, Mapping):
            pending += [*one, *one.values()]
        elif isinstance(one, list):
            pending += one
        elif isinstance(one, str) and _UNSTORABLE.search(one):
            return False
    return True


class Ready(fields.Nested):
    """Documented by its schema, but handed out as it comes: for the many small rows of an answer that is made for this schema alone, where
    to walk through every value once more costs as much as the search itself."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        return value


class Trimmed(fields.String):
    """Text of 1 to `longest` characters; blanks at the ends and characters nobody sees are taken off."""

    def __init__(self, longest: int, shortest: int = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.longest, self.shortest = longest, shortest
        self.metadata = {**self.metadata, **{"minLength": shortest, "maxLength": longest}}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = without_invisible(super()._deserialize(value, attr, data, **kwargs)).strip()
        if not self.shortest <= len(text) <= self.longest:
            raise ValidationError(f"Length must be between {self.shortest} and {self.longest}.")
        return text


class Barcode(Trimmed):
    """A barcode or card number, alone or as `CODE:barcode`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(longest=LONGEST_ASKED, **kwargs)


class Code(fields.String):
    """A short code of ASCII letters, digits, `_`, `.` and `-`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if not CODE.match(text):
            raise ValidationError(
                "A code is 1 to 32 ASCII letters, digits, '_', '.' or '-', and begins with a letter or digit."
            )
        return text


class Switch(fields.Field[bool]):
    """True or false and nothing that merely looks like it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metadata = {**self.metadata, "type": "boolean"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("This is true or false.")
        return value


class Number(fields.Field[float]):
    """A number between two ends, never a string."""

    def __init__(self, least: float, most: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = least, most
        self.metadata = {**self.metadata, "type": "number", "minimum": least, "maximum": most}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not self.least <= value <= self.most:
            raise ValidationError(f"This is a number from {self.least} to {self.most}.")
        return float(value)


class Money(fields.Field[int]):
    """Yuan as a string such as `68.00` outside, whole fen inside."""

    def __init__(self, least: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least = least
        self.metadata = {**self.metadata, **{"type": "string", "example": "68.00"}}

    def _serialize(self, value: int | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else show_money(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not isinstance(value, str) or not MONEY.match(value):
            raise ValidationError('Money is a string in yuan with at most two decimals, such as "68.00".')
        fen = read_money(value)
        if fen > MAX_MONEY_FEN:
            raise ValidationError("This amount is too large.")
        if fen < self.least:
            raise ValidationError(f'The least amount is "{show_money(self.least)}".')
        return fen


class Instant(fields.Field[datetime]):
    """ISO 8601 with an offset; UTC inside, shown in the network's zone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metadata = {**self.metadata, **{"type": "string", "format": "date-time"}}

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else show_instant(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            if isinstance(value, str):
                return parse_instant(value)
        except ValueError:
            pass  # said below, as for what is no text
        raise ValidationError("An instant is ISO 8601 with an offset, such as 2026-11-22T09:30:00+08:00.")


class Day(fields.Field[date]):
    """An ISO 8601 calendar day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metadata = {**self.metadata, **{"type": "string", "format": "date"}}

    def _serialize(self, value: date | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.isoformat()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        try:
            day = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
        except ValueError:
            day = None
        if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError("A day is written as 2026-11-22.")
        return day
