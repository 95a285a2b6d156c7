"""Copies withdrawn or handed over together, with a numbered list that is filed. Nothing is deleted, and a line can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import insert, update

from branches.context import Context
from branches.queries import lock_unit
from branches.tree import Unit
from catalog import hooks
from catalog.barcode_lists import check_how_many
from catalog.documents import KINDS, TIED, DocumentKind, gone, moved_on, not_on_list, tied
from catalog.models import StockDocument, StockDocumentLine
from catalog.queries.documents import (
    DocumentRow,
    LineRow,
    documents_of_year,
    find_document,
    is_number_taken,
    lines_of,
    open_withdrawal,
)
from catalog.queries.items import ItemRow, find_item
from catalog.service.bulk import Row
from catalog.service.items import ItemChanges, ItemService, PlannedChange
from catalog.service.placing import place_item
from catalog.states import ITEM_STATUSES
from kernel.clock import local_day
from kernel.errors import Conflict, DomainError, Invalid, Refusal, Refused
from kernel.i18n import Text

LONGEST_REASON: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentAsked:
    """`at` is the unit that makes the list. A handover needs `to`; with `moves_home` the copies belong there from now on too."""

    kind: DocumentKind
    at: str
    barcodes: Sequence[str]
    reason: str = ""
    number: str | None = None
    to: str | None = None
    moves_home: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The list, None for a look or where no copy could stand on it; and what became of each copy."""

    document: DocumentRow | None
    rows: list[Row]


class StockDocumentService:
    """Making, looking ahead at, and undoing such lists."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session
        self._items = ItemService(context)

    def preview(self, asked: DocumentAsked) -> Made:
        """What `make` would do now; nothing is written or locked."""
        self._check(asked)
        return Made(document=None, rows=[self._row(one, asked, lock=False)[0] for one in dict.fromkeys(asked.barcodes)])

    def make(self, asked: DocumentAsked) -> Made:
        """Those copies that may stand on the list are withdrawn or handed over; the others are told and stay as they are."""
        at = self._check(asked)
        rows: dict[str, Row] = {}
        taken: dict[int, PlannedChange] = {}
        for barcode in sorted(set(asked.barcodes)):
            rows[barcode], planned = self._row(barcode, asked, lock=True)
            if planned is not None:
                taken.setdefault(planned.item.id, planned)
        told = [rows[barcode] for barcode in dict.fromkeys(asked.barcodes)]
        if not taken:
            return Made(document=None, rows=told)
        document = self._open(asked, at, [planned.item for planned in taken.values()])
        for planned in taken.values():
            self._do(planned, document)
        return Made(document=document, rows=told)

    def undo(self, document_id: int, barcodes: Sequence[str] | None = None) -> list[Row]:
        """Take copies off a list again, all by default: as they were before, where nothing has happened to them since."""
        document = self.find(document_id)
        lines = {line.barcode: line for line in lines_of(self._session, document_id)}
        wanted = barcodes if barcodes is not None else [one.barcode for one in lines.values() if not one.undone_at]
        return [self._undo_one(document, barcode, lines.get(barcode)) for barcode in sorted(set(wanted))]

    def restore(self, barcode: str) -> Row:
        """Undo the withdrawal of one copy."""
        item = find_item(self._session, barcode, self._context.tree, at=self._context.caller.own_unit())
        document_id = open_withdrawal(self._session, item.id)
        if document_id is None:
            raise Refused([not_on_list()])
        return self.undo(document_id, [item.barcode])[0]

    def find(self, document_id: int) -> DocumentRow:
        """A list of a unit where the caller may change copies, or by which one was given copies; others are answered as absent."""
        document, context = find_document(self._session, document_id), self._context
        units = context.caller.units("item.write", context.tree)
        if document.to_id not in units:
            context.caller.require_at("item.write", document.org_id, context.tree, thing="document", key=document_id)
        return document

    def _check(self, asked: DocumentAsked) -> Unit:
        context = self._context
        at = context.tree.unit(asked.at)
        context.caller.require_at("item.write", at.id, context.tree, key=asked.at)
        if (asked.kind == "handover") != (asked.to is not None):
            message = Text("请选择划拨给哪个馆。", "Choose which unit takes them over.")
            raise Invalid("document.taker", message, {"to": [message]})
        if not asked.reason.strip():
            message = Text("请写明原因。", "Say why.")
            raise Invalid("document.reason", message, {"reason": [message]})
        check_how_many(asked.barcodes)
        return at

    def _row(self, barcode: str, asked: DocumentAsked, *, lock: bool) -> tuple[Row, PlannedChange | None]:
        """What becomes of a copy, and the change where it may stand on the list."""
        try:
            planned = self._items.plan(barcode, self._changes(asked), lock=lock)
        except DomainError as error:
            return Row(barcode=barcode, outcome="refused", code=error.code, message=error.detail), None
        item = planned.item
        refusal = self._refusal(item, asked.kind)
        if refusal is not None:
            return _refused(barcode, refusal, item.title), None
        if asked.kind == "handover" and not planned.values:
            return Row(barcode=barcode, outcome="unchanged", title=item.title), None
        changes = planned.told if asked.kind == "handover" else {"status": [item.status, "withdrawn"]}
        return Row(barcode=barcode, outcome="changed", title=item.title, version=item.version, changes=changes), planned

    def _changes(self, asked: DocumentAsked) -> ItemChanges:
        if asked.to is None:
            return ItemChanges()
        return ItemChanges(owner=asked.to, home=asked.to) if asked.moves_home else ItemChanges(owner=asked.to)

    def _refusal(self, item: ItemRow, kind: DocumentKind) -> Refusal | None:
        if item.status == "withdrawn":
            return gone()
        if kind == "handover":
            return None
        ties = [item.status] if item.status in TIED else [tie(self._session, item.id) for tie in hooks.TIES]
        held = next((status for status in ties if status), None)
        if held:
            return tied(ITEM_STATUSES[held].label)
        return next((why for kept in hooks.KEPT if (why := kept(self._session, item.id)) is not None), None)

    def _open(self, asked: DocumentAsked, at: Unit, items: Sequence[ItemRow]) -> DocumentRow:
        """The list and its lines. The unit's row is locked, so that two lists of one moment have two numbers."""
        session = self._session
        lock_unit(session, at.id)
        number = (asked.number or "").strip() or self._next_number(asked.kind, at.id)
        if is_number_taken(session, at.id, asked.kind, number):
            message = Text("清单编号「{number}」已经用过。", "The number “{number}” is taken.").format(number=number)
            raise Conflict("document.number_taken", message)
        values = {
            "kind": asked.kind,
            "number": number,
            "org_id": at.id,
            "to_id": self._context.tree.unit(asked.to).id if asked.to is not None else None,
            "reason": asked.reason.strip()[:LONGEST_REASON],
            "author": self._context.caller.author,
            "made_at": self._context.now,
        }
        made = session.execute(insert(StockDocument).values(values).returning(StockDocument.id)).scalar_one()
        lines = [
            {
                "document_id": made,
                "item_id": item.id,
                "status_before": item.status,
                "owner_before_id": item.owner_id,
                "home_before_id": item.home_id if asked.kind == "handover" and asked.moves_home else None,
            }
            for item in items
        ]
        session.execute(insert(StockDocumentLine), lines)
        return find_document(session, made)

    def _next_number(self, kind: DocumentKind, org_id: int) -> str:
        prefix = f"{KINDS[kind].prefix}{local_day(self._context.now).year}-"
        count = documents_of_year(self._session, org_id, kind, prefix) + 1
        while is_number_taken(self._session, org_id, kind, f"{prefix}{count:04d}"):
            count += 1
        return f"{prefix}{count:04d}"

    def _do(self, planned: PlannedChange, document: DocumentRow) -> None:
        item = planned.item
        if document.kind == "withdrawal":
            self._set_status(item, "withdrawn", document, reason=document.reason)
            for tell in hooks.TAKEN_AWAY:
                tell(self._context, item.id)
        else:
            self._items.write(planned)
            self._note_owner(item, document.to_id or item.owner_id, document, reason=document.reason)

    def _undo_one(self, document: DocumentRow, barcode: str, line: LineRow | None) -> Row:
        if line is None or line.undone_at is not None:
            return _refused(barcode, not_on_list())
        try:
            item = self._items.take(line.item_id)
            changes = self._take_back(document, item, line)
        except Refused as error:
            return _refused(barcode, error.refusals[0], line.title)
        except DomainError as error:
            return Row(barcode=barcode, outcome="refused", title=line.title, code=error.code, message=error.detail)
        own = (StockDocumentLine.document_id == document.id, StockDocumentLine.item_id == line.item_id)
        self._session.execute(update(StockDocumentLine).where(*own).values(undone_at=self._context.now))
        return Row(barcode=barcode, outcome="changed", title=line.title, changes=changes)

    def _take_back(self, document: DocumentRow, item: ItemRow, line: LineRow) -> dict[str, list[Any]]:
        """As it was before, in the same terms in which a change is told."""
        if document.kind == "withdrawal":
            if item.status != "withdrawn":
                raise Refused([moved_on()])
            self._set_status(item, line.status_before, document, undone=True)
            return {"status": ["withdrawn", line.status_before]}
        if item.owner_id != document.to_id:
            raise Refused([moved_on()])
        codes = self._context.tree.by_id
        changes = ItemChanges(owner=codes[line.owner_before_id].code)
        if line.home_before_id is not None and item.home_id == document.to_id:
            changes["home"] = codes[line.home_before_id].code
        planned = self._items.plan_for(item, changes)
        self._items.write(planned)
        self._note_owner(item, line.owner_before_id, document, undone=True)
        return planned.told

    def _set_status(self, item: ItemRow, status: str, document: DocumentRow, **told: Any) -> None:
        place_item(self._context, item, status=status, location_id=item.location_id)
        data = {"before": item.status, "after": status, "document": document.number, **told}
        self._context.record("status_changed", org_id=item.location_id, item_id=item.id, bib_id=item.bib_id, data=data)

    def _note_owner(self, item: ItemRow, to_id: int, document: DocumentRow, **told: Any) -> None:
        """In the journal of both: who gave sees it, and who took over."""
        codes = self._context.tree.by_id
        data = {"from": codes[item.owner_id].code, "to": codes[to_id].code, "document": document.number, **told}
        for act, org_id in (("item_handed_over", item.owner_id), ("item_taken_over", to_id)):
            self._context.record(act, org_id=org_id, item_id=item.id, bib_id=item.bib_id, data=data)


def _refused(barcode: str, refusal: Refusal, title: str = "") -> Row:
    return Row(barcode=barcode, outcome="refused", title=title, code=refusal.code, message=refusal.message)
