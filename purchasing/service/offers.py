"""Shops' lists of books: taken from a table, added to or replaced, and taken away.

A file is read and looked at before the transaction begins, for no counter is to wait for that; what is good in it waits in a file of
our own, so that a long list is never held whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any, Final

from sqlalchemy import delete, select

from branches.context import Context
from branches.models import OrgUnit
from kernel.db import table_of
from kernel.errors import NotFound
from kernel.sheets.tables import open_table
from kernel.writes import insert_into
from purchasing.price_lists import LAYOUT, Offer, OfferLine, read_offers
from purchasing.selection_models import ShopOffer
from purchasing.service.shops import find_shop

MOST_TOLD: Final = 500
_BATCH: Final = 500
_offers = table_of(ShopOffer)
_COLUMNS: Final = tuple(one.name for one in fields(Offer))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadList:
    """A list as it was understood: its good rows wait in `spool`; of the refused ones the first `MOST_TOLD` are kept. `ignored`: heads
    that name nothing we keep."""

    spool: IO[str]
    count: int
    refused: Sequence[OfferLine]
    refused_count: int
    ignored: Sequence[str]

    def offers(self) -> Iterator[Offer]:
        """From the first one on, as often as a transaction has to begin anew."""
        self.spool.seek(0)
        return (Offer(**json.loads(line)) for line in self.spool)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListReport:
    """What became, or would become, of a list."""

    new: int
    changed: int
    unchanged: int
    removed: int
    refused_count: int
    refused: Sequence[OfferLine]
    ignored: Sequence[str]
    is_written: bool

    @property
    def counts(self) -> dict[str, int]:
        names = ("new", "changed", "unchanged", "removed")
        return {name: getattr(self, name) for name in names} | {"refused": self.refused_count}


@contextmanager
def read_list(file: IO[bytes], today: date) -> Iterator[ReadList]:
    """Raises Invalid for what is no list of books."""
    with TemporaryFile("w+", encoding="utf-8") as spool:
        count = refused_count = 0
        refused: list[OfferLine] = []
        with open_table(file, LAYOUT) as table:
            for line in read_offers(table, today):
                if line.offer is not None:
                    spool.write(json.dumps(_values(line.offer), ensure_ascii=False) + "\n")
                    count += 1
                    continue
                refused_count += 1
                if len(refused) < MOST_TOLD:
                    refused.append(line)
        yield ReadList(spool=spool, count=count, refused=refused, refused_count=refused_count, ignored=table.ignored)


class OfferService:
    """Keeping a shop's list."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def take(self, code: str, listed: ReadList, *, replaces: bool, dry_run: bool = False) -> ListReport:
        """Put the good rows on the shop's list. `replaces`: what stands on no good row leaves it. A dry run only counts."""
        shop = find_shop(self._context, code, "shop.stock")
        if not dry_run:  # one list of a shop at a time
            self._session.execute(select(OrgUnit.id).where(OrgUnit.id == shop.id).with_for_update(key_share=True))
        counts = {"new": 0, "changed": 0, "unchanged": 0}
        kept: set[int] = set()
        for batch in _batches(listed.offers()):
            known = self._known(shop.id, [offer.isbn for offer in batch])
            for offer in batch:
                before = known.get(offer.isbn)
                counts["new" if before is None else "unchanged" if before == offer else "changed"] += 1
            kept.update(int(offer.isbn) for offer in batch)
            if not dry_run:
                self._write(shop.id, batch)
        removed = self._remove_others(shop.id, kept, dry_run=dry_run) if replaces and kept else 0
        is_written = not dry_run and bool(kept)
        if is_written:
            told = {"what": "price_list", "replaces": replaces, **counts, "removed": removed}
            self._context.record("settings_changed", org_id=shop.id, data=told)
        return ListReport(
            **counts,
            removed=removed,
            refused_count=listed.refused_count,
            refused=listed.refused,
            ignored=listed.ignored,
            is_written=is_written,
        )

    def remove(self, code: str, isbn: str) -> None:
        """Take one book off the list."""
        shop = find_shop(self._context, code, "shop.stock")
        one = delete(_offers).where(_offers.c.shop_id == shop.id, _offers.c.isbn == isbn)
        if self._session.execute(one.returning(_offers.c.isbn)).first() is None:
            raise NotFound("offer", isbn)

    def clear(self, code: str) -> int:
        """Take all books off the list; how many there were."""
        shop = find_shop(self._context, code, "shop.stock")
        self._session.execute(select(OrgUnit.id).where(OrgUnit.id == shop.id).with_for_update(key_share=True))
        removed = self._remove_others(shop.id, frozenset(), dry_run=False)
        told = {"what": "price_list", "removed": removed}
        self._context.record("settings_changed", org_id=shop.id, data=told)
        return removed

    # --- parts

    def _known(self, shop_id: int, isbns: Sequence[str]) -> dict[str, Offer]:
        found = select(*(_offers.c[name] for name in _COLUMNS)).where(
            _offers.c.shop_id == shop_id, _offers.c.isbn.in_(isbns)
        )
        return {row.isbn: Offer(**row._mapping) for row in self._session.execute(found)}

    def _write(self, shop_id: int, batch: Sequence[Offer]) -> None:
        put = insert_into(self._session, _offers)
        changed = {name: put.excluded[name] for name in (*_COLUMNS, "listed_at") if name != "isbn"}
        put = put.on_conflict_do_update(index_elements=["shop_id", "isbn"], set_=changed)
        same = {"shop_id": shop_id, "listed_at": self._context.now}
        self._session.execute(put, [_values(offer) | same for offer in batch])

    def _remove_others(self, shop_id: int, kept: set[int] | frozenset[int], *, dry_run: bool) -> int:
        """Take away what is not kept, in portions; how many there are."""
        removed, after = 0, ""
        page = select(_offers.c.isbn).where(_offers.c.shop_id == shop_id).order_by(_offers.c.isbn).limit(_BATCH)
        while found := list(self._session.scalars(page.where(_offers.c.isbn > after))):
            after = found[-1]
            gone = [isbn for isbn in found if int(isbn) not in kept]
            removed += len(gone)
            if gone and not dry_run:
                some = delete(_offers).where(_offers.c.shop_id == shop_id, _offers.c.isbn.in_(gone))
                self._session.execute(some)
        return removed


def _values(offer: Offer) -> dict[str, Any]:
    return {name: getattr(offer, name) for name in _COLUMNS}


def _batches(offers: Iterable[Offer]) -> Iterator[list[Offer]]:
    remaining = iter(offers)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
