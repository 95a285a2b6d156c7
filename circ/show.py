"""Circulation's values as the plain shapes that its schemas write out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from branches.tree import OrgTree
from catalog.queries import ItemRow
from catalog.show import show_item as show_details
from catalog.show import show_refusals
from circ.item_view import ItemView
from circ.ledger_show import show_entry
from circ.queries import LoanRow
from circ.queries.holds import HoldRow
from circ.service import Declared, Lent, Returned, ReturnLine, Undone, Used
from kernel.errors import Refused
from kernel.i18n import Language
from transit.show import show_transfer


def show_lent(lent: Lent, language: Language) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": lent.id,
        "patron": lent.patron.barcode if lent.names_reader else None,
        "item": lent.item.barcode,
        "bib": lent.item.bib_id,
        "title": lent.item.title,
        "at": lent.at.code,
        "checked_out_at": lent.checked_out_at,
        "due_at": lent.due_at,
        "renewals": lent.renewals,
        "notices": show_refusals(lent.notices, language),
        "policy": lent.policy,
        "act": lent.entry_id,
    }
    if lent.id is None:
        shown["refusals"] = show_refusals(lent.refusals, language)
    elif lent.message is not None:
        shown["message"] = lent.message.in_(language)
    return shown


def show_loan(row: LoanRow, tree: OrgTree, *, names_reader: bool | None = None) -> dict[str, Any]:
    """A loan in a list. Who had a book is nobody's business once it is back, so an ended loan names no reader unless told to."""
    named = row.closed_at is None if names_reader is None else names_reader
    return {
        "id": row.id,
        "patron": row.patron_barcode if named else None,
        "item": row.barcode,
        "bib": row.bib_id,
        "title": row.title,
        "at": tree.by_id[row.org_id].code,
        "checked_out_at": row.checked_out_at,
        "due_at": row.due_at,
        "returned_at": row.closed_at,
        "status": row.close_reason or row.mark or "open",
        "marked_at": row.marked_at,
        "renewals": row.renewals,
        "recalled_at": row.recalled_at,
        "policy": row.policy,
    }


def show_item(item: ItemRow, status: str, location_id: int, tree: OrgTree) -> dict[str, Any]:
    return {
        "barcode": item.barcode,
        "bib": item.bib_id,
        "title": item.title,
        "volume": item.volume,
        "item_type": item.item_type,
        "status": status,
        "owner": tree.by_id[item.owner_id].code,
        "home": tree.by_id[item.home_id].code,
        "location": tree.by_id[location_id].code,
        "call_number": item.call_number,
    }


def show_returned(result: Returned, tree: OrgTree, language: Language) -> dict[str, Any]:
    return {
        "item": show_item(result.item, result.status, result.location.id, tree),
        "loan": show_loan(result.loan, tree, names_reader=True) if result.loan else None,
        "act": result.entry_id,
        "fees": [show_entry(fee, tree) for fee in result.fees],
        "suspended_until": result.suspended_until,
        "notices": show_refusals(result.notices, language),
        "next": {
            "action": result.action,
            "to": result.to.code if result.to else None,
            "hold": result.hold.id if result.hold else None,
            "transfer": result.transfer_id,
            "message": result.message.in_(language),
        },
    }


def show_item_view(view: ItemView, tree: OrgTree) -> dict[str, Any]:
    return {
        **show_details(view.item, tree),
        "loan": show_loan(view.loan, tree, names_reader=view.names_reader) if view.loan else None,
        "transfer": show_transfer(view.transfer, tree) if view.transfer else None,
        "hold": view.hold_id,
        "uses": view.uses,
    }


def show_line(line: ReturnLine, tree: OrgTree, language: Language) -> dict[str, Any]:
    """One line of many returns: the book's answer, or what is in its way in the terms of any other error."""
    error = line.error
    shown: dict[str, Any] = {"item": line.barcode, "result": None, "error": None}
    if line.returned is not None:
        shown["result"] = show_returned(line.returned, tree, language)
    if error is not None:
        refusals = error.refusals if isinstance(error, Refused) else ()
        shown["error"] = {
            "code": error.code,
            "status": error.status,
            "detail": error.detail.in_(language),
            "refusals": show_refusals(refusals, language),
            "data": error.data,
        }
    return shown


def show_lines(lines: Sequence[ReturnLine], tree: OrgTree, language: Language) -> dict[str, Any]:
    failed = sum(line.error is not None for line in lines)
    shown = [show_line(line, tree, language) for line in lines]
    return {"lines": shown, "done": len(lines) - failed, "failed": failed}


def show_undone(undone: Undone, language: Language) -> dict[str, Any]:
    return {
        "undone": undone.undone_id,
        "act": undone.act,
        "item": undone.item.barcode,
        "status": undone.item.status,
        "message": undone.message.in_(language),
    }


def show_used(used: Used, language: Language) -> dict[str, Any]:
    return {
        "item": used.item.barcode,
        "title": used.item.title,
        "at": used.at.code,
        "act": used.entry_id,
        "message": used.message.in_(language),
        "notices": show_refusals(used.notices, language),
    }


def show_declared(declared: Declared, view: ItemView, tree: OrgTree, language: Language) -> dict[str, Any]:
    return show_item_view(view, tree) | {
        "act": declared.entry_id,
        "message": declared.message.in_(language),
        "fees": [show_entry(fee, tree) for fee in declared.fees],
    }


def show_hold(row: HoldRow, tree: OrgTree) -> dict[str, Any]:
    return {
        "id": row.id,
        "status": row.status,
        "position": row.position,
        "patron": row.patron_barcode if row.ended_at is None else None,
        "bib": row.bib_id,
        "title": row.title,
        "volume": row.volume,
        "wants_item": row.barcode,
        "pickup": tree.by_id[row.pickup_id].code,
        "item": row.copy_barcode,
        "location": tree.by_id[row.copy_location_id].code if row.copy_location_id is not None else None,
        "call_number": row.call_number,
        "shelf": row.shelf,
        "placed_at": row.placed_at,
        "expires_on": row.expires_on,
        "suspended_until": row.suspended_until,
        "ready_at": row.ready_at,
        "shelf_until": row.shelf_until,
        "ended_at": row.ended_at,
        "end_reason": row.end_reason,
        "recalled_due_at": row.recalled_due_at,
    }


def show_pull(row: HoldRow, tree: OrgTree) -> dict[str, Any]:
    """What somebody who fetches books needs to know; for whom is none of it."""
    return show_hold(row, tree) | {"patron": None}
