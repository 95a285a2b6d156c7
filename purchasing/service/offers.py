"""Shops' lists of books: taken from a table, added to or replaced, and taken away.

A file is read and looked at before the transaction begins, for no counter is to wait for that; what is good in it waits in a file of
our own, so that a long list is never held whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, fields, replace
from datetime import date
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Final

from sqlalchemy import delete, select, update

from branches.context import Context
from branches.queries import lock_unit
from kernel.db import table_of
from kernel.errors import Invalid, NotFound
from kernel.i18n import Text
from kernel.sheets.tables import open_table
from kernel.writes import insert_into
from purchasing.price_lists import FIELD_OF, LAYOUT, MOST_STOCK, NEW_NEEDS, Offer, OfferLine, Said, read_offers
from purchasing.selection_models import ShopOffer
from purchasing.service.shops import find_shop

MOST_TOLD: Final = 500
MOST_EXAMPLES: Final = 10
_BATCH: Final = 500
_STOCK: Final = Text("库存请填 0 到 {most} 的整数，或留空。", "A whole number of copies from 0 to {most}, or nothing.")
_offers = table_of(ShopOffer)
_COLUMNS: Final = tuple(one.name for one in fields(Offer))
_AS_OFFERS: Final = select(*(_offers.c[name] for name in _COLUMNS))

# What may become of a book on a list. A book whose price and stock are both others is counted under both, and once as changed.
OUTCOMES: Final[Mapping[str, Text]] = {
    "new": Text("新上", "New"),
    "changed": Text("更改", "Changed"),
    "changed_price": Text("改了定价", "Other price"),
    "changed_stock": Text("改了库存", "Other stock"),
    "unchanged": Text("不变", "As they are"),
    "removed": Text("下架", "Taken off"),
}
EXAMPLES_OF: Final = ("removed", "changed_price", "changed_stock", "new")  # what a look must not overlook stands first


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A book before and after: without one before it is new, without one after it is gone."""

    before: Offer | None
    after: Offer | None

    @property
    def book(self) -> Offer:
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(kw_only=True)
class ListReport:
    """What became, or would become, of a list: how many books by `OUTCOMES`, and of the telling ones the first few; of the refused rows the
    first `MOST_TOLD`. `columns`: what the list speaks of; `ignored`: heads that name nothing we keep."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*OUTCOMES, "refused"), 0))
    examples: dict[str, list[Example]] = field(default_factory=lambda: {name: [] for name in EXAMPLES_OF})
    refused: list[OfferLine] = field(default_factory=list)
    columns: Sequence[str] = ()
    ignored: Sequence[str] = ()
    is_written: bool = False

    @property
    def taken(self) -> int:
        """How many rows are good."""
        return self.counts["new"] + self.counts["changed"] + self.counts["unchanged"]

    @property
    def refused_count(self) -> int:
        return self.counts["refused"]

    def add(self, outcome: str, example: Example | None = None) -> None:
        self.counts[outcome] += 1
        if example is not None and len(self.examples[outcome]) < MOST_EXAMPLES:
            self.examples[outcome].append(example)

    def refuse(self, line: OfferLine) -> None:
        self.counts["refused"] += 1
        if len(self.refused) < MOST_TOLD:
            self.refused.append(line)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadList:
    """A list as it was understood: its `count` good rows wait in `spool`, `so_far` tells of the others."""

    spool: IO[str]
    count: int
    so_far: ListReport

    def lines(self) -> Iterator[OfferLine]:
        """From the first one on, as often as a transaction has to begin anew."""
        self.spool.seek(0)
        for written in self.spool:
            number, isbn, shown, values = json.loads(written)
            title = values.get("title", "")[:80]
            yield OfferLine(number=number, isbn=shown, title=title, said=Said(isbn=isbn, values=values))


@contextmanager
def read_list(file: IO[bytes], today: date) -> Iterator[ReadList]:
    """Raises Invalid for what is no list of books."""
    with TemporaryFile("w+", encoding="utf-8") as spool:
        count = 0
        with open_table(file, LAYOUT) as table:
            so_far = ListReport(columns=table.fields, ignored=table.ignored)
            for line in read_offers(table, today):
                if line.said is None:
                    so_far.refuse(line)
                    continue
                kept = (line.number, line.said.isbn, line.isbn, line.said.values)
                spool.write(json.dumps(kept, ensure_ascii=False) + "\n")
                count += 1
        yield ReadList(spool=spool, count=count, so_far=so_far)


class OfferService:
    """Keeping a shop's list."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def take(self, code: str, listed: ReadList, *, replaces: bool, dry_run: bool = False) -> ListReport:
        """Put the good rows on the shop's list. `replaces`: what stands on no good row leaves it. A dry run only counts."""
        shop = find_shop(self._context, code, "shop.stock")
        if not dry_run:  # one list of a shop at a time
            lock_unit(self._session, shop.id)
        report = deepcopy(listed.so_far)  # a transaction may have to begin anew
        written = [FIELD_OF[name] for name in report.columns if name != "isbn"]
        kept: set[int] = set()
        for batch in _batches(listed.lines()):
            books = self._judge(shop.id, batch, report, kept)
            if books and not dry_run:
                self._write(shop.id, books, written)
        if replaces and kept:
            self._remove_others(shop.id, kept, report, dry_run=dry_run)
        report.is_written = not dry_run and bool(kept)
        if report.is_written:
            told = {"what": "price_list", "replaces": replaces, **report.counts}
            self._context.record("settings_changed", org_id=shop.id, data=told)
        return report

    def count(self, code: str, isbn: str, stock: int | None) -> None:
        """Say how many copies of a book stand in the shop, None: it does not say any more."""
        shop = find_shop(self._context, code, "shop.stock")
        if stock is not None and not 0 <= stock <= MOST_STOCK:
            message = _STOCK.format(most=MOST_STOCK)
            raise Invalid("offer.stock", message, {"stock": [message]})
        one = update(_offers).where(_offers.c.shop_id == shop.id, _offers.c.isbn == isbn).values(stock=stock)
        if self._session.execute(one.returning(_offers.c.isbn)).first() is None:
            raise NotFound("offer", isbn)

    def remove(self, code: str, isbn: str) -> None:
        """Take one book off the list."""
        shop = find_shop(self._context, code, "shop.stock")
        one = delete(_offers).where(_offers.c.shop_id == shop.id, _offers.c.isbn == isbn)
        if self._session.execute(one.returning(_offers.c.isbn)).first() is None:
            raise NotFound("offer", isbn)

    def clear(self, code: str) -> int:
        """Take all books off the list; how many there were."""
        shop = find_shop(self._context, code, "shop.stock")
        lock_unit(self._session, shop.id)
        report = ListReport()
        self._remove_others(shop.id, frozenset(), report, dry_run=False)
        removed = report.counts["removed"]
        told = {"what": "price_list", "removed": removed}
        self._context.record("settings_changed", org_id=shop.id, data=told)
        return removed

    # --- parts

    def _judge(self, shop_id: int, batch: Sequence[OfferLine], report: ListReport, kept: set[int]) -> list[Offer]:
        """What of these rows is new or other than before, all of them counted."""
        books = []
        known = self._known(shop_id, [line.said.isbn for line in batch if line.said is not None])
        for line in batch:
            said = line.said
            assert said is not None
            before = known.get(said.isbn)
            if before is None and said.lacks is not None:
                reason = NEW_NEEDS.format(heads=said.lacks)
                report.refuse(replace(line, said=None, reasons=(reason,)))
                continue
            kept.add(int(said.isbn))
            after = said.on(before)
            _count(report, before, after)
            if after != before:
                books.append(after)
        return books

    def _known(self, shop_id: int, isbns: Sequence[str]) -> dict[str, Offer]:
        found = _AS_OFFERS.where(_offers.c.shop_id == shop_id, _offers.c.isbn.in_(isbns))
        return {row.isbn: Offer(**row._mapping) for row in self._session.execute(found)}

    def _write(self, shop_id: int, books: Sequence[Offer], written: Sequence[str]) -> None:
        """Of a book that is there only what the list speaks of: a counter may be taking one from the stock meanwhile."""
        put = insert_into(self._session, _offers)
        changed = {name: put.excluded[name] for name in (*written, "listed_at")}
        put = put.on_conflict_do_update(index_elements=["shop_id", "isbn"], set_=changed)
        same = {"shop_id": shop_id, "listed_at": self._context.now}
        self._session.execute(put, [{name: getattr(offer, name) for name in _COLUMNS} | same for offer in books])

    def _remove_others(
        self, shop_id: int, kept: set[int] | frozenset[int], report: ListReport, *, dry_run: bool
    ) -> None:
        """Take away what is not kept, in portions, and count it."""
        after = ""
        page = _AS_OFFERS.where(_offers.c.shop_id == shop_id).order_by(_offers.c.isbn).limit(_BATCH)
        while found := [Offer(**row._mapping) for row in self._session.execute(page.where(_offers.c.isbn > after))]:
            after = found[-1].isbn
            gone = [offer for offer in found if int(offer.isbn) not in kept]
            for offer in gone:
                report.add("removed", Example(before=offer, after=None))
            if gone and not dry_run:
                isbns = [offer.isbn for offer in gone]
                self._session.execute(delete(_offers).where(_offers.c.shop_id == shop_id, _offers.c.isbn.in_(isbns)))


def _count(report: ListReport, before: Offer | None, after: Offer) -> None:
    example = Example(before=before, after=after)
    if before is None:
        report.add("new", example)
        return
    report.add("unchanged" if before == after else "changed")
    if before.price_fen != after.price_fen:
        report.add("changed_price", example)
    if before.stock != after.stock:
        report.add("changed_stock", example)


def _batches(lines: Iterable[OfferLine]) -> Iterator[list[OfferLine]]:
    remaining = iter(lines)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
