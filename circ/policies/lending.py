"""What is lent, and to whom: the settings. Pure."""

from __future__ import annotations

from typing import Final

from branches.policy import Setting
from circ.policies.shapes import SWITCH, days
from kernel.i18n import Text

LENDING: Final = (
    Setting(
        name="lend",
        group="who",
        label=Text("可以借出", "may be lent"),
        shape=SWITCH,
        default=True,
        help=Text("选“否”，该类图书只供馆内阅览。", "No: for reading in the library only."),
    ),
    Setting(
        name="local_only_days",
        group="who",
        label=Text("新书先留在本馆几天", "days a new book stays near"),
        shape=days(Text("处处可借", "lent everywhere")),
        default=None,
        help=Text(
            "从入藏日期起这些天内，只在所属馆及其下级馆借出、取预约；没有入藏日期的不算新书。",
            "From the day it was acquired it is lent and handed out only at its home and below; without such a day, no book is new.",
        ),
    ),
)
