"""Fines, fees and sanctions: the settings, and what their values say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final, cast

from branches.policy import Resolved, Setting, Unfit
from circ.fines import Band, Basis, FineTerms, SuspensionTerms
from circ.policies.checks import HIGHEST_COUNT, MOST_DAYS, check_money, check_switch, is_int, is_money, one_of
from kernel.i18n import Text
from kernel.money import read_money

BASES: Final = ("checkout", "return")
MOST_BANDS: Final = 10
FINE: Final = (
    "fine",
    "fine_cap",
    "fine_cap_price",
    "default_price",
    "closed_days_cost",
    "calendar_basis",
    "grace_days",
    "suspension",
)


def _check_bands(value: Any) -> None:
    bands = value if isinstance(value, list) else [None]
    if len(bands) > MOST_BANDS or not all(_is_band(band) for band in bands) or not _follow(bands):
        raise Unfit(
            Text(
                '如 [{"from_day":1,"to_day":30,"per_day":"0.10"},{"from_day":31,"to_day":null,"per_day":"0.20"}]，段不重叠；[] 表示不收',
                'such as [{"from_day":1,"to_day":30,"per_day":"0.10"},{"from_day":31,"to_day":null,"per_day":"0.20"}], without '
                "overlap; [] for no fine",
            )
        )


def _is_band(band: Any) -> bool:
    if not isinstance(band, dict) or not band.keys() <= {"from_day", "to_day", "per_day"}:
        return False
    first, last = band.get("from_day"), band.get("to_day")
    return (
        is_int(first)
        and first > 0
        and (last is None or (is_int(last) and first <= last <= HIGHEST_COUNT))
        and is_money(band.get("per_day"))
    )


def _follow(bands: list[Any]) -> bool:
    """Whether each band begins after the one before it has ended."""
    pairs = pairwise(bands)
    return all(before.get("to_day") is not None and before["to_day"] < after["from_day"] for before, after in pairs)


def _check_grace(value: Any) -> None:
    if not (is_int(value) and 0 <= value <= MOST_DAYS):
        raise Unfit(Text("0 至 {n} 的整数天", "a whole number of days from 0 to {n}").format(n=MOST_DAYS))


def _check_suspension(value: Any) -> None:
    if value is None or _is_suspension(value):
        return
    raise Unfit(
        Text(
            '如 {"days":1,"per_days":1,"grace_days":0,"max_days":90,"cumulative":false}，或留空（null）',
            'such as {"days":1,"per_days":1,"grace_days":0,"max_days":90,"cumulative":false}, or null',
        )
    )


def _is_suspension(value: Any) -> bool:
    if not isinstance(value, dict) or not value.keys() <= {"days", "per_days", "grace_days", "max_days", "cumulative"}:
        return False
    days, per, grace = value.get("days"), value.get("per_days", 1), value.get("grace_days", 0)
    longest = value.get("max_days")
    return (
        all(is_int(one) and 0 < one <= MOST_DAYS for one in (days, per))
        and is_int(grace)
        and 0 <= grace <= MOST_DAYS
        and (longest is None or (is_int(longest) and 0 < longest <= MOST_DAYS))
        and isinstance(value.get("cumulative", False), bool)
    )


MONEY: Final = (
    Setting(
        name="fine",
        group="money",
        label=Text("逾期费（每天）", "overdue fine, a day"),
        check=_check_bands,
        default=[],
        help=Text(
            "按逾期天数分段，元；按借出馆的规则。[] 表示不收。",
            "By bands of late days, in yuan, by the rules of the library that lent; [] for no fine.",
        ),
    ),
    Setting(
        name="fine_cap",
        group="money",
        label=Text("逾期费每笔最多", "most fine for a loan"),
        check=check_money,
        default=None,
        help=Text('元，如 "20.00"；留空不限。', 'In yuan, such as "20.00"; null: no limit.'),
    ),
    Setting(
        name="fine_cap_price",
        group="money",
        label=Text("逾期费不超过书价", "no more fine than the price"),
        check=check_switch,
        default=False,
    ),
    Setting(
        name="default_price",
        group="money",
        label=Text("没有书价时按", "price where none is known"),
        check=check_money,
        default=None,
    ),
    Setting(
        name="closed_days_cost",
        group="money",
        label=Text("闭馆日也计逾期费", "closed days cost too"),
        check=check_switch,
        default=False,
    ),
    Setting(
        name="calendar_basis",
        group="money",
        label=Text("逾期天数按谁的日历", "whose calendar counts late days"),
        check=one_of(*BASES),
        choices=BASES,
        default="checkout",
        help=Text(
            "checkout 借出馆；return 还书馆。", "checkout: of the library that lent; return: where it came back."
        ),
    ),
    Setting(
        name="grace_days",
        group="money",
        label=Text("宽限几天", "days of grace"),
        check=_check_grace,
        default=0,
        help=Text(
            "在宽限内归还不收费；超过则从第一天起计。",
            "Within them nothing is charged; after them all days count, from the first.",
        ),
    ),
    Setting(
        name="suspension",
        group="money",
        label=Text("以停借代替逾期费", "suspension instead of a fine"),
        check=_check_suspension,
        default=None,
        help=Text(
            "每逾期 per_days 天停借 days 天，先扣除 grace_days，最多 max_days；cumulative：接在已有停借之后。",
            "`days` for every `per_days` late beyond `grace_days`, at most `max_days`; cumulative: after the one in force.",
        ),
    ),
    Setting(
        name="rental_fee",
        group="money",
        label=Text("租借费（每次借出）", "rental fee, each loan"),
        check=check_money,
        default=None,
    ),
    Setting(
        name="hold_fee",
        group="money",
        label=Text("预约费（每次）", "hold fee, each hold"),
        check=check_money,
        default=None,
    ),
)


def fine_terms(resolved: Mapping[str, Resolved]) -> FineTerms:
    """What the settings of `FINE` say."""
    value = {name: resolved[name].value for name in FINE}
    suspension = value["suspension"]
    return FineTerms(
        bands=tuple(
            Band(from_day=band["from_day"], to_day=band.get("to_day"), fen=read_money(band["per_day"]))
            for band in value["fine"]
        ),
        grace_days=value["grace_days"],
        cap_fen=fen_of(value["fine_cap"]),
        cap_price=value["fine_cap_price"],
        default_price_fen=fen_of(value["default_price"]),
        closed_days_cost=value["closed_days_cost"],
        basis=cast(Basis, value["calendar_basis"]),
        suspension=SuspensionTerms(**suspension) if suspension is not None else None,
    )


def fen_of(yuan: str | None) -> int | None:
    return None if yuan is None else read_money(yuan)
