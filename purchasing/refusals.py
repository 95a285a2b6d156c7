"""Every reason why a choice may be refused: its code, class, the right that lifts it, and the sentence. Pure."""

from __future__ import annotations

from typing import Any, Final

from kernel.errors import Refusal
from kernel.i18n import Text

LIFTED_BY: Final = "purchase.override"

_TABLE: Final[dict[str, Refusal]] = {
    refusal.code: refusal
    for refusal in (
        Refusal(
            "purchase.isbn",
            "impossible",
            Text(
                "“{written}”不是有效的 ISBN。请再扫一次封底的条码，或照版权页输入。",
                "“{written}” is no valid ISBN. Scan the barcode on the back again, or copy the number from inside the book.",
            ),
        ),
        Refusal(
            "purchase.unified_number",
            "impossible",
            Text(
                "“{written}”是统一书号，这本书没有 ISBN，不能这样选。读者可以在网上荐购，或到图书馆问有没有。",
                "“{written}” is a unified book number (统一书号): this book has no ISBN and cannot be chosen so. "
                "The reader may suggest it online, or ask a library for it.",
            ),
        ),
        Refusal(
            "purchase.shop",
            "impossible",
            Text("{shop} 不在「{programme}」的书店名单里。", "{shop} is not among the shops of “{programme}”."),
        ),
        Refusal(
            "purchase.programme_closed",
            "impossible",
            Text(
                "「{programme}」现在不办理（{starts}至 {ends}）。",
                "“{programme}” is not running now (it runs from {starts} to {ends}).",
            ),
        ),
        Refusal(
            "purchase.no_programme",
            "impossible",
            Text(
                "现在没有在办的选书活动。请改日再来，或在网上荐购。",
                "No programme is running now. Come back another day, or suggest the book online.",
            ),
        ),
        Refusal(
            "purchase.budget",
            "impossible",
            Text(
                "「{programme}」的经费还剩 {left} 元，不够买这本 {cost} 元的书。可以在网上荐购。",
                "“{programme}” has {left} yuan left, which does not pay for this book ({cost} yuan). It can be suggested online.",
            ),
        ),
        Refusal(
            "purchase.barcode",
            "impossible",
            Text(
                "条码“{barcode}”不能用：{why}。请换一张书店领到的条码。",
                "The barcode “{barcode}” cannot be used: {why}. Take another label of those the shop was given.",
            ),
        ),
        Refusal(
            "purchase.no_barcodes",
            "impossible",
            Text(
                "{shop} 的条码用完了，请向图书馆领新的。",
                "{shop} has no barcode labels left. Ask the library for more.",
            ),
        ),
        Refusal(
            "purchase.looks",
            "impossible",
            Text(
                "今天已经查了 {most} 位没有选书的读者，不能再查别的证。请联系图书馆。",
                "Today the cards of {most} readers were looked at without a choice; no other can be. Ask the library.",
            ),
        ),
        Refusal(
            "purchase.window",
            "impossible",
            Text(
                "只能在选书后 {minutes} 分钟内撤销或换书，现在已经过了。请到图书馆还书。",
                "A choice can be called off or exchanged within {minutes} minutes; that time is over. Return the book to the library.",
            ),
        ),
        Refusal(
            "purchase.moved_on",
            "impossible",
            Text(
                "这本书借出后又办过别的事，不能再撤销。请到图书馆还书。",
                "Something else was done with this book since; the choice cannot be called off. Return the book to the library.",
            ),
        ),
        Refusal(
            "purchase.settled",
            "impossible",
            Text(
                "这一笔已经列入 {period} 的结算，不能撤销。请先在结算里退回。",
                "This choice stands in the settlement of {period} and cannot be called off. Take it out of the settlement first.",
            ),
        ),
        Refusal(
            "purchase.card",
            "impossible",
            Text(
                "本证现在不能借书，原因请读者到图书馆服务台询问。",
                "This card cannot borrow now. The reader may ask at a library’s desk why.",
            ),
        ),
        Refusal(
            "purchase.online",
            "impossible",
            Text(
                "「{programme}」不办理{way}。请换一种方式，或到书店选。",
                "“{programme}” has no books {way}. Choose another way, or go to the shop.",
            ),
        ),
        Refusal(
            "purchase.pickup",
            "impossible",
            Text(
                "「{programme}」的书不能在 {org} 取。请换一个取书处。",
                "Books of “{programme}” cannot be collected at {org}. Choose another place.",
            ),
        ),
        Refusal(
            "purchase.not_listed",
            "impossible",
            Text(
                "{shop} 的书目里没有这本书，不能在网上选。可以荐购。",
                "This book is not on the list of {shop} and cannot be chosen online. It can be suggested.",
            ),
        ),
        Refusal(
            "purchase.stock",
            "impossible",
            Text(
                "{shop} 现在没有这本书了。可以荐购，或过些天再来看。",
                "{shop} has no copy of this book now. Suggest it, or look again in some days.",
            ),
        ),
        Refusal(
            "purchase.counted_out",
            "impossible",
            Text(
                "{shop} 的书目上这本书库存是 0，按约定不能再选。书在手上的，请先在“书店书目”里改库存。",
                "The list of {shop} has none of this book left, and by the terms none is chosen then. "
                "With a copy in your hand, first correct the stock under “List of books”.",
            ),
        ),
        Refusal(
            "purchase.collect",
            "impossible",
            Text(
                "这本书到馆自取：到了会通知，取书时在服务台借。",
                "This book is collected at a library: you will hear when it is there, and borrow it at the desk.",
            ),
        ),
        Refusal(
            "purchase.waits",
            "impossible",
            Text(
                "还有 {count} 册网上选的书没有拿到。请先撤销，或等书到了再办。",
                "Chosen online and still to come: {count}. Call these off first, or wait for them.",
            ),
        ),
        Refusal(
            "purchase.waited_for",
            "impossible",
            Text(
                "有读者在网上选了这一册，还没有拿到，不能剔旧。请先撤销这笔选书（路上丢失的选“路上丢失”），或取消它的预约。",
                "A reader chose this copy online and does not have it yet, so it cannot be withdrawn. Call the choice off first (as "
                "lost, if it was lost on its way), or cancel its hold.",
            ),
        ),
        Refusal(
            "purchase.on_its_way",
            "impossible",
            Text(
                "书刚寄出，路上要几天。{day}还没有收到，再来说一声。",
                "It was sent a short while ago. If it has not come by {day}, say so then.",
            ),
        ),
        Refusal(
            "purchase.missed_often",
            "impossible",
            Text(
                "今年已经有 {count} 件说过没有收到，自己不能再登记。请联系图书馆或到任何服务台，由馆员核实办理。",
                "Of {count} parcels it was said this year that they did not come; no more can be noted by oneself. "
                "Ask the library, or any desk: a librarian looks into it and decides.",
            ),
        ),
        Refusal(
            "purchase.sent",
            "impossible",
            Text(
                "书已经发出，网上不能撤销了。不想要可以不取，或联系图书馆。",
                "The book was sent; it cannot be called off here any more. Ask the library, or leave it uncollected.",
            ),
        ),
        Refusal(
            "purchase.price",
            "confirm",
            Text(
                "这本书 {price} 元，超过每册 {limit} 元。", "The book costs {price} yuan; the most is {limit} a book."
            ),
            LIFTED_BY,
        ),
        Refusal(
            "purchase.list_price",
            "confirm",
            Text(
                "书店书目上这本书 {listed} 元，填的是 {price} 元。价钱变了，请先更新书目。",
                "The shop’s list says {listed} yuan, {price} were entered. If the price changed, update the list first.",
            ),
            LIFTED_BY,
        ),
        Refusal(
            "purchase.copies",
            "confirm",
            Text(
                "全网已有 {count} 册（含订购和今天选的），不再买。可以借已有的。要的是一套书里的另一册，请写明分册再查。",
                "Copies in the network already, those on order and chosen today included: {count}. Borrow one of them. "
                "If this is another volume of a set, name the volume and ask again.",
            ),
            LIFTED_BY,
        ),
        Refusal(
            "purchase.volume",
            "confirm",
            Text(
                "这个 ISBN 是一套书几册共用的，已有的可能是另一册。请写明要哪一册（{volumes}）再查。",
                "Several volumes of a set share this ISBN, and what is there may be another one. "
                "Say which one is wanted ({volumes}), and ask again.",
            ),
            LIFTED_BY,
        ),
        Refusal(
            "purchase.volume_unclear",
            "confirm",
            Text(
                "用这个 ISBN 的书全网已有 {count} 册，看不出是不是“{volume}”这一册。"
                "请书店在书目的“分册”一栏写全各册，或请图书馆给已有的补写分册，再查；急用的由图书馆授权。",
                "Copies in the network with this ISBN: {count}, and it is not known whether one of them is the volume “{volume}”. "
                "Let the shop name all volumes in its list (column “volumes”), or the library note those of its copies, "
                "and ask again; the library can lift this.",
            ),
            LIFTED_BY,
        ),
        Refusal(
            "purchase.presence",
            "confirm",
            Text(
                "「{programme}」要读者本人在柜台输 PIN。请读者输入；没有 PIN 或忘了，可以到任何一个馆点重设。",
                "“{programme}” asks for the reader’s PIN at the counter. Let the reader type it; any library sets a new one.",
            ),
            LIFTED_BY,
        ),
        Refusal(
            "purchase.quota",
            "confirm",
            Text(
                "{period}最多选 {limit}，已选 {used}，这本选不下了。",
                "The limit is {limit} {period}; {used} are chosen, and this one is too much.",
            ),
            LIFTED_BY,
        ),
        Refusal(
            "purchase.class",
            "confirm",
            Text("“{class_number}”类的书不在范围内。", "Books of the class {class_number} are left out."),
            LIFTED_BY,
        ),
        Refusal(
            "purchase.kind",
            "confirm",
            Text("{kind}不在范围内。", "Left out: {kind}."),
            LIFTED_BY,
        ),
        Refusal(
            "purchase.year",
            "confirm",
            Text(
                "只买 {earliest} 年以后出版的，这本是 {year}。",
                "Only books published since {earliest} are bought; this one: {year}.",
            ),
            LIFTED_BY,
        ),
        Refusal(
            "purchase.language",
            "confirm",
            Text(
                "不买{language}书。语种不对的，请在柜台照书改。",
                "Books in {language} are not bought. If that is not its language, correct it at the counter.",
            ),
            LIFTED_BY,
        ),
        Refusal(
            "purchase.age",
            "confirm",
            Text("「{programme}」面向的读者：{ages}。", "“{programme}” is for readers {ages}."),
            LIFTED_BY,
        ),
        Refusal(
            "purchase.reader",
            "confirm",
            Text("「{programme}」只面向{whom}。", "“{programme}” is for {whom} only."),
            LIFTED_BY,
        ),
    )
}
REFUSALS: Final = _TABLE


def refuse(code: str, **values: Any) -> Refusal:
    """A refusal of the table with its placeholders filled; the values also go into `data`."""
    known = _TABLE[code]
    data = {name: value for name, value in values.items() if not isinstance(value, Text)}
    return Refusal(known.code, known.class_, known.message.format(**values), known.override, data)
