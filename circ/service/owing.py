"""Finds what readers and libraries are to be told, and hands it to the room `notices`, which tells each thing once.

What an act has left in the outbox is worked off by `circ.service.telling`; all else is found by looking, some readers at a time, each turn
in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from branches.context import Context, InTurns
from branches.policy import Question, about_reader
from catalog.description import marked
from circ.notice_rules import (
    STALE_AFTER_DAYS,
    expires_soon,
    is_due_soon,
    is_late,
    longest,
    overdue_step,
)
from circ.policies.notices import NOTICES
from circ.queries import owed as queries
from circ.queries.owed import ExpiringCard, LateTransfer, OwedLoan
from circ.service.asked import question_of_loan
from circ.service.telling import READERS_A_TURN, tell_of_acts
from kernel.clock import day_text, days_between, end_of_day, local_day, start_of_day
from kernel.i18n import Text
from notices.hooks import STILL_OWED
from notices.kinds import kinds_about
from notices.service import Occasion, Owed, tell
from notices.service.forgetting import AT_ONCE, forget_old

# Takes the last id of the page before; returns its own, None for the last page, and how many notices it made.
Page = Callable[[int, Context], tuple[int | None, int]]
_DEFAULTS: Final = {setting.name: setting.default for setting in NOTICES}


def tell_due(in_turns: InTurns) -> int:
    """Tell all that is due by now, and forget what was said long ago; how many notices were made."""
    told = 0
    while (turn := in_turns(tell_of_acts)).entries:
        told += turn.notices
    told += sum(_in_pages(in_turns, page) for page in (_tell_borrowers, _tell_of_cards, _tell_of_transfers))
    while in_turns(forget_old) == AT_ONCE:
        pass
    return told


def _in_pages(in_turns: InTurns, page: Page) -> int:
    """How many notices all pages made."""
    told, after = 0, 0
    while True:
        following, made = in_turns(partial(page, after))
        told += made
        if following is None:
            return told
        after = following


# --- borrowers ----------------------------------------------------------------------------------------------------------


def _tell_borrowers(after_id: int, context: Context) -> tuple[int | None, int]:
    """Reminders and overdue notices of the next readers."""
    today = local_day(context.now)
    furthest = _values_of(context, "notice_overdue_days")
    first = start_of_day(today - timedelta(days=furthest + STALE_AFTER_DAYS + 1))
    last = end_of_day(today + timedelta(days=_values_of(context, "notice_due_soon_days")))
    session = context.session
    readers = queries.readers_with_loans(
        session, due_after=first, due_until=last, after_id=after_id, limit=READERS_A_TURN
    )
    loans = queries.loans_of_readers(session, readers, due_after=first, due_until=last) if readers else []
    made = tell(context, [one for loan in loans if (one := _of_loan(context, loan)) is not None])
    return (readers[-1] if len(readers) == READERS_A_TURN else None), made


def _of_loan(context: Context, loan: OwedLoan) -> Owed | None:
    today, due_on = local_day(context.now), local_day(loan.due_at)
    question = question_of_loan(context, loan)
    title = marked(loan.title)
    if loan.due_at >= context.now:
        days = context.policies.resolve("notice_due_soon_days", question).value
        if not is_due_soon(due_on, local_day(loan.checked_out_at), today, days):
            return None
        return Owed(
            kind="due_soon",
            patron_id=loan.patron_id,
            org_id=loan.patron_home_id,
            occasion=Occasion(subject_id=loan.id, at=loan.due_at),
            group=due_on.isoformat(),
            line=title,
            values={"due": day_text(due_on, today)},
        )
    days_late = (today - due_on).days
    step = overdue_step(days_late, context.policies.resolve("notice_overdue_days", question).value)
    if step is None:
        return None
    return Owed(
        kind="overdue",
        patron_id=loan.patron_id,
        org_id=loan.patron_home_id,
        occasion=Occasion(subject_id=loan.id, at=loan.due_at, step=step),
        line=Text("{title}，应还 {due}", "{title}, due {due}").format(title=title, due=day_text(due_on, today)),
        values={"days": _number(days_late)},
    )


# --- cards and transfers ------------------------------------------------------------------------------------------------


def _tell_of_cards(after_id: int, context: Context) -> tuple[int | None, int]:
    today = local_day(context.now)
    last = today + timedelta(days=_values_of(context, "notice_card_days"))
    cards = queries.cards_expiring(context.session, today, last, after_id=after_id, limit=READERS_A_TURN)
    made = tell(context, [one for card in cards if (one := _of_card(context, card)) is not None])
    return (cards[-1].id if len(cards) == READERS_A_TURN else None), made


def _of_card(context: Context, card: ExpiringCard) -> Owed | None:
    today = local_day(context.now)
    question = about_reader(context.tree, org_id=card.home_id, home_id=card.home_id, category=card.category)
    if not expires_soon(card.expires_on, today, context.policies.resolve("notice_card_days", question).value):
        return None
    return Owed(
        kind="card_expires",
        patron_id=card.id,
        org_id=card.home_id,
        occasion=Occasion(subject_id=card.id, at=start_of_day(card.expires_on)),
        values={"until": day_text(card.expires_on, today), "days": _number((card.expires_on - today).days)},
    )


def _tell_of_transfers(after_id: int, context: Context) -> tuple[int | None, int]:
    late = queries.transfers_since(context.session, context.now, after_id=after_id, limit=READERS_A_TURN)
    made = tell(context, [one for transfer in late for one in _of_transfer(context, transfer)])
    return (late[-1].id if len(late) == READERS_A_TURN else None), made


def _of_transfer(context: Context, transfer: LateTransfer) -> Sequence[Owed]:
    """One that was not sent is the sending library's affair; one that did not arrive, both libraries'."""
    days = days_between(transfer.since, context.now)
    told = (transfer.from_id,) if transfer.status == "approved" else (transfer.from_id, transfer.to_id)
    owed = []
    for step, unit in enumerate(told):
        limit = context.policies.resolve("notice_transfer_days", Question(org=context.tree.codes(unit))).value
        if is_late(days, limit):
            owed.append(
                Owed(
                    kind="transfer_late",
                    patron_id=None,
                    org_id=unit,
                    occasion=Occasion(subject_id=transfer.id, at=transfer.since, step=step),
                    line=_line_of_transfer(context, transfer),
                    values={"days": _number(limit or 0)},
                )
            )
    return owed


def _line_of_transfer(context: Context, transfer: LateTransfer) -> Text:
    names = {"from_": context.tree.by_id[transfer.from_id].name, "to": context.tree.by_id[transfer.to_id].name}
    line = Text("{title}（{barcode}）{from_} → {to}", "{title} ({barcode}) {from_} → {to}")
    return line.format(title=marked(transfer.title), barcode=transfer.barcode, **names)


# --- parts --------------------------------------------------------------------------------------------------------------


def _values_of(context: Context, setting: str) -> int:
    """The greatest number of days that a setting has anywhere."""
    rows = (row.value for row in context.policies.rows if row.setting == setting)
    return longest((_DEFAULTS[setting], *rows))


def _number(count: int) -> Text:
    return Text(str(count), str(count))


# --- whether a notice that had to wait is still worth a word ---------------------------------------------------------------


def register() -> None:
    for kind in kinds_about("loan"):
        STILL_OWED[kind] = _has_open_loan
    STILL_OWED["hold_ready"] = _has_ready_hold


def _has_open_loan(session: Session, occasions: Sequence[Occasion]) -> bool:
    return queries.open_loans_due(session, _times(occasions))


def _has_ready_hold(session: Session, occasions: Sequence[Occasion]) -> bool:
    return queries.holds_ready(session, _times(occasions))


def _times(occasions: Sequence[Occasion]) -> dict[int, datetime]:
    return {one.subject_id: one.at for one in occasions}
