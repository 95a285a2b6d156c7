"""What is lent, and to whom: the settings. Pure."""

from __future__ import annotations

from typing import Final

from branches.policy import Setting
from circ.policies.checks import check_days, check_switch
from kernel.i18n import Text

LENDING: Final = (
    Setting(
        name="lend",
        group="who",
        label=Text("可以借出", "may be lent"),
        check=check_switch,
        default=True,
        help=Text("关闭后该类图书只供馆内阅览。", "Off: for reading in the library only."),
    ),
    Setting(
        name="local_only_days",
        group="who",
        label=Text("新书先留在本馆几天", "days a new book stays near"),
        check=check_days,
        default=None,
        help=Text(
            "从入藏日期起这些天内，只在所属馆及其下级馆借出、取预约；没有入藏日期的不算新书。",
            "From the day it was acquired it is lent and handed out only at its home and below; without such a day, no book is new.",
        ),
    ),
)
