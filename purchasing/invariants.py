"""What must always hold of suggestions, of the money for buying, and of what readers choose.

The database itself sees to it that one title waits once, that a reader has one vote for it, that nothing is declined without a reason, that
no fund is overspent, that entries stay as they were made, and that one copy and one loan belong to one selection.
"""

from __future__ import annotations

from kernel.i18n import Text
from kernel.invariants import Invariant, sql
from purchasing.queries.made_titles import hidden_for_no_reason

INVARIANTS = (
    sql(
        "suggestion.answered",
        "每条有答复的荐购都记着谁在何时答复",
        "a suggestion that was answered says when and by whom, after it was made",
        """SELECT 'suggestion ' || id FROM suggestion
           WHERE (answered_at IS NULL) <> (answered_by IS NULL) OR answered_at < created_at""",
    ),
    sql(
        "suggestion.vote_after",
        "附议不早于荐购",
        "nobody seconds a suggestion before it was made",
        """SELECT 'suggestion ' || s.id FROM suggestion s JOIN suggestion_vote v ON v.suggestion_id = s.id
           WHERE v.created_at < s.created_at GROUP BY s.id""",
    ),
    sql(
        "fund.spent",
        "每笔经费的已用等于各笔支出之和",
        "what a fund has spent is the sum of its entries other than allocations",
        """SELECT 'fund ' || f.code FROM fund f LEFT JOIN fund_entry e ON e.fund_id = f.id AND e.kind <> 'allocation'
           GROUP BY f.id, f.code, f.spent_fen HAVING f.spent_fen <> COALESCE(SUM(e.fen), 0)""",
    ),
    sql(
        "fund.allocated",
        "每笔经费的总额等于各次拨入之和",
        "what a fund was given is the sum of its allocations",
        """SELECT 'fund ' || f.code FROM fund f LEFT JOIN fund_entry e ON e.fund_id = f.id AND e.kind = 'allocation'
           GROUP BY f.id, f.code, f.allocated_fen HAVING f.allocated_fen <> COALESCE(SUM(e.fen), 0)""",
    ),
    sql(
        "selection.paid",
        "有效的选书都从经费里支出了它的价钱，撤销的都退回了",
        "a selection that counts took its cost from the funds, one that was called off took nothing",
        """SELECT 'selection ' || s.id FROM selection s
           LEFT JOIN fund_entry e ON e.selection_id = s.id AND e.kind IN ('selection','cancellation')
           GROUP BY s.id, s.status, s.cost_fen
           HAVING COALESCE(SUM(e.fen), 0) <> CASE WHEN s.status = 'cancelled' THEN 0 ELSE s.cost_fen END""",
    ),
    sql(
        "selection.lent",
        "借给读者的选书，借阅的正是这册书",
        "the loan of a selection is a loan of its copy",
        """SELECT 'selection ' || s.id FROM selection s JOIN loan l ON l.id = s.loan_id WHERE l.item_id <> s.item_id""",
    ),
    sql(
        "selection.withdrawn",
        "撤销的选书，书已剔除",
        "the copy of a choice that was called off is withdrawn",
        """SELECT 'selection ' || s.id FROM selection s JOIN item i ON i.id = s.item_id
           WHERE s.status = 'cancelled' AND i.status <> 'withdrawn'""",
    ),
    sql(
        "selection.waits",
        "只有还没借出的网上选书记着读者",
        "only what was chosen online and is not lent yet names its reader",
        """SELECT 'selection ' || id FROM selection
           WHERE (patron_id IS NOT NULL) <> (status IN ('ordered','sent','missing'))""",
    ),
    sql(
        "selection.forgotten",
        "借阅已忘记的选书，邮费、单号和通知也不再通向读者",
        "of a choice whose loan is forgotten neither fee nor number of its parcel nor a notice leads to the reader",
        """SELECT 'selection ' || s.id FROM selection s JOIN loan l ON l.id = s.loan_id
           LEFT JOIN selection_delivery d ON d.selection_id = s.id
           WHERE l.patron_id IS NULL AND (d.postage_id IS NOT NULL OR d.tracking IS NOT NULL
             OR EXISTS (SELECT 1 FROM notice_occasion o
                        WHERE o.subject_id = s.id AND o.kind LIKE 'choice%' AND o.notice_id IS NOT NULL))""",
    ),
    sql(
        "selection.delivery",
        "网上选书都记着怎样送到读者，柜台选书没有",
        "what was chosen online says how it comes, what was chosen at the counter does not",
        """SELECT 'selection ' || s.id FROM selection s LEFT JOIN selection_delivery d ON d.selection_id = s.id
           WHERE s.is_online <> (d.selection_id IS NOT NULL) OR (s.status IN ('sent','missing') AND d.sent_at IS NULL)
              OR (s.status = 'missing' AND (d.way <> 'post' OR d.missing_at IS NULL OR d.due_on IS NOT NULL))""",
    ),
    sql(
        "selection.on_order",
        "待发出的选书，书在订购中",
        "the copy of a choice that is still to be sent is on order",
        """SELECT 'selection ' || s.id FROM selection s JOIN item i ON i.id = s.item_id
           WHERE s.status = 'ordered' AND i.status <> 'on_order'""",
    ),
    sql(
        "selection.waited_for",
        "读者还在等的书没有被剔旧",
        "a copy for which the reader who chose it waits is not withdrawn",
        """SELECT 'selection ' || s.id FROM selection s JOIN item i ON i.id = s.item_id
           WHERE s.status IN ('ordered','sent','missing') AND i.status = 'withdrawn'""",
    ),
    sql(
        "selection.held",
        "发往取书处的选书，书为它的读者留着",
        "a choice sent to where it is collected has a hold of its reader on its copy",
        """SELECT 'selection ' || s.id FROM selection s JOIN selection_delivery d ON d.selection_id = s.id
           LEFT JOIN hold h ON h.id = d.hold_id
           WHERE s.status = 'sent' AND d.way = 'pickup'
             AND (h.id IS NULL OR h.ended_at IS NOT NULL OR h.patron_id <> s.patron_id OR h.item_id <> s.item_id)""",
    ),
    sql(
        "selection.address",
        "邮寄地址只在书没有收到时保留",
        "an address is kept only while a posted book has not come",
        """SELECT 'selection ' || s.id FROM delivery_address a JOIN selection s ON s.id = a.selection_id
           JOIN selection_delivery d ON d.selection_id = s.id
           WHERE d.way <> 'post' OR s.status NOT IN ('ordered','sent','missing')""",
    ),
    Invariant(
        code="selection.void_title",
        promise=Text(
            "读者查不到的书目，都是为后来全部撤销的选书建的",
            "a title that no reader finds was made for choices that were all called off",
        ),
        find=hidden_for_no_reason,
    ),
)
