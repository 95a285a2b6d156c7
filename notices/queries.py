"""Reads of notices: a reader's, a unit's, the wordings in force, and whose address one goes to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from kernel.db import table_of
from kernel.i18n import Language
from notices.kinds import KINDS
from notices.models import Notice, NoticeChoice, NoticeDelivery, NoticeTemplate
from notices.states import OPEN
from notices.wording import Wording
from patrons.models import Card, Patron
from patrons.queries import in_care_of

_notice, _delivery = table_of(Notice), table_of(NoticeDelivery)
_choice, _template = table_of(NoticeChoice), table_of(NoticeTemplate)
_patron, _card = table_of(Patron), table_of(Card)


# --- whom ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A reader and what is known of how to reach them; `guardian_id` is who is told instead where they have no address."""

    id: int
    name: str
    category: str
    home_id: int
    status: str
    guardian_id: int | None
    has_phone: bool
    has_email: bool
    language: Language | None
    channels: list[str] | None


def recipients(session: Session, patron_ids: Collection[int]) -> dict[int, Recipient]:
    """These readers and their guardians."""
    child = aliased(Patron)
    guardians = select(child.guardian_id).where(child.id.in_(patron_ids), child.guardian_id.is_not(None))
    statement = (
        select(
            _patron.c.id,
            _patron.c.name,
            _patron.c.category,
            _patron.c.home_id,
            _patron.c.status,
            _patron.c.guardian_id,
            _patron.c.phone_encrypted.is_not(None).label("has_phone"),
            _choice.c.email_encrypted.is_not(None).label("has_email"),
            _choice.c.language,
            _choice.c.channels,
        )
        .outerjoin(_choice, _choice.c.patron_id == _patron.c.id)
        .where(or_(_patron.c.id.in_(patron_ids), _patron.c.id.in_(guardians)))
    )
    return {row.id: Recipient(**row._mapping) for row in session.execute(statement)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Sealed."""

    phone: bytes | None
    email: bytes | None


def addresses_of(session: Session, patron_id: int) -> Addresses:
    statement = (
        select(_patron.c.phone_encrypted.label("phone"), _choice.c.email_encrypted.label("email"))
        .outerjoin(_choice, _choice.c.patron_id == _patron.c.id)
        .where(_patron.c.id == patron_id)
    )
    return Addresses(**session.execute(statement).one()._mapping)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceRow:
    """How a reader wants to be told; None: as the library does it."""

    language: Language | None = None
    channels: list[str] | None = None
    email: bytes | None = None


def choice_of(session: Session, patron_id: int) -> ChoiceRow:
    c = _choice.c
    statement = select(c.language, c.channels, c.email_encrypted.label("email")).where(c.patron_id == patron_id)
    row = session.execute(statement).first()
    return ChoiceRow() if row is None else ChoiceRow(**row._mapping)


# --- in which words -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateRow:
    """`version` 0 is the wording that the program brings, saved by nobody."""

    kind: str
    language: Language
    version: int
    wording: Wording
    saved_at: datetime | None = None
    saved_by: str | None = None


def built_in(kind: str, language: Language) -> TemplateRow:
    return TemplateRow(kind=kind, language=language, version=0, wording=KINDS[kind].wordings[language])


def versions_of(session: Session, kind: str, language: Language) -> list[TemplateRow]:
    """All wordings ever in force, the newest first; the last is the one that the program brings."""
    t = _template.c
    rows = session.execute(select(_template).where(t.kind == kind, t.language == language).order_by(t.version.desc()))
    return [*(_template_row(row) for row in rows), built_in(kind, language)]


def templates_in_force(session: Session) -> dict[tuple[str, Language], TemplateRow]:
    t = _template.c
    newer = _template.alias("newer")
    is_old = exists(
        select(1).where(newer.c.kind == t.kind, newer.c.language == t.language, newer.c.version > t.version)
    )
    found = {(kind, language): built_in(kind, language) for kind, one in KINDS.items() for language in one.wordings}
    for row in session.execute(select(_template).where(~is_old)):
        found[row.kind, row.language] = _template_row(row)
    return found


def _template_row(row: Any) -> TemplateRow:
    return TemplateRow(
        kind=row.kind,
        language=row.language,
        version=row.version,
        wording=Wording(subject=row.subject, body=row.body, short=row.short),
        saved_at=row.saved_at,
        saved_by=row.saved_by,
    )


# --- what was said ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """A notice as whom it is for may read it. `patron_name` tells a guardian whose it is."""

    id: int
    kind: str
    patron_id: int | None
    patron_name: str | None
    org_id: int
    language: Language
    subject: str
    body: str
    things: int
    told_at: datetime
    read_at: datetime | None
    read_by: str | None


_ROW: Final = select(
    _notice.c.id,
    _notice.c.kind,
    _notice.c.patron_id,
    _patron.c.name.label("patron_name"),
    _notice.c.org_id,
    _notice.c.language,
    _notice.c.subject,
    _notice.c.body,
    _notice.c.things,
    _notice.c.told_at,
    _notice.c.read_at,
    _notice.c.read_by,
).outerjoin(_patron, _patron.c.id == _notice.c.patron_id)


def _read_by(patron_id: int, today: date) -> Any:
    """A reader's own, and those of the children in their care."""
    wards = select(Patron.id).where(*in_care_of(patron_id, today))
    return or_(_notice.c.patron_id == patron_id, _notice.c.patron_id.in_(wards))


def notices_for_reader(
    session: Session, patron_id: int, *, today: date, before: int | None = None, limit: int
) -> list[NoticeRow]:
    """The newest first."""
    return _newest(session, _ROW.where(_read_by(patron_id, today)), before, limit)


def count_unread(session: Session, patron_id: int, today: date) -> int:
    statement = select(func.count()).select_from(_notice).where(_read_by(patron_id, today), _notice.c.read_at.is_(None))
    return session.scalar(statement) or 0


def unread_ids(session: Session, patron_id: int, today: date) -> list[int]:
    return list(session.scalars(select(_notice.c.id).where(_read_by(patron_id, today), _notice.c.read_at.is_(None))))


def notices_for_units(
    session: Session, units: Collection[int], *, only_open: bool, before: int | None = None, limit: int
) -> list[NoticeRow]:
    """What the staff of these units are told; `only_open`: what nobody has seen to yet."""
    statement = _ROW.where(_notice.c.patron_id.is_(None), _notice.c.org_id.in_(units))
    if only_open:
        statement = statement.where(_notice.c.read_at.is_(None))
    return _newest(session, statement, before, limit)


def _newest(session: Session, statement: Select[Any], before: int | None, limit: int) -> list[NoticeRow]:
    if before is not None:
        statement = statement.where(_notice.c.id < before)
    return [NoticeRow(**row._mapping) for row in session.execute(statement.order_by(_notice.c.id.desc()).limit(limit))]


# --- what became of it --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRow:
    """A notice to a reader as staff may see it: that it was sent and by which ways, not what it says, for its titles are what the reader
    reads. `delivery_id` None: on the screen alone."""

    notice_id: int
    kind: str
    patron_id: int
    patron_barcode: str | None
    patron_home_id: int
    org_id: int
    things: int
    told_at: datetime
    is_read: bool
    delivery_id: int | None
    channel: str | None
    status: str | None
    attempts: int | None
    due_at: datetime | None
    sent_at: datetime | None
    error: str | None
    is_to_guardian: bool


_NEWEST_CARD: Final = (
    select(_card.c.barcode)
    .where(_card.c.patron_id == _patron.c.id)
    .order_by(_card.c.status != "active", _card.c.id.desc())
    .limit(1)
    .correlate(_patron)
    .scalar_subquery()
)
_SENT: Final = (
    select(
        _notice.c.id.label("notice_id"),
        _notice.c.kind,
        _notice.c.patron_id,
        _NEWEST_CARD.label("patron_barcode"),
        _patron.c.home_id.label("patron_home_id"),
        _notice.c.org_id,
        _notice.c.things,
        _notice.c.told_at,
        _notice.c.read_at.is_not(None).label("is_read"),
        _delivery.c.id.label("delivery_id"),
        _delivery.c.channel,
        _delivery.c.status,
        _delivery.c.attempts,
        _delivery.c.due_at,
        _delivery.c.sent_at,
        _delivery.c.error,
        case((_delivery.c.to_patron_id != _notice.c.patron_id, True), else_=False).label("is_to_guardian"),
    )
    .join(_patron, _patron.c.id == _notice.c.patron_id)
    .outerjoin(_delivery, _delivery.c.notice_id == _notice.c.id)
)


def sent_at_units(
    session: Session,
    units: Collection[int] | None,
    *,
    statuses: Collection[str] | None = None,
    kind: str | None = None,
    before: int | None = None,
    limit: int,
) -> list[SentRow]:
    """What went to readers for these units (None: all), the newest first; `statuses` are those of one way. `limit` counts notices."""
    chosen = select(_notice.c.id).where(_notice.c.patron_id.is_not(None))
    if units is not None:
        chosen = chosen.where(_notice.c.org_id.in_(units))
    if kind is not None:
        chosen = chosen.where(_notice.c.kind == kind)
    if statuses is not None:
        chosen = chosen.where(
            exists(select(1).where(_delivery.c.notice_id == _notice.c.id, _delivery.c.status.in_(statuses)))
        )
    if before is not None:
        chosen = chosen.where(_notice.c.id < before)
    newest = chosen.order_by(_notice.c.id.desc()).limit(limit).subquery()
    return _sent(session, _SENT.where(_notice.c.id.in_(select(newest.c.id))))


def sent_to_reader(session: Session, patron_id: int, limit: int) -> list[SentRow]:
    newest = select(_notice.c.id).where(_notice.c.patron_id == patron_id).order_by(_notice.c.id.desc()).limit(limit)
    return _sent(session, _SENT.where(_notice.c.id.in_(select(newest.subquery().c.id))))


def _sent(session: Session, statement: Select[Any]) -> list[SentRow]:
    rows = session.execute(statement.order_by(_notice.c.id.desc(), _delivery.c.channel))
    return [SentRow(**row._mapping) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """How much is under way by a channel, and how much was given up."""

    channel: str
    waiting: int
    failed: int
    error: str | None


def states_of_channels(session: Session, units: Collection[int] | None = None) -> dict[str, ChannelState]:
    """For the notices of these units; None: of all."""
    d = _delivery.c
    statement = (
        select(
            d.channel,
            func.sum(case((d.status.in_(OPEN), 1), else_=0)).label("waiting"),
            func.sum(case((d.status == "failed", 1), else_=0)).label("failed"),
            func.max(case((d.status.in_(OPEN), d.error), else_=None)).label("error"),
        )
        .where(or_(d.status.in_(OPEN), d.status == "failed"))
        .group_by(d.channel)
    )
    if units is not None:
        statement = statement.join(_notice, and_(_notice.c.id == d.notice_id, _notice.c.org_id.in_(units)))
    return {row.channel: ChannelState(**row._mapping) for row in session.execute(statement)}
