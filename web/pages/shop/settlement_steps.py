"""What is to be done next with a settlement, for whoever looks at it."""

from __future__ import annotations

from collections.abc import Sequence

from branches.context import Context
from kernel.i18n import Text
from purchasing.queries.settlement_shares import ShareRow
from purchasing.queries.settlements import SettlementRow
from purchasing.settling import Side


def may_agree(asked: Context, row: SettlementRow, share: ShareRow) -> bool:
    """Whether the page offers it: who confirms for the library does it with that."""
    return row.status == "draft" and share.is_waiting and asked.caller.may("settlement.write", share.org_id, asked.tree)


def next_step(
    row: SettlementRow, sides: Sequence[Side], waiting: int, shares: Sequence[ShareRow], *, has_lines: bool
) -> Text:
    """What is to be done next, as the one who looks should hear it: a side, or else the owner of a fund."""
    if row.status == "discarded":
        return Text("已作废：{why}", "Discarded: {why}").format(why=row.discard_reason or "")
    if row.status == "paid":
        return Text("已付款，全部办完。", "Paid; nothing is left to do.")
    if row.status == "frozen":
        if "library" in sides:
            return Text(
                "双方都已确认。付款后请在下面登记。",
                "Both sides have confirmed. Note the payment below once it is made.",
            )
        return Text("双方都已确认，等图书馆付款。", "Both sides have confirmed; the library pays next.")
    if waiting:
        if "library" in sides:
            return Text("还有 {n} 处不同，请逐条处理。", "{n} differences are to be settled, one by one.").format(
                n=waiting
            )
        return Text("还有 {n} 处不同，等图书馆处理。", "{n} differences are with the library.").format(n=waiting)
    if not sides:
        return _owners_step(shares)
    if row.invoice_number is None and has_lines:
        return Text(
            "请录入或上传发票明细，与选书记录比对；也可以先确认清单，再照总额开票。",
            "Enter or upload the shop’s invoice to compare it; or confirm the list, and the invoice is made out for its sum.",
        )
    if any(row.confirmed_by(side) is None for side in sides):
        return Text("没有未处理的不同，请核对后确认。", "Nothing differs any more: check it, then confirm.")
    return Text("您这一方已确认，等对方确认。", "Your side has confirmed; the other is next.")


def _owners_step(shares: Sequence[ShareRow]) -> Text:
    if any(share.is_waiting for share in shares):
        return Text(
            "比选书时多付的数，要由经费的单位同意，见下面“经费”。",
            "What is paid beyond the choices is for the owners of the funds to agree to: see “Funds” below.",
        )
    return Text("等双方确认。", "Both sides confirm next.")
