"""Transfers as the plain shape that `TransferSchema` writes out."""

from __future__ import annotations

from typing import Any

from branches.tree import OrgTree
from transit.queries import TransferRow


def show_transfer(row: TransferRow, tree: OrgTree) -> dict[str, Any]:
    """A request shows the copy it names; one that was only found on a shelf stands as `proposed`."""
    is_open_choice = row.status == "requested" and not row.is_named
    return {
        "id": row.id,
        "item": None if is_open_choice else row.barcode,
        "proposed": row.barcode if row.status == "requested" else None,
        "request": row.request_id,
        "bib": row.bib_id,
        "title": row.title,
        "from_": tree.by_id[row.from_id].code,
        "to": tree.by_id[row.to_id].code,
        "reason": row.reason,
        "status": row.status,
        "hold": None,
        "requested_at": row.requested_at,
        "dispatched_at": row.dispatched_at,
        "received_at": row.received_at,
        "needed_by": row.needed_by,
        "keep_until": row.keep_until,
        "call_number": row.call_number,
        "shelf": row.shelf,
        "note": row.note,
        "cancel_reason": row.cancel_reason,
    }
