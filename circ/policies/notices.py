"""When readers and libraries are told of something: the settings. Pure."""

from __future__ import annotations

from typing import Any, Final

from branches.policy import Setting, Unfit
from circ.policies.checks import MOST_DAYS, check_days, is_int
from kernel.i18n import Text

MOST_STEPS: Final = 10


def _check_steps(value: Any) -> None:
    fits = isinstance(value, list) and all(is_int(day) and 0 < day <= MOST_DAYS for day in value)
    if not fits or value != sorted(set(value)) or len(value) > MOST_STEPS:
        rule = Text(
            "由小到大的天数，如 {example}；{none} 为不通知", "days in rising order, such as {example}; {none} for none"
        )
        raise Unfit(rule.format(example="[1, 7, 21]", none="[]"))


NOTICES: Final = (
    Setting(
        name="notice_due_soon_days",
        group="notices",
        label=Text("到期前几天提醒", "days before the due date that readers are reminded"),
        check=check_days,
        default=3,
        help=Text(
            "同一天到期的几册合成一条；留空不提醒。借出当天不提醒。",
            "Books due on one day make one notice; null: none. Not on the day they were lent.",
        ),
    ),
    Setting(
        name="notice_overdue_days",
        group="notices",
        label=Text("逾期第几天催还", "days overdue on which readers are asked to return"),
        check=_check_steps,
        default=[1, 7, 21],
        help=Text("如 [1, 7, 21]；[] 不催。", "Such as [1, 7, 21]; [] for none."),
    ),
    Setting(
        name="notice_card_days",
        group="notices",
        label=Text("读者证到期前几天提醒", "days before a card expires that its reader is told"),
        check=check_days,
        default=30,
        help=Text("按读者所属馆和类别；留空不提醒。", "By home library and category; null: not told."),
    ),
    Setting(
        name="notice_transfer_days",
        group="notices",
        label=Text("调拨几天没办完告诉馆员", "days after which staff hear of a transfer"),
        check=check_days,
        default=7,
        help=Text(
            "没发出的告诉发出馆，没收到的告诉两边；按各馆自己的规则，留空不告诉。",
            "Not sent: the sending library hears; not received: both. Each by its own rule; null: not told.",
        ),
    ),
)
