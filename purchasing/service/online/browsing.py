"""What readers may choose from at home: the shops' lists put together, each book once, with the shops that have it and about when a copy
from each could be collected.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from branches.context import Context
from branches.tree import Unit
from circ.arrival_rules import LATELY, Way
from circ.service.arriving import Arrival
from kernel.clock import local_day
from patrons.queries import patron_by_id
from purchasing.queries.funds import list_programmes
from purchasing.queries.offered import OfferedRow, came_from, find_books, offers_of
from purchasing.rules import hands_out, has_desk
from purchasing.service.pacing import LATEST, pace_of
from purchasing.volumes import split_volumes

MOST_WORDS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Words that a book's row on a list holds, and the most it may cost."""

    words: tuple[str, ...] = ()
    up_to_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HadAt:
    """A shop that has a book. `stock` None: it does not say how many. `arrival` is about when one could be collected at the reader's own
    library; None where nothing tells, or nothing from this shop is handed out there. Of `volumes` one has to be named."""

    shop: Unit
    price_fen: int
    stock: int | None
    arrival: Arrival | None
    volumes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A book on the shops' lists, as the newest of them describes it; the shops whose copy comes soonest first, then the cheaper ones."""

    isbn: str
    title: str
    author: str
    publisher: str
    year: int | None
    shops: tuple[HadAt, ...]


class Browsing:
    """Reads alone, for the reader who asks. The statements are as many for a page of books as for one."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def browse(self, wanted: Wanted, *, skip: int, limit: int) -> list[Listed]:
        shops = open_shops(self._context)
        most, words = wanted.up_to_fen, wanted.words[:MOST_WORDS]
        isbns = find_books(self._session, list(shops), words, up_to_fen=most, skip=skip, limit=limit)
        rows = offers_of(self._session, list(shops), isbns, up_to_fen=most) if isbns else []
        return self._put_together(isbns, rows, shops)

    def shops_with(self, isbn: str) -> Listed | None:
        shops = open_shops(self._context)
        rows = offers_of(self._session, list(shops), [isbn])
        return next(iter(self._put_together([isbn], rows, shops)), None)

    # --- parts

    def _put_together(self, isbns: Sequence[str], rows: Sequence[OfferedRow], shops: dict[int, Unit]) -> list[Listed]:
        arrivals = self._arrivals({shops[row.shop_id] for row in rows})
        places = {shop_id: place for place, shop_id in enumerate(shops)}
        by_isbn: dict[str, list[OfferedRow]] = {}
        for row in rows:
            by_isbn.setdefault(row.isbn, []).append(row)

        def order(row: OfferedRow) -> tuple[date, int, int]:
            arrival = arrivals.get(row.shop_id)
            return (arrival.day if arrival else date.max, row.price_fen, places[row.shop_id])

        return [
            Listed(
                isbn=isbn,
                title=found[0].title,
                author=found[0].author,
                publisher=found[0].publisher,
                year=found[0].year,
                shops=tuple(
                    HadAt(
                        shop=shops[row.shop_id],
                        price_fen=row.price_fen,
                        stock=row.stock,
                        arrival=arrivals.get(row.shop_id),
                        volumes=split_volumes(row.volumes),
                    )
                    for row in sorted(found, key=order)
                ),
            )
            for isbn in isbns
            if (found := by_isbn.get(isbn))
        ]

    def _arrivals(self, shops: Collection[Unit]) -> dict[int, Arrival]:
        """By shop, as far as its books lately took long enough to tell."""
        context = self._context
        if not shops:
            return {}
        place = context.tree.by_id[patron_by_id(self._session, context.caller.id).home_id]
        serving = self._serving(shops, place)
        came = came_from(self._session, [shop.id for shop in serving], context.now - LATELY, LATEST)
        arrivals = {}
        for shop in serving:
            way = pace_of([row for row in came if row.shop_id == shop.id], place.id)
            day = None if way is None else self._first_open(place, way)
            if day is not None:
                arrivals[shop.id] = Arrival(origin=shop, place=place, day=day, way=way)
        return arrivals

    def _serving(self, shops: Collection[Unit], place: Unit) -> list[Unit]:
        """Those from which a programme that runs today hands out what was chosen online at this place."""
        if not has_desk(place.kind, is_closed=place.is_closed):
            return []
        context = self._context
        path = context.tree.codes(place.id)
        open_here = [
            programme.rules
            for programme in list_programmes(self._session, open_on=local_day(context.now))
            if programme.rules.online.pickup and hands_out(programme.rules.online, path)
        ]
        return [shop for shop in shops if any(rules.has_shop(shop.code) for rules in open_here)]

    def _first_open(self, place: Unit, way: Way) -> date | None:
        there = local_day(self._context.now) + timedelta(days=way.days)
        return self._context.calendars.next_open_day(place.id, there)


def open_shops(context: Context) -> dict[int, Unit]:
    """The shops that readers may choose from, by id, in the order of the tree."""
    return {unit.id: unit for unit in context.tree.in_order if unit.kind == "shop" and not unit.is_closed}
