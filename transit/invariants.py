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
        "transfer.received_at_destination",
        "刚收到的书在它的目的地，除非之后又有动作",
        "a copy received last is at the transfer's destination unless it moved since",
        """SELECT i.barcode FROM transfer t JOIN item i ON i.id = t.item_id
           WHERE t.status = 'received' AND i.location_id <> t.to_id
             AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.item_id = i.id AND j.at >= t.received_at
                             AND j.act IN ('checked_out','checked_in','item_moved','transfer_received','transfer_approved'))
             """,
    ),
    sql(
        "transfer.ended",
        "已结束的调拨写明何时结束",
        "an ended transfer says when it ended",
        """SELECT id FROM transfer WHERE status IN ('received','cancelled') AND ended_at IS NULL""",
    ),
)
