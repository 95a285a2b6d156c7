"""What must always hold of orders: their money to the fen, their copies in the catalogue, their state.

The database itself sees to it that a line is invoiced once, an invoice of a supplier entered once, a copy of the catalogue on order once,
and that nobody approves what they asked for.
"""

from __future__ import annotations

from kernel.invariants import sql

INVARIANTS = (
    sql(
        "order.paid",
        "订单每一行从经费支出的，正是它的册数乘单价；开了发票的按发票",
        "each line of an order took from the funds what its copies cost, or what its invoice asks",
        """SELECT 'order line ' || l.id FROM order_line l
           LEFT JOIN invoice_line b ON b.line_id = l.id
           LEFT JOIN (SELECT order_line_id, SUM(fen) AS fen FROM fund_entry GROUP BY order_line_id) e ON e.order_line_id = l.id
           LEFT JOIN (SELECT line_id, COUNT(*) AS copies FROM order_copy WHERE status IN ('ordered','received')
                      GROUP BY line_id) c ON c.line_id = l.id
           WHERE COALESCE(e.fen, 0) <> COALESCE(b.price_fen * b.copies, l.cost_fen * COALESCE(c.copies, 0))""",
    ),
    sql(
        "order.never_less_than_nothing",
        "没有一笔经费从订单的一行收回多于它付的",
        "no fund got back more for a line of an order than it had paid",
        """SELECT 'order line ' || order_line_id || ' fund ' || fund_id FROM fund_entry WHERE order_line_id IS NOT NULL
           GROUP BY order_line_id, fund_id HAVING SUM(fen) < 0""",
    ),
    sql(
        "order.two_persons",
        "订单花的钱不超过一个人能定的；超过的由另一个人批准，并且在批准的合计之内",
        "an order took no more than one person may decide, or another one approved it, and no more than was approved",
        """SELECT o.number FROM purchase_order o
           JOIN (SELECT l.order_id, SUM(e.fen) AS fen FROM order_line l JOIN fund_entry e ON e.order_line_id = l.id
                 GROUP BY l.order_id) p ON p.order_id = o.id
           WHERE p.fen > COALESCE(o.approved_fen, o.limit_fen, p.fen)
              OR (o.approved_fen IS NOT NULL AND (o.approved_by IS NULL OR o.approved_by = o.asked_by))""",
    ),
    sql(
        "order.status",
        "订单的状态与它的册一致",
        "the status of an order follows from its copies",
        """SELECT o.number FROM purchase_order o
           LEFT JOIN order_line l ON l.order_id = o.id LEFT JOIN order_copy c ON c.line_id = l.id
           GROUP BY o.id, o.number, o.status
           HAVING (o.status IN ('draft','waiting') AND SUM(CASE WHEN c.status <> 'planned' THEN 1 ELSE 0 END) > 0)
               OR (o.status NOT IN ('draft','waiting') AND SUM(CASE WHEN c.status = 'planned' THEN 1 ELSE 0 END) > 0)
               OR ((o.status IN ('ordered','partly_received')) <> (SUM(CASE WHEN c.status = 'ordered' THEN 1 ELSE 0 END) > 0))
               OR ((o.status IN ('received','partly_received')) <> (SUM(CASE WHEN c.status = 'received' THEN 1 ELSE 0 END) > 0))""",
    ),
    sql(
        "order.copy",
        "在订的册还没有到馆，已到的册不再是在订",
        "a copy that was ordered is not in stock before it came, and one that came is on order no longer",
        """SELECT 'order copy ' || c.id FROM order_copy c JOIN item i ON i.id = c.item_id
           WHERE (c.status = 'ordered' AND i.status NOT IN ('on_order','withdrawn'))
              OR (c.status = 'received' AND i.status = 'on_order')""",
    ),
    sql(
        "order.receipt",
        "每册都到在自己订单的收货单里",
        "a copy came with a receipt of its own order",
        """SELECT 'order copy ' || c.id FROM order_copy c JOIN order_line l ON l.id = c.line_id
           JOIN order_receipt r ON r.id = c.receipt_id WHERE r.order_id <> l.order_id""",
    ),
    sql(
        "order.invoice",
        "发票只列自己订单里的书，供应商也是同一家",
        "an invoice is for lines of its own order and of its supplier",
        """SELECT v.number FROM invoice v JOIN purchase_order o ON o.id = v.order_id
           LEFT JOIN invoice_line b ON b.invoice_id = v.id LEFT JOIN order_line l ON l.id = b.line_id
           WHERE v.supplier_id <> o.supplier_id OR l.id IS NULL OR l.order_id <> v.order_id""",
    ),
    sql(
        "order.on_order",
        "订购中的册都有一张在办的订单",
        "a copy that is on order stands on an order that was placed",
        """SELECT i.barcode FROM item i JOIN order_copy c ON c.item_id = i.id
           WHERE i.status = 'on_order' AND c.status <> 'ordered'""",
    ),
)
