"""A description between its three forms: `BibData`, the JSON of the column `bib.data`, and the columns that lists show. Pure.

Whoever writes a bib, by hand or by import, takes its columns from here, so that both always agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final, Literal

from catalog.bibdata import BibData, Contributor
from catalog.marc.tidy import has_han
from catalog.matchkeys import match_keys
from kernel.i18n import Text

IdentifierKind = Literal["isbn", "issn", "key"]

LONGEST_TITLE: Final = 500
LONGEST_AUTHORS: Final = 500
LONGEST_PUBLISHER: Final = 200
LONGEST_CLASS: Final = 64
_FIELDS: Final = tuple(field.name for field in fields(BibData))
_KNOWN: Final = frozenset(_FIELDS)
_TO_INNER_MARKS: Final = str.maketrans("《》", "〈〉")


def columns(data: BibData) -> dict[str, Any]:
    """The columns of `bib` that follow from the description, `data` among them; ids, version and instants are the writer's."""
    return {
        "title": full_title(data)[:LONGEST_TITLE],
        "authors": authors_text(data),
        "publisher": data.publisher[:LONGEST_PUBLISHER] if data.publisher else None,
        "year": data.year,
        "isbn": data.isbns[0] if data.isbns else None,
        "class_number": data.class_number[:LONGEST_CLASS] if data.class_number else None,
        "language": data.language,
        "kind": data.kind,
        "data": to_json(data),
    }


def identifiers(data: BibData) -> tuple[tuple[IdentifierKind, str], ...]:
    """What stands in `bib_identifier`: each valid ISBN as 13 digits, each ISSN as 8 characters, each key of title and volume, once."""
    isbns: list[tuple[IdentifierKind, str]] = [("isbn", isbn) for isbn in data.isbns]
    issns: list[tuple[IdentifierKind, str]] = [("issn", issn.replace("-", "")) for issn in data.issns]
    keys: list[tuple[IdentifierKind, str]] = [("key", key) for key in match_keys(data)]
    return tuple(dict.fromkeys(isbns + issns + keys))


def full_title(data: BibData) -> str:
    """The title proper and the part, which tells the volumes of a set apart in a list."""
    return f"{data.title} {data.volume}" if data.volume else data.title


def marked(title: str) -> Text:
    """A title as a sentence names it: 《三体》; inner 《》 become 〈〉. An English sentence puts a Latin title in quotes."""
    in_marks = f"《{title.translate(_TO_INNER_MARKS)}》"
    return Text(in_marks, in_marks if has_han(title) else f"“{title}”")


def authors_text(data: BibData) -> str:
    """The names in a list: first those mainly responsible, then the others, as many whole names as there is room for."""
    ordered = sorted(data.contributors, key=lambda one: not one.main)
    text = ""
    for name in dict.fromkeys(one.name for one in ordered):
        longer = f"{text}; {name}" if text else name
        if len(longer) > LONGEST_AUTHORS:
            return text or longer[:LONGEST_AUTHORS]
        text = longer
    return text


def to_json(data: BibData) -> dict[str, Any]:
    """The description as JSON keeps it: empty fields left out, tuples as lists."""
    shown: dict[str, Any] = {}
    for name in _FIELDS:
        value = getattr(data, name)
        if value is None or value == ():
            continue
        if name == "contributors":
            value = [_person_to_json(person) for person in value]
        shown[name] = list(value) if isinstance(value, tuple) else value
    return shown


def from_json(stored: Mapping[str, Any]) -> BibData:
    """The description that `to_json` wrote; fields of a later release are passed over."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in stored.items() if name in _KNOWN
    }
    values["contributors"] = tuple(Contributor(**person) for person in values.get("contributors", ()))
    return BibData(**values)


def _person_to_json(person: Contributor) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": person.name}
    if person.role:
        shown["role"] = person.role
    if person.main:
        shown["main"] = True
    if person.body:
        shown["body"] = True
    return shown
