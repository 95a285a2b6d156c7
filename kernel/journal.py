"""The journal: one immutable row for every act, in the act's own transaction.

Statistics, audit and replays are computed from it. Subjects are opaque keys without foreign keys, so a row outlives what it tells of.
Triggers (in the migrations) refuse every change but one: forgetting who read what takes the reader away, as author and request too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from kernel.bulk import insert_rows
from kernel.db import Base, BigId, JsonValue, table_of
from kernel.request import request_id
from kernel.writes import Insertion, Write, write_together

ACTS = frozenset(
    """
    checked_out checked_in renewed renewal_refused hold_placed hold_ready hold_collected hold_cancelled hold_expired
    hold_targeted hold_sent hold_released hold_changed shelf_missed loan_recalled
    transfer_requested transfer_approved transfer_refused transfer_dispatched transfer_received transfer_cancelled
    item_created item_changed item_moved status_changed bib_created bib_changed bib_merged bib_set_apart bib_voided import_run
    resource_opened
    fee_charged fee_paid fee_waived fee_refunded deposit_taken deposit_returned
    payment_reversed credit_paid_out approval_asked approval_refused
    selection_made selection_cancelled selection_refused selection_sent selection_missed item_processed quotas_folded
    fund_allocated programme_changed overridden undone visited used_in_house search_missed
    patron_created patron_changed patron_blocked patron_unblocked person_viewed
    patron_merged patron_closed patron_reopened patron_erased patron_exported history_forgotten
    heading_changed book_number_allotted item_handed_over item_taken_over
    suggestion_made suggestion_voted suggestion_answered demand_put_aside demand_taken_back
    order_drafted order_changed order_asked order_placed order_approved order_turned_down order_cancelled
    order_received order_invoiced supplier_changed
    settlement_made settlement_changed settlement_agreed settlement_confirmed settlement_frozen settlement_paid
    settlement_discarded
    notice_ways_chosen notice_retried
    settings_changed user_changed logged_in
    """.split()  # noqa: SIM905 - one word a name reads better than forty pairs of quotes
)


# Partial indexes: who reads by one says its condition in these words, for SQLite takes no other form for the same.
WANTED = text("act IN ('search_missed','selection_refused')")  # what purchasing reads of months
PROCESSED = text("act = 'item_processed'")  # counted for oversight
LOOKED = text("act = 'person_viewed'")  # by unit and day
_OPENED = text("act = 'resource_opened'")  # counted title by title
_UNDOES = text("undoes_id IS NOT NULL")  # an act is undone once, and the database sees to it


class JournalEntry(Base):
    """What happened. `org_id` is where, `channel` how it came in, `author` who did it, `data` what the act needs to be told again;
    `undoes_id` the row of an act that this one takes back."""

    __tablename__ = "journal"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    act: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    org_id: Mapped[int | None] = mapped_column(BigId)
    channel: Mapped[str] = mapped_column(String(16))
    item_id: Mapped[int | None] = mapped_column(BigId)
    bib_id: Mapped[int | None] = mapped_column(BigId)
    patron_id: Mapped[int | None] = mapped_column(BigId)
    author: Mapped[str] = mapped_column(String(80))
    request_id: Mapped[str | None] = mapped_column(String(40))
    data: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)
    undoes_id: Mapped[int | None] = mapped_column(BigId)

    __table_args__ = (
        Index("ix_journal_at", "at"),
        Index("ix_journal_item_id", "item_id"),
        Index("ix_journal_patron_id", "patron_id"),
        Index("uq_journal_undoes", "undoes_id", unique=True, sqlite_where=_UNDOES, postgresql_where=_UNDOES),
        Index("ix_journal_wanted", "at", sqlite_where=WANTED, postgresql_where=WANTED),
        Index("ix_journal_resource_opened", "bib_id", sqlite_where=_OPENED, postgresql_where=_OPENED),
        Index("ix_journal_looked", "org_id", "at", sqlite_where=LOOKED, postgresql_where=LOOKED),
        Index("ix_journal_processed", "at", "item_id", sqlite_where=PROCESSED, postgresql_where=PROCESSED),
    )


_table = table_of(JournalEntry)
_ENTRY = Insertion(_table, *(column.name for column in _table.c if column.name != "id"))


def append(
    session: Session,
    act: str,
    *,
    at: datetime,
    author: str,
    channel: str,
    org_id: int | None = None,
    item_id: int | None = None,
    bib_id: int | None = None,
    patron_id: int | None = None,
    data: Mapping[str, Any] | None = None,
    undoes_id: int | None = None,
) -> int:
    """Write one row and return its id; an act that is not on the list is a slip of the programmer."""
    one = entry(
        act,
        at=at,
        author=author,
        channel=channel,
        org_id=org_id,
        item_id=item_id,
        bib_id=bib_id,
        patron_id=patron_id,
        data=data,
        undoes_id=undoes_id,
    )
    entry_id: int = write_together(session, one)
    return entry_id


def entry(act: str, *, at: datetime, author: str, channel: str, **subjects: Any) -> Write:
    """The row that `append` would write, for an act that writes it together with something else; the last gives the row's id."""
    return _ENTRY.of(build_row(act, at=at, author=author, channel=channel, **subjects))


def append_many(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows made by `build_row`, in one go."""
    insert_rows(session, _table, rows)


def build_row(act: str, *, at: datetime, author: str, channel: str, **subjects: Any) -> dict[str, Any]:
    if act not in ACTS:
        raise ValueError(f"unknown act {act}")
    row = {"org_id": None, "item_id": None, "bib_id": None, "patron_id": None, "data": None, "undoes_id": None}
    return row | subjects | {"act": act, "at": at, "author": author, "channel": channel, "request_id": request_id()}


def was_recorded(session: Session, act: str, since: datetime) -> bool:
    """Whether an act was done after this instant: asked of few days, whatever the journal has of other years."""
    found = select(JournalEntry.id).where(JournalEntry.act == act, JournalEntry.at > since)
    return session.scalar(found.limit(1)) is not None
