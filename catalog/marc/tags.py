"""What a tag table is made of, and how one is read: the names of fields and subfields, what may repeat, what must be there, and the values
of indicators. The tables themselves are `tags_cnmarc` and `tags_marc21`. Pure.

A field is a line `TAG marks 名称 | name`; below it, indented, a line `1:` or `2:` for an indicator that has values, and a line `$` for the
subfields, entries divided by `;`. The mark `*` says that it may be repeated, `!` that it must be there, `~` that it should be.
A line `= TAG` takes indicators and subfields from a field above.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kernel.i18n import Text

_FIELD: Final = re.compile(r"([0-9]{3})([*!~]*) (.+?) \| (.+)")
_ENTRY: Final = re.compile(r"(\S)([*!~]*) (.+?) \| (.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SubfieldRule:
    code: str
    name: Text
    is_repeatable: bool
    is_mandatory: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRule:
    """`indicators` holds the values of both with their meaning; an empty one is always blank. A control field has no subfields."""

    tag: str
    name: Text
    is_repeatable: bool
    is_mandatory: bool
    is_expected: bool
    indicators: tuple[Mapping[str, Text], Mapping[str, Text]]
    subfields: Mapping[str, SubfieldRule]

    @property
    def is_control(self) -> bool:
        return self.tag[:2] == "00"


Rules = Mapping[str, TagRule]


def read_rules(table: str) -> Rules:
    """The rules of a table by tag, in its order. Raises ValueError naming a line that does not hold."""
    rules: dict[str, TagRule] = {}
    head: re.Match[str] | None = None
    body: list[str] = []
    for line in [*table.strip().split("\n"), ""]:
        if line.startswith(" "):
            body.append(line.strip())
            continue
        if head is not None:
            rule = _rule(head, body, rules)
            if rule.tag in rules:
                raise ValueError(f"{rule.tag} stands twice")
            rules[rule.tag] = rule
        head, body = _FIELD.fullmatch(line), []
        if line and head is None:
            raise ValueError(line)
    return rules


def _rule(head: re.Match[str], body: list[str], known: Rules) -> TagRule:
    tag, marks, zh, en = head.groups()
    indicators: tuple[Mapping[str, Text], Mapping[str, Text]] = ({}, {})
    subfields: Mapping[str, SubfieldRule] = {}
    for line in body:
        kind, _, rest = line.partition(" ")
        if kind == "=":
            indicators, subfields = known[rest].indicators, known[rest].subfields
        elif kind in ("1:", "2:"):
            values = {found[1]: Text(found[3], found[4]) for found in _entries(rest)}
            indicators = (values, indicators[1]) if kind == "1:" else (indicators[0], values)
        elif kind == "$":
            subfields = {found[1]: _subfield(found) for found in _entries(rest)}
        else:
            raise ValueError(line)
    return TagRule(
        tag=tag,
        name=Text(zh, en),
        is_repeatable="*" in marks,
        is_mandatory="!" in marks,
        is_expected="~" in marks,
        indicators=indicators,
        subfields=subfields,
    )


def _entries(text: str) -> list[re.Match[str]]:
    found = []
    for part in text.split("; "):
        entry = _ENTRY.fullmatch(part.strip())
        if entry is None:
            raise ValueError(part)
        found.append(entry)
    return found


def _subfield(found: re.Match[str]) -> SubfieldRule:
    code, marks, zh, en = found.groups()
    return SubfieldRule(code=code, name=Text(zh, en), is_repeatable="*" in marks, is_mandatory="!" in marks)
