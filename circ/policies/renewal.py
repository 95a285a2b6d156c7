"""Renewing: the settings. Pure."""

from __future__ import annotations

from typing import Final

from branches.policy import Setting
from circ.policies.checks import check_count, check_days, check_switch, one_of
from kernel.i18n import Text

RENEWAL_STARTS: Final = ("due", "today")

RENEWAL: Final = (
    Setting(name="renewals", group="renewal", label=Text("可续借次数", "renewals"), check=check_count, default=1),
    Setting(
        name="renewal_days",
        group="renewal",
        label=Text("续借天数", "renewal days"),
        check=check_days,
        default=None,
        help=Text("留空则与借期相同。", "Empty: as many as the loan."),
    ),
    Setting(
        name="renew_from",
        group="renewal",
        label=Text("续借从哪天算起", "renewal counts from"),
        check=one_of(*RENEWAL_STARTS),
        choices=RENEWAL_STARTS,
        default="due",
    ),
    Setting(
        name="renew_within_days",
        group="renewal",
        label=Text("到期前几天内才能续借", "renewable within so many days before due"),
        check=check_count,
        default=None,
    ),
    Setting(
        name="renew_overdue",
        group="renewal",
        label=Text("逾期后可续借", "renewable when overdue"),
        check=check_switch,
        default=False,
    ),
    Setting(
        name="auto_renew",
        group="renewal",
        label=Text("到期前自动续借", "renewed by itself before it is due"),
        check=check_switch,
        default=False,
        help=Text(
            "到期前一天起由系统续借，规则与读者自己续借一样；不能续的，原因记入业务日志。",
            "From the day before it is due, by the rules that hold for readers; why one was not renewed stands in the journal.",
        ),
    ),
    Setting(
        name="renew_if_other_copies",
        group="renewal",
        label=Text("有人等时，别的复本够就可续借", "renewable while others wait, if other copies serve them"),
        check=check_switch,
        default=False,
        help=Text(
            "只有架上别的复本能满足所有等这本书的人时才可续借。",
            "Only where copies on the shelves serve everybody who waits for this one.",
        ),
    ),
)
