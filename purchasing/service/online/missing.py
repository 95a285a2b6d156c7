"""A posted book did not arrive: its reader says so, or a desk for them. Then the shop sends another one, or money and quota go back."""

from __future__ import annotations

from sqlalchemy import update

from catalog.queries import ItemRow, item_by_id
from catalog.service.placing import place_item
from circ.service.calling_off import call_off_loan
from kernel.clock import local_day
from kernel.db import table_of
from kernel.errors import Refusal, Refused
from purchasing.queries.funds import programme_by_id
from purchasing.queries.missed import missed_by
from purchasing.queries.online import DeliveryRow, delivery_of
from purchasing.queries.selections import SelectionRow, find_selection
from purchasing.refusals import refuse
from purchasing.rules import check_missed, check_missed_often
from purchasing.selection_models import Delivery
from purchasing.service.missed import count_missed
from purchasing.service.online.moving import Moving
from purchasing.states import ONLINE_ACTS, Party

_deliveries = table_of(Delivery)


class Missing(Moving):
    """From the post back to the shop's list of what is to be sent."""

    def miss(self, selection_id: int) -> SelectionRow:
        """The reader says so until the book counts as received, a few days after it was sent; a library also afterwards, while the loan
        that then began is as it was. Nothing counts as received by itself any more. Said twice, it is said once. Each counts for the
        reader's year, whoever says it; beyond the programme's limit only a library does."""
        self.require_receiver(find_selection(self._session, selection_id))
        selection, item = self.take(selection_id)
        if selection.status == "missing":
            return selection
        party: Party = "reader" if self._context.caller.kind == "patron" else "library"
        self.require(selection, *ONLINE_ACTS["miss"].of[party])
        delivery = delivery_of(self._session, selection_id)
        if delivery.way not in ONLINE_ACTS["miss"].ways:
            raise Refused([refuse("purchase.collect")])
        patron_id = self.reader_of(selection)
        if party == "reader" and (against := self.against_reader(selection, delivery)):
            raise Refused(against)
        self.require_unsettled(selection)
        if patron_id is None:
            raise Refused([refuse("purchase.moved_on")])
        if selection.loan_id is not None:
            self._end_loan(selection, item)
        self.move(selection_id, "missing", loan_id=None, patron_id=patron_id)
        said = update(_deliveries).where(_deliveries.c.selection_id == selection_id)
        self._session.execute(said.values(missing_at=self._context.now, due_on=None))
        count_missed(self._session, selection.programme_id, patron_id, local_day(self._context.now).year)
        self._record("selection_missed", selection, {})
        return find_selection(self._session, selection_id)

    def against_reader(self, selection: SelectionRow, delivery: DeliveryRow) -> list[Refusal]:
        """Why the reader cannot say so without a librarian. In the act their row is locked: no two parcels both count as the last."""
        assert delivery.sent_at is not None
        too_soon, patron_id = check_missed(delivery.sent_at, self._context.now), self.reader_of(selection)
        if patron_id is None:
            return too_soon
        rules, year = programme_by_id(self._session, selection.programme_id).rules, local_day(self._context.now).year
        missed = missed_by(self._session, selection.programme_id, patron_id, year)
        return [*too_soon, *check_missed_often(rules.online, missed)]

    def _end_loan(self, selection: SelectionRow, item: ItemRow) -> None:
        """It counted as received, and never was: nobody knows where the copy is."""
        assert selection.loan_id is not None
        if not call_off_loan(self._context, selection.loan_id, item, org_id=selection.shop_id):
            raise Refused([refuse("purchase.moved_on")])
        place_item(
            self._context,
            item_by_id(self._session, item.id),
            status="missing",
            location_id=selection.shop_id,
        )
