"""What entries of an account tell of a book, and what people wrote about them, is blotted out; amounts, kinds and times stay."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, or_, select, update
from sqlalchemy.orm import Session

from circ.ledger_models import AccountEntry, AccountMove, Approval
from kernel.db import table_of

_entries, _moves, _approvals = table_of(AccountEntry), table_of(AccountMove), table_of(Approval)
_BLANK: Final[dict[str, Any]] = {"loan_id": None, "item_id": None, "note": None}


def blank_entries(session: Session, which: ColumnElement[bool], *, asked: ColumnElement[bool] | None = None) -> None:
    """Blank these entries, the waivers and refunds of them, the reversals of what paid them, and why a second person was asked for any of
    it and decided. `asked`: approvals to blank besides, decided or not."""
    ids = set(session.scalars(select(_entries.c.id).where(which)))
    paid = set(session.scalars(select(_moves.c.favour_id).where(_moves.c.owed_id.in_(ids)))) if ids else set()
    about = ids | paid
    theirs = or_(_entries.c.id.in_(ids), _entries.c.about_id.in_(about))
    of_these = or_(_approvals.c.about_id.in_(about), _approvals.c.entry_id.in_(select(_entries.c.id).where(theirs)))
    decided = and_(_approvals.c.status != "waiting", of_these)
    approvals = or_(decided, asked if asked is not None else false())
    session.execute(update(_approvals).where(approvals).values(reason=""))
    session.execute(update(_entries).where(theirs).values(_BLANK))
