"""How long a book is lent: the settings. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from branches.policy import REQUIRED, Setting, Unfit
from circ.policies.checks import HIGHEST_COUNT, MOST_DAYS, check_days, check_switch, is_int, one_of
from kernel.i18n import Text

DAYS_MODES: Final = ("days", "datedue", "calendar", "dayweek")
HOURS_MODES: Final = ("ignore", "close", "open")
DEMAND_MODES: Final = ("waiting", "beyond_copies")
MOST_HOURS: Final = 24 * 14
MOST_TERMS: Final = 20


def _check_hours(value: Any) -> None:
    if value is not None and not (is_int(value) and 0 < value <= MOST_HOURS):
        raise Unfit(
            Text("1 至 {n} 的整数小时，或留空（null）", "a whole number of hours from 1 to {n}, or null").format(
                n=MOST_HOURS
            )
        )


def _check_terms(value: Any) -> None:
    days = value if isinstance(value, list) else [value]
    fits = value is None or (0 < len(days) <= MOST_TERMS and all(_is_day(day) for day in days))
    if not fits:
        raise Unfit(
            Text(
                '日期，如 "2027-01-15"，或几个日期 ["2027-01-15","2027-07-01"]，或留空',
                'a date such as "2027-01-15", or several: ["2027-01-15","2027-07-01"]; or null',
            )
        )


def _is_day(text: Any) -> bool:
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check_demand(value: Any) -> None:
    if value is None:
        return
    fits = (
        isinstance(value, dict)
        and value.keys() == {"over", "mode", "days"}
        and is_int(value["over"])
        and 0 <= value["over"] <= HIGHEST_COUNT
        and value["mode"] in DEMAND_MODES
        and is_int(value["days"])
        and 0 < value["days"] <= MOST_DAYS
    )
    if not fits:
        raise Unfit(
            Text(
                '如 {"over":3,"mode":"waiting","days":7}；mode 为 waiting 或 beyond_copies；或留空',
                'such as {"over":3,"mode":"waiting","days":7}: mode waiting or beyond_copies; or null',
            )
        )


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
        name="loan_hours",
        group="time",
        label=Text("借期（小时）", "loan hours"),
        check=_check_hours,
        default=None,
        help=Text(
            "设了就按小时借还，不再看借期天数；续借也按小时。",
            "Where set, the book is lent by the hour whatever the loan days, and renewed for as many hours.",
        ),
    ),
    Setting(
        name="hours_mode",
        group="time",
        label=Text("按小时借，到点时闭馆怎样计", "hours that end while closed"),
        check=one_of(*HOURS_MODES),
        choices=HOURS_MODES,
        default="open",
        help=Text(
            "ignore 不计闭馆；close 提前到闭馆时；open 顺延到下次开馆。",
            "ignore: left as it is; close: back to the closing; open: on to the next opening.",
        ),
    ),
    Setting(
        name="fixed_due_on",
        group="time",
        label=Text("最迟应还日（如学期末）", "back by a day, such as the end of term"),
        check=_check_terms,
        default=None,
        help=Text(
            "应还日不晚于这一天；可写几个日期，取下一个。已经过去的日期不起作用。",
            "No loan is due later than that day; of several dates the next one counts. Past ones count for nothing.",
        ),
    ),
    Setting(
        name="high_demand",
        group="time",
        label=Text("等的人多时缩短借期", "shorter loans while many wait"),
        check=_check_demand,
        default=None,
        help=Text(
            '{"over":3,"mode":"waiting","days":7}：排队超过 3 人时只借 7 天；mode 为 beyond_copies 时，超过复本数 3 人才算。',
            '{"over":3,"mode":"waiting","days":7}: 7 days while more than 3 wait; beyond_copies: 3 more than there are copies.',
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
