"""What all shapes of values have in common: their faults, words, codes and notation. Pure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from kernel.i18n import Text

Path = tuple[str | int, ...]  # where in a value: keys and places in lists, from the outside in
Naming = Callable[[str, str], str]  # (criterion, code) -> what people call it

COMMA: Final = Text("，", ", ")
LISTED: Final = Text("、", ", ")
APART: Final = Text("；", "; ")
NONE: Final = Text("没有", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What does not fit, and where; `rule` says what it must be."""

    rule: Text
    path: Path = ()

    def under(self, step: str | int) -> Fault:
        return Fault(rule=self.rule, path=(step, *self.path))


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAt:
    """A code that a value speaks of, after the criterion whose codes it is one of."""

    criterion: str
    code: str
    path: Path = ()

    def under(self, step: str | int) -> CodeAt:
        return CodeAt(criterion=self.criterion, code=self.code, path=(step, *self.path))


@dataclass(frozen=True, slots=True)
class Measure:
    """What a number counts: its name in Chinese, and in English for one and for many."""

    zh: str
    one: str
    many: str

    @property
    def label(self) -> Text:
        return Text(self.zh, self.many)

    def of(self, count: object) -> Text:
        return Text(f"{count} {self.zh}", f"{count} {self.one if str(count) == '1' else self.many}")


DAYS: Final = Measure("天", "day", "days")
HOURS: Final = Measure("小时", "hour", "hours")
TIMES: Final = Measure("次", "time", "times")
VOLUMES: Final = Measure("册", "copy", "copies")
PEOPLE: Final = Measure("人", "reader", "readers")
YUAN: Final = Measure("元", "yuan", "yuan")


def by_code(_criterion: str, code: str) -> str:
    return code


def _nothing_more(_value: Any) -> Iterable[Fault]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Shape(ABC):
    """`empty` tells what nothing (null) means; without it there must be a value. `also` finds faults between parts that fit by
    themselves. `says` tells a fitting value as a sentence, where one reads better than the parts one after the other."""

    empty: Text | None = None
    also: Callable[[Any], Iterable[Fault]] = _nothing_more
    says: Callable[[Any, Naming], Text] | None = None

    def faults(self, value: Any) -> list[Fault]:
        """All that does not fit; an empty list: the value is taken."""
        if value is None and self.takes_null:
            return []
        return list(self.own_faults(value)) or list(self.also(value))

    def words(self, value: Any, naming: Naming = by_code) -> Text:
        """A fitting value as people say it."""
        if self.is_nothing(value):
            return self.empty or NONE
        return self.says(value, naming) if self.says else self.own_words(value, naming)

    def written(self) -> str:
        """How it is written in JSON."""
        return f"{self.own_notation()} | null" if self.takes_null else self.own_notation()

    @property
    def takes_null(self) -> bool:
        return self.empty is not None

    def is_nothing(self, value: Any) -> bool:
        return value is None

    def unfit(self, rule: Text) -> Fault:
        or_nothing = Text("{rule}，或留空", "{rule}, or nothing")
        return Fault(rule=or_nothing.format(rule=rule) if self.takes_null else rule)

    def misshapen(self) -> Fault:
        return Fault(rule=Text(self.written(), self.written()))

    def codes(self, value: Any) -> Iterable[CodeAt]:
        """The codes in a fitting value that must exist."""
        return ()

    @abstractmethod
    def own_faults(self, value: Any) -> Iterable[Fault]: ...

    @abstractmethod
    def own_words(self, value: Any, naming: Naming) -> Text: ...

    @abstractmethod
    def own_notation(self) -> str: ...


class Single(Shape):
    """A value that is typed into one field. What cannot be read stays as it was typed, for `faults` to say what it must be."""

    def typed(self, value: Any) -> str:
        return "" if value is None else str(value)

    def read(self, text: str) -> Any:
        return text.strip() or None
