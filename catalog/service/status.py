"""What a librarian says a copy is: missing, found again, at the mender's. Lending and transfers change the status by themselves."""

from __future__ import annotations

from branches.context import Context
from catalog import hooks
from catalog.documents import TIED, no_move
from catalog.queries.items import ItemRow, find_item
from catalog.service.documents import DocumentAsked, StockDocumentService
from catalog.service.placing import place_item
from catalog.states import ITEM_STATUSES, STATUS_ACTS
from kernel.errors import Refusal, Refused


class ItemStatusService:
    """Acts on one copy. Withdrawing makes a list of one, so that it is filed and undone like any other."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def act(self, barcode: str, act: str, *, at: str | None = None, reason: str | None = None) -> int:
        """Do it and return the copy's id; raises Refused where the copy is tied or does not become that from what it is."""
        context = self._context
        context.caller.require("item.write")
        item = find_item(context.session, barcode, context.tree, at=context.caller.own_unit(), lock=True)
        context.caller.require_at("item.write", item.owner_id, context.tree, thing="item", key=barcode)
        location_id = context.tree.unit(at).id if at is not None else item.location_id
        if act in ("withdrawn", "restored"):
            self._withdraw_or_restore(item, act, reason)
        else:
            self._set(item, act, location_id, reason)
        return item.id

    def _set(self, item: ItemRow, act: str, location_id: int, reason: str | None) -> None:
        wanted = STATUS_ACTS[act]
        status, from_statuses = wanted.status, wanted.from_statuses or ITEM_STATUSES.keys() - {"withdrawn"}
        is_tied = item.status in TIED or any(tie(self._context.session, item.id) for tie in hooks.TIES)
        if is_tied or item.status not in from_statuses or not _moves(item.status, status):
            raise Refused([no_move(ITEM_STATUSES[item.status].label, ITEM_STATUSES[status].label)])
        place_item(self._context, item, status=status, location_id=location_id)
        data = {"before": item.status, "after": status} | ({"reason": reason} if reason else {})
        self._context.record("status_changed", org_id=location_id, item_id=item.id, bib_id=item.bib_id, data=data)
        for tell in hooks.TAKEN_AWAY if status != "available" else ():
            tell(self._context, item.id)

    def _withdraw_or_restore(self, item: ItemRow, act: str, reason: str | None) -> None:
        service, tree = StockDocumentService(self._context), self._context.tree
        key = f"{tree.by_id[item.namespace_id].code}:{item.barcode}"
        if act == "restored":
            row = service.restore(key)
        else:
            at = tree.by_id[item.owner_id].code
            row = service.make(DocumentAsked(kind="withdrawal", at=at, barcodes=[key], reason=reason or "")).rows[0]
        if row.outcome == "refused" and row.message is not None:
            raise Refused([Refusal(row.code or "item.tied", "impossible", row.message)])


def _moves(before: str, after: str) -> bool:
    return before != after and after in ITEM_STATUSES[before].moves
