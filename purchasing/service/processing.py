"""A new book that came back from its first reader: given its place in the library, and sent there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import update

from branches.context import Context
from catalog.models import Item
from catalog.queries import ItemRow, find_item, item_by_id
from catalog.service.callnumbers import Allotment, CallNumberService, NumberAsked
from catalog.service.items import ItemChanges, ItemService
from catalog.service.placing import place_item
from catalog.states import ITEM_STATUSES
from circ.commands import CheckIn
from circ.service import CirculationService, Returned
from kernel.db import table_of
from kernel.errors import Conflict
from kernel.i18n import Text
from purchasing.queries.processing import selection_of_item

_items = table_of(Item)
_NOT_HERE: Final = Text(
    "这册书现在“{status}”，不在加工区。书还回总馆、扫过还书以后再加工。",
    "This copy is “{status}”, not with the cataloguers. Take it in first where it is to be processed.",
)
_TAKEN: Final = Text(
    "索书号 {old} 刚刚给了别的书，这本书现在是 {new}。请核对书标后再办一次。",
    "The call number {old} was just given to another book; this one has {new} now. Look at its label, then do it again.",
)
_DONE: Final = Text("这册书已经加工过了。", "This copy was processed already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Processing:
    """What a new book becomes: where it is at home, whose it is (its home's, if nothing is said), its type, its place on the shelf.
    `takes_number`: the book number of the title's class is taken for it; a `call_number` beside it is the one that was proposed."""

    item: str
    home: str
    item_type: str
    owner: str | None = None
    call_number: str | None = None
    shelf: str | None = None
    takes_number: bool = False


class ProcessingService:
    """Processing at the libraries where the caller may."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def proposal(self, barcode: str, home: str | None = None) -> Allotment | None:
        """The call number that a copy would get where it is to be at home (else in its library): the one its work has there already, else
        the next of its class. None where the title has no class number yet."""
        item = self._find(barcode)
        at = home or self._context.tree.by_id[item.home_id].code
        return CallNumberService(self._context).propose(NumberAsked(bib=item.bib_id, at=at, volume=item.volume))

    def finish(self, command: Processing) -> Returned:
        """The copy is a copy like any other from now on; the answer says where it goes: a waiting reader, its shelf, or its new home.
        Raises Conflict `processing.number_taken` where another book got the proposed number meanwhile; nothing is done then."""
        context, item = self._context, self._take(command.item)
        library = context.tree.by_id[item.home_id]
        home = context.tree.unit(command.home)
        owner = context.tree.unit(command.owner) if command.owner else home
        rights = [("item.write", unit_id) for unit_id in {item.owner_id, owner.id, library.id, home.id}]
        acting = replace(context, caller=context.caller.carrying(*rights, ("loan.return", library.id)))
        changes: ItemChanges = {
            "home": home.code,
            "owner": owner.code,
            "item_type": command.item_type,
            "call_number": _number(acting, command, item),
            "shelf": command.shelf,
        }
        items = ItemService(acting)
        items.write(items.plan_for(item, changes))
        self._session.execute(update(_items).where(_items.c.id == item.id).values(awaits_processing=False))
        placed = item_by_id(self._session, item.id)
        place_item(context, placed, status="available", location_id=library.id)
        data = {"selection": selection_of_item(self._session, item.id), "home": home.code}
        context.record("item_processed", org_id=library.id, item_id=item.id, bib_id=item.bib_id, data=data)
        namespace = context.tree.by_id[item.namespace_id]
        scanned = CheckIn(item=f"{namespace.code}:{item.barcode}", at=library.code)
        return CirculationService(acting).check_in(scanned)

    def _find(self, barcode: str, *, lock: bool = False) -> ItemRow:
        context = self._context
        context.caller.require("item.process")
        item = find_item(self._session, barcode, context.tree, at=context.caller.own_unit(), lock=lock)
        context.caller.require_at("item.process", item.home_id, context.tree, thing="item", key=barcode)
        return item

    def _take(self, barcode: str) -> ItemRow:
        """The copy, its row locked, of a library where the caller processes; another one's is answered as absent."""
        item = self._find(barcode, lock=True)
        if not item.awaits_processing:
            raise Conflict("processing.done", _DONE)
        if item.status != "in_processing":
            raise Conflict("processing.not_here", _NOT_HERE.format(status=ITEM_STATUSES[item.status].label))
        return item


def _number(acting: Context, command: Processing, item: ItemRow) -> str | None:
    """What was typed, or the number that is the work's from now on."""
    if not command.takes_number:
        return command.call_number
    number = NumberAsked(bib=item.bib_id, at=command.home, volume=item.volume)
    given = CallNumberService(acting).allot(number).call_number
    if command.call_number is not None and command.call_number != given:
        raise Conflict("processing.number_taken", _TAKEN.format(old=command.call_number, new=given), call_number=given)
    return given
