"""What acts leave in the outbox for readers to hear: a book put on the hold shelf, a hold that came to nothing, a loan called back.

The entry is written in the act's own transaction; the worker makes the notice of it, in the transaction that takes the entry off. Of a PIN
that staff set the notice is made with the act itself: it is rare, and nothing of it may be left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from branches.context import Context
from catalog.description import marked
from circ.notice_rules import TOLD_WHEN_OVER
from circ.queries import holds as hold_queries
from circ.queries.holds import HoldRow
from circ.queries.owed import RecalledLoan, recalled_loan
from circ.states import END_REASONS
from kernel import outbox
from kernel.clock import day_text, local_day, moment_text
from kernel.i18n import Text
from notices.service import Occasion, Owed, tell

HOLD: Final = "hold"  # kinds of outbox entries
RECALL: Final = "recall"  # its key is the loan's
READERS_A_TURN: Final = 200


def mark_hold(context: Context, hold_id: int) -> None:
    """The reader of a hold is to hear of what became of it; written with the act itself."""
    outbox.enqueue(context.session, HOLD, [hold_id], at=context.now)


def mark_recall(context: Context, loan_id: int) -> None:
    """The borrower is to hear that the book is wanted sooner."""
    outbox.enqueue(context.session, RECALL, [loan_id], at=context.now)


def tell_of_pin(context: Context, patron_id: int, org_id: int) -> None:
    """A reader hears that staff set the PIN, when and where."""
    when = moment_text(context.now, context.now)
    occasion = Occasion(subject_id=patron_id, at=context.now)
    owed = Owed(kind="pin_set", patron_id=patron_id, org_id=org_id, occasion=occasion, values={"when": when})
    tell(context, [owed])


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """How many entries were worked off, and how many notices they made."""

    entries: int
    notices: int


def tell_of_acts(context: Context) -> Turn:
    """Work off the oldest entries."""
    session = context.session
    holds = outbox.take_pending(session, HOLD, READERS_A_TURN)
    recalls = outbox.take_pending(session, RECALL, READERS_A_TURN)
    owed = [_of_hold(context, hold) for entry in holds if (hold := hold_queries.hold_by_id(session, entry.key))]
    owed += [_of_recall(context, loan) for entry in recalls if (loan := recalled_loan(session, entry.key))]
    made = tell(context, [one for one in owed if one is not None])
    outbox.confirm(session, HOLD, holds)
    outbox.confirm(session, RECALL, recalls)
    return Turn(entries=len(holds) + len(recalls), notices=made)


def _of_hold(context: Context, hold: HoldRow) -> Owed | None:
    """What the reader of a hold is to hear as it stands now; nothing where it has moved on meanwhile."""
    if hold.patron_id is None:
        return None
    title = marked(f"{hold.title} {hold.volume}" if hold.volume else hold.title)
    if hold.status == "ready" and hold.ready_at is not None:
        today = local_day(context.now)
        until = day_text(hold.shelf_until, today) if hold.shelf_until else Text("取走为止", "you collect it")
        return Owed(
            kind="hold_ready",
            patron_id=hold.patron_id,
            org_id=hold.pickup_id,
            occasion=Occasion(subject_id=hold.id, at=hold.ready_at),
            group=until.en,
            line=title,
            values={"until": until},
        )
    if hold.ended_at is not None and hold.end_reason in TOLD_WHEN_OVER:
        return Owed(
            kind="hold_over",
            patron_id=hold.patron_id,
            org_id=hold.pickup_id,
            occasion=Occasion(subject_id=hold.id, at=hold.ended_at),
            group=hold.end_reason,
            line=title,
            values={"reason": END_REASONS[hold.end_reason]},
        )
    return None


def _of_recall(context: Context, loan: RecalledLoan) -> Owed:
    due = day_text(local_day(loan.due_at), local_day(context.now))
    return Owed(
        kind="recalled",
        patron_id=loan.patron_id,
        org_id=loan.patron_home_id,
        occasion=Occasion(subject_id=loan.id, at=loan.due_at),
        group=due.en,
        line=marked(loan.title),
        values={"due": due},
    )
