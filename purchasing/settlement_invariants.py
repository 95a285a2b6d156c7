"""What must always hold of settlements with shops.

The database itself sees to it that a choice stands in one settlement at most, that two persons confirmed what is frozen, and that nothing
of it changes but its payment, which comes once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.i18n import Text
from kernel.invariants import Invariant, sql
from purchasing.queries.settlements import digest_of, find_settlement, lines_of
from purchasing.settlement_models import Settlement


def _changed(session: Session) -> Iterable[str]:
    """Frozen settlements whose digest is another than that of what they say now."""
    ids = session.scalars(select(Settlement.id).where(Settlement.digest.is_not(None)).order_by(Settlement.id)).all()
    for settlement_id in ids:
        row = find_settlement(session, settlement_id)
        if row.digest != digest_of(row, lines_of(session, settlement_id)):
            yield f"settlement {settlement_id}"


INVARIANTS: Final = (
    sql(
        "settlement.total",
        "结算总额等于各行实付之和",
        "a settlement comes to the sum of its lines",
        """SELECT 'settlement ' || s.id FROM settlement s LEFT JOIN settlement_line l ON l.settlement_id = s.id
           GROUP BY s.id, s.total_fen HAVING s.total_fen <> COALESCE(SUM(l.paid_fen), 0)""",
    ),
    sql(
        "settlement.line_paid",
        "每一行实付的数，与处理方式相符",
        "what is paid for a line is what was agreed, or what was decided about it",
        """SELECT 'settlement ' || l.settlement_id || ' line ' || l.number FROM settlement_line l
           LEFT JOIN (SELECT settlement_id, number,
                             SUM(CASE WHEN resolution IN ('later','refuse') THEN 1 ELSE 0 END) AS unpaid,
                             SUM(CASE WHEN resolution = 'accept' THEN 1 ELSE 0 END) AS accepted
                      FROM settlement_difference GROUP BY settlement_id, number) d
             ON d.settlement_id = l.settlement_id AND d.number = l.number
           WHERE l.paid_fen <> CASE WHEN d.unpaid > 0 THEN 0 WHEN d.accepted > 0 THEN l.charged_fen
                                    ELSE COALESCE(l.cost_fen, 0) END""",
    ),
    sql(
        "settlement.borne",
        "双方确认的结算，差额已由经费承担；核对中的没有动经费",
        "the funds bear what settlements confirmed by both sides pay beyond, or short of, the choices; a draft has moved no money",
        """SELECT 'selection ' || s.id FROM selection s
           LEFT JOIN (SELECT selection_id, SUM(fen) AS fen FROM fund_entry WHERE kind = 'settlement' GROUP BY selection_id) e
             ON e.selection_id = s.id
           LEFT JOIN (SELECT l.selection_id, l.paid_fen - l.cost_fen AS fen
                      FROM settlement_line l JOIN settlement t ON t.id = l.settlement_id
                      WHERE l.is_standing AND t.status IN ('frozen','paid')) l ON l.selection_id = s.id
           WHERE COALESCE(e.fen, 0) <> COALESCE(l.fen, 0)""",
    ),
    sql(
        "settlement.shares",
        "双方确认的结算，各笔经费多付、少付的数，等于经费里的差额",
        "what a frozen settlement says each fund bears more or less is what was entered in it",
        """SELECT 'settlement ' || x.settlement_id || ' fund ' || x.fund_id FROM (
             SELECT l.settlement_id, e.fund_id, e.fen FROM settlement_line l
               JOIN fund_entry e ON e.selection_id = l.selection_id AND e.kind = 'settlement' WHERE l.is_standing
             UNION ALL SELECT settlement_id, fund_id, -more_fen FROM settlement_share) x
           JOIN settlement s ON s.id = x.settlement_id WHERE s.status IN ('frozen','paid')
           GROUP BY x.settlement_id, x.fund_id HAVING SUM(x.fen) <> 0""",
    ),
    sql(
        "settlement.agreed",
        "经费多付的，都由它的单位同意过",
        "no fund bears more of a frozen settlement without the word of its owner",
        """SELECT 'settlement ' || s.id || ' fund ' || h.fund_id FROM settlement s
           JOIN settlement_share h ON h.settlement_id = s.id
           WHERE s.status IN ('frozen','paid') AND h.more_fen > 0 AND h.agreed_by IS NULL""",
    ),
    sql(
        "settlement.paid_once",
        "付过款的选书只在一份已确认的结算里",
        "a choice that is paid stands in exactly one frozen settlement",
        """SELECT 'selection ' || l.selection_id FROM settlement_line l JOIN settlement s ON s.id = l.settlement_id
           WHERE s.status IN ('frozen','paid') AND l.paid_fen > 0
           GROUP BY l.selection_id HAVING COUNT(*) > 1 OR SUM(CASE WHEN l.is_standing THEN 1 ELSE 0 END) <> 1""",
    ),
    sql(
        "settlement.counts",
        "列入结算的选书都有效，且属于这家书店",
        "a choice that stands in a settlement counts, and was made in its shop",
        """SELECT 'selection ' || c.id FROM settlement_line l JOIN settlement s ON s.id = l.settlement_id
           JOIN selection c ON c.id = l.selection_id
           WHERE l.is_standing AND (c.status = 'cancelled' OR c.shop_id <> s.shop_id OR s.status = 'discarded')""",
    ),
    sql(
        "settlement.settled",
        "双方确认的结算没有未处理的差异",
        "nothing is left to be decided in a settlement that is frozen",
        """SELECT 'settlement ' || s.id FROM settlement s JOIN settlement_difference d ON d.settlement_id = s.id
           WHERE s.status IN ('frozen','paid') AND d.resolution IS NULL GROUP BY s.id""",
    ),
    sql(
        "settlement.left",
        "双方确认的结算只放下留到下期的选书",
        "a settlement that is frozen lets go of the choices that were left for the next period, and of no other",
        """SELECT 'settlement ' || s.id || ' line ' || l.number FROM settlement s
           JOIN settlement_line l ON l.settlement_id = s.id
           WHERE s.status IN ('frozen','paid') AND l.selection_id IS NOT NULL
             AND l.is_standing = EXISTS (SELECT 1 FROM settlement_difference d WHERE d.settlement_id = l.settlement_id
                                           AND d.number = l.number AND d.resolution = 'later')""",
    ),
    Invariant(
        code="settlement.frozen",
        promise=Text("双方确认的结算没有再改过", "a settlement that both sides confirmed says what it said then"),
        find=_changed,
    ),
)
