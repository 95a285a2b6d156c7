"""The circulation settings this program obeys, with their defaults and what a value must look like. Pure.

A setting stands here once; the policy page, `policy explain` and the docs are made from it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from branches.policy import REGISTRY, REQUIRED, Setting, Unfit
from kernel.i18n import Text

DAYS_MODES: Final = ("days", "datedue", "calendar", "dayweek")
RENEWAL_STARTS: Final = ("due", "today")
RETURN_WAYS: Final = ("go_home", "stay", "to_issuing")
RETURN_PLACES: Final = ("anywhere", "home", "issuing")
HOLD_PICKUPS: Final = ("any", "home", "current")
LOCAL_READERS: Final = ("home", "pickup")
LOCAL_COPIES: Final = ("home", "current")
MOST_DAYS: Final = 3650
HIGHEST_COUNT: Final = 10_000


def _days(value: Any) -> None:
    if value is None or (_is_int(value) and 0 < value <= MOST_DAYS):
        return
    raise Unfit(
        Text("1 至 {n} 的整数天，或留空（null）", "a whole number of days from 1 to {n}, or null").format(n=MOST_DAYS)
    )


def check_count(value: Any) -> None:
    """A whole number from nought on, or None for no limit; raises Unfit."""
    if value is None or (_is_int(value) and 0 <= value <= HIGHEST_COUNT):
        return
    raise Unfit(
        Text("0 至 {n} 的整数，或留空（null）表示不限", "a whole number from 0 to {n}, or null for no limit").format(
            n=HIGHEST_COUNT
        )
    )


def _switch(value: Any) -> None:
    if not isinstance(value, bool):
        raise Unfit(Text("true（是）或 false（否）", "true or false"))


def _one_of(*allowed: str) -> Callable[[Any], None]:
    def check(value: Any) -> None:
        if value not in allowed:
            raise Unfit(Text("其中之一：{values}", "one of {values}").format(values=", ".join(allowed)))

    return check


def _local_first(value: Any) -> None:
    if value is None:
        return
    fits = isinstance(value, dict) and value.keys() == {"patron", "item"}
    if not (fits and value["patron"] in LOCAL_READERS and value["item"] in LOCAL_COPIES):
        raise Unfit(
            Text(
                '如 {"patron":"pickup","item":"home"}；patron 为 home 或 pickup，item 为 home 或 current；或留空',
                'such as {"patron":"pickup","item":"home"}: patron home or pickup, item home or current; or null',
            )
        )


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


SETTINGS: Final = (
    Setting(
        name="lend",
        group="who",
        label=Text("可以借出", "may be lent"),
        check=_switch,
        default=True,
        help=Text("关闭后该类图书只供馆内阅览。", "Off: for reading in the library only."),
    ),
    Setting(
        name="loan_days",
        group="time",
        label=Text("借期（天）", "loan days"),
        check=_days,
        default=REQUIRED,
        help=Text("没有设置就不能借出；留空表示不外借。", "Nothing is lent until this is set; empty means not lent."),
    ),
    Setting(
        name="days_mode",
        group="time",
        label=Text("闭馆日怎样计", "how closed days count"),
        check=_one_of(*DAYS_MODES),
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
        check=_switch,
        default=False,
    ),
    Setting(name="renewals", group="renewal", label=Text("可续借次数", "renewals"), check=check_count, default=1),
    Setting(
        name="renewal_days",
        group="renewal",
        label=Text("续借天数", "renewal days"),
        check=_days,
        default=None,
        help=Text("留空则与借期相同。", "Empty: as many as the loan."),
    ),
    Setting(
        name="renew_from",
        group="renewal",
        label=Text("续借从哪天算起", "renewal counts from"),
        check=_one_of(*RENEWAL_STARTS),
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
        check=_switch,
        default=False,
    ),
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
    Setting(
        name="max_holds",
        group="holds",
        label=Text("最多可同时预约", "most holds at once"),
        check=check_count,
        default=None,
    ),
    Setting(
        name="max_holds_per_day",
        group="holds",
        label=Text("每天最多预约", "most holds a day"),
        check=check_count,
        default=None,
    ),
    Setting(
        name="hold_allowed",
        group="holds",
        label=Text("可以预约", "may be put on hold"),
        check=_switch,
        default=True,
        help=Text("“办理馆”指取书处。", "The place that counts is where it is collected."),
    ),
    Setting(
        name="hold_if_all_out",
        group="holds",
        label=Text("取书处架上没有才能预约", "only where the pickup place has none on its shelf"),
        check=_switch,
        default=False,
    ),
    Setting(
        name="hold_pickup",
        group="holds",
        label=Text("预约的书可在哪里取", "where a held book is collected"),
        check=_one_of(*HOLD_PICKUPS),
        choices=HOLD_PICKUPS,
        default="any",
        help=Text(
            "any 任何馆点；home 只在所属馆；current 只在它现在所在的馆。",
            "any: everywhere; home: only at its home; current: only where it is now.",
        ),
    ),
    Setting(
        name="hold_shelf_days",
        group="holds",
        label=Text("预约架保留几个开放日", "open days on the hold shelf"),
        check=_days,
        default=7,
        help=Text(
            "按取书处的开放日计；留空则一直保留。", "Counted by the open days of the pickup place; null: kept for ever."
        ),
    ),
    Setting(
        name="local_holds_first",
        group="holds",
        label=Text("本地预约优先", "holds of its own library first"),
        check=_local_first,
        default=None,
        help=Text(
            '留空则先约先得；{"patron":"pickup","item":"home"}：在这册书所属馆取书的预约排在前面。',
            'Null: in the order of the queue; {"patron":"pickup","item":"home"}: holds collected at the copy’s home go first.',
        ),
    ),
    Setting(
        name="on_return",
        group="way_home",
        label=Text("归还后去哪里", "where a returned book goes"),
        check=_one_of(*RETURN_WAYS),
        choices=RETURN_WAYS,
        default="go_home",
        help=Text(
            "go_home 回家；stay 留在归还地；to_issuing 回到借出地。",
            "go_home; stay where returned; to_issuing: back to where it was lent.",
        ),
    ),
    Setting(
        name="accept_returns",
        group="way_home",
        label=Text("可在哪里归还", "where it may be returned"),
        check=_one_of(*RETURN_PLACES),
        choices=RETURN_PLACES,
        default="anywhere",
    ),
)


def register() -> None:
    REGISTRY.register(*SETTINGS)
