"""The kinds of notices: whom each is for, the places its wording may name, and the wording the program comes with. Pure.

One table: what a template may say, the page that edits it and its preview are made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from kernel.i18n import Language, Text
from notices.wording import Wording

Audience = Literal["reader", "staff"]
Subject = Literal["loan", "hold", "card", "transfer", "choice", "suggestion"]

# What a wording may name in braces, with what stands there in the preview.
PLACES: Final[dict[str, tuple[Text, Text]]] = {
    "name": (Text("读者姓名", "the reader's name"), Text("李小雨", "Li Xiaoyu")),
    "library": (Text("馆点名称", "the library's name"), Text("城关分馆", "Chengguan Branch")),
    "network": (Text("总分馆网络名称", "the network's name"), Text("青溪县图书馆", "Qingxi County Library")),
    "count": (Text("册数", "how many books"), Text("2", "2")),
    "books": (
        Text("书名，一行一册", "the books, one a line"),
        Text("《三体》\n《平凡的世界》", "《三体》\n《平凡的世界》"),
    ),
    "due": (Text("应还日", "the day they are due"), Text("12月22日（周二）", "Tue 22 Dec")),
    "days": (Text("天数", "how many days"), Text("7", "7")),
    "until": (Text("最后一天", "the last day"), Text("12月8日（周二）", "Tue 8 Dec")),
    "when": (Text("什么时候", "when it was done"), Text("12月1日（周二）10:30", "Tue 1 Dec, 10:30")),
    "then": (
        Text("收到以后做什么", "what to do when it is there"),
        Text("收到后，请点“收到了”。", "When it is there, say so."),
    ),
    "way": (Text("怎样送到", "how it comes"), Text("送到城关分馆", "to Chengguan Branch")),
    "shop": (Text("书店名称", "the bookshop’s name"), Text("新华书店", "Xinhua Bookshop")),
    "cost": (Text("图书馆付了多少元", "what the library pays, in yuan"), Text("59.70", "59.70")),
    "reason": (Text("原因", "the reason"), Text("到期没有取", "not collected in time")),
}
_COMMON: Final = ("name", "library", "network")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`subject` is what an occasion of it numbers, `places` are those of `PLACES` that its wording may name."""

    label: Text
    audience: Audience
    subject: Subject
    places: tuple[str, ...]
    wordings: dict[Language, Wording]


def _wordings(subject: Text, body: Text, short: Text) -> dict[Language, Wording]:
    return {
        "zh": Wording(subject=subject.zh, body=body.zh, short=short.zh),
        "en": Wording(subject=subject.en, body=body.en, short=short.en),
    }


KINDS: Final[dict[str, Kind]] = {
    "due_soon": Kind(
        label=Text("即将到期", "due soon"),
        audience="reader",
        subject="loan",
        places=(*_COMMON, "count", "books", "due"),
        wordings=_wordings(
            Text("{count} 册书{due}到期", "{count} due on {due}"),
            Text(
                "{name}，您好：\n\n您借的这些书应在{due}前归还：\n{books}\n\n全县任何一个馆点都可以还；"
                "还没看完，可以在“我的借阅”里续借。\n\n{network}",
                "Dear {name},\n\nthese books are due back on {due}:\n{books}\n\nReturn them at any library of the county, or renew them at "
                "“My loans” if you need longer.\n\n{network}",
            ),
            Text(
                "{books}应在{due}前归还，任何馆点可还，可续借。{network}",
                "{books} due on {due}. Return anywhere, or renew. {network}",
            ),
        ),
    ),
    "overdue": Kind(
        label=Text("逾期", "overdue"),
        audience="reader",
        subject="loan",
        places=(*_COMMON, "count", "books", "days"),
        wordings=_wordings(
            Text("{count} 册书已逾期", "{count} overdue"),
            Text(
                "{name}，您好：\n\n这些书已经过了应还日，最久的逾期 {days} 天：\n{books}\n\n"
                "请尽快还到全县任何一个馆点。有困难请告诉图书馆。\n\n{network}",
                "Dear {name},\n\nthese books are overdue, the longest by {days} days:\n{books}\n\nPlease return them soon, at any "
                "library of the county. If there is a difficulty, tell us.\n\n{network}",
            ),
            Text("{books}已逾期 {days} 天，请尽快还到任何馆点。{network}", "{books} overdue by {days} days. {network}"),
        ),
    ),
    "recalled": Kind(
        label=Text("提前召回", "called back"),
        audience="reader",
        subject="loan",
        places=(*_COMMON, "count", "books", "due"),
        wordings=_wordings(
            Text("有人在等，请在{due}前归还", "Somebody waits: please return by {due}"),
            Text(
                "{name}，您好：\n\n有读者在等您借的这些书，应还日提前到{due}：\n{books}\n\n"
                "全县任何一个馆点都可以还。给您添麻烦了，谢谢。\n\n{network}",
                "Dear {name},\n\nanother reader waits for these books of yours, which are now due on {due}:\n{books}\n\nReturn them at "
                "any library of the county. We are sorry for the trouble.\n\n{network}",
            ),
            Text(
                "有读者在等，{books}请提前到{due}前归还。{network}",
                "{books} called back: now due on {due}. {network}",
            ),
        ),
    ),
    "hold_ready": Kind(
        label=Text("预约到书", "hold ready"),
        audience="reader",
        subject="hold",
        places=(*_COMMON, "count", "books", "until"),
        wordings=_wordings(
            Text("预约的书到了，保留到{until}", "Your hold is ready, until {until}"),
            Text(
                "{name}，您好：\n\n您预约的书到了，请带证到{library}取，保留到{until}：\n{books}\n\n"
                "来不了可以在“我的借阅”里取消，让下一位先借。\n\n{network}",
                "Dear {name},\n\nyour hold is ready at {library}, until {until}:\n{books}\n\nIf you cannot come, call it off at "
                "“My loans”, so that the next reader gets it.\n\n{network}",
            ),
            Text("{books}到了，请到{library}取，保留到{until}。", "{books} ready at {library} until {until}."),
        ),
    ),
    "hold_over": Kind(
        label=Text("预约结束", "hold ended"),
        audience="reader",
        subject="hold",
        places=(*_COMMON, "count", "books", "reason"),
        wordings=_wordings(
            Text("您的预约已结束", "Your hold has ended"),
            Text(
                "{name}，您好：\n\n您的这些预约已经结束（{reason}）：\n{books}\n\n还想看，可以再预约一次。\n\n{network}",
                "Dear {name},\n\nthese holds of yours have ended ({reason}):\n{books}\n\nIf you still want them, place the hold again."
                "\n\n{network}",
            ),
            Text("{books}的预约已结束：{reason}。", "Hold on {books} has ended: {reason}."),
        ),
    ),
    "card_expires": Kind(
        label=Text("读者证即将到期", "card expires soon"),
        audience="reader",
        subject="card",
        places=(*_COMMON, "days", "until"),
        wordings=_wordings(
            Text("读者证{until}到期", "Your card expires on {until}"),
            Text(
                "{name}，您好：\n\n您的读者证有效期到{until}。到期以后不能再借书；请在这之前到任何一个馆点续期。\n\n{network}",
                "Dear {name},\n\nyour library card is valid until {until}. After that it cannot borrow; renew it at any library before."
                "\n\n{network}",
            ),
            Text("您的读者证{until}到期，请到馆续期。{network}", "Your card expires on {until}. {network}"),
        ),
    ),
    "pin_set": Kind(
        label=Text("PIN 已重设", "PIN set anew"),
        audience="reader",
        subject="card",
        places=(*_COMMON, "when"),
        wordings=_wordings(
            Text("您的 PIN 已在{library}重设", "Your PIN was set at {library}"),
            Text(
                "{name}，您好：\n\n您的读者证 PIN 于{when}在{library}由工作人员重设，之前的登录都已退出。\n\n"
                "如果不是您本人要求的，请马上联系任何一个馆点，并自己换一个 PIN。\n\n{network}",
                "Dear {name},\n\nthe PIN of your library card was set by staff at {library}, {when}. Every login made before has ended."
                "\n\nIf this was not you, tell any library at once and choose a new PIN yourself.\n\n{network}",
            ),
            Text(
                "您的 PIN 于{when}在{library}重设。不是您要求的，请马上联系图书馆。{network}",
                "Your PIN was set at {library}, {when}. If this was not you, tell the library at once. {network}",
            ),
        ),
    ),
    "choice_ordered": Kind(
        label=Text("网上选书已下单", "book chosen online"),
        audience="reader",
        subject="choice",
        places=(*_COMMON, "count", "books", "way"),
        wordings=_wordings(
            Text("您选的新书已下单", "Your new book is ordered"),
            Text(
                "{name}，您好：\n\n您在网上选的书已下单，图书馆买单：\n{books}\n\n{way}。发出以前可以在“我选的新书”里撤销。\n\n{network}",
                "Dear {name},\n\nthe book you chose is ordered, and the library pays:\n{books}\n\nIt comes {way}. Until it is sent you can "
                "call it off at “My new books”.\n\n{network}",
            ),
            Text("您选的{books}已下单，{way}。{network}", "{books} ordered; it comes {way}. {network}"),
        ),
    ),
    "choice_sent": Kind(
        label=Text("网上选书已发出", "book chosen online sent"),
        audience="reader",
        subject="choice",
        places=(*_COMMON, "count", "books", "way", "then"),
        wordings=_wordings(
            Text("您选的新书已发出", "Your new book is on its way"),
            Text(
                "{name}，您好：\n\n您选的书已由书店发出：\n{books}\n\n{way}。{then}\n\n{network}",
                "Dear {name},\n\nthe shop has sent the book you chose:\n{books}\n\nIt comes {way}. {then}\n\n{network}",
            ),
            Text("您选的{books}已发出，{way}。{network}", "{books} is on its way, {way}. {network}"),
        ),
    ),
    "choice_over": Kind(
        label=Text("网上选书未成", "book chosen online not to be had"),
        audience="reader",
        subject="choice",
        places=(*_COMMON, "count", "books", "reason"),
        wordings=_wordings(
            Text("您选的新书没有买成", "Your new book cannot be had"),
            Text(
                "{name}，您好：\n\n您在网上选的这本书不能给您了（{reason}）：\n{books}\n\n名额和邮费都已退回，可以另选一本。\n\n{network}",
                "Dear {name},\n\nthe book you chose cannot be had ({reason}):\n{books}\n\nIt does not count any more, and postage is taken "
                "back: choose another one.\n\n{network}",
            ),
            Text("您选的{books}未成：{reason}，可另选。{network}", "{books} cannot be had: {reason}. {network}"),
        ),
    ),
    "choice_made": Kind(
        label=Text("书店选书", "book chosen at a shop"),
        audience="reader",
        subject="choice",
        places=(*_COMMON, "count", "books", "shop", "cost", "when"),
        wordings=_wordings(
            Text("您的证在{shop}选了一本书", "A book was chosen on your card at {shop}"),
            Text(
                "{name}，您好：\n\n{when}，有人用您的读者证在{shop}选了这本书，图书馆付 {cost} 元，书已借在您名下：\n{books}\n\n"
                "如果不是您本人，请马上告诉那家书店或任何一个馆点：马上说还来得及撤销，名额退还给您。\n\n{network}",
                "Dear {name},\n\non {when} this book was chosen on your card at {shop}. The library pays {cost} yuan, and the book is "
                "lent to you:\n{books}\n\nIf it was not you, tell that shop or any library at once: the choice can still be "
                "called off, and counts no more.\n\n{network}",
            ),
            Text(
                "您的证在{shop}选了{books}，图书馆付 {cost} 元。不是您本人的，请马上告诉图书馆。{network}",
                "{books} chosen on your card at {shop}; the library pays {cost} yuan. Not you? Tell the library at once. {network}",
            ),
        ),
    ),
    "choice_undone": Kind(
        label=Text("书店选书撤销", "choice at a shop called off"),
        audience="reader",
        subject="choice",
        places=(*_COMMON, "count", "books", "shop", "reason", "when"),
        wordings=_wordings(
            Text("您在{shop}选的书已撤销", "Your choice at {shop} is called off"),
            Text(
                "{name}，您好：\n\n{when}，您名下在{shop}选的这本书已撤销（{reason}）：\n{books}\n\n名额已退回，书不再借在您名下。"
                "书还在您手里，或者不是您要求的，请马上告诉任何一个馆点。\n\n{network}",
                "Dear {name},\n\non {when} this choice of yours at {shop} was called off ({reason}):\n{books}\n\nIt counts no more, and "
                "the book is not lent to you any longer. If you still have it, or did not ask for this, tell any library at "
                "once.\n\n{network}",
            ),
            Text(
                "您在{shop}选的{books}已撤销，名额已退回。不是您要求的，请告诉图书馆。{network}",
                "Your choice {books} at {shop} is called off. Not your wish? Tell the library. {network}",
            ),
        ),
    ),
    "wish_ordered": Kind(
        label=Text("荐购的书已订购", "suggested book ordered"),
        audience="reader",
        subject="suggestion",
        places=(*_COMMON, "count", "books"),
        wordings=_wordings(
            Text("您荐购的书已订购", "The book you suggested is ordered"),
            Text(
                "{name}，您好：\n\n您荐购的书，图书馆已经订购：\n{books}\n\n到了会再通知您；想先看，可以在“我的荐购”里打开书目预约。\n\n{network}",
                "Dear {name},\n\nthe library has ordered the book you suggested:\n{books}\n\nYou will hear when it is there. To be "
                "among the first, open it at “My suggestions” and place a hold.\n\n{network}",
            ),
            Text(
                "您荐购的{books}已订购，到了再通知您。{network}", "{books}, which you suggested, is ordered. {network}"
            ),
        ),
    ),
    "wish_bought": Kind(
        label=Text("荐购的书已买到", "suggested book bought"),
        audience="reader",
        subject="suggestion",
        places=(*_COMMON, "count", "books"),
        wordings=_wordings(
            Text("您荐购的书买到了", "The book you suggested is here"),
            Text(
                "{name}，您好：\n\n您荐购的书，图书馆已经买到：\n{books}\n\n在“我的荐购”里打开书目就能预约，选一个近的馆点取。\n\n{network}",
                "Dear {name},\n\nthe library has bought the book you suggested:\n{books}\n\nOpen it at “My suggestions” to place a hold, "
                "and collect it at a library near you.\n\n{network}",
            ),
            Text(
                "您荐购的{books}买到了，可以预约。{network}",
                "{books}, which you suggested, is here: place a hold. {network}",
            ),
        ),
    ),
    "wish_declined": Kind(
        label=Text("荐购未采纳", "suggestion declined"),
        audience="reader",
        subject="suggestion",
        places=(*_COMMON, "count", "books", "reason"),
        wordings=_wordings(
            Text("您荐购的书有答复了", "An answer to your suggestion"),
            Text(
                "{name}，您好：\n\n您荐购的书，图书馆没有采纳（{reason}）：\n{books}\n\n有疑问请到任何一个馆点问。\n\n{network}",
                "Dear {name},\n\nthe library will not buy the book you suggested ({reason}):\n{books}\n\nAsk at any library if you "
                "have a question.\n\n{network}",
            ),
            Text(
                "您荐购的{books}未采纳：{reason}。{network}",
                "{books}, which you suggested, will not be bought: {reason}. {network}",
            ),
        ),
    ),
    "transfer_late": Kind(
        label=Text("调拨迟到", "transfer late"),
        audience="staff",
        subject="transfer",
        places=("library", "network", "count", "books", "days"),
        wordings=_wordings(
            Text("{count} 件调拨过了 {days} 天还没办", "{count} transfers late by more than {days} days"),
            Text(
                "{library}：\n\n这些调拨过了 {days} 天还没有发出或收到：\n{books}\n\n请找一找；找不到的，在“调拨”页取消或报遗失。",
                "{library},\n\nthese transfers were not sent or did not arrive within {days} days:\n{books}\n\nPlease look for them; what "
                "cannot be found is cancelled or reported missing at “Transfers”.",
            ),
            Text("{count} 件调拨迟到，请查。", "{count} transfers are late."),
        ),
    ),
}
STAFF_KINDS: Final = tuple(name for name, kind in KINDS.items() if kind.audience == "staff")


def sample_values(kind: Kind, language: Language) -> dict[str, str]:
    """What the preview puts into the places."""
    return {name: PLACES[name][1].in_(language) for name in kind.places}


def kinds_about(subject: Subject) -> tuple[str, ...]:
    return tuple(name for name, kind in KINDS.items() if kind.subject == subject)
