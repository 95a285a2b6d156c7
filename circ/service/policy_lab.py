"""The policy lab: a period's journal replayed under a draft and under the policies in force. It writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from branches.context import Context
from branches.policy import CRITERIA, PolicyBook, Row
from branches.service.policies import NewRow, PolicyService
from catalog.queries import barcodes_of
from catalog.reference import ITEM_TYPES
from circ.lab import Report, compare
from circ.queries.past import count_past, past_acts
from circ.replay import Judge, Surroundings
from kernel.clock import bounds_of
from kernel.errors import Invalid
from kernel.i18n import Text

MOST_DAYS: Final = 366
MOST_ACTS: Final = 50_000  # some seconds of work while somebody waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A report, with the version it was compared to and the barcodes of the copies in its examples."""

    from_on: date
    to_on: date
    version: int
    report: Report
    barcodes: dict[int, str]


def replay(
    context: Context, rows: Sequence[NewRow], from_on: date, to_on: date, *, most_acts: int | None = MOST_ACTS
) -> Replayed:
    """Of the units where the caller may try policies out. Raises Invalid for wrong rows, and for a period that is too long to be replayed
    while somebody waits; `most_acts` None: however many there are."""
    context.caller.require("policy.lab")
    PolicyService(context).check(rows)
    _check_period(from_on, to_on)
    units = _units(context)
    from_at, to_at = bounds_of(from_on, to_on)
    if most_acts is not None and count_past(context.session, from_at, to_at, units, up_to=most_acts) > most_acts:
        raise _too_many(most_acts)
    around = Surroundings(tree=context.tree, types=ITEM_TYPES.get(context.session), calendars=context.calendars)
    in_force = context.policies
    report = compare(
        past_acts(context.session, from_at, to_at, units),
        Judge(book=in_force, around=around),
        Judge(book=_book(in_force, rows), around=around),
    )
    shown = {example.past.item_id for kind in report.in_order for example in kind.examples}
    return Replayed(
        from_on=from_on,
        to_on=to_on,
        version=in_force.version,
        report=report,
        barcodes=dict(barcodes_of(context.session, {item_id for item_id in shown if item_id is not None})),
    )


def _units(context: Context) -> Collection[int] | None:
    """None: all of them."""
    units = context.caller.units("policy.lab", context.tree)
    return None if len(units) == len(context.tree.by_id) else units


def _book(in_force: PolicyBook, rows: Sequence[NewRow]) -> PolicyBook:
    """The draft as a book. Its rows have numbers of their own; no decision is kept that could name them."""
    made = [
        Row(
            id=n, setting=row.setting, value=row.value, note=row.note, **{name: getattr(row, name) for name in CRITERIA}
        )
        for n, row in enumerate(rows, start=1)
    ]
    return PolicyBook(in_force.version, made)


def _check_period(from_on: date, to_on: date) -> None:
    if to_on < from_on:
        detail = Text("结束日期在开始日期之前。", "The period ends before it begins.")
        raise Invalid("lab.period", detail, {"to": [detail]})
    if (to_on - from_on).days >= MOST_DAYS:
        detail = Text("一次最多演算 {n} 天。", "At most {n} days are replayed at once.").format(n=MOST_DAYS)
        raise Invalid("lab.period", detail, {"to": [detail]})


def _too_many(most: int) -> Invalid:
    detail = Text(
        "这段时间超过 {n} 笔。请缩短时间，或在服务器上用命令 tongjie policy lab，它不限笔数。",
        "This period has more than {n} acts. Shorten it, or use the command tongjie policy lab on the server, which has no limit.",
    ).format(n=most)
    return Invalid("lab.too_many", detail, {"from": [detail]})
