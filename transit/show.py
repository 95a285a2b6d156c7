"""Transfers as the plain shape that `TransferSchema` writes out."""

from __future__ import annotations

from typing import Any

from branches.tree import OrgTree
from transit.queries import TransferRow


def show_transfer(row: TransferRow, tree: OrgTree) -> dict[str, Any]:
    return {
        "id": row.id,
        "item": row.barcode,
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
        "cancel_reason": row.cancel_reason,
    }
