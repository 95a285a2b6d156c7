"""Fines, fees and sanctions: the settings, and what their values say. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final, cast

from branches.policy import Resolved, Setting
from branches.policy_values.joined import Listed, Part, Parts
from branches.policy_values.shape import COMMA, DAYS, Fault, Naming
from branches.policy_values.single import Whole
from circ.fines import Band, Basis, FineTerms, SuspensionTerms
from circ.policies.shapes import HIGHEST_COUNT, NO_CHARGE, NO_LIMIT, SWITCH, days, money, one_of
from kernel.i18n import Text
from kernel.money import read_money

BASES: Final = {
    "checkout": Text("借出馆的日历", "of the library that lent"),
    "return": Text("还书馆的日历", "of where it came back"),
}
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


def _in_turn(bands: Sequence[Mapping[str, Any]]) -> Iterable[Fault]:
    """Each band begins after the one before it has ended, and ends no earlier than it begins."""
    for n, band in enumerate(bands):
        last = band.get("to_day")
        if last is not None and last < band["from_day"]:
            rule = Text("不早于第 {n} 天", "day {n} or later").format(n=band["from_day"])
            yield Fault(rule=rule, path=(n, "to_day"))
    for n, (before, after) in enumerate(pairwise(bands)):
        ended = before.get("to_day")
        if ended is None:
            yield Fault(rule=Text("某一天：后面还有一段", "a day, for another band follows"), path=(n, "to_day"))
        elif after["from_day"] <= ended:
            rule = Text("第 {n} 天以后，前一段到那天为止", "after day {n}, where the band before it ends").format(
                n=ended
            )
            yield Fault(rule=rule, path=(n + 1, "from_day"))


def _band(band: Mapping[str, Any], _naming: Naming) -> Text:
    if band.get("to_day") is None:
        said = Text("第 {a} 天起每天 {fen} 元", "{fen} yuan a day from day {a}")
    else:
        said = Text("第 {a} 至 {b} 天每天 {fen} 元", "{fen} yuan a day from day {a} to {b}")
    return said.format(a=band["from_day"], b=band.get("to_day"), fen=band["per_day"])


def _suspension(value: Mapping[str, Any], _naming: Naming) -> Text:
    per = value.get("per_days", 1)
    said = [Text("每逾期 {per} 天停借 {n}", "{n} for every {per} late").format(per=per, n=DAYS.of(value["days"]))]
    if value.get("grace_days"):
        said.append(Text("先扣除 {n} 天", "beyond {n} of grace").format(n=value["grace_days"]))
    if value.get("max_days"):
        said.append(Text("最多 {n}", "at most {n}").format(n=DAYS.of(value["max_days"])))
    if value.get("cumulative"):
        said.append(Text("接在已有停借之后", "after the suspension in force"))
    return COMMA.join(said)


_LATE_DAY: Final = Whole(lowest=1, highest=HIGHEST_COUNT, measure=DAYS)
_BANDS: Final = Listed(
    each=Parts(
        parts=(
            Part(name="from_day", label=Text("从逾期第几天起", "from day"), shape=_LATE_DAY),
            Part(
                name="to_day",
                label=Text("到第几天", "to day"),
                shape=replace(_LATE_DAY, empty=Text("一直收", "on and on")),
                default=None,
            ),
            Part(name="per_day", label=Text("每天收", "a day"), shape=money(None)),
        ),
        says=_band,
    ),
    noun=Text("段", "band"),
    most=MOST_BANDS,
    null=False,
    empty=NO_CHARGE,
    also=_in_turn,
)
_SUSPENSION: Final = Parts(
    empty=Text("不停借", "none"),
    says=_suspension,
    parts=(
        Part(name="per_days", label=Text("每逾期", "for every"), shape=days(None), default=1),
        Part(name="days", label=Text("停借", "suspended for"), shape=days(None)),
        Part(name="grace_days", label=Text("先扣除", "days of grace first"), shape=days(None, lowest=0), default=0),
        Part(name="max_days", label=Text("最多停借", "at most"), shape=days(NO_LIMIT), default=None),
        Part(
            name="cumulative",
            label=Text("接在已有停借之后", "after the suspension in force"),
            shape=SWITCH,
            default=False,
        ),
    ),
)

MONEY: Final = (
    Setting(
        name="fine",
        group="money",
        label=Text("逾期费（每天）", "overdue fine, a day"),
        shape=_BANDS,
        default=[],
        help=Text(
            "按逾期天数分段，按借出馆的规则；一段也没有就不收。",
            "By bands of late days, by the rules of the library that lent; without any band there is no fine.",
        ),
    ),
    Setting(
        name="fine_cap",
        group="money",
        label=Text("逾期费每笔最多", "most fine for a loan"),
        shape=money(),
        default=None,
    ),
    Setting(
        name="fine_cap_price",
        group="money",
        label=Text("逾期费不超过书价", "no more fine than the price"),
        shape=SWITCH,
        default=False,
    ),
    Setting(
        name="default_price",
        group="money",
        label=Text("没有书价时按", "price where none is known"),
        shape=money(Text("没有", "none")),
        default=None,
    ),
    Setting(
        name="closed_days_cost",
        group="money",
        label=Text("闭馆日也计逾期费", "closed days cost too"),
        shape=SWITCH,
        default=False,
    ),
    Setting(
        name="calendar_basis",
        group="money",
        label=Text("逾期天数按谁的日历", "whose calendar counts late days"),
        shape=one_of(BASES),
        default="checkout",
    ),
    Setting(
        name="grace_days",
        group="money",
        label=Text("宽限几天", "days of grace"),
        shape=days(None, lowest=0),
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
        shape=_SUSPENSION,
        default=None,
        help=Text(
            "逾期的书还回后，读者停借几天。", "Once a late book is back, its reader borrows nothing for some days."
        ),
    ),
    Setting(
        name="rental_fee",
        group="money",
        label=Text("租借费（每次借出）", "rental fee, each loan"),
        shape=money(NO_CHARGE),
        default=None,
    ),
    Setting(
        name="hold_fee",
        group="money",
        label=Text("预约费（每次）", "hold fee, each hold"),
        shape=money(NO_CHARGE),
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
