"""Every reason why circulation may say no: its code, class, the right that lifts it, and the sentence. Pure.

`impossible`: nobody lifts it; `confirm`: a right lifts it; `notice`: said, but it stops nothing, since the book in hand is the truth.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from circ.hold_refusals import HOLDS
from circ.ledger_refusals import MONEY
from circ.transfer_refusals import TRANSFERS
from kernel.clock import day_text, local_day
from kernel.errors import Refusal
from kernel.i18n import Text

ANYONE: Final = ""

_TABLE: Final[dict[str, Refusal]] = {
    refusal.code: refusal
    for refusal in (
        Refusal(
            "patron.expired",
            "confirm",
            Text("读者证已于 {day}到期，请先续证。", "The card expired on {day}. Renew the card first."),
            "loan.override.patron",
        ),
        Refusal(
            "patron.blocked",
            "confirm",
            Text("本证停借：{reason}{until}。", "The card is blocked: {reason}{until}."),
            "loan.override.patron",
        ),
        Refusal(
            "patron.closed",
            "impossible",
            Text("读者已注销，不能借书。请到服务台办理。", "This account is closed. Please see the desk."),
        ),
        Refusal(
            "patron.has_loans",
            "impossible",
            Text("还有 {count} 册书没有还，请先还书。", "Books still out: {count}. Return them first."),
        ),
        Refusal(
            "patron.has_debt",
            "impossible",
            Text("还欠 {owed} 元，请先结清。", "{owed} yuan are owed. Settle that first."),
        ),
        Refusal(
            "patron.has_credit",
            "impossible",
            Text(
                "账户里还有余额 {credit} 元，请先退还读者。",
                "{credit} yuan of credit are the reader’s. Pay them out first.",
            ),
        ),
        Refusal(
            "patron.has_deposit",
            "impossible",
            Text(
                "还有押金 {held} 元，不能由您一个人退。请先在读者的账目页退押金（由有权的人办理，"
                "超过一人可定的数额由另一人批准），然后再注销。",
                "A deposit of {held} yuan is held, which is not yours alone to give back. First have it given back on the "
                "reader’s account page by whoever may (above what one person decides, another confirms); then close the account.",
            ),
        ),
        Refusal(
            "card.lost",
            "impossible",
            Text(
                "本证已挂失，不能使用。证找到了，或要补办新证，请到服务台。",
                "This card was reported lost. If it was found, or a new one is needed, please see the desk.",
            ),
        ),
        Refusal(
            "card.replaced",
            "impossible",
            Text("本证已换新证，旧证停用。请用新证。", "This card was replaced. Please use the new one."),
        ),
        Refusal(
            "patron.overdue",
            "confirm",
            Text(
                "有 {count} 册逾期未还，请先还书（允许 {limit} 册）。",
                "Overdue: {count}. Return these first ({limit} allowed).",
            ),
            "loan.override.patron",
        ),
        Refusal(
            "patron.loan_limit",
            "confirm",
            Text(
                "本证已借满 {limit} 册。可先还书，或由主管授权。",
                "The card has all of its {limit} loans. Return a book first, or ask a supervisor.",
            ),
            "loan.override.patron",
        ),
        Refusal(
            "patron.debt",
            "confirm",
            Text(
                "本证欠费 {owed} 元，超过 {limit} 元不能借书。可先缴费，在任何一个服务台都行。",
                "The card owes {owed} yuan; above {limit} nothing is lent. It can be paid at the desk first.",
            ),
            "loan.override.patron",
        ),
        Refusal(
            "patron.deposit",
            "confirm",
            Text(
                "押金 {held} 元，不够抵在借图书和这本书的定价 {price} 元。补交押金或先还书即可借。",
                "The deposit of {held} yuan does not cover the books out and this one, {price} yuan. Add to it, or return one.",
            ),
            "loan.override.patron",
        ),
        Refusal(
            "patron.late_returns",
            "confirm",
            Text(
                "近一年逾期归还 {count} 次，超过 {limit} 次不能借书。请与馆员商量。",
                "Returned late within a year: {count}; above {limit} nothing is lent. Please talk to a librarian.",
            ),
            "loan.override.patron",
        ),
        Refusal(
            "patron.type_limit",
            "confirm",
            Text(
                "本证的{type}已借满 {limit} 册。可先还一册，或由主管授权。",
                "The card has all of its {limit} loans of this type ({type}). Return one first, or ask a supervisor.",
            ),
            "loan.override.patron",
        ),
        Refusal(
            "patron.library_limit",
            "confirm",
            Text(
                "本证借 {org} 的书已满 {limit} 册。可先还一册，或借别的馆的书。",
                "The card has all of its {limit} loans of books of {org}. Return one first, or take a book of another library.",
            ),
            "loan.override.patron",
        ),
        Refusal(
            "patron.category_refused",
            "confirm",
            Text(
                "本证的读者类别不借这种书，可在馆内阅览。",
                "Readers of this card’s category do not borrow such books; this one may be read here.",
            ),
            "loan.override.item",
        ),
        Refusal(
            "item.age_protected",
            "confirm",
            Text(
                "这是新书，{day}以前只在 {org} 借出。",
                "This book is new: up to {day} it is lent only at {org}.",
            ),
            "loan.override.item",
        ),
        Refusal(
            "item.not_lendable",
            "confirm",
            Text("这本书不外借，可在馆内阅览。", "This book is not lent; it may be read here."),
            "loan.override.item",
        ),
        Refusal(
            "item.on_loan_same_patron",
            "confirm",
            Text("这本书已由本证借出。要续借吗？", "This card already has the book. Renew it?"),
            ANYONE,
        ),
        Refusal(
            "item.on_loan",
            "impossible",
            Text(
                "这本书仍记在另一位读者名下。请先办理归还。",
                "The book is still on loan to another reader. Check it in first.",
            ),
        ),
        Refusal(
            "item.withdrawn",
            "impossible",
            Text("这本书已剔除，不能外借。请交给馆员。", "This book was withdrawn. Hand it to a librarian."),
        ),
        Refusal(
            "item.on_order",
            "impossible",
            Text("这本书尚未到馆登记，请先验收。", "This book was not received yet. Receive it first."),
        ),
        Refusal("org.not_lending", "impossible", Text("{org} 不办理借书。", "{org} does not lend.")),
        Refusal(
            "org.no_desk",
            "impossible",
            Text(
                "{org} 不是办理还书的地方，请选择具体的馆点。",
                "{org} is not a place. Choose the library unit you are at.",
            ),
        ),
        Refusal(
            "policy.none",
            "impossible",
            Text(
                "还没有适用的借期规则。请管理员在“流通政策”中设置 loan_days。",
                "No policy says how long this may be lent. An administrator sets loan_days.",
            ),
        ),
        Refusal(
            "item.in_transit",
            "notice",
            Text("系统记录此书正在调拨途中，已改为在此。", "The system believed the book in transit; it is here now."),
        ),
        Refusal(
            "item.missing",
            "notice",
            Text("系统记录此书找不到，现已找到。", "The book was believed missing; it is found."),
        ),
        Refusal(
            "item.lost", "notice", Text("系统记录此书已丢失，现已找到。", "The book was believed lost; it is found.")
        ),
        Refusal(
            "item.claimed_returned",
            "notice",
            Text("读者曾称这册书已还，现已收到。", "Its reader had said that it was returned; here it is."),
        ),
        Refusal("item.note", "notice", Text("请注意：“{note}”。", "Mind: “{note}”.")),
        Refusal(
            "item.accessories",
            "notice",
            Text("请清点附件：{accessories}。", "Count what belongs to it: {accessories}."),
        ),
        Refusal("item.damaged", "notice", Text("这册书已登记破损。", "This copy is known to be damaged.")),
        Refusal(
            "item.not_used_here",
            "impossible",
            Text(
                "这册书记为「{status}」，不能计馆内阅览。请先办还书。",
                "This copy is “{status}”, so no use in the library is counted. Check it in first.",
            ),
        ),
        Refusal(
            "loan.refunded",
            "notice",
            Text(
                "书找到了，已退还丢失赔偿 {amount} 元。",
                "The book is found; ¥{amount} charged for its loss is given back.",
            ),
        ),
        Refusal(
            "undo.not_possible",
            "impossible",
            Text("这一项不能撤销。请用相应的办法更正。", "This cannot be undone; correct it by the act that fits."),
        ),
        Refusal("undo.done", "impossible", Text("这一项已经撤销过。", "This was undone already.")),
        Refusal(
            "undo.too_late",
            "impossible",
            Text(
                "已超过 {minutes} 分钟，不能撤销。请用相应的办法更正。",
                "More than {minutes} minutes have passed; correct it by the act that fits.",
            ),
        ),
        Refusal(
            "undo.moved_on",
            "impossible",
            Text(
                "这册书后来又办理过别的，不能撤销。请用相应的办法更正。",
                "Something else was done with the book since; correct it by the act that fits.",
            ),
        ),
        Refusal(
            "item.elsewhere",
            "notice",
            Text("系统记录此书在 {org}，已改为在此。", "The system believed the book at {org}; it is here now."),
        ),
        Refusal(
            "loan.shortened",
            "notice",
            Text(
                "有 {waiting} 人在等这本书，这次最多借 {days} 天。",
                "Others wait for this book ({waiting}); this time it is lent for at most {days} days.",
            ),
        ),
        Refusal(
            "loan.overflow",
            "notice",
            Text(
                "本证已借满，这一册只短借 {days} 天。", "The card is full; this one goes out for {days} days at most."
            ),
        ),
        Refusal(
            "loan.renewal_limit",
            "confirm",
            Text("已续借 {count} 次，达到上限。", "The limit of renewals is reached: {count}."),
            "renew.override",
        ),
        Refusal(
            "loan.too_soon",
            "confirm",
            Text(
                "到期前 {days} 天内才能续借，最早 {day}。",
                "It can be renewed from {day}, {days} days before it is due.",
            ),
            "renew.override",
        ),
        Refusal(
            "loan.no_gain",
            "confirm",
            Text("续借不会使应还日变晚，现在不必续借。", "Renewing would not move the due date later."),
            "renew.override",
        ),
        Refusal(
            "loan.overdue",
            "confirm",
            Text("已逾期，不能续借。请归还。", "It is overdue and cannot be renewed. Please return it."),
            "renew.override",
        ),
        Refusal(
            "loan.lost",
            "impossible",
            Text("这册书已报失，不能续借。找到了请还书。", "The book was reported lost. Return it when it is found."),
        ),
        Refusal(
            "loan.claimed_returned",
            "impossible",
            Text(
                "读者称这册书已还，正在查找，不能续借。",
                "The reader says that the book was returned; it is being looked for.",
            ),
        ),
        Refusal(
            "item.status_move",
            "impossible",
            Text(
                "这一册现在「{status}」，不能办理「{act}」。现在可以办理：{allowed}。",
                "This copy is “{status}”, so “{act}” does not fit. What fits: {allowed}.",
            ),
        ),
        Refusal("loan.closed", "impossible", Text("这本书已经归还。", "This loan was closed already.")),
        Refusal(
            "return.long_ago",
            "confirm",
            Text(
                "补记的归还时间最多早 {days} 天；更早的请总馆馆员办理。",
                "A return is dated back by {days} days at most; a librarian of the hub may go further.",
            ),
            "return.backdate_far",
        ),
        Refusal(
            "return.not_here",
            "confirm",
            Text(
                "按规定这本书不在此处归还，请还到 {org}。", "By the rules this book is not returned here but at {org}."
            ),
            "loan.override.item",
        ),
        Refusal(
            "item.on_hold_for_other",
            "confirm",
            Text(
                "这本书已为另一位预约的读者留着。请放回预约架，或由主管授权借出。",
                "This book is kept for another reader’s hold. Put it on the hold shelf, or ask a supervisor.",
            ),
            "loan.override.hold",
        ),
        Refusal(
            "loan.held_by_other",
            "confirm",
            Text(
                "有读者在等这本书，不能续借。请按时归还。",
                "Another reader waits for this book. Please return it in time.",
            ),
            "renew.override",
        ),
        *HOLDS,
        *TRANSFERS,
        *MONEY,
    )
}

REFUSALS: Final = _TABLE


def refuse(code: str, **values: Any) -> Refusal:
    """A refusal of the table with its placeholders filled; the values also go into `data`."""
    known = _TABLE[code]
    data = {name: value for name, value in values.items() if not isinstance(value, Text)}
    return Refusal(known.code, known.class_, known.message.format(**values), known.override, data)


def refuse_day(code: str, day: date, now: datetime, **values: Any) -> Refusal:
    """A refusal that names a day: people read it with its weekday, programs as `date`."""
    return refuse(code, date=day.isoformat(), day=day_text(day, local_day(now)), **values)


def refuse_block(reason: str, until: date | None, now: datetime) -> Refusal:
    """That a card is blocked, and until when, where the block has a last day."""
    if until is None:
        return refuse("patron.blocked", reason=reason, date=None, until=Text("", ""))
    last = Text("，停到{day}", ", up to and including {day}").format(day=day_text(until, local_day(now)))
    return refuse("patron.blocked", reason=reason, date=until.isoformat(), until=last)
