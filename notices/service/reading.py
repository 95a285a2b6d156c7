"""Notices read, seen to and tried again; a look of staff at a reader's is journalled."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import select, update

from branches.context import Context
from kernel.clock import local_day
from kernel.db import rows_changed, table_of
from kernel.errors import Conflict, NotFound
from kernel.i18n import Text
from notices.models import Notice, NoticeDelivery
from notices.queries import SentRow, sent_to_reader, unread_ids
from patrons.service.finding import find_for

MOST_AT_DESK: Final = 50

_notices, _deliveries = table_of(Notice), table_of(NoticeDelivery)


def mark_read(context: Context) -> frozenset[int]:
    """The reader has their notices before them; those that were new."""
    new = unread_ids(context.session, context.caller.id, local_day(context.now))
    if new:
        _note_read(context, new)
    return frozenset(new)


def see_to(context: Context, notice_id: int) -> None:
    """Somebody of the staff took up what they were told; a second time changes nothing. Raises NotFound."""
    n = _notices.c
    org_id = context.session.scalar(select(n.org_id).where(n.id == notice_id, n.patron_id.is_(None)))
    context.caller.require("notice.read")
    if org_id is None or not context.caller.may("notice.read", org_id, context.tree):
        raise NotFound("notice", notice_id)
    _note_read(context, [notice_id])


def _note_read(context: Context, ids: Collection[int]) -> None:
    n = _notices.c
    new = update(_notices).where(n.id.in_(ids), n.read_at.is_(None))
    context.session.execute(new.values(read_at=context.now, read_by=context.caller.author))


def look_at_notices(context: Context, card: str) -> list[SentRow]:
    """What was sent to a reader of the caller's units; the journal remembers that somebody looked."""
    patron = find_for(context, card, "patron.loans")
    context.record("person_viewed", org_id=context.caller.own_unit(), patron_id=patron.id, data={"what": "notices"})
    return sent_to_reader(context.session, patron.id, MOST_AT_DESK)


def try_again(context: Context, notice_id: int) -> int:
    """Give a notice that did not go out all its tries once more; how many ways. Raises NotFound, and Conflict where none had failed."""
    n = _notices.c
    org_id = context.session.scalar(select(n.org_id).where(n.id == notice_id, n.patron_id.is_not(None)))
    context.caller.require("notice.send")
    if org_id is None or not context.caller.may("notice.send", org_id, context.tree):
        raise NotFound("notice", notice_id)
    count = _revive(context, [notice_id])
    if not count:
        nothing = Text(
            "这条通知没有发失败的，不用再试。", "Nothing of this notice has failed; there is nothing to try again."
        )
        raise Conflict("notice.not_failed", nothing)
    context.record("notice_retried", org_id=org_id, data={"notice": notice_id, "ways": count})
    return count


def try_all_again(context: Context, units: Collection[int]) -> int:
    """All that was given up for these units, where the caller may; how many."""
    n, d = _notices.c, _deliveries.c
    allowed = context.caller.units("notice.send", context.tree) & set(units)
    failed = select(n.id).join(_deliveries, d.notice_id == n.id).where(d.status == "failed", n.org_id.in_(allowed))
    count = _revive(context, list(context.session.scalars(failed)))
    if count:
        context.record("notice_retried", org_id=context.caller.own_unit(), data={"ways": count})
    return count


def _revive(context: Context, notice_ids: Collection[int]) -> int:
    d = _deliveries.c
    failed = update(_deliveries).where(d.notice_id.in_(notice_ids), d.status == "failed")
    revived = failed.values(status="waiting", attempts=0, due_at=context.now, error=None)
    return rows_changed(context.session.execute(revived))
