"""Copies registered and changed. A barcode once given stays with its copy for ever; copies are withdrawn, never deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from sqlalchemy import insert, update

from branches.context import Context
from branches.tree import Unit
from catalog.bibdata import HIGHEST_PRICE_FEN
from catalog.callnumbers import shelved, tidy
from catalog.models import Item
from catalog.queries.bibs import bib_exists
from catalog.queries.items import ItemDetails, ItemRow, find_item, is_barcode_taken, item_by_id, item_details
from catalog.reference import ITEM_TYPES
from kernel import outbox
from kernel.barcodes import LONGEST_BARCODE, is_barcode
from kernel.clock import local_day
from kernel.errors import Conflict, Invalid, NotFound, Stale
from kernel.i18n import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """A copy to be. `home` and `owner` are units' codes; without an owner it is its home's. `at` is where it is, if not at home yet;
    `awaits_processing`: it is lent before it was catalogued. `status` is what it is to begin with, such as on order."""

    bib: int
    barcode: str
    home: str
    item_type: str
    owner: str | None = None
    call_number: str | None = None
    shelf: str | None = None
    volume: str | None = None
    price_fen: int | None = None
    acquired_on: date | None = None
    note: str | None = None
    check_out_note: str | None = None
    check_in_note: str | None = None
    accessories: str | None = None
    at: str | None = None
    awaits_processing: bool = False
    status: str = "available"


class ItemChanges(TypedDict, total=False):
    """What may change about a copy; what is absent stays, None takes away."""

    home: str
    owner: str
    item_type: str
    call_number: str | None
    shelf: str | None
    volume: str | None
    price_fen: int | None
    acquired_on: date | None
    note: str | None
    check_out_note: str | None
    check_in_note: str | None
    accessories: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedChange:
    """A copy as it is, the columns that would change, and the same field by field for people: what it was and what it is."""

    item: ItemRow
    before: ItemDetails
    values: dict[str, Any]
    told: dict[str, list[Any]]


class ItemService:
    """Registering copies, and saying where they belong and what they are. Where a copy is at the moment is circulation's."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def create(self, new: NewItem) -> ItemDetails:
        """A copy on the shelf of its home, or where it is. Its barcode is unique in the namespace of its owner."""
        context = self._context
        _check_barcode(new.barcode)
        _check_price(new.price_fen)
        owner = self._owner(new.owner or new.home)
        home = self._home(new.home)
        self._check_type(new.item_type)
        if not bib_exists(self._session, new.bib):
            raise NotFound("bib", new.bib)
        namespace_id = context.tree.namespace(owner.id)
        self._refuse_taken(namespace_id, new.barcode)
        values: dict[str, Any] = {
            "bib_id": new.bib,
            "namespace_id": namespace_id,
            "barcode": new.barcode,
            "owner_id": owner.id,
            "home_id": home.id,
            "location_id": home.id if new.at is None else self._context.tree.unit(new.at).id,
            "awaits_processing": new.awaits_processing,
            "status": new.status,
            "item_type": new.item_type,
            "call_number": _tidy(new.call_number),
            "shelf": new.shelf,
            "volume": new.volume,
            "price_fen": new.price_fen,
            "acquired_on": new.acquired_on,
            "note": new.note,
            "check_out_note": new.check_out_note,
            "check_in_note": new.check_in_note,
            "accessories": new.accessories,
            "created_at": context.now,
        }
        item_id: int = self._session.execute(insert(Item).values(values).returning(Item.id)).scalar_one()
        data = {"owner": owner.code, "item_type": new.item_type, "price_fen": new.price_fen}
        self._record("item_created", home.id, item_id, new.bib, data)
        return item_details(self._session, item_id)

    def label(self, item: ItemRow, barcode: str) -> None:
        """Give a copy that was on order, its row locked, the number on the label that is stuck into it; it was acquired today."""
        context = self._context
        _check_barcode(barcode)
        self._refuse_taken(item.namespace_id, barcode)
        values = {"barcode": barcode, "acquired_on": local_day(context.now), "version": item.version + 1}
        self._session.execute(update(Item).where(Item.id == item.id).values(values))
        changes = {"barcode": [item.barcode, barcode], "acquired_on": [None, local_day(context.now).isoformat()]}
        self._record("item_changed", item.home_id, item.id, item.bib_id, {"changes": changes})

    def change(self, barcode: str, changes: ItemChanges, *, expected_version: int) -> ItemDetails:
        """Change a copy that nobody else changed since it was read. A new owner needs the right on both sides."""
        return self.write(self.plan(barcode, changes, expected_version=expected_version))

    def plan(
        self, barcode: str, changes: ItemChanges, *, expected_version: int | None = None, lock: bool = True
    ) -> PlannedChange:
        """What a change would write, all of it checked. Only with `lock` may it be written."""
        item = self._find(barcode, lock=lock)
        if expected_version is not None and item.version != expected_version:
            raise Stale()
        return self.plan_for(item, changes)

    def take(self, item_id: int) -> ItemRow:
        """A copy by its id, its row locked; one of an owner where the caller may not change copies is answered as absent."""
        item, context = item_by_id(self._session, item_id, lock=True), self._context
        context.caller.require_at("item.write", item.owner_id, context.tree, thing="item", key=item.barcode)
        return item

    def plan_for(self, item: ItemRow, changes: ItemChanges) -> PlannedChange:
        """The same for a copy that was found."""
        _check_price(changes.get("price_fen"))
        values: dict[str, Any] = {k: v for k, v in changes.items() if k not in ("home", "owner")}
        if "call_number" in changes:
            values["call_number"] = _tidy(changes["call_number"])
        if "item_type" in changes:
            self._check_type(changes["item_type"])
        if "home" in changes:
            values["home_id"] = self._home(changes["home"]).id
        if "owner" in changes:
            values["owner_id"] = self._new_owner(item, changes["owner"]).id
        before = item_details(self._session, item.id)
        values = {name: value for name, value in values.items() if getattr(before, name) != value}
        return PlannedChange(item=item, before=before, values=values, told=self._told(before, values))

    def write(self, planned: PlannedChange) -> ItemDetails:
        before = planned.before
        if not planned.values:
            return before
        written = shelved(planned.values) | {"version": before.version + 1}
        self._session.execute(update(Item).where(Item.id == before.id).values(**written))
        self._record("item_changed", before.home_id, before.id, before.bib_id, {"changes": planned.told})
        return item_details(self._session, before.id)

    def _find(self, barcode: str, *, lock: bool) -> ItemRow:
        """The copy; one of an owner where the caller may not change copies is answered as absent."""
        context = self._context
        context.caller.require("item.write")
        item = find_item(self._session, barcode, context.tree, at=context.caller.own_unit(), lock=lock)
        context.caller.require_at("item.write", item.owner_id, context.tree, thing="item", key=barcode)
        return item

    def _owner(self, code: str) -> Unit:
        owner = self._open_unit(code, "owner")
        self._context.caller.require_at("item.write", owner.id, self._context.tree, key=code)
        return owner

    def _new_owner(self, item: ItemRow, code: str) -> Unit:
        """A barcode is unique among its owner's kin, so a copy stays in its namespace."""
        owner = self._owner(code)
        if self._context.tree.namespace(owner.id) != item.namespace_id:
            message = Text(
                "「{name}」属于另一个条码范围，这册书的条码在那里可能重复。请剔除后用新条码重新登记。",
                "“{name}” lies in another namespace, where this barcode may collide. Withdraw the copy and register it anew.",
            )
            raise Conflict("item.namespace", message.format(name=owner.name))
        return owner

    def _home(self, code: str) -> Unit:
        home = self._open_unit(code, "home")
        if home.kind == "network":
            message = Text(
                "图书应放在具体的馆点，不能放在整个网络。", "A copy is at home at a library, not at the network."
            )
            raise Invalid("item.home", message, {"home": [message]})
        return home

    def _open_unit(self, code: str, field: str) -> Unit:
        unit = self._context.tree.unit(code)
        if unit.is_closed:
            message = Text("「{name}」已经停办。", "“{name}” is closed.").format(name=unit.name)
            raise Invalid("org.closed", message, {field: [message]})
        return unit

    def _refuse_taken(self, namespace_id: int, barcode: str) -> None:
        if is_barcode_taken(self._session, namespace_id, barcode):
            message = Text("条码「{barcode}」已被使用。", "The barcode “{barcode}” is taken.")
            raise Conflict("item.barcode_taken", message.format(barcode=barcode))

    def _check_type(self, code: str) -> None:
        if code not in ITEM_TYPES.get(self._session).by_code:
            raise NotFound("item_type", code)

    def _told(self, before: ItemDetails, values: dict[str, Any]) -> dict[str, list[Any]]:
        """Field by field what it was and what it is, units by their codes."""
        codes = self._context.tree.by_id
        told: dict[str, list[Any]] = {}
        for name, value in sorted(values.items()):
            pair = [getattr(before, name), value]
            is_unit = name in ("home_id", "owner_id")
            told[name.removesuffix("_id")] = [codes[one].code if is_unit else _plain(one) for one in pair]
        return told

    def _record(self, act: str, org_id: int, item_id: int, bib_id: int, data: dict[str, Any]) -> None:
        self._context.record(act, org_id=org_id, item_id=item_id, bib_id=bib_id, data=data)
        outbox.enqueue(self._session, "bib", [bib_id], at=self._context.now)


def _tidy(call_number: str | None) -> str | None:
    return (tidy(call_number) or None) if call_number else None


def _check_barcode(barcode: str) -> None:
    if not is_barcode(barcode):
        message = Text(
            "条码最长 {n} 个字符，用半角，不含冒号和斜线。",
            "A barcode has at most {n} half-width characters, without colons and slashes.",
        ).format(n=LONGEST_BARCODE)
        raise Invalid("item.barcode_malformed", message, {"barcode": [message]})


def _check_price(fen: int | None) -> None:
    if fen is not None and not 0 <= fen <= HIGHEST_PRICE_FEN:
        message = Text("价格最高 {n} 元。", "A price is at most {n} yuan.").format(n=HIGHEST_PRICE_FEN // 100)
        raise Invalid("item.price", message, {"price": [message]})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
