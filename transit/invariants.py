"""What must always hold of transfers."""

from __future__ import annotations

from kernel.invariants import sql

INVARIANTS = (
    sql(
        "transfer.one_open",
        "一册书最多有一笔未完的调拨",
        "a copy has at most one open transfer",
        """SELECT i.barcode FROM transfer t JOIN item i ON i.id = t.item_id
           WHERE t.status IN ('approved','dispatched') GROUP BY i.id, i.barcode HAVING count(*) > 1""",
    ),
    sql(
        "transfer.item_in_transit",
        "调拨中的书恰有一笔未完的调拨",
        "a copy is in transit exactly while it has an open transfer",
        """SELECT i.barcode FROM item i
           LEFT JOIN transfer t ON t.item_id = i.id AND t.status IN ('approved','dispatched')
           WHERE (i.status = 'in_transit') <> (t.id IS NOT NULL)""",
    ),
    sql(
        "transfer.ended",
        "调拨的状态与它的时间一致",
        "a transfer has ended exactly when it says when, and one received or on its way says since when",
        """SELECT id FROM transfer
           WHERE (status IN ('received','cancelled','refused','missing')) <> (ended_at IS NOT NULL)
              OR (status = 'received') <> (received_at IS NOT NULL)
              OR (status = 'dispatched' AND dispatched_at IS NULL)
              OR (status = 'cancelled' AND cancel_reason IS NULL)""",
    ),
    sql(
        "transfer.request_adds_up",
        "申请的册数等于各笔调拨与没有馆能提供的册数之和",
        "the copies of a request are its transfers and those that nobody has",
        """SELECT r.id FROM transfer_request r
           LEFT JOIN transfer t ON t.request_id = r.id AND NOT t.went_on
           GROUP BY r.id, r.copies, r.unfilled HAVING count(t.id) + r.unfilled <> r.copies""",
    ),
    sql(
        "transfer.request_of_one",
        "申请里的每笔调拨都去申请的馆点，点名要的就是那一册",
        "each transfer of a request goes to the unit that asked; where it named a copy, with that copy",
        """SELECT t.id FROM transfer t JOIN transfer_request r ON r.id = t.request_id
           LEFT JOIN item i ON i.id = t.item_id
           WHERE t.to_id <> r.to_id
              OR (r.item_id IS NOT NULL AND t.item_id <> r.item_id)
              OR (t.status IN ('approved','dispatched') AND i.bib_id <> t.bib_id)""",
    ),
    sql(
        "transfer.gone_on",
        "转由另一册的调拨都已取消",
        "a transfer in whose place another stands was called off",
        "SELECT id FROM transfer WHERE went_on AND (status <> 'cancelled' OR request_id IS NULL)",
    ),
    sql(
        "transfer.refusal",
        "拒绝过的馆不再被申请",
        "a library that said no is not asked for the same again",
        """SELECT t.id FROM transfer t JOIN transfer_refusal f ON f.transfer_id = t.id AND f.org_id = t.from_id
           WHERE t.status IN ('requested','approved','dispatched','received')""",
    ),
    sql(
        "stay.home",
        "暂留的书在期满前以所留馆为家",
        "a copy kept for a time is at home where it is kept until the time is over, unless somebody gave it another home",
        """SELECT i.barcode FROM item_stay s JOIN item i ON i.id = s.item_id
           WHERE NOT s.is_over AND i.home_id = s.home_id""",
    ),
)
