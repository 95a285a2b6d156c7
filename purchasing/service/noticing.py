"""Gathers what the alerts are told from, for several programmes at once, and finds the choices behind them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from branches.context import Context
from catalog.reference import CLASSES
from kernel.clock import local_day, start_of_day
from kernel.i18n import Text
from patrons.queries import patron_by_id
from purchasing.alerts import LIMITS, Alert, Counted, Dear, Ending, Seen, Tried, find_alerts
from purchasing.oversight import LEAST_READERS, PACE_DAYS, lasts_until
from purchasing.programmes import Programme
from purchasing.queries import oddities
from purchasing.queries.looks import most_looked_in_vain
from purchasing.queries.missed import most_missed
from purchasing.queries.oddities import ShopHours
from purchasing.queries.oversight import NOBODY, Readers, Scope, Tally, part_of, spent_since

_BY_READER: Final = "patron:"  # how those are named who chose online, for themselves
_NAMELESS: Final = Text("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """An alert, and the choices behind it that lead to the reader's account; none for who may not open it."""

    alert: Alert
    selections: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Over how many days the pace of each programme's funds is measured, and what each fund spent in `PACE_DAYS`."""

    days: Mapping[int, int]
    spent_fen: Mapping[int, int]


def measure_pace(context: Context, programmes: Sequence[Programme]) -> Pace:
    today = local_day(context.now)
    since = today - timedelta(days=PACE_DAYS)
    ids = {fund.id for one in programmes for fund in one.funds}
    return Pace(
        days={one.id: max((today - max(since, one.starts_on)).days, 1) for one in programmes},
        spent_fen=spent_since(context.session, ids, start_of_day(since)),
    )


def notice_odd(
    context: Context,
    programmes: Sequence[Programme],
    scope: Scope,
    tallies: Sequence[Tally],
    readers: Mapping[tuple[int, int], Readers],
    pace: Pace,
) -> list[Noticed]:
    """Of each of these programmes, in their order. `tallies` are at least all, by shop, class and clerk, and these and
    `readers` of one period."""
    if not programmes or not scope.shops:
        return []
    gathered = _Gathered(context, scope, tallies, programmes, pace)
    found = []
    for programme in programmes:
        readers_here = readers.get((programme.id, 0), NOBODY)
        for alert in find_alerts(gathered.seen(programme, readers_here), local_day(context.now)):
            reader_id = {"reader": readers_here.top_id, "missing": gathered.missed_most(programme)}.get(alert.kind)
            found.append(Noticed(alert=alert, selections=_leading_to(context, scope, reader_id)))
    return found


class _Gathered:
    """What was asked of the database, once for all programmes."""

    def __init__(
        self,
        context: Context,
        scope: Scope,
        tallies: Sequence[Tally],
        programmes: Sequence[Programme],
        pace: Pace,
    ) -> None:
        session, limits = context.session, LIMITS
        self._shops = {str(one): context.tree.by_id[one].name for one in scope.shops}
        self._classes = CLASSES.get(session).main
        self._tallies = tallies
        self._titles = oddities.many_of_one(session, scope, limits.copies_of_title)
        self._outside = oddities.outside_hours(session, scope, hours_of(context, scope.shops))
        self._dear = oddities.much_dearer(
            session, scope, times=limits.price_times, least_fen=limits.price_fen, sample=limits.price_sample
        )
        self._settling = oddities.settled_by_maker(session, scope)
        self._looking = most_looked_in_vain(session, scope.shops, scope.since, scope.until, limits.cards_in_vain)
        year = local_day(context.now).year
        self._missed = (
            most_missed(session, scope.programmes, year, limits.missed_parcels) if scope.until > context.now else {}
        )  # this year alone is known, and of no shop
        self._first_of = {
            shop: next(
                (one.id for one in programmes if one.rules.has_shop(context.tree.by_id[shop].code)), programmes[0].id
            )
            for shop in scope.shops
        }  # a card is looked at for no programme: told once, with the first that the shop takes part in
        self._pace = pace
        self._today = local_day(context.now)

    def seen(self, programme: Programme, readers: Readers) -> Seen:
        own = [one for one in self._tallies if one.programme_id == programme.id]
        by = {name: [one for one in own if one.dimension == name] for name in ("all", "shop", "class", "clerk")}
        is_few, missed = readers.count < LEAST_READERS, self._missed.get(programme.id)
        return Seen(
            programme=programme.code,
            books=sum(int(one.books) for one in by["all"]),
            most_by_one=max(readers.busiest, default=0),
            may_choose_shop=len(programme.rules.shops or self._shops) > 1,
            shops=[part_of(one) for one in by["shop"]],
            classes=[] if is_few else [part_of(one) for one in by["class"]],
            names={key: Text(name, name) for key, name in self._shops.items()} | self._classes,
            titles=[
                Counted(key=one.isbn, name=one.name, books=one.copies)
                for one in self._titles
                if one.programme_id == programme.id
            ],
            by_shop=[_tried(one, self._shops[one.key]) for one in by["shop"]],
            by_clerk=[_tried(one, one.key) for one in by["clerk"] if not one.key.startswith(_BY_READER)],
            outside=[
                Counted(key=str(shop), name=self._shops[str(shop)], books=books)
                for of, shop, books in self._outside
                if of == programme.id
            ],
            dear=[
                Dear(
                    key=one.class_letter,
                    name=self._classes.get(one.class_letter, _NAMELESS),
                    books=one.books,
                    usual_fen=one.usual_fen,
                    top_fen=one.top_fen,
                )
                for one in self._dear
                if one.programme_id == programme.id
            ],
            ending=self._ending(programme),
            most_missed=missed.parcels if missed is not None else 0,
            missing_many=missed.readers if missed is not None else 0,
            looking=[
                Counted(key=desk.author, name=desk.author, books=cards)
                for desk, cards in sorted(self._looking.items(), key=lambda one: one[0].author)
                if self._first_of[desk.shop_id] == programme.id
            ],
            self_settling=[
                Counted(key=author, name=author, books=books)
                for of, author, books in self._settling
                if of == programme.id
            ],
        )

    def missed_most(self, programme: Programme) -> int | None:
        """The reader who missed the most parcels, where these are many."""
        missed = self._missed.get(programme.id)
        return None if missed is None else missed.top_id

    def _ending(self, programme: Programme) -> list[Ending]:
        """The funds of a programme that runs today, with the day until which each lasts."""
        if not programme.runs_on(self._today):
            return []
        ends = [
            (
                fund,
                lasts_until(
                    fund.left_fen, self._pace.spent_fen.get(fund.id, 0), self._pace.days[programme.id], self._today
                ),
            )
            for fund in programme.funds
        ]
        return [
            Ending(code=fund.code, name=fund.name, lasts_until=day, ends_on=programme.ends_on)
            for fund, day in ends
            if day is not None
        ]


def hours_of(context: Context, shops: Collection[int]) -> list[ShopHours]:
    """When these shops are open, those with the same hours together; those that are always open left out."""
    alike: dict[tuple[object, object], list[int]] = {}
    hours: list[ShopHours] = []
    for shop in sorted(shops):
        week = context.calendars.week(shop)
        spans = None if week is None else tuple((n, *span) for n, day in enumerate(week) for span in day)
        closed = tuple((one.from_on, one.to_on) for one in context.calendars.closures(shop))
        if (spans, closed) in alike:
            alike[spans, closed].append(shop)
        elif spans is not None or closed:
            alike[spans, closed] = [shop]
            hours.append(ShopHours(shops=(), spans=spans, closed=closed))
    return [ShopHours(shops=tuple(alike[one.spans, one.closed]), spans=one.spans, closed=one.closed) for one in hours]


def _tried(tally: Tally, name: str) -> Tried:
    return Tried(key=tally.key, name=name, made=int(tally.books) + int(tally.cancelled), cancelled=int(tally.cancelled))


def _leading_to(context: Context, scope: Scope, reader_id: int | None) -> tuple[int, ...]:
    """The choices by which the caller may open the account of a reader: those whose loans are open, in shops where they act."""
    caller, tree = context.caller, context.tree
    if reader_id is None or not (caller.holds("selection.make") and caller.holds("patron.read_full")):
        return ()
    if not caller.may("patron.read_full", patron_by_id(context.session, reader_id).home_id, tree):
        return ()
    found = oddities.open_choices_of(context.session, scope, reader_id)
    return tuple(selection for selection, shop in found if caller.may("selection.make", shop, tree))
