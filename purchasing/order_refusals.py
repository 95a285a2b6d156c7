"""Every reason why something about an order may be refused: code, class, the right that lifts it, the sentence. Pure."""

from __future__ import annotations

from typing import Any, Final

from kernel.errors import Refusal
from kernel.i18n import Text

LIFTED_BY: Final = "order.write"

_TABLE: Final[dict[str, Refusal]] = {
    refusal.code: refusal
    for refusal in (
        Refusal(
            "order.state",
            "impossible",
            Text(
                "订单{number}「{status}」，不能这样办。", "Order {number} is {status}; this cannot be done with it now."
            ),
        ),
        Refusal(
            "order.empty",
            "impossible",
            Text("订单里还没有书。请先加上要订的书。", "The order is empty. Put titles on it first."),
        ),
        Refusal(
            "order.same_person",
            "impossible",
            Text("订单由您提交，要由另一个人批准。", "You sent this order in; another person must approve it."),
        ),
        Refusal(
            "order.nothing_left",
            "impossible",
            Text(
                "《{title}》没有还没到的册数可以取消。",
                "No copy of “{title}” is still to come; nothing can be called off.",
            ),
        ),
        Refusal(
            "order.invoiced",
            "impossible",
            Text(
                "《{title}》已经开过发票，不能再改册数或金额。",
                "“{title}” was invoiced already; copies and sums stay as they are.",
            ),
        ),
        Refusal(
            "order.wrong_book",
            "impossible",
            Text(
                "订单里没有 {isbn}。如果是送错的，请记在“送错的书”里退回；条码不要贴。",
                "{isbn} is not on this order. If it was sent by mistake, note it under “wrong books” to go back; put no label on it.",
            ),
        ),
        Refusal(
            "order.withdrawn",
            "impossible",
            Text(
                "《{title}》在订的册 {barcode} 已列入剔旧清单。请先在清单里撤销剔旧，再收这册书。",
                "The copy {barcode} of “{title}” was withdrawn while it was on order. Take it off the withdrawal list first.",
            ),
        ),
        Refusal(
            "order.extra_copies",
            "confirm",
            Text(
                "《{title}》比订的多来了 {count} 册。要留下就确认，钱从同一经费出；不留就记为送错。",
                "{count} more of “{title}” came than were ordered. Confirm to keep them, paid from the same funds, or note them as wrong.",
            ),
            LIFTED_BY,
        ),
        Refusal(
            "invoice.price",
            "confirm",
            Text(
                "《{title}》发票单价 {theirs} 元，订购时 {ours} 元。",
                "“{title}”: the invoice says {theirs} yuan a copy, the order {ours}.",
            ),
            LIFTED_BY,
        ),
        Refusal(
            "invoice.copies",
            "confirm",
            Text(
                "《{title}》发票 {theirs} 册，实收 {ours} 册。",
                "“{title}”: the invoice says {theirs} copies; {ours} came.",
            ),
            LIFTED_BY,
        ),
        Refusal(
            "invoice.not_received",
            "confirm",
            Text(
                "《{title}》发票 {theirs} 册，实收 {ours} 册，其余还没到。没到先付，要由能批准订单、又没有提交这张订单的另一个人来记。",
                "“{title}”: the invoice says {theirs} copies, {ours} came, the others are still to come. To pay before they come, another "
                "person, who may approve orders and did not send this one in, must enter it.",
            ),
            "order.approve",
        ),
        Refusal(
            "invoice.not_ordered",
            "impossible",
            Text(
                "《{title}》发票 {theirs} 册，比实收的 {ours} 册和还没到的加起来还多。多来的先验收，没来的请供应商改发票。",
                "“{title}”: the invoice says {theirs} copies, more than the {ours} that came and those still to come. Receive what came in "
                "excess first, or let the supplier correct the invoice.",
            ),
        ),
        Refusal(
            "order.above_limit",
            "impossible",
            Text(
                "这样订单{number}共 {total} 元，超过一个人能定的：{limit} 元（批准过的订单以批准的合计为限；"
                "没有的，一张订单和一人一天为一个馆定的都算）。"
                "请能批准订单的另一个人先在订单里批准到 {total} 元。",
                "With this order {number} comes to {total} yuan, more than one person may decide: {limit} yuan (what was approved of it; "
                "else for an order, and for all that one person commits for a unit on a day). Another person, who may approve orders, "
                "must first approve it up to {total} yuan.",
            ),
        ),
        Refusal(
            "order.own_approval",
            "impossible",
            Text(
                "订单{number}是您批准的，增加的钱要由另一个人来办。",
                "You approved order {number}; what it costs more must be entered by another person.",
            ),
        ),
    )
}
REFUSALS: Final = tuple(_TABLE.values())


def refuse(code: str, **values: Any) -> Refusal:
    """A refusal of the table with its placeholders filled; the values also go into `data`."""
    known = _TABLE[code]
    data = {name: value for name, value in values.items() if not isinstance(value, Text)}
    return Refusal(known.code, known.class_, known.message.format(**values), known.override, data)
