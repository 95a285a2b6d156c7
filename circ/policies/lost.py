"""What becomes of a lost book's loan, and what it costs: the setting. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from branches.policy import Setting, Unfit
from circ.policies.checks import is_int, is_money
from kernel.i18n import Text

ON_RETURN: Final = ("refund", "keep")
MOST_HOURS: Final = 24 * 3650
_FACTOR: Final = re.compile(r"^\d{1,2}(\.\d{1,2})?\Z", re.ASCII)


def _is_switch(value: Any) -> bool:
    return isinstance(value, bool)


def _is_factor(value: Any) -> bool:
    return (is_int(value) and 0 <= value < 100) or (isinstance(value, str) and _FACTOR.match(value) is not None)


PARTS: Final[dict[str, Callable[[Any], bool]]] = {
    "charge": _is_switch,
    "factor": _is_factor,
    "processing": lambda value: value is None or is_money(value),
    "forgive_overdue": _is_switch,
    "ends_loan": _is_switch,
    "on_return": lambda value: value in ON_RETURN,
    "refund_paid": _is_switch,
    "refund_within_hours": lambda value: value is None or (is_int(value) and 0 < value <= MOST_HOURS),
}


def _check_lost(value: Any) -> None:
    if value is None:
        return
    fits = isinstance(value, dict) and value.keys() <= PARTS.keys()
    if not (fits and all(PARTS[name](part) for name, part in value.items())):
        raise Unfit(
            Text(
                '如 {"charge":true,"factor":"1.5","processing":"5.00","forgive_overdue":true,"ends_loan":false,"on_return":"refund",'
                '"refund_paid":true,"refund_within_hours":null}，各项可省；或留空（null）',
                'such as {"charge":true,"factor":"1.5","processing":"5.00","forgive_overdue":true,"ends_loan":false,'
                '"on_return":"refund","refund_paid":true,"refund_within_hours":null}, each part optional; or null',
            )
        )


LOST: Final = (
    Setting(
        name="lost",
        group="money",
        label=Text("图书丢失", "lost books"),
        check=_check_lost,
        default=None,
        help=Text(
            "charge 按书价乘 factor 收赔偿（没有书价按 default_price），另收 processing；forgive_overdue 不再收逾期费；"
            "ends_loan 报失即结束借阅；找到后 on_return：refund 退赔偿（refund_paid 连已缴的也退，refund_within_hours 小时内），"
            "keep 不退。",
            "charge: the price times factor (default_price where none is known), and processing; forgive_overdue: no fine; "
            "ends_loan: the loan ends at once; when found, on_return refund (also what was paid: refund_paid; within "
            "refund_within_hours) or keep.",
        ),
    ),
)
