"""How long a book is lent: the settings. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from branches.policy import REQUIRED, Setting
from branches.policy_values.joined import Listed, Part, Parts
from branches.policy_values.shape import HOURS, PEOPLE, Naming
from branches.policy_values.single import Day, Whole
from circ.policies.shapes import SWITCH, count, days, one_of
from kernel.i18n import Text

DAYS_MODES: Final = {
    "days": Text("不计闭馆", "closed days ignored"),
    "datedue": Text("顺延到下一开放日", "moved to the next open day"),
    "calendar": Text("只数开放日", "only open days count"),
    "dayweek": Text("按整周顺延到同一星期几", "whole weeks, same weekday"),
}
HOURS_MODES: Final = {
    "ignore": Text("不计闭馆", "closed hours ignored"),
    "close": Text("提前到闭馆时", "back to the closing"),
    "open": Text("顺延到下次开馆", "on to the next opening"),
}
DEMAND_MODES: Final = {
    "waiting": Text("所有在等的人", "everybody who waits"),
    "beyond_copies": Text("比复本多出来的人", "those beyond the copies there are"),
}
MOST_HOURS: Final = 24 * 14
MOST_TERMS: Final = 20


def _demand(value: Mapping[str, Any], _naming: Naming) -> Text:
    if value["mode"] == "beyond_copies":
        said = Text("等的人比复本多 {over} 人以上：{days}", "more than {over} wait beyond the copies: {days}")
    else:
        said = Text("超过 {over} 人在等：{days}", "more than {over} wait: {days}")
    return said.format(over=value["over"], days=days(None).words(value["days"]))


TIME: Final = (
    Setting(
        name="loan_days",
        group="time",
        label=Text("借期", "length of a loan"),
        shape=days(Text("不外借", "not lent")),
        default=REQUIRED,
        help=Text("没有设置就不能借出。", "Nothing is lent until this is set."),
    ),
    Setting(
        name="days_mode",
        group="time",
        label=Text("闭馆日怎样计", "how closed days count"),
        shape=one_of(DAYS_MODES),
        default="datedue",
    ),
    Setting(
        name="loan_hours",
        group="time",
        label=Text("按小时借：借期", "hours of a loan"),
        shape=Whole(lowest=1, highest=MOST_HOURS, measure=HOURS, empty=Text("不按小时借", "not by the hour")),
        default=None,
        help=Text(
            "设了就按小时借还，不再看借期天数；续借也按小时。",
            "Where set, the book is lent by the hour whatever the days of a loan, and renewed for as many hours.",
        ),
    ),
    Setting(
        name="hours_mode",
        group="time",
        label=Text("按小时借，到点时闭馆怎样计", "hours that end while closed"),
        shape=one_of(HOURS_MODES),
        default="open",
    ),
    Setting(
        name="fixed_due_on",
        group="time",
        label=Text("最迟应还日（如学期末）", "back by a day, such as the end of term"),
        shape=Listed(
            each=Day(),
            noun=Text("个日期", "date"),
            most=MOST_TERMS,
            least=1,
            lone=True,
            empty=Text("没有", "none"),
        ),
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
        shape=Parts(
            empty=Text("不缩短", "not shortened"),
            says=_demand,
            parts=(
                Part(
                    name="mode",
                    label=Text("怎样数等的人", "who is counted"),
                    shape=one_of(DEMAND_MODES),
                ),
                Part(name="over", label=Text("超过几人才缩短", "where more than"), shape=count(PEOPLE, None)),
                Part(name="days", label=Text("只借几天", "lent for"), shape=days(None)),
            ),
        ),
        default=None,
        help=Text(
            "很多人在等同一本书时，借期缩短到这么多天。",
            "While many wait for a title, its copies are lent for so many days only.",
        ),
    ),
    Setting(
        name="due_before_card_expiry",
        group="time",
        label=Text("应还日不晚于读者证到期日", "due before the card expires"),
        shape=SWITCH,
        default=False,
    ),
)
