"""How a notice is worded: text with places in braces, filled by plain substitution. Pure.

`{books}` stands for a value; nothing in a wording is ever run. A brace that is no place is refused when the wording is saved.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Final

from kernel.i18n import Text

LONGEST: Final = {"subject": 100, "body": 4000, "short": 300}
_PLACE: Final = re.compile(r"\{([a-z_]+)\}")
_BLANKS: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """`subject` is one line; `short` goes where little is read, to phones."""

    subject: str
    body: str
    short: str


def find_faults(wording: Wording, places: Collection[str]) -> dict[str, list[Text]]:
    """What keeps a wording from being saved, field by field."""
    faults = {one.name: _faults_of(one.name, getattr(wording, one.name), places) for one in fields(wording)}
    return {name: found for name, found in faults.items() if found}


def _faults_of(field: str, text: str, places: Collection[str]) -> list[Text]:
    found = []
    if not text.strip():
        found.append(Text("请填写这一项。", "Fill this in."))
    if len(text) > LONGEST[field]:
        found.append(Text("最多 {n} 个字。", "At most {n} characters.").format(n=LONGEST[field]))
    if field == "subject" and "\n" in text.strip():
        found.append(Text("标题只能是一行。", "The subject is one line."))
    unknown = [name for name in dict.fromkeys(_PLACE.findall(text)) if name not in places]
    for name in unknown:
        sentence = Text(
            "这种通知没有“{name}”这一处；可用的见旁边的表。",
            "This notice has no place “{name}”; the list beside says which.",
        )
        found.append(sentence.format(name="{" + name + "}"))
    if re.search(r"[{}]", _PLACE.sub("", text)):
        sentence = Text(
            "花括号只用来写可填的地方，如 {place}。", "Braces only write places to be filled, such as {place}."
        )
        found.append(sentence.format(place="{name}"))
    return found


def render(wording: Wording, values: Mapping[str, str]) -> Wording:
    """Fill the places; what a value says is never looked into again. In one line, several lines are parted by commas."""
    return Wording(
        subject=one_line(_fill(wording.subject, values)),
        body=_fill(wording.body, values).strip(),
        short=one_line(_fill(wording.short, {name: value.replace("\n", "、") for name, value in values.items()})),
    )


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda found: values.get(found[1], ""), text)


def one_line(text: str) -> str:
    """A subject is a header of an e-mail: nothing in it may begin another one."""
    return _BLANKS.sub(" ", text).strip()
