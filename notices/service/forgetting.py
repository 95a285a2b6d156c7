"""Notices end with their time, and a reader's with the reader: what they say tells what somebody read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from branches.context import Context
from kernel.db import rows_changed, table_of
from notices.models import Notice, NoticeChoice, NoticeDelivery, NoticeOccasion

KEPT_FOR: Final = timedelta(days=30)
AT_ONCE: Final = 1000

_notices, _deliveries = table_of(Notice), table_of(NoticeDelivery)
_occasions, _choices = table_of(NoticeOccasion), table_of(NoticeChoice)


def forget_old(context: Context) -> int:
    """Delete what was said longer ago than it is kept, so many at a time; how many. That it was said stays known, not to whom."""
    old = _notices.c.told_at < context.now - KEPT_FOR
    oldest = select(_notices.c.id).where(old).order_by(_notices.c.told_at).limit(AT_ONCE)
    return _delete(context.session, _notices.c.id.in_(oldest.scalar_subquery()))


def forget_reader(session: Session, patron_id: int) -> None:
    """Everything this room knows of a reader; for one who is erased."""
    session.execute(delete(_deliveries).where(_deliveries.c.to_patron_id == patron_id))
    _delete(session, _notices.c.patron_id == patron_id)
    session.execute(delete(_choices).where(_choices.c.patron_id == patron_id))


def forget_subjects(session: Session, kinds: Sequence[str], subject_ids: Collection[int]) -> None:
    """What was said of loans or holds that are forgotten: to delete it cuts the last thread between the reader and the book."""
    told = select(_occasions.c.notice_id).where(
        _occasions.c.kind.in_(kinds), _occasions.c.subject_id.in_(subject_ids), _occasions.c.notice_id.is_not(None)
    )
    _delete(session, _notices.c.id.in_(told))


def hand_over(session: Session, patron_id: int, into_id: int) -> None:
    """Two accounts turned out to be one person's: their notices become one list. The account that stays keeps its own choice."""
    session.execute(update(_notices).where(_notices.c.patron_id == patron_id).values(patron_id=into_id))
    session.execute(update(_deliveries).where(_deliveries.c.to_patron_id == patron_id).values(to_patron_id=into_id))
    has_own = session.scalar(select(_choices.c.patron_id).where(_choices.c.patron_id == into_id)) is not None
    if has_own:
        session.execute(delete(_choices).where(_choices.c.patron_id == patron_id))
    else:
        session.execute(update(_choices).where(_choices.c.patron_id == patron_id).values(patron_id=into_id))


def _delete(session: Session, which: ColumnElement[bool]) -> int:
    ids: list[Any] = list(session.scalars(select(_notices.c.id).where(which).with_for_update()))
    if not ids:
        return 0
    session.execute(update(_occasions).where(_occasions.c.notice_id.in_(ids)).values(notice_id=None))
    session.execute(delete(_deliveries).where(_deliveries.c.notice_id.in_(ids)))
    return rows_changed(session.execute(delete(_notices).where(_notices.c.id.in_(ids))))
