"""A book chosen online leaves the shop, and a posted one is received: then its loan begins. One that is collected is lent by the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import update

from branches.context import InTurns
from catalog.models import Item
from catalog.queries import ItemRow, item_by_id
from catalog.service.placing import place_item
from circ.commands import CheckOut
from circ.queries import lending_facts
from circ.rules import check_card
from circ.service import CirculationService
from circ.service.facts import patron_facts
from circ.service.holds.promising import promise
from kernel import outbox
from kernel.clock import local_day
from kernel.db import table_of
from kernel.errors import Conflict, Refused
from patrons.queries import patron_by_id
from purchasing.programmes import Programme
from purchasing.queries.funds import programme_by_id
from purchasing.queries.online import delivery_of, received_by
from purchasing.queries.selections import SelectionRow, find_selection
from purchasing.refusals import refuse
from purchasing.selection_models import Delivery
from purchasing.service.online.moving import Moving
from purchasing.service.online.telling import tell_sent
from purchasing.service.shop_barcodes import ShopBarcodeService
from purchasing.states import ONLINE_ACTS

_deliveries, _items = table_of(Delivery), table_of(Item)
_NO_ITEM: Final = 0
AT_ONCE: Final = 200
_RECEIVED: Final = "邮寄的书已收到 / a posted book was received"
_LIFTING: Final = ("loan.lend", "loan.override.patron", "loan.override.item", "loan.override.hold")


class Sending(Moving):
    """From the shop's shelf into the reader's hands."""

    def dispatch(self, selection_id: int, *, item_barcode: str | None, tracking: str | None) -> SelectionRow:
        """Hand the book over. `item_barcode` is the label stuck into it, where it is not the one that was set aside. Raises Refused where
        the reader's card does not serve now: the book stays in the shop until the library has settled that."""
        found = self._of_shop(selection_id)
        programme = programme_by_id(self._session, found.programme_id)
        if found.patron_id is not None:
            patron_by_id(self._session, found.patron_id, lock=True)
        label = self._label(found, programme, item_barcode)
        selection, item = self.take(selection_id)
        self.require(selection, *ONLINE_ACTS["dispatch"].of["shop"])
        assert selection.patron_id is not None
        self._check_card(selection)
        if label is not None:
            item = self._stick(item, label)
        return self._send(selection, item, tracking)

    def note_sent(self, selection_id: int) -> SelectionRow:
        """A desk has the book in hand, though its shop did not say that it sent it."""
        selection, item = self.take(selection_id)
        self.require(selection, "ordered")
        return self._send(selection, item, None)

    def _send(self, selection: SelectionRow, item: ItemRow, tracking: str | None) -> SelectionRow:
        context, delivery = self._context, delivery_of(self._session, selection.id)
        sent: dict[str, Any] = {"sent_at": context.now, "tracking": tracking}
        if delivery.way == "pickup":
            sent["hold_id"] = self._send_to_pickup(selection, item)
        else:
            online = programme_by_id(self._session, selection.programme_id).rules.online
            sent["due_on"] = local_day(context.now) + timedelta(days=online.receipt_after_days)
        self.move(selection.id, "sent")
        self._session.execute(update(_deliveries).where(_deliveries.c.selection_id == selection.id).values(sent))
        self._record("selection_sent", selection, {})
        after = find_selection(self._session, selection.id)
        tell_sent(context, after, delivery_of(self._session, selection.id))
        return after

    def receive(self, selection_id: int) -> SelectionRow:
        """The book is in the reader's hands, so the loan begins, whatever has become of the card meanwhile. Said by the reader, or a desk
        for them."""
        self.require_receiver(find_selection(self._session, selection_id))
        return self._begin(selection_id)

    def receive_by_calendar(self, selection_id: int) -> None:
        """Nobody said in time that the book did not come."""
        self._begin(selection_id)

    # --- dispatching

    def _of_shop(self, selection_id: int) -> SelectionRow:
        context, selection = self._context, find_selection(self._session, selection_id)
        right = "selection.make"
        context.caller.require_at(right, selection.shop_id, context.tree, thing="selection", key=selection_id)
        return selection

    def _label(self, selection: SelectionRow, programme: Programme, asked: str | None) -> str | None:
        """Another label than the one set aside, taken for this book."""
        if not asked or asked.strip() == selection.item:
            return None
        shop = self._context.tree.by_id[selection.shop_id]
        return ShopBarcodeService(self._context).take(shop, library_id=programme.library_id, asked=asked)

    def _stick(self, item: ItemRow, label: str) -> ItemRow:
        """The copy bears another number than the one set aside, which nobody has seen; that one is void."""
        self._session.execute(
            update(_items).where(_items.c.id == item.id).values(barcode=label, version=_items.c.version + 1)
        )
        outbox.enqueue(self._session, "bib", [item.bib_id], at=self._context.now)
        data = {"changes": {"barcode": [item.barcode, label]}}
        subjects = {"item_id": item.id, "bib_id": item.bib_id}
        self._context.record("item_changed", org_id=item.location_id, data=data, **subjects)
        return item_by_id(self._session, item.id)

    def _check_card(self, selection: SelectionRow) -> None:
        """A card that expired or was blocked since the choice keeps the book in the shop."""
        context = self._context
        assert selection.patron_id is not None
        patron = patron_by_id(self._session, selection.patron_id)
        today = local_day(context.now)
        facts = lending_facts(self._session, patron_id=patron.id, item_id=_NO_ITEM, now=context.now, today=today)
        if any(check_card(patron_facts(context, patron, facts, selection.shop_id), context.now)):
            raise Refused([refuse("purchase.card")])

    def _send_to_pickup(self, selection: SelectionRow, item: ItemRow) -> int:
        pickup_id = delivery_of(self._session, selection.id).pickup_id
        assert selection.patron_id is not None
        assert pickup_id is not None
        place_item(self._context, item, status="available", location_id=selection.shop_id)
        acting = self._acting(("transfer.send", selection.shop_id))
        item = item_by_id(self._session, item.id)
        return promise(acting, item, patron_id=selection.patron_id, pickup_id=pickup_id)

    # --- receiving

    def _begin(self, selection_id: int) -> SelectionRow:
        selection, item = self.take(selection_id)
        if selection.status == "lent" and selection.is_online:
            return selection  # said before, by the reader or by the calendar
        self.require(selection, *ONLINE_ACTS["receive"].of["reader"])
        if delivery_of(self._session, selection_id).way != "post":
            raise Refused([refuse("purchase.collect")])
        place_item(self._context, item, status="available", location_id=selection.shop_id)
        service = CirculationService(self._acting(*((right, selection.shop_id) for right in _LIFTING)))
        command = self._check_out(selection, item)
        standing = service.preview_check_out(command).refusals
        lifting = tuple(sorted({one.code for one in standing if one.override is not None}))
        service.check_out(replace(command, override=lifting, reason=_RECEIVED))
        return find_selection(self._session, selection_id)

    def _check_out(self, selection: SelectionRow, item: ItemRow) -> CheckOut:
        tree = self._context.tree
        assert selection.patron_id is not None
        patron = patron_by_id(self._session, selection.patron_id)
        of_item = tree.by_id[tree.namespace(item.home_id)].code
        card = f"{tree.by_id[patron.namespace_id].code}:{patron.barcode}"
        return CheckOut(patron=card, item=f"{of_item}:{item.barcode}", at=tree.by_id[selection.shop_id].code)


def receive_due(in_turns: InTurns) -> int:
    """How many loans began because nobody said that the book did not come, each in a transaction of its own. May run at any time."""
    due = in_turns(lambda context: received_by(context.session, local_day(context.now), AT_ONCE))
    return sum(_received(in_turns, selection_id) for selection_id in due)


def _received(in_turns: InTurns, selection_id: int) -> bool:
    """False where it was called off meanwhile, or the account cannot borrow at all: that the library settles."""
    try:
        in_turns(lambda context: Sending(context).receive_by_calendar(selection_id))
    except (Conflict, Refused):
        return False
    return True
