"""Reads of the county's own table of classes."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.models import ClassLabel


def own_classes(session: Session) -> int:
    """How many classes the county names itself."""
    return session.scalar(select(func.count()).select_from(ClassLabel)) or 0
