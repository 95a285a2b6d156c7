"""Reads of controlled headings: by name in any form, and what a name is also called."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import String, cast, or_, select
from sqlalchemy.orm import Session

from catalog.headings import heading_key
from catalog.models import Bib, Heading, HeadingVariant
from kernel.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadingRow:
    """A heading with the names that refer to it."""

    id: int
    kind: str
    name: str
    variants: tuple[str, ...]
    see_also: tuple[str, ...]
    note: str | None
    version: int


def find_heading(session: Session, heading_id: int, *, lock: bool = False) -> HeadingRow:
    statement = select(Heading).where(Heading.id == heading_id).execution_options(populate_existing=True)
    row = session.scalars(statement.with_for_update() if lock else statement).first()
    if row is None:
        raise NotFound("heading", heading_id)
    return heading_rows(session, [row])[0]


def headings_named(session: Session, names: Iterable[str]) -> list[HeadingRow]:
    """The headings that have one of these names, or to which one of them refers, in any spelling."""
    keys = sorted({key for name in names if (key := heading_key(name))})
    if not keys:
        return []
    referring = select(HeadingVariant.heading_id).where(HeadingVariant.key.in_(keys))
    where = or_(Heading.key.in_(keys), Heading.id.in_(referring))
    return heading_rows(session, session.scalars(select(Heading).where(where).order_by(Heading.id)).all())


def list_headings(
    session: Session, *, begins: str = "", kind: str | None = None, after_id: int = 0, limit: int = 50
) -> list[HeadingRow]:
    """Those whose name, in any form, begins so."""
    statement = select(Heading).where(Heading.id > after_id).order_by(Heading.id).limit(limit)
    if key := heading_key(begins):
        referring = select(HeadingVariant.heading_id).where(HeadingVariant.key.startswith(key, autoescape=True))
        statement = statement.where(or_(Heading.key.startswith(key, autoescape=True), Heading.id.in_(referring)))
    if kind is not None:
        statement = statement.where(Heading.kind == kind)
    return heading_rows(session, session.scalars(statement).all())


def other_names(session: Session, names: Collection[str]) -> dict[str, tuple[str, ...]]:
    """By the key of each of these names, what its heading is called besides, in a constant number of statements."""
    if not names or session.scalar(select(Heading.id).limit(1)) is None:
        return {}
    wanted = {heading_key(name) for name in names}
    found: dict[str, dict[str, None]] = {}
    for heading in headings_named(session, names):
        forms = {heading_key(form): form for form in (heading.name, *heading.variants)}
        for key in forms.keys() & wanted:
            found.setdefault(key, {}).update((form, None) for other, form in forms.items() if other != key)
    return {key: tuple(forms) for key, forms in found.items()}


def titles_carrying(session: Session, names: Collection[str]) -> list[int]:
    """The titles whose description has one of these names somewhere: those to index anew, and perhaps a few more."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"  # which keeps JSON with Han characters escaped
    texts = [json.dumps(name)[1:-1] if is_sqlite else name for name in names]
    described = cast(Bib.data, String)
    where = or_(*(described.contains(text, autoescape=True) for text in texts))
    return list(session.scalars(select(Bib.id).where(where).order_by(Bib.id)))


def heading_rows(session: Session, rows: Sequence[Heading]) -> list[HeadingRow]:
    """These headings with the names that refer to them, in a constant number of statements."""
    variants: dict[int, list[str]] = {}
    ids = [row.id for row in rows]
    statement = select(HeadingVariant.heading_id, HeadingVariant.name).where(HeadingVariant.heading_id.in_(ids))
    for heading_id, name in session.execute(statement.order_by(HeadingVariant.heading_id, HeadingVariant.key)):
        variants.setdefault(heading_id, []).append(name)
    return [
        HeadingRow(
            id=row.id,
            kind=row.kind,
            name=row.name,
            variants=tuple(variants.get(row.id, ())),
            see_also=tuple(row.see_also),
            note=row.note,
            version=row.version,
        )
        for row in rows
    ]
