"""Oversight as lines of a sheet: what a line is about, its name, and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from kernel.i18n import Text
from purchasing.oversight import REFUSED_FOR, Part, percent, reader_figure
from purchasing.service.oversight import Oversight
from web.presentation import translate as t
from web.spreadsheet import Cell, Money, money

HEADINGS: Final = (
    (Text("分组", "Group"), 18),
    (Text("项目", "Item"), 44),
    (Text("数量", "Count"), 10),
    (Text("金额（元）", "Yuan"), 14),
    (Text("百分比", "Per cent"), 10),
    (Text("日期", "Day"), 12),
)
_WAYS: Final = {
    "shop": Text("按书店", "By shop"),
    "class": Text("按分类", "By class"),
    "age": Text("按年龄", "By age"),
    "home": Text("按读者所属馆", "By readers’ branch"),
}


def rows_of(seen: Oversight, name_part: Callable[[str, Part], Text]) -> Iterator[Sequence[Cell]]:
    """Money stays empty for who may not see it."""
    yield from _totals(seen)
    yield from _funds(seen)
    for way, parts in seen.parts.items():
        for part in parts:
            share = percent(part.books, seen.books)
            yield [t(_WAYS[way]), t(name_part(way, part)), part.books, _yuan(seen, part.cost_fen), share, None]
    yield from _afterwards(seen)
    for code, count in seen.refusals.by_code:
        yield [t("未选成", "Refused"), t(REFUSED_FOR.get(code, Text(code, code))), count, None, None, None]
    for noticed in seen.alerts or ():
        yield [t("需要留意", "To be looked at"), t(noticed.alert.message), noticed.alert.count, None, None, None]


def _totals(seen: Oversight) -> Iterator[Sequence[Cell]]:
    group = t("合计", "Total")
    yield [group, f"{seen.programme.name} {t(seen.span.label)}", None, None, None, None]
    yield [group, t("册数", "Books"), seen.books, _yuan(seen, seen.cost_fen), None, None]
    if seen.paid_fen is not None:
        yield [
            group,
            t("经费实际承担（结算后）", "Borne by the funds, after settling"),
            None,
            money(seen.paid_fen),
            None,
            None,
        ]
    if seen.is_running:
        yield [
            group,
            t("本期还没有结束，数字还会变", "These days are not over: the figures change"),
            None,
            None,
            None,
            None,
        ]
    yield [group, t("读者", "Readers"), reader_figure(seen.readers), None, None, None]
    yield [
        group,
        t("首次参加的读者", "Readers for the first time"),
        reader_figure(seen.first),
        None,
        seen.first_percent,
        None,
    ]
    yield [group, t("撤销", "Called off"), seen.cancelled, None, None, None]


def _funds(seen: Oversight) -> Iterator[Sequence[Cell]]:
    for state in seen.funds or ():
        fund, group = state.fund, f"{t('经费', 'Fund')} {state.fund.name}"
        share = percent(fund.spent_fen, fund.allocated_fen)
        until = state.lasts_until.isoformat() if state.lasts_until else None
        yield [group, t("拨入", "Allocated"), None, money(fund.allocated_fen), None, None]
        yield [group, t("已用", "Spent"), None, money(fund.spent_fen), share, None]
        yield [group, t("本活动本期", "This programme in these days"), None, money(state.span_fen), None, None]
        yield [group, t("可用到停止线", "Left until the stop level"), None, money(fund.left_fen), None, until]


def _afterwards(seen: Oversight) -> Iterator[Sequence[Cell]]:
    matured = seen.matured_on.isoformat()
    for group, lending in (
        (t("选来的书再借", "Chosen books lent again"), seen.again),
        (t("同期其他新书", "Other copies of these days"), seen.others),
    ):
        yield [group, t("册数", "Copies"), lending.copies, None, None, matured]
        yield [group, t("借过", "Lent"), lending.lent, None, lending.lent_percent, None]
        yield [group, t("从未借出", "Never lent"), lending.never, None, None, None]
        yield [group, t("借阅次数", "Loans"), lending.loans, None, None, None]
    group, shelf = t("上架", "To the shelf"), seen.shelf
    yield [group, t("还在读者手里", "With readers"), shelf.with_readers, None, None, None]
    yield [group, t("待加工", "To be processed"), shelf.to_process, None, None, None]
    yield [group, t("已加工", "Processed"), shelf.processed, None, None, None]
    yield [group, t("读者手里平均天数", "Days with the reader"), shelf.days_with_reader, None, None, None]
    yield [group, t("还回到加工平均天数", "Days from return to processing"), shelf.days_to_process, None, None, None]


def _yuan(seen: Oversight, fen: int) -> Money | None:
    return money(fen) if seen.sees_money else None
