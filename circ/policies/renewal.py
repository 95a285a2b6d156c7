"""Renewing: the settings. Pure."""

from __future__ import annotations

from typing import Final

from branches.policy import Setting
from branches.policy_values.shape import DAYS, TIMES
from circ.policies.shapes import SWITCH, count, days, one_of
from kernel.i18n import Text

RENEWAL: Final = (
    Setting(
        name="renewals",
        group="renewal",
        label=Text("可续借几次", "renewals"),
        shape=count(TIMES),
        default=1,
        help=Text("0 表示不能续借。", "0: no renewal."),
    ),
    Setting(
        name="renewal_days",
        group="renewal",
        label=Text("每次续借几天", "length of a renewal"),
        shape=days(Text("与借期相同", "as the loan")),
        default=None,
    ),
    Setting(
        name="renew_from",
        group="renewal",
        label=Text("续借从哪天算起", "renewal counts from"),
        shape=one_of({"due": Text("从应还日算起", "from the due day"), "today": Text("从续借当天算起", "from today")}),
        default="due",
    ),
    Setting(
        name="renew_within_days",
        group="renewal",
        label=Text("到期前几天内才能续借", "renewable within so many days before due"),
        shape=count(DAYS, Text("随时", "at any time")),
        default=None,
    ),
    Setting(
        name="renew_overdue",
        group="renewal",
        label=Text("逾期后可续借", "renewable when overdue"),
        shape=SWITCH,
        default=False,
    ),
    Setting(
        name="auto_renew",
        group="renewal",
        label=Text("到期前自动续借", "renewed by itself before it is due"),
        shape=SWITCH,
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
        shape=SWITCH,
        default=False,
        help=Text(
            "只有架上别的复本能满足所有等这本书的人时才可续借。",
            "Only where copies on the shelves serve everybody who waits for this one.",
        ),
    ),
)
