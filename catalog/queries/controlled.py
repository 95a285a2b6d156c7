"""Names against the controlled headings: what is offered while one is typed, and what is said of one that stands in a title."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.orm import Session

from catalog.headings import HeadingKind, heading_key
from catalog.models import Heading, HeadingVariant
from catalog.queries.headings import HeadingRow, heading_rows, headings_named

Standing = Literal["controlled", "refers", "unknown"]
Kinds = tuple[HeadingKind, ...]  # the likeliest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A heading to choose. `by` is the form that was meant where it is not the name: who chooses it is led from there to the name."""

    id: int
    kind: str
    name: str
    by: str | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSaid:
    """A name and how it stands: it is a heading, it refers to headings (`preferred`, several where one name is of several), or neither.
    `kind` is what a heading of it would be."""

    kind: HeadingKind
    name: str
    standing: Standing
    preferred: tuple[str, ...] = ()


def offered(session: Session, begins: str, *, kinds: Collection[str] = (), limit: int = 8) -> list[Offer]:
    """Headings of which some form begins so: what is called just so first, then names before forms that refer to them, the short first."""
    key = heading_key(begins)
    if not key:
        return []
    refers = (HeadingVariant.heading_id == Heading.id, HeadingVariant.key.startswith(key, autoescape=True))
    is_named = Heading.key.startswith(key, autoescape=True)
    is_just_so = or_(Heading.key == key, exists().where(refers[0], HeadingVariant.key == key))
    statement = (
        select(Heading)
        .where(or_(is_named, exists().where(*refers)))
        .order_by(
            case((is_just_so, 0), else_=1),
            case((is_named, 0), else_=1),
            func.length(Heading.key),
            Heading.key,
            Heading.id,
        )
        .limit(limit)
    )
    if kinds:
        statement = statement.where(Heading.kind.in_(sorted(kinds)))
    return [_offer(row, key) for row in heading_rows(session, session.scalars(statement).all())]


def names_said(session: Session, names: Iterable[tuple[Kinds, str]]) -> list[NameSaid]:
    """What is said of each of these names, each of one of some kinds, in their order, in a constant number of statements."""
    wanted = list(names)
    rows = headings_named(session, [name for _, name in wanted])
    return [_said(kinds[0], name, [row for row in rows if row.kind in kinds]) for kinds, name in wanted]


def _said(kind: HeadingKind, name: str, rows: list[HeadingRow]) -> NameSaid:
    key = heading_key(name)
    if any(heading_key(row.name) == key for row in rows):
        return NameSaid(kind=kind, name=name, standing="controlled")
    referred = tuple(row.name for row in rows if key in {heading_key(form) for form in row.variants})
    return NameSaid(kind=kind, name=name, standing="refers" if referred else "unknown", preferred=referred)


def _offer(row: HeadingRow, key: str) -> Offer:
    is_named = heading_key(row.name).startswith(key)
    forms = [form for form in row.variants if heading_key(form).startswith(key)]
    just_so = [form for form in forms if heading_key(form) == key]
    by = None if is_named and not just_so else (just_so or forms)[0]
    return Offer(id=row.id, kind=row.kind, name=row.name, by=by, note=row.note)
