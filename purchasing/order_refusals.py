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
            "invoice.above_limit",
            "confirm",
            Text(
                "按发票，这张订单共 {total} 元，超过一个人能办的 {limit} 元，要由能批准订单的另一个人来记。",
                "With this invoice the order comes to {total} yuan, above the {limit} that one person may spend; another person, who may "
                "approve orders, must enter it.",
            ),
            "order.approve",
        ),
    )
}
REFUSALS: Final = tuple(_TABLE.values())


def refuse(code: str, **values: Any) -> Refusal:
    """A refusal of the table with its placeholders filled; the values also go into `data`."""
    known = _TABLE[code]
    data = {name: value for name, value in values.items() if not isinstance(value, Text)}
    return Refusal(known.code, known.class_, known.message.format(**values), known.override, data)
