"""What must always be true of readers' accounts: every sum is the sum of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from circ.ledger import ALONE_FEN
from circ.ledger_models import AccountEntry
from circ.policies.money import fen_of
from kernel.i18n import Text
from kernel.invariants import Invariant, sql

_BATCH = 1000


def _find_over_cap(session: Session) -> Iterable[str]:
    """The policies may have changed between two fines of a loan: the highest cap under which one was charged counts."""
    for loan_id, fines in _fines_of_loans(session):
        caps = [fen_of(fine.why["policy"].get("fine_cap", {}).get("value")) for fine in fines]
        known = [cap for cap in caps if cap is not None]
        if len(known) == len(caps) and sum(fine.amount_fen for fine in fines) > max(known):
            yield f"loan {loan_id}"


def _find_days_charged_twice(session: Session) -> Iterable[str]:
    """Fines of one loan from the same due day must go on where the one before them ended."""
    for loan_id, fines in _fines_of_loans(session):
        untils: dict[str, str] = {}
        for fine in fines:
            due, until = fine.why["due"], fine.why["until"]
            if until <= untils.get(due, ""):
                yield f"loan {loan_id}"
            untils[due] = until


def _fines_of_loans(session: Session) -> Iterator[tuple[int, list[Any]]]:
    """By loan, the fines that the policies made and no rule took back."""
    e, correction = AccountEntry, aliased(AccountEntry)
    taken_back = exists().where(correction.about_id == e.id, correction.by_rule)
    statement = (
        select(e.loan_id, e.amount_fen, e.why)
        .where(e.cause == "overdue", e.loan_id.is_not(None), e.why.is_not(None), ~taken_back)
        .order_by(e.loan_id, e.id)
    )
    rows = session.execute(statement, execution_options={"yield_per": _BATCH})
    for loan_id, fines in groupby(rows, key=lambda row: row.loan_id):
        yield loan_id, list(fines)


INVARIANTS: tuple[Invariant, ...] = (
    sql(
        "account.balance",
        "账户余额等于各笔账目之和",
        "the balance of an account is the sum of its entries, and so is the deposit",
        """SELECT 'patron ' || p.id FROM patron p LEFT JOIN account a ON a.patron_id = p.id
           LEFT JOIN (SELECT patron_id,
                sum(CASE WHEN kind IN ('deposit','deposit_return') THEN 0 ELSE amount_fen END) AS owed,
                sum(CASE WHEN kind IN ('deposit','deposit_return') THEN amount_fen ELSE 0 END) AS held
              FROM account_entry GROUP BY patron_id) e ON e.patron_id = p.id
           WHERE COALESCE(a.balance_fen, 0) <> COALESCE(e.owed, 0) OR COALESCE(a.deposit_fen, 0) <> COALESCE(e.held, 0)""",
    ),
    sql(
        "account.deposit_not_negative",
        "退的押金不超过收的押金",
        "at no entry was more deposit given back than was held",
        """SELECT 'entry ' || id FROM (
             SELECT id, sum(amount_fen) OVER (PARTITION BY patron_id ORDER BY id) AS held
             FROM account_entry WHERE kind IN ('deposit','deposit_return')) d WHERE held < 0""",
    ),
    sql(
        "account.used",
        "每笔账目已抵用的数额等于核销记录之和，且不超过该笔",
        "how much of an entry is used is the sum of its moves, and never more than the entry",
        """SELECT 'entry ' || e.id FROM account_entry e
           LEFT JOIN (SELECT id, sum(fen) AS fen FROM (
                SELECT favour_id AS id, amount_fen AS fen FROM account_move
                UNION ALL SELECT owed_id, amount_fen FROM account_move) m GROUP BY id) u ON u.id = e.id
           WHERE e.used_fen <> COALESCE(u.fen, 0) OR e.used_fen > abs(e.amount_fen)""",
    ),
    sql(
        "account.pairs",
        "核销都在同一读者的一笔欠款与一笔进款之间，且不为负",
        "a move settles what is owed with what is in favour, of one reader, and never takes back more than it gave",
        """SELECT 'entries ' || m.favour_id || ' ' || m.owed_id FROM account_move m
           JOIN account_entry f ON f.id = m.favour_id JOIN account_entry o ON o.id = m.owed_id
           GROUP BY m.favour_id, m.owed_id, f.patron_id, o.patron_id, f.amount_fen, o.amount_fen, f.kind, o.kind
           HAVING sum(m.amount_fen) < 0 OR f.patron_id <> o.patron_id OR f.amount_fen > 0 OR o.amount_fen < 0
             OR f.kind = 'deposit_return' OR o.kind = 'deposit'""",
    ),
    sql(
        "account.one_side_open",
        "有余额时没有未结清的费用",
        "credit and open fees do not stand side by side",
        """SELECT 'patron ' || patron_id FROM account_entry
           WHERE used_fen < abs(amount_fen) AND kind NOT IN ('deposit','deposit_return')
           GROUP BY patron_id HAVING min(amount_fen) < 0 AND max(amount_fen) > 0""",
    ),
    sql(
        "account.whole",
        "减免、退费、冲正与退还余额都已全部核销",
        "waivers, refunds, reversals and payouts are used up",
        """SELECT 'entry ' || id FROM account_entry
           WHERE kind IN ('waiver','refund','reversal','payout') AND used_fen <> abs(amount_fen)""",
    ),
    sql(
        "account.correction",
        "每笔更正都指向同一读者的费用或缴费，缴费只冲正一次",
        "a correction names a fee, or a payment, of the same reader; a payment is reversed once and whole",
        """SELECT 'entry ' || c.id FROM account_entry c JOIN account_entry e ON e.id = c.about_id
           WHERE c.patron_id <> e.patron_id
              OR (c.kind IN ('waiver','refund') AND e.kind <> 'charge')
              OR (c.kind = 'reversal' AND (e.kind <> 'payment' OR c.amount_fen <> -e.amount_fen
                  OR EXISTS (SELECT 1 FROM account_entry o WHERE o.about_id = e.id AND o.kind = 'reversal' AND o.id <> c.id)))""",
    ),
    sql(
        "account.refund_of_paid",
        "退费不超过在该费用上收过的钱",
        "no more is refunded of a fee than money was paid on it",
        """SELECT 'entry ' || e.id FROM account_entry e
           JOIN (SELECT about_id, sum(-amount_fen) AS fen FROM account_entry WHERE kind = 'refund' GROUP BY about_id) r
             ON r.about_id = e.id
           JOIN (SELECT m.owed_id, sum(m.amount_fen) AS fen FROM account_move m
                 JOIN account_entry f ON f.id = m.favour_id AND f.kind = 'payment'
                 WHERE m.amount_fen > 0 GROUP BY m.owed_id) p ON p.owed_id = e.id
           WHERE r.fen > p.fen""",
    ),
    sql(
        "account.journal",
        "每笔账目在业务日志中都有记录",
        "the journal tells of as many entries of each kind as there are",
        """SELECT k.kind FROM (
             SELECT 'charge' AS kind, 'fee_charged' AS act UNION ALL SELECT 'payment', 'fee_paid'
             UNION ALL SELECT 'waiver', 'fee_waived' UNION ALL SELECT 'refund', 'fee_refunded'
             UNION ALL SELECT 'reversal', 'payment_reversed' UNION ALL SELECT 'payout', 'credit_paid_out'
             UNION ALL SELECT 'deposit', 'deposit_taken' UNION ALL SELECT 'deposit_return', 'deposit_returned') k
           WHERE (SELECT count(*) FROM account_entry e WHERE e.kind = k.kind)
              <> (SELECT count(*) FROM journal j WHERE j.act = k.act)""",
    ),
    sql(
        "account.two_persons",
        f"超过 {ALONE_FEN // 100} 元的减免、退费、退还余额与退押金由两个人决定；在有这条规则以前退的押金也会列出，请对照收据核实",
        f"what was let go or handed out above {ALONE_FEN // 100} yuan was decided by two persons; deposits given back before there was "
        "this rule are named too: compare them with their receipts",
        f"""SELECT 'entry ' || e.id FROM account_entry e LEFT JOIN approval a ON a.entry_id = e.id
           WHERE e.kind IN ('waiver','refund','reversal','payout','deposit_return') AND NOT e.by_rule
             AND COALESCE(e.method, '') <> 'deposit' AND abs(e.amount_fen) > {ALONE_FEN}
             AND (a.id IS NULL OR a.asked_by = a.decided_by)""",  # noqa: S608 - a number of our own
    ),
    sql(
        "approval.as_asked",
        "批准后入账的正是所申请的",
        "what was approved is what was entered",
        """SELECT 'approval ' || a.id FROM approval a JOIN account_entry e ON e.id = a.entry_id
           WHERE e.kind <> a.act OR abs(e.amount_fen) <> a.amount_fen OR e.patron_id <> a.patron_id
              OR COALESCE(e.about_id, 0) <> COALESCE(a.about_id, 0) OR e.author <> a.decided_by""",
    ),
    Invariant(
        code="fine.cap",
        promise=Text("一笔借阅的逾期费不超过当时的上限", "the fines of a loan stay within the cap in force"),
        find=_find_over_cap,
    ),
    Invariant(
        code="fine.days_once",
        promise=Text("同一天的逾期只收一次费", "no late day is charged twice"),
        find=_find_days_charged_twice,
    ),
)
