"""What must always be true of what is remembered: nobody stands beside a book longer than they chose."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from circ.ledger_models import AccountEntry
from circ.models import Hold, Loan
from kernel.i18n import Text
from kernel.invariants import Invariant, sql
from kernel.journal import JournalEntry
from patrons.histories import forget_before
from patrons.models import Patron


def _find_remembered(session: Session) -> Iterable[str]:
    """Loans that were due to be forgotten, by the choice of then, when the job last ran; what cost something is left out."""
    run = session.execute(
        select(JournalEntry.id, JournalEntry.at)
        .where(JournalEntry.act == "history_forgotten")
        .order_by(JournalEntry.id.desc())
        .limit(1)
    ).first()
    if run is None:
        return []
    told = aliased(JournalEntry)
    returned_before = exists(
        select(1).where(
            told.act == "checked_in", told.item_id == Loan.item_id, told.at >= Loan.closed_at, told.id < run.id
        )
    )
    past = or_(
        *(
            and_(Patron.history == choice, Loan.closed_at <= forget_before(choice, run.at))
            for choice in ("forget", "days")
        )
    )
    of_copy = and_(AccountEntry.patron_id == Loan.patron_id, AccountEntry.item_id == Loan.item_id)
    statement = (
        select(Loan.id)
        .join(Patron, Patron.id == Loan.patron_id)
        .where(
            past,
            or_(Patron.history_chosen_at.is_(None), Patron.history_chosen_at < run.at),
            returned_before,
            ~exists(select(1).where(or_(AccountEntry.loan_id == Loan.id, of_copy))),
        )
    )
    return [f"loan {loan_id}" for loan_id in session.scalars(statement.order_by(Loan.id))]


def _find_threads(session: Session) -> Iterable[str]:
    """Rows of the journal that still tell who had a book although its loan, or hold, has forgotten it."""
    j = JournalEntry
    names = or_(j.patron_id.is_not(None), j.author.like("patron:%"))
    loans = select(j.id).join(Loan, and_(Loan.item_id == j.item_id, Loan.id == j.data["loan"].as_integer()))
    holds = select(j.id).join(Hold, and_(Hold.bib_id == j.bib_id, Hold.id == j.data["hold"].as_integer()))
    found = set(session.scalars(loans.where(Loan.patron_id.is_(None), names)))
    found |= set(session.scalars(holds.where(Hold.patron_id.is_(None), names)))
    return [f"journal {entry}" for entry in sorted(found)]


INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        code="history.forgotten",
        promise=Text(
            "还过的书按读者的选择到期即忘记是谁借的",
            "a returned book names its reader no longer than the reader chose",
        ),
        find=_find_remembered,
    ),
    Invariant(
        code="history.journal",
        promise=Text(
            "已忘记的借阅与预约，业务日志里也不再有读者",
            "of a loan or hold that was forgotten, the journal names no reader either",
        ),
        find=_find_threads,
    ),
    sql(
        "history.hold_with_loan",
        "忘记了读者的借阅，取书的预约也不再有读者",
        "a hold that was collected names no reader once its loan does not",
        """SELECT h.id FROM hold h JOIN loan l ON l.id = h.loan_id
           WHERE l.patron_id IS NULL AND h.patron_id IS NOT NULL
             AND EXISTS (SELECT 1 FROM journal j WHERE j.act = 'history_forgotten' AND j.at > l.closed_at)
             AND NOT h.to_clear""",
    ),
    sql(
        "history.account",
        "已忘记的借阅，账目不再写明是哪本书",
        "of a loan that was forgotten, no entry of an account names the book",
        """SELECT 'entry ' || e.id FROM account_entry e JOIN loan l ON l.id = e.loan_id WHERE l.patron_id IS NULL""",
    ),
    sql(
        "patron.gone",
        "已删除或并入他人的读者名下没有借阅、预约和账目",
        "nothing hangs on an account that went into another; of one that was erased, nothing tells what it was about",
        """SELECT 'patron ' || p.id FROM patron p WHERE
             (p.merged_into_id IS NOT NULL OR p.erased_at IS NOT NULL) AND (
               EXISTS (SELECT 1 FROM loan l WHERE l.patron_id = p.id) OR EXISTS (SELECT 1 FROM hold h WHERE h.patron_id = p.id)
               OR EXISTS (SELECT 1 FROM patron_block b WHERE b.patron_id = p.id)
               OR EXISTS (SELECT 1 FROM account_entry e WHERE e.patron_id = p.id
                          AND (p.merged_into_id IS NOT NULL OR e.loan_id IS NOT NULL OR e.item_id IS NOT NULL OR e.note IS NOT NULL))
               OR EXISTS (SELECT 1 FROM approval a WHERE a.patron_id = p.id AND (p.merged_into_id IS NOT NULL OR a.reason <> ''))
               OR EXISTS (SELECT 1 FROM notice n WHERE n.patron_id = p.id)
               OR EXISTS (SELECT 1 FROM notice_delivery d WHERE d.to_patron_id = p.id)
               OR EXISTS (SELECT 1 FROM patron_consent c WHERE c.patron_id = p.id)
               OR (p.erased_at IS NOT NULL AND EXISTS (SELECT 1 FROM journal j WHERE j.patron_id = p.id
                    AND (j.act <> 'person_viewed' OR j.at < p.erased_at))))""",
    ),
)
