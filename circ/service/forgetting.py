"""Forgetting who read what, by the reader's choice: the link from a returned loan, or a hold that is over, to the reader is cut everywhere.

What happened stays known: which copy, when, where, of which kind of reader. The journal is the one place where the program may blot out
anything, and that is the reader: as the one whom a row is about, as its author, and the request by which several rows hang together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, literal, null, or_, tuple_, update

from branches.context import Context, InTurns
from circ import hooks
from circ.hold_rules import NO_SHOWS_COUNT_FOR
from circ.ledger_models import AccountEntry
from circ.models import Hold, Loan
from circ.queries import histories as queries
from circ.queries.histories import Remembered
from circ.service.ledger.blanking import blank_entries
from kernel.db import table_of
from kernel.journal import JournalEntry, was_recorded
from notices.kinds import kinds_about
from notices.service.forgetting import forget_subjects

BATCH: Final = 200
TOLD_EVERY: Final = timedelta(days=1)

_loans, _holds, _journal, _entries = table_of(Loan), table_of(Hold), table_of(JournalEntry), table_of(AccountEntry)
NAMELESS: Final[dict[str, Any]] = {
    "patron_id": null(),
    "request_id": null(),
    "author": case((_journal.c.author.like("patron:%"), literal("patron")), else_=_journal.c.author),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How many loans and holds name their reader no more."""

    loans: int = 0
    holds: int = 0

    @property
    def total(self) -> int:
        return self.loans + self.holds

    def plus(self, other: Forgotten) -> Forgotten:
        return Forgotten(loans=self.loans + other.loans, holds=self.holds + other.holds)


def forget_due(in_turns: InTurns) -> int:
    """Forget what is due by now, so many at a time; how many loans and holds. May run at any time; the journal tells of it daily."""
    done = Forgotten()
    while (turn := in_turns(_forget_some)).total:
        done = done.plus(turn)
    in_turns(lambda context: _tell(context, done))
    return done.total


def forget_own(context: Context) -> Forgotten:
    """Forget at once all that the reader who asks has returned, and their holds that are over; what they owe for stays till it is paid, and
    a hold that came to nothing as long as it counts against them."""
    return _forget_all(context, context.caller.id, holds_ended_by=context.now - NO_SHOWS_COUNT_FOR)


def forget_reader(context: Context, patron_id: int) -> Forgotten:
    """The same for any reader, and every hold: for those who leave."""
    return _forget_all(context, patron_id, holds_ended_by=None)


def _forget_all(context: Context, patron_id: int, *, holds_ended_by: datetime | None) -> Forgotten:
    done, session = Forgotten(), context.session
    while True:
        turn = Forgotten(
            loans=_forget_loans(context, queries.loans_of_reader(session, patron_id, BATCH)),
            holds=_forget_holds(context, queries.holds_of_reader(session, patron_id, BATCH, ended_by=holds_ended_by)),
        )
        if not turn.total:
            return done
        done = done.plus(turn)


def blot_out(context: Context, patron_ids: Sequence[int]) -> None:
    """Take a reader out of the journal altogether: no row tells any more whom it was about or, of their own acts, who did it."""
    authors = [f"patron:{patron_id}" for patron_id in patron_ids]
    theirs = or_(_journal.c.patron_id.in_(patron_ids), _journal.c.author.in_(authors))
    context.session.execute(update(_journal).where(theirs).values(NAMELESS))


def _forget_some(context: Context) -> Forgotten:
    return Forgotten(
        loans=_forget_loans(context, queries.loans_to_forget(context.session, context.now, BATCH)),
        holds=_forget_holds(context, queries.holds_to_forget(context.session, context.now, BATCH)),
    )


def _forget_loans(context: Context, loans: Sequence[Remembered]) -> int:
    if not loans:
        return 0
    session, ids = context.session, [loan.id for loan in loans]
    _cut_journal(context, loans, "loan")
    session.execute(update(_loans).where(_loans.c.id.in_(ids)).values(patron_id=None))
    # A fee that somebody charged by hand names the copy and no loan.
    pairs = [(loan.patron_id, loan.item_id) for loan in loans]
    by_hand = and_(
        tuple_(_entries.c.patron_id, _entries.c.item_id).in_(pairs),
        _entries.c.used_fen >= func.abs(_entries.c.amount_fen),
    )
    blank_entries(session, or_(_entries.c.loan_id.in_(ids), by_hand))
    forget_subjects(session, kinds_about("loan"), ids)
    for forgets in hooks.FORGOTTEN:
        forgets(context, {loan.id: loan.patron_id for loan in loans})
    return len(ids)


def _forget_holds(context: Context, holds: Sequence[Remembered]) -> int:
    if not holds:
        return 0
    ids = [hold.id for hold in holds]
    _cut_journal(context, holds, "hold")
    context.session.execute(update(_holds).where(_holds.c.id.in_(ids)).values(patron_id=None))
    forget_subjects(context.session, kinds_about("hold"), ids)
    return len(ids)


def _cut_journal(context: Context, forgotten: Sequence[Remembered], word: str) -> None:
    """The rows that tell of a loan or hold, and those of the same reader and copy before it was over that tell of no other loan or hold."""
    people = queries.same_person(context.session, sorted({one.patron_id for one in forgotten}))
    named = JournalEntry.data[word].as_integer()
    for_patron: dict[int, list[Remembered]] = {}
    for one in forgotten:
        for_patron.setdefault(one.patron_id, []).append(one)
    for patron_id, theirs in for_patron.items():
        numbers = [number for number, person in people.items() if person == patron_id]
        told = or_(named.in_([one.id for one in theirs]), *(_of_copy(one) for one in theirs if one.item_id is not None))
        context.session.execute(update(_journal).where(_journal.c.patron_id.in_(numbers), told).values(NAMELESS))


def _of_copy(one: Remembered) -> ColumnElement[bool]:
    return and_(
        _journal.c.item_id == one.item_id,
        _journal.c.at <= one.over_at,
        JournalEntry.data["loan"].as_integer().is_(None),
        JournalEntry.data["hold"].as_integer().is_(None),
    )


def _tell(context: Context, done: Forgotten) -> None:
    if done.total or not was_recorded(context.session, "history_forgotten", context.now - TOLD_EVERY):
        context.record("history_forgotten", data={"loans": done.loans, "holds": done.holds})
