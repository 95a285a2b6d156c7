"""What is lent, and to whom: the settings. Pure."""

from __future__ import annotations

from typing import Final

from branches.policy import Setting
from circ.policies.checks import check_switch
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
)
