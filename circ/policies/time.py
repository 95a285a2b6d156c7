"""How long a book is lent: the settings. Pure."""

from __future__ import annotations

from typing import Final

from branches.policy import REQUIRED, Setting
from circ.policies.checks import check_days, check_switch, one_of
from kernel.i18n import Text

DAYS_MODES: Final = ("days", "datedue", "calendar", "dayweek")

TIME: Final = (
    Setting(
        name="loan_days",
        group="time",
        label=Text("借期（天）", "loan days"),
        check=check_days,
        default=REQUIRED,
        help=Text("没有设置就不能借出；留空表示不外借。", "Nothing is lent until this is set; empty means not lent."),
    ),
    Setting(
        name="days_mode",
        group="time",
        label=Text("闭馆日怎样计", "how closed days count"),
        check=one_of(*DAYS_MODES),
        choices=DAYS_MODES,
        default="datedue",
        help=Text(
            "days 不计闭馆；datedue 顺延到下一开放日；calendar 只数开放日；dayweek 按整周顺延到同一星期几。",
            "days: ignored; datedue: moved to the next open day; calendar: only open days count; dayweek: whole weeks, same weekday.",
        ),
    ),
    Setting(
        name="due_before_card_expiry",
        group="time",
        label=Text("应还日不晚于读者证到期日", "due before the card expires"),
        check=check_switch,
        default=False,
    ),
)
