"""Whatever a schema says of a field, it is said in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from marshmallow import Schema, fields, validate

from web.field_messages import SENTENCES, in_both

ROOT = Path(__file__).parents[2]
ROOMS = sorted(path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name not in ("tests", "bench"))
FIELDS = (fields.String, fields.Integer, fields.Boolean, fields.List, fields.Nested, fields.Dict)
VALIDATORS = (validate.OneOf(["a", "b"]), validate.Equal(1), validate.Regexp("a"), validate.NoneOf(["x"]))
BOUNDS = ({"min": 2}, {"max": 3}, {"min": 2, "max": 3})


def of_marshmallow() -> Iterator[str]:
    yield from Schema._default_error_messages.values()  # type: ignore[attr-defined]
    for kind in FIELDS:
        for ancestor in kind.__mro__:
            yield from getattr(ancestor, "default_error_messages", {}).values()
    for bounds in BOUNDS:
        for check, value in ((validate.Length(**bounds), "x" * 9), (validate.Range(**bounds), 9)):  # type: ignore[arg-type]
            for one in (value, value[:1] if isinstance(value, str) else 1):
                yield from complaints(check, one)
    for check in VALIDATORS:
        yield from complaints(check, "x")


def complaints(check: validate.Validator, value: object) -> list[str]:
    try:
        check(value)
    except validate.ValidationError as error:
        return [str(message) for message in error.messages]
    return []


def of_the_rooms() -> Iterator[str]:
    """The first argument of every `ValidationError(…)` and every `error=…` of a pattern, what is filled in replaced by a 7."""
    for path in (path for room in ROOMS for path in sorted(room.rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in ("ValidationError", "SchemaError") and node.args:
                yield from texts(node.args[0])
            elif name in ("Regexp", "OneOf", "Length", "Range"):
                yield from (
                    text for keyword in node.keywords if keyword.arg == "error" for text in texts(keyword.value)
                )


def texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from texts(value)
    elif isinstance(node, ast.List):
        for value in node.elts:
            yield from texts(value)


def test_every_complaint_of_a_schema_is_said_in_both_languages() -> None:
    known = {message.format(input="7", choices="7", obj_type="7") for message in of_marshmallow()} | set(of_the_rooms())
    assert [message for message in sorted(known) if in_both(message).zh == message] == []


def test_what_is_filled_in_stands_in_both() -> None:
    said = in_both("Must be one of: adult, child.")
    assert (said.zh, said.en) == ("应为其中之一：adult, child。", "Must be one of: adult, child.")
    assert in_both("Must be greater than or equal to 1 and less than or equal to 200.").zh == "应在 1 与 200 之间。"


def test_an_unknown_sentence_stays() -> None:
    assert in_both("Something new.").zh == "Something new."


@pytest.mark.parametrize(("english", "chinese"), SENTENCES.items())
def test_both_languages_tell_the_same(english: str, chinese: str) -> None:
    count = [
        sum(1 for _, name, _, _ in Formatter().parse(sentence) if name is not None) for sentence in (english, chinese)
    ]
    assert count[0] == count[1]
