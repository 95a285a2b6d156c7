"""The reference data of this room, cached per process: the patron categories by code."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.reference import Reference
from patrons.models import PatronCategory


def _load(session: Session) -> Mapping[str, str]:
    rows = session.execute(select(PatronCategory.code, PatronCategory.name).order_by(PatronCategory.code))
    return {row.code: row.name for row in rows}


CATEGORIES: Reference[Mapping[str, str]] = Reference("patron_category", _load)


def category_chain(session: Session, code: str) -> tuple[str, ...]:
    """A category as policies match it: itself alone, for categories have no parents; nothing for an unknown code."""
    return (code,) if code in CATEGORIES.get(session) else ()
