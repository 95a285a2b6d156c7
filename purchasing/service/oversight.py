"""Oversight: how a programme is spent, what becomes of its books, and what looks odd. Reads only.

Figures are those of the shops where the caller may see choices; money is for who may see the programme's funds, what looks odd for who
may see reports of all these shops.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from branches.context import Context
from circ.queries import loan_by_id
from kernel.clock import local_day, start_of_day
from kernel.errors import Invalid, NotFound
from kernel.i18n import Text
from patrons.queries import barcodes_of, patron_by_id
from purchasing.oversight import (
    LEAST_READERS,
    MATURE_DAYS,
    FundState,
    Lending,
    Part,
    WayToShelf,
    broken_down,
    state_of,
)
from purchasing.programmes import Programme
from purchasing.queries import oversight as queries
from purchasing.queries.behind import Behind, ChoiceRow, choices_behind
from purchasing.queries.funds import find_programme, list_programmes
from purchasing.queries.oversight import NOBODY, Readers, Scope, Tally, part_of
from purchasing.queries.selections import find_selection
from purchasing.service.noticing import Noticed, hours_of, measure_pace, notice_odd

ALERT_DAYS: Final = 90
LONGEST_SPAN: Final = timedelta(days=3660)
_TURNED: Final = Text("结束日期早于开始日期。", "The last day lies before the first.")
_TOO_LONG: Final = Text("时间太长，最多十年。", "These are too many days; at most ten years.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """How often a choice was refused for a reason; one refusal may have several."""

    asked: int
    by_code: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Oversight:
    """One programme in a span of days. `funds` None: not for this caller, and then no costs either; so are `alerts`. `parts` are by
    shop, class, age and branch; a way of dividing has none where too few readers chose. `matured_on`: chosen until then, a book had time to
    be lent again."""

    programme: Programme
    from_on: date
    to_on: date
    books: int
    cost_fen: int
    cancelled: int
    readers: int
    first: int
    funds: tuple[FundState, ...] | None
    parts: Mapping[str, tuple[Part, ...]]
    matured_on: date
    again: Lending
    others: Lending
    shelf: WayToShelf
    refusals: Refusals
    alerts: tuple[Noticed, ...] | None

    @property
    def sees_money(self) -> bool:
        return self.funds is not None


class OversightService:
    """Figures and alerts for those who answer for the money."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session
        self._today = local_day(context.now)

    def show(self, code: str, from_on: date | None = None, to_on: date | None = None) -> Oversight:
        """A programme from one day to another, both included; the programme's own days until today where none are named."""
        context, tree = self._context, self._context.tree
        programme = find_programme(self._session, code)
        from_on, to_on = self._days(from_on or programme.starts_on, to_on or min(programme.ends_on, self._today))
        scope = self._scope([programme], self._shops("selection.read"), from_on, to_on)
        tallies = queries.tallies(self._session, scope, tuple(queries.DIMENSIONS))
        readers = queries.readers_of(self._session, scope, from_on, to_on).get(programme.id, NOBODY)
        total = next((one for one in tallies if one.dimension == "all"), None)
        sees_money = context.caller.may("fund.read", programme.org_id, tree)
        sees_alerts = context.caller.holds("report.read") and scope.shops <= self._shops("report.read")
        mature_at = start_of_day(self._today - timedelta(days=MATURE_DAYS))
        return Oversight(
            programme=programme,
            from_on=from_on,
            to_on=to_on,
            books=total.books if total else 0,
            cost_fen=total.cost_fen if total else 0,
            cancelled=total.cancelled if total else 0,
            readers=min(readers.count, total.books) if total else 0,  # whole months may count
            first=total.first if total else 0,
            funds=self._funds(programme, scope) if sees_money else None,
            parts=self._parts(tallies, readers),
            matured_on=local_day(mature_at) - timedelta(days=1),
            again=queries.lent_again(self._session, scope, mature_at),
            others=queries.lent_of_others(
                self._session, tree.subtree(programme.library_id), from_on, min(to_on, local_day(mature_at))
            ),
            shelf=queries.way_to_shelf(self._session, scope),
            refusals=self._refusals(programme, scope),
            alerts=(
                tuple(notice_odd(context, [programme], scope, tallies, {programme.id: readers}))
                if sees_alerts
                else None
            ),
        )

    def alerts(self, from_on: date | None = None, to_on: date | None = None) -> list[Noticed]:
        """What looks odd in the choices of these days (of late, where none are named), of all programmes."""
        shops = self._shops("selection.read") & self._shops("report.read")
        last = to_on or self._today
        from_on, to_on = self._days(from_on or last - timedelta(days=ALERT_DAYS), last)
        programmes = [
            one for one in list_programmes(self._session) if one.starts_on <= to_on and one.ends_on >= from_on
        ]
        scope = self._scope(programmes, shops, from_on, to_on)
        tallies = queries.tallies(self._session, scope, ("all", "shop", "class", "clerk"))
        readers = queries.readers_of(self._session, scope, from_on, to_on)
        return notice_odd(self._context, programmes, scope, tallies, readers)

    def choices(
        self, code: str, days: tuple[date, date], behind: Behind, *, outside: bool, before: int | None, limit: int
    ) -> list[ChoiceRow]:
        """The choices of a programme that stand behind a figure, the newest first. `outside`: made while their shop was shut."""
        programme = find_programme(self._session, code)
        scope = self._scope([programme], self._shops("selection.read"), *self._days(*days))
        if outside:
            behind = replace(behind, hours=tuple(hours_of(self._context, scope.shops)))
        return choices_behind(self._session, scope, behind, before=before, limit=limit)

    def account_behind(self, selection_id: int) -> str:
        """The card of the reader who has a chosen book at home, for who may open accounts; NotFound once the book came back."""
        context, selection = self._context, find_selection(self._session, selection_id)
        context.caller.require_at(
            "selection.make", selection.shop_id, context.tree, thing="selection", key=selection_id
        )
        loan = None if selection.loan_id is None else loan_by_id(self._session, selection.loan_id)
        if loan is None or loan.closed_at is not None or loan.patron_id is None:
            raise NotFound("selection", selection_id)
        patron = patron_by_id(self._session, loan.patron_id)
        context.caller.require_at("patron.read_full", patron.home_id, context.tree, thing="selection", key=selection_id)
        return barcodes_of(self._session, [patron.id])[patron.id]

    # --- what is looked at

    def _shops(self, right: str) -> frozenset[int]:
        tree = self._context.tree
        return frozenset(one for one in self._context.caller.units(right, tree) if tree.by_id[one].kind == "shop")

    def _days(self, from_on: date, to_on: date) -> tuple[date, date]:
        if to_on < from_on:
            raise Invalid("oversight.days", _TURNED, {"to": [_TURNED]})
        if to_on - from_on > LONGEST_SPAN:
            raise Invalid("oversight.days", _TOO_LONG, {"from": [_TOO_LONG]})
        return from_on, to_on

    def _scope(self, programmes: Sequence[Programme], shops: frozenset[int], from_on: date, to_on: date) -> Scope:
        return Scope(
            programmes=tuple(one.id for one in programmes),
            shops=shops,
            since=start_of_day(from_on),
            until=start_of_day(to_on + timedelta(days=1)),
        )

    # --- figures

    def _funds(self, programme: Programme, scope: Scope) -> tuple[FundState, ...]:
        pace = measure_pace(self._context, [programme])
        spent = queries.spent_on(self._session, scope)
        return tuple(
            state_of(
                fund,
                warn_at=programme.warn_at,
                span_fen=spent.get(fund.id, 0),
                lately_fen=pace.spent_fen.get(fund.id, 0),
                days=pace.days[programme.id],
                today=self._today,
            )
            for fund in programme.funds
        )

    def _parts(self, tallies: Sequence[Tally], readers: Readers) -> dict[str, tuple[Part, ...]]:
        found = {}
        for dimension in ("shop", "class", "age", "home"):
            parts = [part_of(one) for one in tallies if one.dimension == dimension and one.books]
            found[dimension] = broken_down(parts, readers.busiest) if readers.count >= LEAST_READERS else ()
        return found

    def _refusals(self, programme: Programme, scope: Scope) -> Refusals:
        shops = [self._context.tree.by_id[one].code for one in scope.shops]
        found = queries.refused(self._session, programme.code, shops, scope.since, scope.until)
        by_code: Counter[str] = Counter()
        for codes, count in found.items():
            for code in json.loads(codes):
                by_code[code] += count
        return Refusals(asked=sum(found.values()), by_code=tuple(by_code.most_common()))
