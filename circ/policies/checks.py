"""What a setting's value must look like: checks shared by the settings of all groups. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeGuard

from branches.policy import Unfit
from kernel.i18n import Text
from kernel.money import MAX_MONEY_FEN, MONEY, read_money

MOST_DAYS: Final = 3650
HIGHEST_COUNT: Final = 10_000
LONGEST_CODE, MOST_UNITS = 16, 500


def check_days(value: Any) -> None:
    if value is None or (is_int(value) and 0 < value <= MOST_DAYS):
        return
    raise Unfit(
        Text("1 至 {n} 的整数天，或留空（null）", "a whole number of days from 1 to {n}, or null").format(n=MOST_DAYS)
    )


def check_count(value: Any) -> None:
    """A whole number from nought on, or None for no limit; raises Unfit."""
    if value is None or (is_int(value) and 0 <= value <= HIGHEST_COUNT):
        return
    raise Unfit(
        Text("0 至 {n} 的整数，或留空（null）表示不限", "a whole number from 0 to {n}, or null for no limit").format(
            n=HIGHEST_COUNT
        )
    )


def check_switch(value: Any) -> None:
    if not isinstance(value, bool):
        raise Unfit(Text("true（是）或 false（否）", "true or false"))


def check_money(value: Any) -> None:
    """Yuan as a string, or None; raises Unfit."""
    if value is not None and not is_money(value):
        raise Unfit(Text('金额，如 "20.00"，或留空（null）', 'an amount such as "20.00", or null'))


def is_money(value: Any) -> bool:
    return isinstance(value, str) and MONEY.match(value) is not None and read_money(value) <= MAX_MONEY_FEN


def one_of(*allowed: str) -> Callable[[Any], None]:
    def check(value: Any) -> None:
        if value not in allowed:
            raise Unfit(Text("其中之一：{values}", "one of {values}").format(values=", ".join(allowed)))

    return check


def check_units(value: Any) -> None:
    """Codes of units, none twice, or None; raises Unfit. Whether there are such units is not asked: some may come, some may go."""
    is_list = isinstance(value, list) and all(isinstance(code, str) and 0 < len(code) <= LONGEST_CODE for code in value)
    if value is None or (is_list and 0 < len(value) == len(set(value)) <= MOST_UNITS):
        return
    raise Unfit(
        Text(
            '馆点代码的列表，如 ["ZG","CG"]，不重复；或留空（null）',
            'a list of unit codes such as ["ZG","CG"], none twice, or null',
        )
    )


def is_int(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
