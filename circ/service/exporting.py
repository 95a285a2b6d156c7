"""Everything that is known of a reader, as a file for them: for programs as JSON, and in words. What they returned is put in only where the
reader asks themselves, for it is shown to no staff: for staff, fees name only books that are out, and of notices there is no wording.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass, replace
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import select
from sqlalchemy.orm import Session

from branches.context import Context
from circ import queries
from circ.queries.histories import past_loans
from circ.queries.holds import holds_of_patron
from circ.queries.ledger import EntryRow, account_of, entries_of
from kernel.clock import show_instant
from kernel.money import show_money
from notices.models import Notice
from patrons import hooks
from patrons.models import Consent
from patrons.queries import looks_at, patron_by_id
from patrons.reader_lists import entries_of as list_entries
from patrons.reader_lists import lists_of
from patrons.service.finding import find_for
from patrons.service.profiles import PatronService

MOST: Final = 100_000
_NO_BOOK: Final[dict[str, Any]] = {"loan_id": None, "barcode": None, "bib_id": None, "title": None, "note": None}
SECTIONS: Final[dict[str, str]] = {
    "profile": "资料 · Profile",
    "consents": "同意 · Consents",
    "loans": "在借 · Books out",
    "history": "还过的书 · Returned books",
    "holds": "预约 · Holds",
    "account": "账目 · Account",
    "lists": "清单 · Lists",
    "notices": "通知 · Notices",
    "suggestions": "荐购 · Suggestions",
    "choices": "网上选书 · Books chosen online",
    "quotas": "选书名额 · Quotas of chosen books",
    "missed_parcels": "说过没有收到的邮寄 · Parcels said not to have come",
    "looks": "谁看过 · Who looked",
}


def export_own(context: Context, patrons: PatronService) -> bytes:
    """The data of the reader who asks, whole."""
    return _export(context, patrons, context.caller.id, is_own=True)


def export_for(context: Context, patrons: PatronService, barcode: str) -> bytes:
    """The data of a reader who asked a library for it, without what they returned."""
    patron = find_for(context, barcode, "patron.export")
    return _export(context, patrons, patron.id, is_own=False)


def _export(context: Context, patrons: PatronService, patron_id: int, *, is_own: bool) -> bytes:
    data = _gather(context, patrons, patron_id, is_own=is_own)
    home_id = patron_by_id(context.session, patron_id).home_id
    context.record("patron_exported", org_id=context.caller.own_unit() or home_id, patron_id=patron_id)
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2))
        archive.writestr("我的资料.txt", "\ufeff" + "\r\n".join(_words(data)))
    return file.getvalue()


def _gather(context: Context, patrons: PatronService, patron_id: int, *, is_own: bool) -> dict[str, Any]:
    session = context.session
    account = account_of(session, patron_id)
    found: dict[str, Any] = {
        "exported_at": context.now,
        "profile": patrons.show_self(patron_id),
        "consents": [
            {name: getattr(one, name) for name in ("subject", "given_by", "given_at", "channel", "withdrawn_at")}
            for one in session.scalars(select(Consent).where(Consent.patron_id == patron_id).order_by(Consent.id))
        ],
        "loans": [
            {"item": row.barcode, "title": row.title, "checked_out_at": row.checked_out_at, "due_at": row.due_at}
            for row in queries.open_loans_of_patron(session, patron_id)
        ],
        "holds": [
            {"title": row.title, "status": row.status, "placed_at": row.placed_at}
            for row in holds_of_patron(session, patron_id)
        ],
        "account": {
            "balance": show_money(account.balance_fen),
            "deposit": show_money(account.deposit_fen),
            "entries": _entries(session, patron_id, is_own=is_own),
        },
        "lists": [{"name": one.name, "titles": list_entries(session, one.id)} for one in lists_of(session, patron_id)],
        "notices": [
            _notice(one, is_own=is_own)
            for one in session.scalars(select(Notice).where(Notice.patron_id == patron_id).order_by(Notice.id))
        ],
        "looks": looks_at(session, patron_id, limit=MOST),
    }
    if is_own:
        found["history"] = past_loans(session, patron_id, limit=MOST)
    for name, tells in hooks.EXPORTED.items():
        found[name] = tells(session, patron_id, patrons.vault)
    plain: dict[str, Any] = _plain(found)
    for name in ("id", "version"):
        plain["profile"].pop(name)
    return plain


def _entries(session: Session, patron_id: int, *, is_own: bool) -> list[EntryRow]:
    """For staff without the book, and what somebody wrote about it, unless the reader still has that very loan."""
    entries = entries_of(session, patron_id, limit=MOST)
    if is_own:
        return entries
    out = {loan.id for loan in queries.open_loans_of_patron(session, patron_id)}
    return [one if one.loan_id in out else _without_book(one) for one in entries]


def _without_book(entry: EntryRow) -> EntryRow:
    without = replace(entry, **_NO_BOOK)
    return replace(without, at=without.told_at, why=without.told_why)


def _notice(one: Notice, *, is_own: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": one.kind, "told_at": one.told_at, "things": one.things}
    return told | {"subject": one.subject, "body": one.body} if is_own else told


def _plain(value: Any) -> Any:
    """As JSON can say it; instants in the network's zone."""
    if isinstance(value, datetime):
        return show_instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value


def _words(data: Mapping[str, Any]) -> list[str]:
    """The same for people: a heading for each part, a line for each thing."""
    lines = [f"{data['exported_at']}", ""]
    for name, heading in SECTIONS.items():
        if name in data:
            lines += [f"【{heading}】", *_lines(data[name]), ""]
    return lines


def _lines(value: Any) -> list[str]:
    if isinstance(value, list):
        return ["; ".join(_lines(one)) for one in value] or ["–"]
    if isinstance(value, Mapping):
        return [f"{name}: {', '.join(_lines(one))}" for name, one in value.items() if one not in (None, "", [], {})]
    return [str(value)]
