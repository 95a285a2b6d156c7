"""Why an act on an account may be refused: part of the table in `circ.refusals`. Pure.

Nobody lifts these, for the sums would not be true.
"""

from __future__ import annotations

from typing import Final

from kernel.errors import Refusal
from kernel.i18n import Text

MONEY: Final = (
    Refusal(
        "fee.settled",
        "impossible",
        Text("这笔费用已经结清，没有可减免的。", "This fee is settled; nothing is left to waive."),
    ),
    Refusal(
        "fee.not_paid",
        "impossible",
        Text(
            "这笔费用没有收过钱，不能退。未缴的部分请用减免。",
            "Nothing was paid on this fee, so nothing can be refunded. Waive what is open.",
        ),
    ),
    Refusal(
        "payment.reversed",
        "impossible",
        Text("这笔缴费已经冲正。", "This payment was reversed already."),
    ),
    Refusal(
        "payment.paid_out",
        "impossible",
        Text(
            "这笔缴费的余额已退还读者，不能冲正。",
            "Part of this payment was handed out to the reader, so it cannot be reversed.",
        ),
    ),
    Refusal(
        "account.no_credit",
        "impossible",
        Text("账上没有余额可退。", "There is no credit to hand out."),
    ),
    Refusal(
        "deposit.none",
        "impossible",
        Text("本证没有押金。", "No deposit is held for this card."),
    ),
    Refusal(
        "deposit.short",
        "impossible",
        Text("押金只有 {held} 元。", "The deposit is only {held} yuan."),
    ),
    Refusal(
        "deposit.debt",
        "impossible",
        Text(
            "还欠 {owed} 元，结清后才能退押金；也可以用押金抵扣。",
            "{owed} yuan are owed; the deposit is given back once they are paid, and may itself pay them.",
        ),
    ),
    Refusal(
        "approval.waiting",
        "impossible",
        Text(
            "这一笔已有申请在等另一个人批准。",
            "Another person is already asked to approve something about this.",
        ),
    ),
    Refusal(
        "approval.same_person",
        "impossible",
        Text(
            "自己申请的要由另一个人批准。",
            "What you asked for yourself is approved by another person.",
        ),
    ),
    Refusal(
        "approval.decided",
        "impossible",
        Text("这项申请已经有人处理。", "Somebody has decided about this already."),
    ),
    Refusal(
        "approval.overtaken",
        "impossible",
        Text(
            "账目在此期间变了，现在只剩 {left} 元。请退回申请，重新办理。",
            "The account has changed meanwhile; only {left} yuan are left. Refuse this and ask anew.",
        ),
    ),
)
