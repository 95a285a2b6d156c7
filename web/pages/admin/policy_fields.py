"""The fields of a policy value, made from the shape of its setting, and the value that is read from them. Pure but for `kernel.i18n`.

Names of fields are places in the value, as errors name them: `value.0.per_day`. What cannot be read stays in the value as it was typed:
whether it fits is the shape's to say, and the form shows it again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from werkzeug.datastructures import MultiDict

from branches.policy import REQUIRED, Setting
from branches.policy_values.joined import Counted, Listed, Part, Parts, Several
from branches.policy_values.shape import YUAN, Shape, Single
from branches.policy_values.single import Amount, Choice, Clock, Code, Day, Multiple, Switch, Whole
from kernel.i18n import Text
from kernel.schema import row_number

Sent = MultiDict[str, str]
Options = Sequence[tuple[str, str | Text]]
NONE, SET = "none", "set"  # whether a value with parts is there at all
VALUE: Final = Text("值", "Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field, or a group of them. `parts`: the rows of a list, or the parts of a value. `empty`: what nothing means. `is_set`: of a
    value with parts, whether it is there. `noun`: what a row is called."""

    kind: Literal["text", "choice", "tick", "ticks", "rows", "parts"]
    name: str
    label: Text
    text: str = ""
    type: str = "text"
    inputmode: str | None = None
    unit: Text | None = None
    help: Text | None = None
    empty: Text | None = None
    options: Options = ()
    ticked: frozenset[str] = frozenset()
    parts: tuple[Field, ...] = ()
    is_set: bool = True
    noun: Text | None = None
    most: int = 0
    is_needed: bool = True
    problems: tuple[Text, ...] = ()

    @property
    def first(self) -> str:
        """The name of the field where one begins to write."""
        return self.parts[0].first if self.parts else self.name

    @property
    def has_problems(self) -> bool:
        return bool(self.problems) or any(part.has_problems for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a form knows besides the shape: the codes there are, by criterion, and what is wrong with a field."""

    codes: Mapping[str, Options]
    problems: Callable[[str], Sequence[Text]]


def starting_value(setting: Setting) -> Any:
    """What a new rule begins with: the default, or where there is none, empty fields."""
    default = None if setting.default is REQUIRED else setting.default
    return {} if isinstance(setting.shape, Parts) and not isinstance(default, dict) else default


# --- from the value to the fields ---------------------------------------------------------------------------------------


def build_field(shape: Shape, value: Any, name: str, label: Text, around: Surroundings) -> Field:
    problems = tuple(around.problems(name))
    match shape:
        case Parts():
            held = value if isinstance(value, dict) else {}
            parts = tuple(_part(part, held, f"{name}.{part.name}", around) for part in shape.parts)
            is_set = value is not None or not shape.takes_null
            return Field(
                kind="parts", name=name, label=label, empty=shape.empty, parts=parts, is_set=is_set, problems=problems
            )
        case Listed():
            rows = shape.rows(value) or [None]
            made = tuple(
                build_field(shape.each, row, f"{name}.{n}", _numbered(shape.noun, n), around)
                for n, row in enumerate(rows)
            )
            return _rows(shape, name, label, made, problems)
        case Counted():
            pairs = _pairs(value) or [("", None)]
            made = tuple(
                _counted(
                    shape, key, count, f"{name}.{n}", _numbered(shape.noun, n), around.problems(f"{name}.{key}"), around
                )
                for n, (key, count) in enumerate(pairs)
            )
            return _rows(shape, name, label, made, problems)
        case Several():
            ticked = frozenset(map(str, value or ()))
            within = [text for n, _ in enumerate(value or ()) for text in around.problems(f"{name}.{n}")]
            options = _with_unknown(_options(shape.each, around), sorted(ticked))
            return Field(
                kind="ticks",
                name=name,
                label=label,
                empty=shape.empty,
                options=options,
                ticked=ticked,
                problems=(*problems, *within),
            )
        case Single():
            return _single(shape, value, name, label, problems, around)
    raise TypeError(shape)


def _part(part: Part, held: Mapping[str, Any], name: str, around: Surroundings) -> Field:
    value = held.get(part.name, None if part.is_needed else part.default)
    made = _single(part.shape, value, name, part.label, tuple(around.problems(name)), around, is_part=True)
    return made if part.is_needed else replace(made, is_needed=False)


def _single(
    shape: Single,
    value: Any,
    name: str,
    label: Text,
    problems: tuple[Text, ...],
    around: Surroundings,
    *,
    is_part: bool = False,
) -> Field:
    text = shape.typed(value)
    made = Field(
        kind="text",
        name=name,
        label=label,
        text=text,
        problems=problems,
        empty=shape.empty,
        is_needed=shape.empty is None,
    )
    match shape:
        case Switch() if is_part and text in ("", "true", "false"):
            return replace(made, kind="tick")
        case Switch() | Choice() | Code():
            options = _with_unknown(_options(shape, around), [text] if text else [])
            return replace(made, kind="choice", options=options)
        case Whole():
            return replace(made, inputmode="numeric", unit=shape.measure.label if shape.measure else None)
        case Amount():
            return replace(made, inputmode="decimal", unit=YUAN.label)
        case Multiple():
            return replace(made, inputmode="decimal", unit=shape.measure.label)
        case Day() | Clock():
            kind = "date" if isinstance(shape, Day) else "time"
            readable = not text or not shape.faults(text)  # a browser shows nothing of what is no day
            return replace(made, type=kind if readable else "text")
    return made


def _counted(
    shape: Counted, key: str, count: Any, name: str, label: Text, problems: Sequence[Text], around: Surroundings
) -> Field:
    what = _single(shape.key, key or None, f"{name}.key", shape.key_label, (), around)
    many = _single(shape.count, count, f"{name}.count", shape.count_label, tuple(problems), around)
    return Field(kind="parts", name=name, label=label, parts=(what, many))


def _rows(
    shape: Listed | Counted, name: str, label: Text, made: tuple[Field, ...], problems: tuple[Text, ...]
) -> Field:
    return Field(
        kind="rows",
        name=name,
        label=label,
        empty=shape.empty,
        parts=made,
        noun=shape.noun,
        most=shape.most,
        problems=problems,
    )


def _numbered(noun: Text, n: int) -> Text:
    return Text(f"第 {n + 1} {noun.zh}", f"{noun.en} {n + 1}")


def _options(shape: Single, around: Surroundings) -> Options:
    match shape:
        case Choice():
            return list(shape.options.items())
        case Code():
            return around.codes[shape.criterion]
    return [("true", Text("是", "yes")), ("false", Text("否", "no"))]


def _with_unknown(options: Options, chosen: Sequence[str]) -> Options:
    """A code that is gone stays to be seen, and to be let go."""
    known = {value for value, _ in options}
    return [*options, *((one, one) for one in chosen if one not in known)]


def _pairs(value: Any) -> list[tuple[str, Any]]:
    """Of counts by code; rows that named a code twice come as a list."""
    if isinstance(value, dict):
        return list(value.items())
    return [(key or "", count) for key, count in value] if isinstance(value, list) else []


# --- from the fields to the value ---------------------------------------------------------------------------------------


def read_value(shape: Shape, sent: Sent, name: str, *, keeps_blank: bool = False) -> Any:
    """The value that was typed. Rows left blank are none, unless `keeps_blank`, as while rows are still being added."""
    match shape:
        case Parts():
            if shape.takes_null and sent.get(f"{name}.is") == NONE:
                return None
            return _read_parts(shape, sent, name)
        case Listed():
            rows = _read_rows(shape.each, sent, name, keeps_blank)
            return (rows[0] if shape.lone and len(rows) == 1 else rows) if rows or not shape.null else None
        case Counted():
            return _read_counts(shape, sent, name, keeps_blank)
        case Several():
            ticked = sorted(set(sent.getlist(name)))
            return ticked if ticked or not shape.null else None
        case Single():
            return shape.read(sent.get(name, ""))
    raise TypeError(shape)


def _read_parts(shape: Parts, sent: Sent, name: str) -> dict[str, Any]:
    read = {part.name: part.shape.read(sent.get(f"{name}.{part.name}", "")) for part in shape.parts}
    left_out = {part.name for part in shape.parts if not part.is_needed and read[part.name] in (None, part.default)}
    return {part: value for part, value in read.items() if part not in left_out}


def _read_rows(each: Shape, sent: Sent, name: str, keeps_blank: bool) -> list[Any]:
    read = [read_value(each, sent, f"{name}.{n}") for n in _numbers(sent, name)]
    blank = read_value(each, MultiDict(), name)
    return [None if one == blank else one for one in read if keeps_blank or one != blank]


def _read_counts(shape: Counted, sent: Sent, name: str, keeps_blank: bool) -> Any:
    read = [(sent.get(f"{name}.{n}.key", ""), sent.get(f"{name}.{n}.count", "")) for n in _numbers(sent, name)]
    pairs = [(key, shape.count.read(count)) for key, count in read if keeps_blank or key or count.strip()]
    if len({key for key, _ in pairs}) < len(pairs):
        return [list(pair) for pair in pairs]
    return dict(pairs) or None


def _numbers(sent: Sent, name: str) -> list[int]:
    """The numbers of the rows that were sent, in order."""
    pattern = re.compile(rf"{re.escape(name)}\.(\d{{1,4}})(?:\.|\Z)")
    return sorted({int(found[1]) for key in sent if (found := pattern.match(key))})


def read_back(shape: Shape, value: Any, name: str) -> Any:
    """What a value becomes that is shown in its fields and sent back untouched: the same, where it is written in the usual way."""
    return read_value(shape, typed(build_field(shape, value, name, VALUE, _ALONE)), name)


def typed(made: Field) -> Sent:
    """What a browser sends of these fields when nobody touches them."""
    sent: Sent = MultiDict()
    _send(made, sent)
    return sent


def _send(made: Field, sent: Sent) -> None:
    match made.kind:
        case "rows" | "parts":
            if made.kind == "parts" and made.empty is not None:
                sent.add(f"{made.name}.is", SET if made.is_set else NONE)
            for part in made.parts:
                _send(part, sent)
        case "ticks":
            for one in sorted(made.ticked):
                sent.add(made.name, one)
        case "tick" if made.text != "true":
            pass
        case _:
            sent.add(made.name, made.text)


_ALONE: Final = Surroundings(codes={"org": (), "item_type": (), "category": ()}, problems=lambda _name: ())


# --- rows added and taken away --------------------------------------------------------------------------------------------


def change_rows(sent: Sent, wish: str) -> tuple[Sent, str]:
    """`add:NAME` or `remove:NAME:NUMBER`, as a button says it. Gives what the fields then hold, and the name of the row to go on in."""
    act, _, where = wish.partition(":")
    changed: Sent = MultiDict(sent)
    if act == "add":
        following = max(_numbers(sent, where), default=-1) + 1
        changed.add(f"{where}.{following}", "")
        return changed, f"{where}.{len(_numbers(changed, where)) - 1}"
    name, _, number = where.rpartition(":")
    numbers = _numbers(sent, name)
    gone_at = row_number(number)
    if act != "remove" or gone_at is None or gone_at not in numbers:
        return changed, name
    gone = f"{name}.{number}"
    for key in [key for key in changed if key == gone or key.startswith(f"{gone}.")]:
        changed.poplist(key)
    return changed, f"{name}.{max(0, min(numbers.index(gone_at), len(numbers) - 2))}"
