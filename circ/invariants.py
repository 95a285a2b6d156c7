"""What must always hold of loans."""

from __future__ import annotations

from kernel.invariants import sql

INVARIANTS = (
    sql(
        "loan.one_open",
        "一册书最多有一笔未还的借阅",
        "a copy has at most one open loan",
        """SELECT i.barcode FROM loan l JOIN item i ON i.id = l.item_id WHERE l.closed_at IS NULL
           GROUP BY i.id, i.barcode HAVING count(*) > 1""",
    ),
    sql(
        "loan.item_on_loan",
        "借出的书恰有一笔未还的借阅",
        "a copy is on loan exactly while it has an open loan",
        """SELECT i.barcode FROM item i LEFT JOIN loan l ON l.item_id = i.id AND l.closed_at IS NULL
           WHERE (i.status = 'on_loan') <> (l.id IS NOT NULL)""",
    ),
    sql(
        "loan.journal_opened",
        "借阅与借出记录一一对应",
        "each copy has as many check-outs in the journal as loans, at the same times",
        """SELECT i.barcode FROM item i JOIN (
             SELECT item_id FROM (
               SELECT item_id, checked_out_at AS at, 1 AS loans, 0 AS told FROM loan
               UNION ALL SELECT item_id, at, 0, 1 FROM journal WHERE act = 'checked_out') e
             GROUP BY item_id, at HAVING sum(loans) <> sum(told)) d ON d.item_id = i.id""",
    ),
    sql(
        "loan.journal_closed",
        "归还记录与已还借阅一一对应",
        "each copy has as many check-ins in the journal as closed loans",
        """SELECT i.barcode FROM item i JOIN (
             SELECT item_id FROM (
               SELECT item_id, 1 AS loans, 0 AS told FROM loan WHERE closed_at IS NOT NULL
               UNION ALL SELECT item_id, 0, 1 FROM journal WHERE act = 'checked_in') e
             GROUP BY item_id HAVING sum(loans) <> sum(told)) d ON d.item_id = i.id""",
    ),
    sql(
        "item.last_seen",
        "书在业务日志最后见到它的地方",
        "a copy is where the journal saw it last",
        """SELECT i.barcode FROM item i JOIN journal j ON j.id = (
             SELECT max(id) FROM journal WHERE item_id = i.id
               AND act IN ('checked_out','checked_in','item_moved','transfer_received','transfer_approved'))
           WHERE j.org_id <> i.location_id""",
    ),
    sql(
        # The clocks name those in question; the order of the journal decides, since a request that waited has an older time.
        "loan.limit",
        "借出时未超过当时的册数上限，除非有人授权",
        "at check-out the reader was within the limit in force, or somebody overrode it",
        """SELECT l.id FROM loan l
           JOIN journal j ON j.act = 'checked_out' AND j.item_id = l.item_id AND j.at = l.checked_out_at
           WHERE l.limit_in_force IS NOT NULL AND l.overrides IS NULL AND l.patron_id IS NOT NULL
             AND (SELECT count(*) FROM loan o WHERE o.patron_id = l.patron_id AND o.id <= l.id
                  AND (o.closed_at IS NULL OR o.closed_at > l.checked_out_at)) > l.limit_in_force
             AND (SELECT count(*) FROM loan o
                  JOIN journal k ON k.act = 'checked_out' AND k.item_id = o.item_id AND k.at = o.checked_out_at
                  WHERE o.patron_id = l.patron_id AND o.id <= l.id
                  AND NOT EXISTS (SELECT 1 FROM journal b WHERE b.act = 'checked_in' AND b.item_id = o.item_id
                                  AND b.id > k.id AND b.id < j.id)) > l.limit_in_force""",
    ),
    sql(
        "loan.renewals_counted",
        "续借次数与续借记录一致",
        "a loan's count of renewals equals its renewal rows",
        """SELECT l.id FROM loan l LEFT JOIN loan_renewal r ON r.loan_id = l.id
           GROUP BY l.id, l.renewals HAVING l.renewals <> count(r.id)""",
    ),
    sql(
        "loan.reader_of_filled",
        "未还借阅的读者没有注销",
        "the reader of an open loan is not closed",
        """SELECT l.id FROM loan l JOIN patron p ON p.id = l.patron_id WHERE l.closed_at IS NULL AND p.status = 'closed'""",
    ),
)
