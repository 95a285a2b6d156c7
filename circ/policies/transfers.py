"""Transfers between libraries: the settings. Pure."""

from __future__ import annotations

from typing import Any, Final

from branches.policy import Setting, Unfit
from circ.policies.checks import check_count, check_days
from kernel.i18n import Text

LIMIT_KEYS: Final = frozenset({"from", "to", "item_type"})
MOST_LIMITS: Final = 200


def _check_limits(value: Any) -> None:
    if value is None or (isinstance(value, list) and len(value) <= MOST_LIMITS and all(map(_is_limit, value))):
        return
    raise Unfit(
        Text(
            '如 [{"from":"ZG","to":"LX","item_type":"reference"}]；三项都可省略，省略即不限；或留空',
            'such as [{"from":"ZG","to":"LX","item_type":"reference"}]; each of the three may be left out for any; or null',
        )
    )


def _is_limit(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and bool(one)
        and one.keys() <= LIMIT_KEYS
        and all(isinstance(code, str) and 0 < len(code) <= 32 for code in one.values())
    )


TRANSFERS: Final = (
    Setting(
        name="transfer_limits",
        group="holds",
        label=Text("哪些馆之间不调拨", "between which libraries nothing is sent"),
        check=_check_limits,
        default=None,
        help=Text(
            "每项一对馆点代码（含下级）和文献类型；只管馆点申请的调拨，还书回家和预约不受限。",
            "Pairs of unit codes (with those below) and item types; for what branches ask for, not for books going home or to holds.",
        ),
    ),
    Setting(
        name="request_max_copies",
        group="holds",
        label=Text("馆点一次最多申请几册", "most copies that a unit asks for at once"),
        check=check_count,
        default=50,
    ),
    Setting(
        name="request_max_open",
        group="holds",
        label=Text("馆点最多有几个未完的申请", "most open requests of a unit"),
        check=check_count,
        default=30,
    ),
    Setting(
        name="request_answer_days",
        group="holds",
        label=Text("几天不答复就转给下一馆", "after so many days without an answer a request is passed on"),
        check=check_days,
        default=7,
        help=Text(
            "按被申请的馆解析；留空则一直等。",
            "Asked for the library that does not answer; null: it waits for ever.",
        ),
    ),
)
