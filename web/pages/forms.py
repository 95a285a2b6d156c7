"""What was typed into a form: read with its errors gathered field by field, and shown again beside them. No rules of the library."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

from flask import request

from catalog.queries.duplicates import MOST_DENIED
from kernel.barcodes import LONGEST_CODE, check_code
from kernel.clock import read_day
from kernel.errors import DomainError, Invalid, Refusal, Refused
from kernel.i18n import Text
from kernel.money import MAX_MONEY_FEN, MONEY, read_money
from kernel.schema import is_storable, row_number

NEEDED: Final = Text("请填写这一项。", "Fill this in.")
DETAIL: Final = Text("有内容需要改正，见各栏下的说明。", "Some fields need correction; each says what.")
FULL_WIDTH: Final = {ord("．"): "."} | {ord("０") + n: ord("0") + n for n in range(10)}


class Form:
    """The values of a form and what is wrong with them. The readers note an error and go on, so that all errors show at once."""

    def __init__(self, values: Mapping[str, Any] | None = None, error: DomainError | None = None) -> None:
        self._values = values or {}
        self._problems: dict[str, list[Text]] = {}
        self.detail: Text | None = error.detail if error else None
        self.error_code: str | None = error.code if error else None
        self.refusals: Sequence[Refusal] = error.refusals if isinstance(error, Refused) else ()
        if self.refusals:
            self.detail = Text("不能办理：", "This cannot be done:")
        if isinstance(error, Invalid):
            self._problems = {name: list(sentences) for name, sentences in error.errors.items()}

    @classmethod
    def sent(cls) -> Form:
        return cls(request.form)

    def with_defaults(self, defaults: Mapping[str, Any]) -> Form:
        """The same form with what stands in fields that nobody has filled in yet. A box that was sent without a tick was: the form names
        its boxes in `box`, for of such a one itself nothing is sent."""
        boxes = set(self.values("box"))
        open_ones = {name: value for name, value in defaults.items() if name not in boxes}
        return self._holding({**open_ones, **dict(self._values)})

    def with_values(self, values: Mapping[str, Any]) -> Form:
        """The same form with these values instead of what stood in their fields."""
        return self._holding({**dict(self._values), **values})

    def _holding(self, values: Mapping[str, Any]) -> Form:
        filled = Form(values)
        filled._problems, filled.detail, filled.refusals = self._problems, self.detail, self.refusals
        filled.error_code = self.error_code
        return filled

    # --- for templates

    def value(self, name: str) -> str:
        value = self._values.get(name)
        return "" if value is None else str(value)

    def values(self, name: str) -> list[str]:
        """All values of a field that may stand several times, such as boxes that were ticked."""
        several = getattr(self._values, "getlist", None)
        return [str(value) for value in several(name)] if several is not None else []

    def problems(self, name: str) -> list[Text]:
        return list(self._problems.get(name, ()))

    # --- for views

    def wrong(self, name: str, sentence: Text) -> None:
        self._problems.setdefault(name, []).append(sentence)

    def check(self) -> None:
        """Raise what the readers have noted, if anything."""
        if self._problems:
            raise Invalid("form.invalid", DETAIL, self._problems)

    def has(self, name: str) -> bool:
        return bool(self.value(name).strip())

    def flag(self, name: str) -> bool:
        return self.value(name) == "1"

    def text(self, name: str, longest: int, *, required: bool = True) -> str:
        text = self.value(name).strip()
        if required and not text:
            self.wrong(name, NEEDED)
        elif len(text) > longest:
            self.wrong(name, Text("最多 {n} 个字。", "At most {n} characters.").format(n=longest))
        elif not is_storable(text):
            self.wrong(name, Text("含有不能保存的字符。", "This holds a character that cannot be kept."))
        return text

    def denied(self) -> tuple[int, ...]:
        """The titles that were shown as alike and are not meant."""
        return self.rows("not_these")[:MOST_DENIED]

    def rows(self, name: str) -> tuple[int, ...]:
        """The rows that were ticked; what is no row's number was not ticked on a page of ours."""
        numbers = map(row_number, self.values(name))
        return tuple(dict.fromkeys(number for number in numbers if number is not None))

    def code(self, name: str) -> str:
        text = self.text(name, LONGEST_CODE)
        if text:
            try:
                check_code(text)
            except Invalid as error:
                self.wrong(name, error.detail)
        return text

    def choice(self, name: str, allowed: Collection[str], *, required: bool = True) -> str | None:
        text = self.value(name).strip()
        if text in allowed:
            return text
        if text:
            self.wrong(name, Text("请从列表中选择。", "Choose one from the list."))
        elif required:
            self.wrong(name, NEEDED)
        return None

    def day(self, name: str, *, required: bool = False) -> date | None:
        text = self.value(name).strip()
        if not text:
            if required:
                self.wrong(name, NEEDED)
            return None
        day = read_day(text)
        if day is None:
            self.wrong(name, Text("日期请写成 2026-11-22。", "Write a day as 2026-11-22."))
            return None
        return day

    def number(self, name: str, lowest: float, highest: float, *, required: bool = False) -> float | None:
        text = self.value(name).strip().translate(FULL_WIDTH)
        if not text:
            if required:
                self.wrong(name, NEEDED)
            return None
        try:
            number = float(text)
        except ValueError:
            number = highest + 1
        if not lowest <= number <= highest:
            self.wrong(
                name,
                Text("请填 {a} 到 {b} 之间的数。", "A number from {a} to {b}.").format(
                    a=f"{lowest:.10g}", b=f"{highest:.10g}"
                ),
            )
            return None
        return number

    def whole(self, name: str, lowest: int, highest: int) -> int | None:
        number = self.number(name, lowest, highest)
        if number is not None and number != int(number):
            self.wrong(name, Text("请填整数。", "A whole number, please."))
        return None if number is None else int(number)

    def money(self, name: str) -> int | None:
        """Yuan as typed, whole fen inside."""
        text = (
            self.value(name)
            .strip()
            .translate(FULL_WIDTH)
            .removeprefix("¥")
            .removeprefix("￥")
            .removesuffix("元")
            .rstrip()
        )
        if not text:
            return None
        fen = read_money(text) if MONEY.match(text) else MAX_MONEY_FEN + 1
        if fen > MAX_MONEY_FEN:
            self.wrong(name, Text("金额请写成 68.00。", "Write an amount as 68.00."))
            return None
        return fen


EMPTY: Final = Form()
CHOSEN: Final = "chosen"  # the field that the table of classes brings back; empty: none was chosen


def chosen_class(field: str) -> dict[str, str]:
    """What the table of classes brought back for a field of the form that was left to choose; nothing chosen leaves it alone."""
    number = request.form.get(CHOSEN, "")[:64]
    return {field: number, CHOSEN: number} if number else {}
