"""The sentence that the desk hears after an act: the book, the outcome, what the hands do next. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from branches.tree import Unit
from catalog.description import marked
from catalog.queries import ItemRow
from catalog.states import ITEM_STATUSES
from circ.return_rules import NextStep
from kernel.clock import clock_time, day_text, ends_with_day, local_day
from kernel.i18n import Text
from kernel.money import show_money

_RETURNED = Text("{title}已还。", "{title} is returned. ")
_TAKEN = Text("{title}已收到。", "{title} is here. ")
_NOT_OUT = Text("{title}没有借出。", "{title} was not out. ")
_READ_HERE = Text("{title}没有借出，计一次馆内阅览。", "{title} was not out: one use in the library counted. ")

_NEXT: Final[dict[str, Text]] = {
    "shelve": Text("请上架。", "Put it on the shelf."),
    "transfer": Text("请放入调拨筐 → {to}。", "Put it into the transfer box → {to}."),
    "process": Text("请放到加工区，交编目人员处理。", "Put it aside for the cataloguers."),
    "ask": Text("它的所属馆已停用，请先放一边并询问总馆。", "Its home is closed. Put it aside and ask the hub."),
    "hold_shelf": Text(
        "有人预约，请放到预约架，夹上预约条：尾号 {tail}。", "It is on hold. Put it on the hold shelf; slip: {tail}."
    ),
}
_KEPT_UNTIL = Text(
    "有人预约，请放到预约架，夹上预约条：尾号 {tail}，保留到 {until}。",
    "It is on hold. Put it on the hold shelf; slip: {tail}, until {until}.",
)
_SENT_FOR_HOLD = Text("有人预约，请放入调拨筐 → {to}。", "It is on hold. Put it into the transfer box → {to}.")


_OWED = Text("应收 {amount} 元。", " ¥{amount} is charged.")
_GIVEN_BACK = Text("退还 {amount} 元。", " ¥{amount} is given back.")
_WAITING = Text(
    "{amount} 元等有权的人批准减免。",
    " ¥{amount} stay on the account until somebody who may let go of them confirms it.",
)
_SCAN = Text("请再办一次还书，看它放到哪里。", "Check it in, to hear where it goes.")


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldSlip:
    """What is written on the slip in a book on the hold shelf: the end of the card's number, and until when it stays."""

    card_tail: str
    until: Text | None


def name(item: ItemRow) -> Text:
    """A copy's title in its marks, the volume in hand with it."""
    return marked(f"{item.title} {item.volume}" if item.volume else item.title)


def after_return(
    item: ItemRow,
    step: NextStep,
    to: Unit | None,
    *,
    had_loan: bool,
    counted_use: bool = False,
    slip: HoldSlip | None = None,
) -> Text:
    """「《平凡的世界》已还。请放入调拨筐 → 城关总馆。」"""
    is_idle = item.status == "available" and not step.receives
    first = _RETURNED if had_loan else _READ_HERE if counted_use else _NOT_OUT if is_idle else _TAKEN
    first = first.format(title=name(item))
    then = what_next(step, to, slip)
    return Text(first.zh + then.zh, first.en + then.en)


def what_next(step: NextStep, to: Unit | None, slip: HoldSlip | None) -> Text:
    """Where the hands put the book: the second half of `after_return`."""
    if slip is not None and step.action == "transfer":
        return _SENT_FOR_HOLD.format(to=to.name if to else "")
    said = _KEPT_UNTIL if slip is not None and slip.until is not None else _NEXT[step.action]
    return said.format(
        to=to.name if to else "", tail=slip.card_tail if slip else "", until=slip.until if slip and slip.until else ""
    )


def after_check_out(item: ItemRow, due_at: datetime, now: datetime) -> Text:
    """「借出：《三体》，12月22日（周二）前归还。」"""
    said = Text("借出：{title}，{day}前归还。", "Lent: {title}, due {day}.")
    return said.format(title=name(item), day=due_text(due_at, now))


def after_use(item: ItemRow, *, is_at_home: bool) -> Text:
    """`is_at_home`: it stands where it was believed to be, so it can go back onto its shelf."""
    said = Text("{title}：馆内阅览已计数。", "{title}: one use in the library counted. ").format(title=name(item))
    then = _NEXT["shelve"] if is_at_home else _SCAN
    return Text(said.zh + then.zh, said.en + then.en)


def after_undo(item: ItemRow, what: Text, *, asks_scan: bool) -> Text:
    """「《三体》：借出已撤销。现在：在架。请再办一次还书，看它放到哪里。」"""
    said = Text("{title}：{act}已撤销。现在：{status}。", "{title}: {act} undone. It is now {status}.")
    told = said.format(title=name(item), act=what, status=ITEM_STATUSES[item.status].label)
    return Text(told.zh + _SCAN.zh, f"{told.en} {_SCAN.en}") if asks_scan else told


def after_status(
    item: ItemRow, act: Text, status: str, *, owed_fen: int = 0, given_back_fen: int = 0, waiting_fen: int = 0
) -> Text:
    """「《三体》：读者报失。现在：丢失。应赔 68.00 元。」"""
    said = Text("{title}：{act}。现在：{status}。", "{title}: {act}. It is now {status}.")
    told = said.format(title=name(item), act=act, status=ITEM_STATUSES[status].label)
    for fen, more in ((owed_fen, _OWED), (given_back_fen, _GIVEN_BACK), (waiting_fen, _WAITING)):
        if fen:
            also = more.format(amount=show_money(fen))
            told = Text(told.zh + also.zh, told.en + also.en)
    return told


def after_renewal(item: ItemRow, due_at: datetime, now: datetime) -> Text:
    said = Text("续借：{title}，改为 {day}前归还。", "Renewed: {title}, now due {day}.")
    return said.format(title=name(item), day=due_text(due_at, now))


def due_text(due_at: datetime, now: datetime) -> Text:
    """The day by which to return, with its weekday; of a loan by the hour, the time as well."""
    day = day_text(local_day(due_at), local_day(now))
    if ends_with_day(due_at):
        return day
    return Text("{day} {time} ", "{day}, {time}").format(day=day, time=clock_time(due_at))
