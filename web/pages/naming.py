"""The names of a title's form against the controlled headings: what is said of each, and the used form put in for another. No scripts."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from catalog.bibdata import BibData
from catalog.queries.controlled import Kinds, NameSaid, names_said
from web.pages.forms import Form

_PEOPLE: Final[Kinds] = ("person", "body")
_BODIES: Final[Kinds] = ("body", "person")
_SUBJECTS: Final[Kinds] = ("subject", "place", "person", "body")


def said_of(session: Session, data: BibData) -> list[NameSaid]:
    """What is said of the people and subjects of a description, each once."""
    people = [(_BODIES if one.body else _PEOPLE, one.name) for one in data.contributors]
    names: list[tuple[Kinds, str]] = [*people, *((_SUBJECTS, name) for name in data.subjects)]
    return names_said(session, dict.fromkeys(names))


def use(form: Form, said: list[NameSaid], wanted: str) -> dict[str, str]:
    """The fields of the form in which a name becomes the heading it refers to. `wanted` is `use:name:heading`, as the page counts them."""
    _, *places = wanted.split(":")
    if len(places) != 2 or not all(place.isascii() and place.isdigit() and len(place) < 5 for place in places):
        return {}
    at, which = (int(place) for place in places)
    if at >= len(said) or which >= len(said[at].preferred):
        return {}
    name, heading = said[at].name, said[at].preferred[which]
    for field in ("authors", "subjects"):
        if name in form.value(field):
            return {field: form.value(field).replace(name, heading, 1)}
    return {}
