"""How much a reader may have: the settings. Pure."""

from __future__ import annotations

from typing import Final

from branches.policy import Setting
from circ.policies.checks import check_count
from kernel.i18n import Text

LIMITS: Final = (
    Setting(
        name="max_loans",
        group="limits",
        label=Text("最多可借（全网合计）", "most loans, network-wide"),
        check=check_count,
        default=None,
    ),
    Setting(
        name="max_overdue",
        group="limits",
        label=Text("最多可有几册逾期", "most overdue loans"),
        check=check_count,
        default=None,
        help=Text(
            "超过此数不能再借；0 表示有逾期就不能借。", "More than this blocks new loans; 0: any overdue loan does."
        ),
    ),
)
