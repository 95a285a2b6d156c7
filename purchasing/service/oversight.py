"""Oversight: how a programme is spent, what becomes of its books, and what looks odd. Reads only.

Figures are those of the shops where the caller may see choices; money is for who may see the programme's funds, what looks odd for who
may see reports of all these shops.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from branches.context import Context
from circ.queries import loan_by_id
from kernel.clock import bounds_of, local_day
from kernel.errors import NotFound
from patrons.queries import barcodes_of, patron_by_id
from purchasing.oversight import (
    LEAST_READERS,
    MATURE_DAYS,
    FundState,
    Lending,
    Part,
    Quarter,
    WayToShelf,
    over_quarters,
    percent,
    state_of,
)
from purchasing.programmes import Programme
from purchasing.queries import oversight as queries
from purchasing.queries.behind import Behind, ChoiceRow, choices_behind
from purchasing.queries.funds import find_programme, list_programmes
from purchasing.queries.oversight import NOBODY, Scope, Tally, part_of
from purchasing.queries.selections import find_selection
from purchasing.service.afterwards import became, months_of
from purchasing.service.noticing import Noticed, Pace, hours_of, measure_pace, notice_odd
from purchasing.spans import Span, span_of

ALERT_DAYS: Final = 90
PARTED: Final = ("shop", "class", "age", "home")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """How often a choice was refused for a reason; one refusal may have several."""

    asked: int
    by_code: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Oversight:
    """One programme in a month, quarter or year. `funds` None: not for this caller, and then no costs either; so are `alerts`. `parts`
    are by shop, class, age and branch, for quarters and years; a way of dividing has none where too few readers chose. `readers` and
    `first` None: fewer than are needed to hide each other. `cost_fen` is what was agreed when the books were chosen, `paid_fen` what the
    funds bear for them after settling, None as `funds`; `is_running`: days are still to come, so that it all changes. `matured_on`:
    chosen until then, a book had time to be lent again; `kept_at`: when what became of the books was counted, None: just now."""

    programme: Programme
    span: Span
    books: int
    cost_fen: int
    paid_fen: int | None
    is_running: bool
    cancelled: int
    readers: int | None
    first: int | None
    funds: tuple[FundState, ...] | None
    parts: Mapping[str, tuple[Part, ...]]
    matured_on: date
    again: Lending
    others: Lending
    shelf: WayToShelf
    kept_at: datetime | None
    refusals: Refusals
    alerts: tuple[Noticed, ...] | None

    @property
    def from_on(self) -> date:
        return self.span.first_on

    @property
    def to_on(self) -> date:
        return self.span.last_on

    @property
    def first_percent(self) -> int | None:
        """None of nobody, and where both are too few to be told."""
        return None if self.first is None else percent(self.first, self.readers or 0)

    @property
    def is_divided(self) -> bool:
        return bool(self.span.quarters())

    @property
    def settled_fen(self) -> int:
        """By how much more, or less, than agreed the funds bear since settlements: what was invoiced otherwise, or not paid."""
        return 0 if self.paid_fen is None else self.paid_fen - self.cost_fen

    @property
    def sees_money(self) -> bool:
        return self.funds is not None


class OversightService:
    """Figures and alerts for those who answer for the money."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session
        self._today = local_day(context.now)

    def show(self, code: str, span: Span | None = None) -> Oversight:
        """A programme in a month, quarter or year; where none is named, in the year that runs, or the programme's last."""
        context, tree = self._context, self._context.tree
        programme = find_programme(self._session, code)
        span = span or self.year_of(programme)
        scope = self._scope([programme], self._shops("selection.read"), span.first_on, span.last_on)
        parts, tallies = self._divided(programme, scope, span)
        readers = queries.readers_of(self._session, scope, span.first_on, span.last_on).get((programme.id, 0), NOBODY)
        total = [one for one in tallies if one.dimension == "all"]
        books = sum(one.books for one in total)
        count = min(readers.count, books)
        is_few = 0 < count < LEAST_READERS
        sees_money = context.caller.may("fund.read", programme.org_id, tree)
        sees_alerts = context.caller.holds("report.read") and scope.shops <= self._shops("report.read")
        mature = span_of("month", self._today - timedelta(days=MATURE_DAYS)).first_on
        afterwards = became(
            context,
            programme.id,
            scope.shops,
            tree.subtree(programme.library_id),
            months_of(span, programme.starts_on, min(programme.ends_on, self._today)),
            mature,
        )
        pace = measure_pace(context, [programme]) if sees_money or sees_alerts else None
        spent = queries.spent_on(self._session, scope) if sees_money else {}
        return Oversight(
            programme=programme,
            span=span,
            books=books,
            cost_fen=sum(one.cost_fen for one in total),
            paid_fen=sum(spent.values()) if sees_money else None,
            is_running=span.last_on >= self._today,
            cancelled=sum(one.cancelled for one in total),
            readers=None if is_few else count,
            first=None if is_few else sum(one.first for one in total),
            funds=self._funds(programme, spent, pace) if sees_money and pace else None,
            parts=parts,
            matured_on=mature - timedelta(days=1),
            again=afterwards.again,
            others=afterwards.others,
            shelf=afterwards.shelf,
            kept_at=afterwards.kept_at,
            refusals=self._refusals(programme, scope),
            alerts=(
                tuple(notice_odd(context, [programme], scope, tallies, {(programme.id, 0): readers}, pace))
                if sees_alerts and pace
                else None
            ),
        )

    def year_of(self, programme: Programme) -> Span:
        """The year that runs, or the last of a programme that is over."""
        return span_of("year", programme.last_day(self._today))

    def first_to_show(self, programmes: Sequence[Programme], seen_last: str | None) -> Programme:
        """The one that this person looked at last, if it runs; else of those that run the one whose choices cost most, else the last that
        ran."""
        running = [one for one in programmes if one.runs_on(self._today)]
        last = next((one for one in running if one.code == seen_last), None)
        if last is not None or not running:
            return last or max(programmes, key=lambda one: (one.ends_on, one.code))
        cost = queries.cost_of_choices(self._session, [one.id for one in running]) if len(running) > 1 else {}
        return max(running, key=lambda one: (cost.get(one.id, 0), one.ends_on, one.code))

    def alerts(self, span: Span | None = None) -> list[Noticed]:
        """What looks odd in the choices of these days (of late, where none are named), of all programmes."""
        shops = self._shops("selection.read") & self._shops("report.read")
        from_on, to_on = (
            (self._today - timedelta(days=ALERT_DAYS), self._today) if span is None else (span.first_on, span.last_on)
        )
        programmes = [
            one for one in list_programmes(self._session) if one.starts_on <= to_on and one.ends_on >= from_on
        ]
        scope = self._scope(programmes, shops, from_on, to_on)
        tallies = queries.tallies(self._session, scope, ("all", "shop", "class", "clerk"))
        readers = queries.readers_of(self._session, scope, from_on, to_on)
        pace = measure_pace(self._context, programmes)
        return notice_odd(self._context, programmes, scope, tallies, readers, pace)

    def choices(
        self, code: str, span: Span | None, behind: Behind, *, outside: bool, before: int | None, limit: int
    ) -> list[ChoiceRow]:
        """The choices of a programme that stand behind a figure, the newest first. `outside`: made while their shop was shut."""
        programme = find_programme(self._session, code)
        span = span or self.year_of(programme)
        scope = self._scope([programme], self._shops("selection.read"), span.first_on, span.last_on)
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

    def _scope(self, programmes: Sequence[Programme], shops: frozenset[int], from_on: date, to_on: date) -> Scope:
        since, until = bounds_of(from_on, to_on)
        return Scope(
            programmes=tuple(one.id for one in programmes),
            shops=shops,
            since=since,
            until=until,
        )

    # --- figures

    def _funds(self, programme: Programme, spent: Mapping[int, int], pace: Pace) -> tuple[FundState, ...]:
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

    def _divided(
        self, programme: Programme, scope: Scope, span: Span
    ) -> tuple[dict[str, tuple[Part, ...]], list[Tally]]:
        """The parts, from those of each quarter, and all that was tallied for them."""
        quarters = [one for one in span.quarters() if one.first_on <= self._today]
        cuts = [one.first_on for one in quarters[1:]]
        tallies = queries.tallies(self._session, scope, tuple(queries.DIMENSIONS), cuts)
        if not quarters:
            return dict.fromkeys(PARTED, ()), tallies
        readers = queries.readers_of(self._session, scope, span.first_on, span.last_on, cuts)
        found = {}
        for dimension in PARTED:
            own = [one for one in tallies if one.dimension == dimension and one.books]
            found[dimension] = over_quarters(
                Quarter(
                    parts=tuple(part_of(one) for one in own if one.period == n),
                    readers=readers.get((programme.id, n), NOBODY).count,
                    busiest=readers.get((programme.id, n), NOBODY).busiest,
                )
                for n in range(len(quarters))
            )
        return found, queries.added(tallies)

    def _refusals(self, programme: Programme, scope: Scope) -> Refusals:
        shops = [self._context.tree.by_id[one].code for one in scope.shops]
        found = queries.refused(self._session, programme.code, shops, scope.since, scope.until)
        by_code: Counter[str] = Counter()
        for codes, count in found.items():
            for code in json.loads(codes):
                by_code[code] += count
        return Refusals(asked=sum(found.values()), by_code=tuple(by_code.most_common()))
