"""A choice made online comes to nothing: the reader does not want it, the shop has none, it was lost on its way."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

from sqlalchemy import update

from catalog.models import Item
from catalog.queries import ItemRow, item_by_id
from catalog.service.placing import place_item
from circ.queries.holds import hold_by_id
from circ.service.calling_off import call_off_loan
from circ.service.holds import HoldService
from circ.states import OPEN
from kernel.db import table_of
from kernel.errors import Invalid, NotFound, Refused
from kernel.i18n import Text
from patrons.queries import patron_by_id
from patrons.service.families import acts_for
from purchasing.queries.funds import programme_by_id
from purchasing.queries.online import delivery_of
from purchasing.queries.selections import SelectionRow, find_selection
from purchasing.refusals import refuse
from purchasing.service.online.moving import Moving
from purchasing.service.online.postage import give_back, settle_postage
from purchasing.service.online.telling import tell_over
from purchasing.service.stock import put_back, say_none
from purchasing.states import ONLINE_ACTS, Party
from transit.queries import open_transfer
from transit.service import TransferService

_items = table_of(Item)
Cause = Literal["called_off", "no_supply", "lost"]
CAUSES: Final[dict[Cause, Text]] = {
    "called_off": Text("已撤销", "called off"),
    "no_supply": Text("书店没有这本书了", "the shop has no copy"),
    "lost": Text("路上丢失", "lost on its way"),
}
_BY_THE_LIBRARY: Final = "purchase.override"


class Ending(Moving):
    """Money, quota, stock and postage go back to where they came from; the label is void."""

    def call_off(self, selection_id: int, reason: str, cause: Cause = "called_off") -> SelectionRow:
        """Raises Refused where it is too late for whoever asks."""
        self._require_caller(find_selection(self._session, selection_id))
        selection, item = self.take(selection_id, with_number=True)
        self._require_time(selection)
        self._require_cause(selection, cause)
        self.require_unsettled(selection)
        patron_id = self.reader_of(selection)
        if patron_id is None or item.status in ("on_hold_shelf", "in_processing"):
            raise Refused([refuse("purchase.moved_on")])
        by_reader = self._context.caller.kind == "patron"
        values = {"ended_at": self._context.now, "end_reason": reason, "patron_id": None}
        self.move(selection_id, "cancelled", **values)
        self._bring_back(selection, item)
        self.give_quota_back(selection, patron_id)
        self._give_back(selection)
        self._restock(selection, cause)
        self.forget_address(selection_id)
        self._record("selection_cancelled", selection, {"why": reason, "cause": cause})
        self.leave_title(selection)
        self._settle_postage(selection, patron_id, by_reader=by_reader)
        if not by_reader:
            self._tell(selection, patron_id, cause)
        return find_selection(self._session, selection_id)

    # --- who and when

    def _require_cause(self, selection: SelectionRow, cause: Cause) -> None:
        """That there is none is the shop's to say before it sends, that it was lost the library's afterwards, and the shop's of what did
        not arrive; a reader does not want it."""
        fits = {
            "called_off": True,
            "no_supply": selection.status == "ordered",
            "lost": selection.status in ("sent", "missing", "lent"),
        }
        if not fits[cause] or (self._context.caller.kind == "patron" and cause != "called_off"):
            message = Text("这个原因不合适。", "This cause does not fit.")
            raise Invalid("selection.cause", message, {"cause": [message]})

    def _require_caller(self, selection: SelectionRow) -> None:
        """The reader and who acts for them; the shop; the library of the programme. For others there is no such choice."""
        context = self._context
        if not selection.is_online:
            raise NotFound("selection", selection.id)
        if context.caller.kind == "patron":
            may = acts_for(self._asked, selection.patron_id or self.reader_of(selection))
        else:
            context.caller.require("selection.make")
            may = context.caller.may("selection.make", selection.shop_id, context.tree) or self._is_library(selection)
        if not may:
            raise NotFound("selection", selection.id)

    def _is_library(self, selection: SelectionRow) -> bool:
        org_id = programme_by_id(self._session, selection.programme_id).org_id
        return self._context.caller.may(_BY_THE_LIBRARY, org_id, self._context.tree)

    def party_of(self, selection: SelectionRow) -> Party:
        """For whom the caller speaks."""
        if self._context.caller.kind == "patron":
            return "reader"
        return "library" if self._is_library(selection) else "shop"

    def _require_time(self, selection: SelectionRow) -> None:
        allowed = ONLINE_ACTS["call_off"].of
        self.require(selection, *allowed["library"])
        if selection.status not in allowed[self.party_of(selection)]:
            raise Refused([refuse("purchase.sent")])
        if selection.status == "lent" and delivery_of(self._session, selection.id).way != "post":
            raise Refused([refuse("purchase.moved_on")])

    # --- taking back

    def _bring_back(self, selection: SelectionRow, item: ItemRow) -> None:
        """The copy is the shop's again, or gone: no copy of the library's. Its loan, its hold and its way there never were."""
        context = self._context
        if selection.loan_id is not None and not call_off_loan(
            context, selection.loan_id, item, org_id=selection.shop_id
        ):
            raise Refused([refuse("purchase.moved_on")])
        transfer = open_transfer(self._session, item.id)
        if transfer is not None:
            acting = self._acting(("transfer.cancel", transfer.from_id))
            TransferService(acting).cancel(transfer.id, "hold_ended", force=True)
        self._end_hold(selection)
        item = item_by_id(self._session, selection.item_id)
        place_item(context, item, status="withdrawn", location_id=selection.shop_id)
        self._session.execute(update(_items).where(_items.c.id == item.id).values(awaits_processing=False))

    def _end_hold(self, selection: SelectionRow) -> None:
        hold_id = delivery_of(self._session, selection.id).hold_id
        hold = hold_by_id(self._session, hold_id) if hold_id is not None else None
        if hold is not None and hold.status in OPEN:
            HoldService(self._acting(("hold.change", hold.pickup_id))).cancel(hold.id)

    def _restock(self, selection: SelectionRow, cause: Cause) -> None:
        """What comes back stands on the list again; what the shop has not is none, whatever the list said."""
        if cause == "no_supply":
            say_none(self._session, selection)
        elif cause == "called_off":
            put_back(self._session, selection)

    def _settle_postage(self, selection: SelectionRow, patron_id: int, *, by_reader: bool) -> None:
        """The fee goes with its book; what is left of the day's parcel pays its own only where the reader made it smaller."""
        context = self._context
        give_back(context, selection.id, delivery_of(self._session, selection.id).postage_id)
        programme = programme_by_id(self._session, selection.programme_id)
        of_reader = find_selection(self._session, selection.id)
        settle_postage(context, programme, _with_reader(of_reader, patron_id), may_charge=by_reader)

    # --- telling

    def _tell(self, selection: SelectionRow, patron_id: int, cause: Cause) -> None:
        """The reader hears of it, and that the book is still wanted is noted, without the reader."""
        tell_over(self._context, _with_reader(selection, patron_id), CAUSES[cause])
        if cause != "no_supply":
            return
        context = self._context
        data = {"isbn": selection.isbn, "title": selection.title, "codes": ["purchase.stock"]}
        data |= {"programme": selection.programme, "shop": context.tree.by_id[selection.shop_id].code}
        home_id = patron_by_id(self._session, patron_id).home_id
        context.record("selection_refused", data=data, org_id=home_id)


def _with_reader(selection: SelectionRow, patron_id: int) -> SelectionRow:
    return replace(selection, patron_id=patron_id)
