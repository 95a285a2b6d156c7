"""What becomes of holds when lower rooms act: titles are joined, a transfer is called off, a copy leaves its shelf. Registered as hooks."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from branches.context import Context
from catalog.queries import item_by_id
from circ.models import Hold
from circ.queries import holds as queries
from circ.queries.holds import HoldRow
from circ.service.holds.targeting import target_titles
from circ.service.holds.writing import end, free_copy, release
from circ.service.locking import lock_copies_of
from circ.states import KEPT, OPEN, WITH_COPY
from kernel.db import one_of, table_of
from transit.queries import TransferRow

_holds = table_of(Hold)
_FURTHEST = ("ready", "in_transit", "targeted", "queued")


def fold_duplicates(context: Context, bib_id: int, into_id: int) -> None:
    """A reader who waits for both titles waits once from now on: with the hold that has come furthest, else the older one."""
    held = _holds.alias("held")
    clashing = (
        select(_holds.c.id, held.c.id)
        .join(held, (held.c.patron_id == _holds.c.patron_id) & (held.c.wants == _holds.c.wants))
        .where(
            _holds.c.bib_id == bib_id,
            held.c.bib_id == into_id,
            one_of(_holds.c.status, OPEN),
            one_of(held.c.status, OPEN),
        )
        .order_by(_holds.c.id)
    )
    _fold(context, clashing)


def _fold(context: Context, clashing: Select[tuple[int, int]]) -> None:
    for pair in context.session.execute(clashing).all():
        both = [hold for one in pair if (hold := queries.hold_by_id(context.session, one)) is not None]
        both.sort(key=lambda hold: (_FURTHEST.index(hold.status), hold.rank, hold.id))
        _end_double(context, both[-1])


def _end_double(context: Context, hold: HoldRow) -> None:
    item = item_by_id(context.session, hold.copy_id, lock=True) if hold.copy_id is not None else None
    locked = queries.lock_hold(context.session, hold.id)
    if locked is None or locked.status not in OPEN:
        return
    to_clear = item is not None and locked.copy_id == item.id and free_copy(context, locked, item)
    end(context, locked, "cancel", "merged", journal_act="hold_cancelled", to_clear=to_clear)


def end_for_reader(context: Context, patron_id: int) -> int:
    """A reader leaves: all they wait for is called off, and what was put aside for them is free for the next. How many holds that were."""
    lock_copies_of(context.session, [patron_id])
    ended = 0
    for hold in queries.holds_of_patron(context.session, patron_id):
        item = item_by_id(context.session, hold.copy_id, lock=True) if hold.copy_id is not None else None
        locked = queries.lock_hold(context.session, hold.id)
        if locked is None or locked.status not in OPEN:
            continue
        to_clear = item is not None and locked.copy_id == item.id and free_copy(context, locked, item)
        end(context, locked, "cancel", "staff", journal_act="hold_cancelled", to_clear=to_clear)
        target_titles(context, [locked.bib_id])
        ended += 1
    return ended


def fold_readers(context: Context, patron_id: int, into_id: int) -> None:
    """Two accounts are one person's, who waits for the same only once: with the hold that has come furthest, else the older one."""
    lock_copies_of(context.session, [patron_id, into_id])
    held = _holds.alias("held")
    same = (held.c.bib_id == _holds.c.bib_id) & (held.c.wants == _holds.c.wants)
    open_ = (one_of(_holds.c.status, OPEN), one_of(held.c.status, OPEN))
    clashing = (
        select(_holds.c.id, held.c.id)
        .join(held, same)
        .where(_holds.c.patron_id == patron_id, held.c.patron_id == into_id, *open_)
        .order_by(_holds.c.id)
    )
    _fold(context, clashing)


def release_after_transfer(context: Context, transfer: TransferRow) -> None:
    """The book does not come: its reader waits for the next one."""
    hold = queries.hold_with_copy(context.session, transfer.item_id) if transfer.item_id is not None else None
    if hold is not None and hold.status == "in_transit":
        locked = queries.lock_hold(context.session, hold.id)
        assert locked is not None
        release(context, locked, "transfer_cancelled", org_id=transfer.from_id)


def promised(session: Session, item_ids: Collection[int]) -> Collection[int]:
    """Those of these copies that lie ready for, or are on their way to, somebody who waits for their title or a volume of it."""
    going = (_holds.c.copy_id.in_(item_ids), _holds.c.item_id.is_(None), one_of(_holds.c.status, KEPT))
    return set(session.scalars(select(_holds.c.copy_id).where(*going)))


def release_set_apart(context: Context, item_ids: Collection[int]) -> None:
    """Copies of a title turned out to be of another book: whoever one of them was to be fetched for waits for the next copy of the title.
    A hold on the very copy went along with it."""
    fetched = (_holds.c.copy_id.in_(item_ids), _holds.c.item_id.is_(None), _holds.c.status == "targeted")
    for item_id in context.session.scalars(select(_holds.c.copy_id).where(*fetched).order_by(_holds.c.copy_id)).all():
        release_taken_away(context, item_id)


def release_taken_away(context: Context, item_id: int) -> None:
    """A copy is withdrawn, missing or at the mender's: whoever it was to be fetched for, or put aside for, waits for the next one."""
    hold = queries.hold_with_copy(context.session, item_id)
    locked = queries.lock_hold(context.session, hold.id) if hold is not None else None
    if locked is not None and locked.copy_id == item_id and locked.status in WITH_COPY:
        release(context, locked, "copy_gone")
        target_titles(context, [locked.bib_id])
