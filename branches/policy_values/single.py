"""Values that are one number, amount, word, day or switch. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeGuard

from branches.policy_values.shape import CodeAt, Fault, Measure, Naming, Single
from kernel.i18n import Text
from kernel.money import MAX_MONEY_FEN, MONEY, read_money

LONGEST_CODE: Final = 32
_CLOCK: Final = re.compile(r"^([01]\d|2[0-3]):[0-5]\d\Z", re.ASCII)
_FACTOR: Final = re.compile(r"^\d{1,2}(\.\d{1,2})?\Z", re.ASCII)
_INTEGER: Final = re.compile(r"^-?\d{1,18}\Z", re.ASCII)


def is_int(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def is_money(value: Any) -> bool:
    return isinstance(value, str) and MONEY.match(value) is not None and read_money(value) <= MAX_MONEY_FEN


def _plain(text: str) -> str:
    """As typed with an input method for Chinese: full-width figures and points are figures and points."""
    return unicodedata.normalize("NFKC", text).strip()


@dataclass(frozen=True, kw_only=True)
class Whole(Single):
    """A whole number, both ends included."""

    lowest: int = 0
    highest: int
    measure: Measure | None = None

    def own_faults(self, value: Any) -> Iterable[Fault]:
        if not (is_int(value) and self.lowest <= value <= self.highest):
            rule = Text("{a} 至 {b} 的整数", "a whole number from {a} to {b}")
            if self.measure:
                rule = Text("{a} 至 {b} 的整数（{of}）", "a whole number of {of} from {a} to {b}")
            yield self.unfit(rule.format(a=self.lowest, b=self.highest, of=self.measure.label if self.measure else ""))

    def own_words(self, value: Any, naming: Naming) -> Text:
        return self.measure.of(value) if self.measure else Text(str(value), str(value))

    def own_notation(self) -> str:
        return f"{self.lowest}…{self.highest}"

    def read(self, text: str) -> Any:
        plain = _plain(text)
        return int(plain) if _INTEGER.match(plain) else plain or None


@dataclass(frozen=True, kw_only=True)
class Amount(Single):
    """Yuan, as a string with at most two decimals."""

    def own_faults(self, value: Any) -> Iterable[Fault]:
        if value is not None and not isinstance(value, str):
            yield self.misshapen()
        elif not is_money(value):
            yield self.unfit(Text("金额，如 20.00", "an amount such as 20.00"))

    def own_words(self, value: Any, naming: Naming) -> Text:
        return Text(f"{value} 元", f"{value} yuan")

    def own_notation(self) -> str:
        return '"0.00"'

    def read(self, text: str) -> Any:
        plain = _plain(text).removeprefix("¥").removesuffix("元").strip()
        return plain or None


@dataclass(frozen=True, kw_only=True)
class Multiple(Single):
    """How many times something: a string with at most two decimals below a hundred, or a whole number."""

    measure: Measure

    def own_faults(self, value: Any) -> Iterable[Fault]:
        if value is not None and not isinstance(value, str) and not is_int(value):
            yield self.misshapen()
        elif value is None or not _FACTOR.match(str(value)):
            yield self.unfit(Text("倍数，如 1.5", "a multiple such as 1.5"))

    def own_words(self, value: Any, naming: Naming) -> Text:
        return self.measure.of(value)

    def own_notation(self) -> str:
        return '"0.00"'

    def read(self, text: str) -> Any:
        return _plain(text) or None


@dataclass(frozen=True, kw_only=True)
class Switch(Single):
    def own_faults(self, value: Any) -> Iterable[Fault]:
        if not isinstance(value, bool):
            yield self.unfit(Text("true（是）或 false（否）", "true or false"))

    def own_words(self, value: Any, naming: Naming) -> Text:
        return Text("是", "yes") if value else Text("否", "no")

    def own_notation(self) -> str:
        return "true | false"

    def typed(self, value: Any) -> str:
        return "true" if value is True else "false" if value is False else Single.typed(self, value)

    def read(self, text: str) -> Any:
        return {"true": True, "false": False, "": False}.get(text.strip(), text)


@dataclass(frozen=True, kw_only=True)
class Choice(Single):
    """One of a few words, each with what it is called."""

    options: Mapping[str, Text]

    def own_faults(self, value: Any) -> Iterable[Fault]:
        if not isinstance(value, str) or value not in self.options:
            yield self.unfit(Text("其中之一：{values}", "one of {values}").format(values=", ".join(self.options)))

    def own_words(self, value: Any, naming: Naming) -> Text:
        return self.options[value]

    def own_notation(self) -> str:
        return " | ".join(f'"{one}"' for one in self.options)


@dataclass(frozen=True, kw_only=True)
class Day(Single):
    def own_faults(self, value: Any) -> Iterable[Fault]:
        if not _is_day(value):
            yield self.unfit(Text("日期，如 2027-01-15", "a date such as 2027-01-15"))

    def own_words(self, value: Any, naming: Naming) -> Text:
        return Text(value, value)

    def own_notation(self) -> str:
        return '"2027-01-15"'


@dataclass(frozen=True, kw_only=True)
class Clock(Single):
    """A time of day in the network's zone."""

    def own_faults(self, value: Any) -> Iterable[Fault]:
        if not isinstance(value, str) or not _CLOCK.match(value):
            yield self.unfit(Text("时间，如 21:00", "a time such as 21:00"))

    def own_words(self, value: Any, naming: Naming) -> Text:
        return Text(value, value)

    def own_notation(self) -> str:
        return '"21:00"'

    def read(self, text: str) -> Any:
        return _plain(text) or None


@dataclass(frozen=True, kw_only=True)
class Code(Single):
    """A code of one criterion. `must_exist` false: some may come, some may go."""

    criterion: str
    must_exist: bool = True

    def own_faults(self, value: Any) -> Iterable[Fault]:
        if not (isinstance(value, str) and 0 < len(value) <= LONGEST_CODE):
            yield self.unfit(KIND_OF_CODE[self.criterion])

    def own_words(self, value: Any, naming: Naming) -> Text:
        name = naming(self.criterion, value)
        return Text(name, name)

    def own_notation(self) -> str:
        return f'"{EXAMPLES[self.criterion]}"'

    def codes(self, value: Any) -> Iterable[CodeAt]:
        if value is not None and self.must_exist:
            yield CodeAt(criterion=self.criterion, code=value)


KIND_OF_CODE: Final = {
    "org": Text("一个馆点的代码", "the code of a unit"),
    "item_type": Text("一个文献类型的代码", "the code of an item type"),
    "category": Text("一个读者类别的代码", "the code of a patron category"),
}
EXAMPLES: Final = {"org": "ZG", "item_type": "dvd", "category": "child"}


def _is_day(text: Any) -> bool:
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
