"""How much a reader may have: the settings. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from branches.policy import Setting, Unfit
from circ.policies.checks import HIGHEST_COUNT, check_count, check_days, check_money, check_switch, is_int
from kernel.i18n import Text

MOST_TYPES: Final = 50


def _check_type_limits(value: Any) -> None:
    fits = value is None or (
        isinstance(value, dict)
        and 0 < len(value) <= MOST_TYPES
        and all(isinstance(code, str) and code for code in value)
        and all(is_int(limit) and 0 <= limit <= HIGHEST_COUNT for limit in value.values())
    )
    if not fits:
        raise Unfit(
            Text(
                '如 {"dvd":2}：文献类型代码与册数；或留空',
                'such as {"dvd":2}: codes of item types and how many of each; or null',
            )
        )


def _types_named(value: Any) -> Iterable[tuple[str, str]]:
    return [("item_type", code) for code in value or ()]


LIMITS: Final = (
    Setting(
        name="max_loans",
        group="limits",
        label=Text("最多可借（全网合计）", "most loans, network-wide"),
        check=check_count,
        default=None,
    ),
    Setting(
        name="max_loans_item_library",
        group="limits",
        label=Text("最多可借同一个馆的书", "most loans of one library’s books"),
        check=check_count,
        default=None,
        help=Text("按图书所属馆合计。", "Counted by the home of the books."),
    ),
    Setting(
        name="type_limits",
        group="limits",
        label=Text("各文献类型最多可借", "most loans of an item type"),
        check=_check_type_limits,
        names=_types_named,
        default=None,
        help=Text(
            '{"dvd":2}：光盘及其下级类型合计最多 2 件。',
            '{"dvd":2}: two at once, those of the types below it included.',
        ),
    ),
    Setting(
        name="overflow_days",
        group="limits",
        label=Text("借满后可短借几天", "days of a loan beyond the limit"),
        check=check_days,
        default=None,
        help=Text(
            "借满后经读者同意仍可再借，但只借这几天；留空则不行。",
            "Beyond the most loans a book may go out all the same, but only this long, if the reader agrees; empty: not at all.",
        ),
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
        name="max_owed",
        group="limits",
        label=Text("最多可欠费", "most that may be owed"),
        check=check_money,
        default=None,
        help=Text(
            '元，如 "10.00"；欠费超过此数不能借、不能续。留空不限。',
            'In yuan, such as "10.00"; above it nothing is lent or renewed. Null: no limit.',
        ),
    ),
    Setting(
        name="max_late_returns",
        group="limits",
        label=Text("一年内最多逾期归还几次", "most late returns within a year"),
        check=check_count,
        default=None,
        help=Text("超过此数不能借、不能续。", "Above it nothing is lent or renewed."),
    ),
    Setting(
        name="deposit_covers_price",
        group="limits",
        label=Text("押金须抵得上书价", "the deposit must cover the price"),
        check=check_switch,
        default=False,
        help=Text(
            "在借图书与这本书的定价之和不超过押金才能借；没有书价的按 default_price。",
            "The price of all books out and this one stays within the deposit; one without a price counts as default_price.",
        ),
    ),
)
