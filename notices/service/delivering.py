"""Takes notices out by the channels: chooses the ways, sends, notes what became of it. Work of the worker, never of a request.

A try is noted before it is made, and what came of it after, each in a transaction of its own; no transaction is open while a server is
talked to. Killed in between, the same message is tried again once its time is over: a channel errs on the side of at least once, and the
receiver knows a repeated message by its key. On the screen, where the notice is the row itself, it is exactly once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session
from structlog import get_logger

from branches.access import SYSTEM
from branches.context import Context
from kernel.clock import read_clock
from kernel.db import Database, rows_changed, table_of
from kernel.i18n import Language
from notices import policies
from notices.hooks import STILL_OWED, Occasion
from notices.models import Notice, NoticeDelivery, NoticeOccasion
from notices.queries import Addresses, Recipient, addresses_of, recipients
from notices.sending import Channel, ChannelDown, Message, NotDelivered
from notices.states import NIGHTLY_SILENT, OPEN, after_quiet_hours, next_try
from patrons.privacy import Vault

log = get_logger("notices")

PLANNED_AT_ONCE: Final = 100
LEASE: Final = timedelta(minutes=5)  # longer than any channel's own patience
REST: Final = timedelta(minutes=1)  # until the next look at a channel that is down

_notices, _deliveries, _occasions = table_of(Notice), table_of(NoticeDelivery), table_of(NoticeOccasion)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Try:
    """A delivery that is ours until its lease is over. `attempt` tells our try from a later one's."""

    id: int
    attempt: int
    message: Message


class Deliverer:
    """One for each worker; several may run at once."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        vault: Vault,
        clock: Callable[[], datetime] = read_clock,
    ) -> None:
        self._database = database
        self._channels = channels
        self._vault = vault
        self._clock = clock

    # --- choosing the ways ------------------------------------------------------------------------------------------------

    def plan(self) -> int:
        """Choose for new notices by which channels they go out; how many notices."""
        return self._database.run(lambda session: self._plan(self._context(session)))

    def _plan(self, context: Context) -> int:
        n = _notices.c
        new = context.session.execute(
            select(n.id, n.patron_id)
            .where(n.planned_at.is_(None))
            .order_by(n.id)
            .limit(PLANNED_AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()
        readers = recipients(context.session, {row.patron_id for row in new}) if new else {}
        rows = [way for row in new for way in self._ways(context, row.id, readers[row.patron_id], readers)]
        if rows:
            context.session.execute(insert(_deliveries), rows)
        if new:
            planned = update(_notices).where(n.id.in_([row.id for row in new]))
            context.session.execute(planned.values(planned_at=context.now))
        return len(new)

    def _ways(
        self, context: Context, notice_id: int, reader: Recipient, readers: Mapping[int, Recipient]
    ) -> list[dict[str, Any]]:
        question = policies.build_question(context.tree, home_id=reader.home_id, category=reader.category)
        guardian = readers.get(reader.guardian_id) if reader.guardian_id is not None else None
        chosen = next(
            (one.channels for one in (reader, guardian) if one is not None and one.channels is not None), None
        )
        wanted = policies.default_channels(context.policies, question) if chosen is None else chosen
        quiet = policies.quiet_hours(context.policies, question)
        found = []
        for name in wanted:
            channel = self._channels.get(name)
            to = _whose_address(channel.address, reader, guardian) if channel is not None else None
            if to is None:
                continue
            due = after_quiet_hours(context.now, quiet) if name in NIGHTLY_SILENT else context.now
            values = {"notice_id": notice_id, "channel": name, "to_patron_id": to.id, "due_at": due}
            found.append(values | {"status": "waiting", "attempts": 0, "key": uuid4().hex})
        return found

    # --- sending ----------------------------------------------------------------------------------------------------------

    def deliver(self, name: str, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Send what is due by a channel, one after the other; how many were tried. Raises ChannelDown where it cannot be reached."""
        tried = 0
        while not is_stopping() and self._deliver_next(name):
            tried += 1
        return tried

    def _deliver_next(self, name: str) -> bool:
        claimed = self._database.run(lambda session: self._claim(self._context(session), name))
        if not isinstance(claimed, _Try):
            return claimed
        try:
            self._channels[name].send(claimed.message)
        except NotDelivered as error:
            self._note_failure(claimed, str(error), is_final=error.is_final)
        except ChannelDown as error:
            self._put_back(claimed, str(error))
            raise
        except Exception as error:
            log.error("notice.failed", delivery=claimed.id, error=type(error).__name__, exc_info=error)
            self._note_failure(claimed, type(error).__name__, is_final=False)
        else:
            self._note(claimed, {"status": "sent", "sent_at": self._clock(), "error": None})
            log.info("notice.sent", delivery=claimed.id, channel=name)
        return True

    def _claim(self, context: Context, name: str) -> _Try | bool:
        """The next delivery that is due, now ours; True where one was settled without being sent, False where none is due."""
        session, d, n = context.session, _deliveries.c, _notices.c
        row = session.execute(
            select(
                d.id,
                d.attempts,
                d.key,
                d.to_patron_id,
                n.id.label("notice_id"),
                n.kind,
                n.language,
                n.subject,
                n.body,
                n.short,
                n.patron_id,
            )
            .join(_notices, n.id == d.notice_id)
            .where(d.channel == name, d.status.in_(OPEN), d.due_at <= context.now)
            .order_by(d.due_at, d.id)
            .limit(1)
            .with_for_update(of=_deliveries, skip_locked=True)
        ).first()
        if row is None:
            return False
        settled = self._settle_unsent(context, name, row)
        if settled is not None:
            session.execute(update(_deliveries).where(d.id == row.id).values(**settled))
            return True
        address = self._open(name, addresses_of(session, row.to_patron_id))
        if address is None:
            session.execute(update(_deliveries).where(d.id == row.id).values(status="dropped", error="no address"))
            return True
        attempt = row.attempts + 1
        ours = {"status": "sending", "attempts": attempt, "due_at": context.now + LEASE}
        session.execute(update(_deliveries).where(d.id == row.id).values(**ours))
        return _Try(id=row.id, attempt=attempt, message=_message(row, address))

    def _settle_unsent(self, context: Context, name: str, row: Any) -> dict[str, Any] | None:
        """What becomes of one that is not to be sent now: nobody needs it any more, or it is night."""
        if not self._is_still_owed(context.session, row.kind, row.notice_id):
            return {"status": "dropped", "error": None}
        if name in NIGHTLY_SILENT:
            reader = recipients(context.session, [row.patron_id])[row.patron_id]
            question = policies.build_question(context.tree, home_id=reader.home_id, category=reader.category)
            due = after_quiet_hours(context.now, policies.quiet_hours(context.policies, question))
            if due > context.now:
                return {"status": "waiting", "due_at": due}
        return None

    def _is_still_owed(self, session: Session, kind: str, notice_id: int) -> bool:
        ask = STILL_OWED.get(kind)
        if ask is None:
            return True
        o = _occasions.c
        rows = session.execute(select(o.subject_id, o.at, o.step).where(o.notice_id == notice_id))
        return ask(session, [Occasion(**row._mapping) for row in rows])

    def _open(self, name: str, sealed: Addresses) -> str | None:
        return self._vault.unseal(sealed.email if self._channels[name].address == "email" else sealed.phone)

    # --- what came of it --------------------------------------------------------------------------------------------------

    def _note_failure(self, claimed: _Try, reason: str, *, is_final: bool) -> None:
        now = self._clock()
        again = None if is_final else next_try(claimed.attempt, now)
        if again is None:
            self._note(claimed, {"status": "failed", "error": reason})
            log.warning("notice.given_up", delivery=claimed.id, attempts=claimed.attempt)
        else:
            self._note(claimed, {"status": "waiting", "due_at": again, "error": reason})

    def _put_back(self, claimed: _Try, reason: str) -> None:
        """The channel is down, which is no fault of the message: the try does not count."""
        due = self._clock() + REST
        self._note(claimed, {"status": "waiting", "attempts": claimed.attempt - 1, "due_at": due, "error": reason})

    def _note(self, claimed: _Try, values: Mapping[str, Any]) -> None:
        """Only while the try is ours: one whose lease ended meanwhile is somebody else's."""
        d = _deliveries.c
        ours = (d.id == claimed.id, d.status == "sending", d.attempts == claimed.attempt)
        noted = self._database.run(
            lambda session: rows_changed(session.execute(update(_deliveries).where(*ours).values(**values)))
        )
        if not noted:
            log.warning("notice.overtaken", delivery=claimed.id)

    def _context(self, session: Session) -> Context:
        return Context(session=session, now=self._clock(), caller=SYSTEM, channel="job")


def _whose_address(address: str, reader: Recipient, guardian: Recipient | None) -> Recipient | None:
    """The reader, if they have such an address, else who answers for them."""

    def has(one: Recipient) -> bool:
        return one.has_email if address == "email" else one.has_phone

    candidates: Sequence[Recipient | None] = (reader, guardian)
    return next((one for one in candidates if one is not None and has(one)), None)


def _message(row: Any, address: str) -> Message:
    language: Language = row.language
    return Message(
        key=row.key,
        kind=row.kind,
        to=address,
        language=language,
        subject=row.subject,
        body=row.body,
        short=row.short,
    )
