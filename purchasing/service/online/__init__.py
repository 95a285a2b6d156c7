"""Choosing from a shop's list: ordered, sent, collected or received, or called off. `OnlineService` is the one door for every channel.

Rows are locked in the order of all choices (`selecting.making`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from branches.context import Context
from kernel.errors import Refusal
from patrons.privacy import Vault
from purchasing.queries.online import DeliveryRow, put_aside
from purchasing.queries.selections import SelectionRow
from purchasing.service.online.browsing import Browsing, Listed, Wanted
from purchasing.service.online.ending import Cause, Ending
from purchasing.service.online.missing import Missing
from purchasing.service.online.ordering import Ordered, Ordering
from purchasing.service.online.sending import Sending
from purchasing.service.pacing import Paces, Usual
from purchasing.service.selecting import Pick
from purchasing.states import SelectionAct, acts_of

__all__ = ["Cause", "Listed", "OnlineService", "Ordered", "Wanted"]


class OnlineService:
    """What a reader, or a desk for them, and the shop do about a book chosen from its list."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def browse(self, wanted: Wanted, *, skip: int, limit: int) -> list[Listed]:
        """What readers may choose from: each book once, with the shops that have it."""
        return Browsing(self._context).browse(wanted, skip=skip, limit=limit)

    def shops_with(self, isbn: str) -> Listed | None:
        """One book with the shops that have it; None where none does."""
        return Browsing(self._context).shops_with(isbn)

    def order(self, pick: Pick, vault: Vault) -> Ordered:
        """Choose a book from a shop's list: budget and quota taken, title and copy made, nothing lent yet."""
        return Ordering(self._context, vault).order(pick)

    def dispatch(self, selection_id: int, *, item_barcode: str | None, tracking: str | None) -> SelectionRow:
        """The shop hands the book over: to the library's own transport, or to the post."""
        return Sending(self._context).dispatch(selection_id, item_barcode=item_barcode, tracking=tracking)

    def receive(self, selection_id: int) -> SelectionRow:
        """A posted book has come: the loan begins."""
        return Sending(self._context).receive(selection_id)

    def miss(self, selection_id: int) -> SelectionRow:
        """A posted book did not arrive: the shop sends another, or it is called off."""
        return Missing(self._context).miss(selection_id)

    def against_missing(self, selection: SelectionRow, delivery: DeliveryRow) -> list[Refusal]:
        """Why the reader of a posted book that was sent cannot say now that it did not come."""
        return Missing(self._context).against_reader(selection, delivery)

    def usual_days(self, waiting: Collection[SelectionRow], deliveries: Mapping[int, DeliveryRow]) -> dict[int, Usual]:
        """Of choices that are ordered or sent, how long such a one usually takes, as far as that is known and not over."""
        open_ones = [row for row in waiting if row.status in ("ordered", "sent")]
        paces, found = Paces(self._context, {row.shop_id for row in open_ones}), dict[int, Usual]()
        holds = [delivery.hold_id for delivery in deliveries.values() if delivery.hold_id is not None]
        there = put_aside(self._context.session, holds) if holds else set()
        for row in open_ones:
            delivery = deliveries[row.id]
            if delivery.hold_id in there:
                continue
            usual = paces.usual(row.shop_id, delivery.way, delivery.pickup_id)
            if usual is not None and (row.status, usual.until) != ("sent", "sent"):
                found[row.id] = usual
        return found

    def acts_on(self, selection: SelectionRow, way: str) -> tuple[SelectionAct, ...]:
        """What the caller may do about a choice as it stands."""
        return acts_of(Ending(self._context).party_of(selection), selection.status, way)

    def call_off(self, selection_id: int, reason: str, cause: Cause = "called_off") -> SelectionRow:
        """By the reader until it is sent; by the shop that has no copy, or whose parcel did not arrive; by the library until it is read."""
        return Ending(self._context).call_off(selection_id, reason, cause)
