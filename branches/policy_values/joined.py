"""Values that hold others: several of a few, lists, counts by code, and values with named parts. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from branches.policy_values.shape import APART, COMMA, LISTED, CodeAt, Fault, Naming, Shape, Single
from branches.policy_values.single import Choice, Code, Whole
from kernel.i18n import Text

NEEDED: Final = object()  # of a part that may not be left out
TWICE: Final = Text("不重复", "none twice")
RISING: Final = Text("由小到大，不重复", "in rising order, none twice")


@dataclass(frozen=True, kw_only=True)
class Several(Shape):
    """Some of a closed set, none twice; their order says nothing. `null` false: the empty list is nothing, null does not fit."""

    each: Choice | Code
    most: int = 500
    null: bool = True

    @property
    def takes_null(self) -> bool:
        return self.null and self.empty is not None

    def is_nothing(self, value: Any) -> bool:
        return not value

    def own_faults(self, value: Any) -> Iterable[Fault]:
        if not isinstance(value, list) or (not value and self.null) or any(not isinstance(one, str) for one in value):
            yield self.misshapen()
            return
        for one in value:
            yield from self.each.faults(one)
        if len(set(value)) < len(value):
            yield Fault(rule=TWICE)
        if len(value) > self.most:
            yield Fault(rule=Text("最多 {n} 个", "at most {n}").format(n=self.most))

    def own_words(self, value: Any, naming: Naming) -> Text:
        return LISTED.join(self.each.words(one, naming) for one in value)

    def own_notation(self) -> str:
        return f"[{self.each.written()}, …]"

    def codes(self, value: Any) -> Iterable[CodeAt]:
        for one in value or ():
            yield from self.each.codes(one)


@dataclass(frozen=True, kw_only=True)
class Listed(Shape):
    """One after the other. `noun`: what one is called, after its number in Chinese. `least` above 0: an empty list does not fit; `null`
    false: it stands for nothing, and null does not fit. `lone`: a list of one may be written as that one."""

    each: Shape
    noun: Text
    most: int
    least: int = 0
    null: bool = True
    lone: bool = False
    rising: bool = False

    @property
    def takes_null(self) -> bool:
        return self.null and self.empty is not None

    def is_nothing(self, value: Any) -> bool:
        return value is None or value == []

    def rows(self, value: Any) -> list[Any]:
        return value if isinstance(value, list) else [] if value is None else [value]

    def own_faults(self, value: Any) -> Iterable[Fault]:
        if not (isinstance(value, list) or self.lone) or len(self.rows(value)) < self.least:
            yield self.misshapen()
            return
        rows = self.rows(value)
        own = [fault.under(n) for n, one in enumerate(rows) for fault in self.each.faults(one)]
        yield from own
        if not own and self.rising:
            yield from (Fault(rule=RISING, path=(n + 1,)) for n, (a, b) in enumerate(pairwise(rows)) if a >= b)
        if len(rows) > self.most:
            yield Fault(rule=Text("最多 {n} {noun}", "at most {n}: {noun}").format(n=self.most, noun=self.noun))

    def own_words(self, value: Any, naming: Naming) -> Text:
        joint = LISTED if isinstance(self.each, Single) else APART
        return joint.join(self.each.words(one, naming) for one in self.rows(value))

    def own_notation(self) -> str:
        several = f"[{self.each.written()}, …]"
        return f"{self.each.written()} | {several}" if self.lone else several

    def codes(self, value: Any) -> Iterable[CodeAt]:
        for n, one in enumerate(self.rows(value)):
            yield from (code.under(n) for code in self.each.codes(one))


@dataclass(frozen=True, kw_only=True)
class Counted(Shape):
    """A number for each of some codes."""

    key: Code
    key_label: Text
    count: Whole
    count_label: Text
    noun: Text
    most: int

    def own_faults(self, value: Any) -> Iterable[Fault]:
        if isinstance(value, list):  # rows of a form that name one code twice cannot be a map
            yield Fault(rule=TWICE)
            return
        if not isinstance(value, dict) or not value:
            yield self.misshapen()
            return
        for code, count in value.items():
            yield from (fault.under(code) for fault in (*self.key.faults(code), *self.count.faults(count)))
        if len(value) > self.most:
            yield Fault(rule=Text("最多 {n} {noun}", "at most {n}: {noun}").format(n=self.most, noun=self.noun))

    def own_words(self, value: Any, naming: Naming) -> Text:
        one = Text("{code} {count}", "{code}: {count}")
        return LISTED.join(
            one.format(code=self.key.words(code, naming), count=self.count.words(count, naming))
            for code, count in value.items()
        )

    def own_notation(self) -> str:
        return f"{{{self.key.written()}: {self.count.written()}, …}}"

    def codes(self, value: Any) -> Iterable[CodeAt]:
        for code in value or ():
            yield from (one.under(code) for one in self.key.codes(code))


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a value. `default`: what it is where it is left out; `NEEDED`: it may not be."""

    name: str
    label: Text
    shape: Single
    default: Any = NEEDED
    help: Text = field(default=Text("", ""))

    @property
    def is_needed(self) -> bool:
        return self.default is NEEDED


@dataclass(frozen=True, kw_only=True)
class Parts(Shape):
    """Named parts. `some`: what to say where none of them is there, though each by itself may be left out."""

    parts: tuple[Part, ...]
    some: Text | None = None

    def own_faults(self, value: Any) -> Iterable[Fault]:
        known = {part.name for part in self.parts}
        if not isinstance(value, dict) or not value.keys() <= known:
            yield self.misshapen()
            return
        for part in self.parts:
            if part.is_needed or part.name in value:
                yield from (fault.under(part.name) for fault in part.shape.faults(value.get(part.name)))
        if self.some and not value:
            yield Fault(rule=self.some)

    def own_words(self, value: Any, naming: Naming) -> Text:
        one = Text("{label}：{said}", "{label}: {said}")
        return COMMA.join(
            one.format(label=part.label, said=part.shape.words(value[part.name], naming))
            for part in self.parts
            if part.name in value
        )

    def own_notation(self) -> str:
        inside = (f'"{one.name}"{"" if one.is_needed else "?"}: {one.shape.written()}' for one in self.parts)
        return f"{{{', '.join(inside)}}}"

    def codes(self, value: Any) -> Iterable[CodeAt]:
        for part in self.parts if value else ():
            yield from (code.under(part.name) for code in part.shape.codes(value.get(part.name)))
