"""How much a reader may have: the settings. Pure."""

from __future__ import annotations

from typing import Final

from branches.policy import Setting
from branches.policy_values.joined import Counted
from branches.policy_values.shape import TIMES, VOLUMES
from branches.policy_values.single import Code
from circ.policies.shapes import NO_LIMIT, SWITCH, count, days, money
from kernel.i18n import Text

MOST_TYPES: Final = 50


LIMITS: Final = (
    Setting(
        name="max_loans",
        group="limits",
        label=Text("最多可借（全网合计）", "most loans, network-wide"),
        shape=count(VOLUMES),
        default=None,
    ),
    Setting(
        name="max_loans_item_library",
        group="limits",
        label=Text("最多可借同一个馆的书", "most loans of one library’s books"),
        shape=count(VOLUMES),
        default=None,
        help=Text("按图书所属馆合计。", "Counted by the home of the books."),
    ),
    Setting(
        name="type_limits",
        group="limits",
        label=Text("各文献类型最多可借", "most loans of an item type"),
        shape=Counted(
            key=Code(criterion="item_type"),
            key_label=Text("文献类型", "item type"),
            count=count(VOLUMES, None),
            count_label=Text("最多", "at most"),
            noun=Text("类", "type"),
            most=MOST_TYPES,
            empty=NO_LIMIT,
        ),
        default=None,
        help=Text("一个类型连同它的下级类型合计。", "A type and those below it count together."),
    ),
    Setting(
        name="overflow_days",
        group="limits",
        label=Text("借满后可短借几天", "days of a loan beyond the limit"),
        shape=days(Text("借满就不能再借", "nothing beyond the limit")),
        default=None,
        help=Text(
            "借满后经读者同意仍可再借，但只借这几天。",
            "Beyond the most loans a book may go out all the same, but only this long, if the reader agrees.",
        ),
    ),
    Setting(
        name="max_overdue",
        group="limits",
        label=Text("最多可有几册逾期", "most overdue loans"),
        shape=count(VOLUMES),
        default=None,
        help=Text(
            "超过此数不能再借；0 表示有逾期就不能借。", "More than this blocks new loans; 0: any overdue loan does."
        ),
    ),
    Setting(
        name="max_owed",
        group="limits",
        label=Text("最多可欠费", "most that may be owed"),
        shape=money(),
        default=None,
        help=Text("欠费超过此数不能借、不能续。", "Above it nothing is lent or renewed."),
    ),
    Setting(
        name="max_late_returns",
        group="limits",
        label=Text("一年内最多逾期归还几次", "most late returns within a year"),
        shape=count(TIMES),
        default=None,
        help=Text("超过此数不能借、不能续。", "Above it nothing is lent or renewed."),
    ),
    Setting(
        name="deposit_covers_price",
        group="limits",
        label=Text("押金须抵得上书价", "the deposit must cover the price"),
        shape=SWITCH,
        default=False,
        help=Text(
            "在借图书与这本书的定价之和不超过押金才能借；没有书价的按“没有书价时按”。",
            "The price of all books out and this one stays within the deposit; one without a price counts as where none is known.",
        ),
    ),
)
