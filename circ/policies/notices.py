"""When readers and libraries are told of something: the settings. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from branches.policy import Setting
from branches.policy_values.joined import Listed
from branches.policy_values.shape import Naming
from circ.policies.shapes import days
from kernel.i18n import Text

MOST_STEPS: Final = 10


def _steps(value: Sequence[int], _naming: Naming) -> Text:
    days = [str(day) for day in value]
    return Text("第 {zh} 天", "day {en}").format(zh="、".join(days), en=", ".join(days))


NOTICES: Final = (
    Setting(
        name="notice_due_soon_days",
        group="notices",
        label=Text("到期前几天提醒", "days before the due date that readers are reminded"),
        shape=days(Text("不提醒", "no reminder")),
        default=3,
        help=Text(
            "同一天到期的几册合成一条；借出当天不提醒。",
            "Books due on one day make one notice. Not on the day they were lent.",
        ),
    ),
    Setting(
        name="notice_overdue_days",
        group="notices",
        label=Text("逾期第几天催还", "days overdue on which readers are asked to return"),
        shape=Listed(
            each=days(None),
            noun=Text("次", "notice"),
            most=MOST_STEPS,
            null=False,
            rising=True,
            empty=Text("不催", "not asked"),
            says=_steps,
        ),
        default=[1, 7, 21],
        help=Text(
            "从早到晚，每次一行；一行也没有就不催。", "From the earliest on, one a line; without any nobody is asked."
        ),
    ),
    Setting(
        name="notice_card_days",
        group="notices",
        label=Text("读者证到期前几天提醒", "days before a card expires that its reader is told"),
        shape=days(Text("不提醒", "no reminder")),
        default=30,
        help=Text("按读者所属馆和类别。", "By home library and category."),
    ),
    Setting(
        name="notice_transfer_days",
        group="notices",
        label=Text("调拨几天没办完告诉馆员", "days after which staff hear of a transfer"),
        shape=days(Text("不告诉", "not told")),
        default=7,
        help=Text(
            "没发出的告诉发出馆，没收到的告诉两边；按各馆自己的规则。",
            "Not sent: the sending library hears; not received: both. Each by its own rule.",
        ),
    ),
)
