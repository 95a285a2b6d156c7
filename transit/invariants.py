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
)
