"""What units ask each other to send as the plain shapes that the schemas write out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from branches.tree import OrgTree
from circ.service.request_service import Answered
from circ.show import show_returned
from kernel.i18n import Language
from transit.queries import TransferRow
from transit.queries.requests import RefusalRow, RequestRow
from transit.show import show_transfer


def show_asked(request: RequestRow, rows: Sequence[TransferRow], tree: OrgTree) -> dict[str, Any]:
    shown = [show_transfer(row, tree) for row in rows]
    return {"request": request.id, "requests": shown, "unfilled": request.unfilled}


def show_answered(answered: Answered, tree: OrgTree, language: Language) -> dict[str, Any]:
    return {
        **show_transfer(answered.transfer, tree),
        "approved": [show_transfer(row, tree) for row in answered.approved],
        "held": [show_returned(one, tree, language) for one in answered.held],
    }


def show_refused(transfer_id: int, rows: Sequence[TransferRow], tree: OrgTree) -> dict[str, Any]:
    asked = next(row for row in rows if row.id == transfer_id)
    return {**show_transfer(asked, tree), "refused": [show_transfer(row, tree) for row in rows]}


def show_request(
    request: RequestRow, lines: Sequence[TransferRow], said: dict[int, list[RefusalRow]], tree: OrgTree
) -> dict[str, Any]:
    def no(one: RefusalRow) -> dict[str, Any]:
        return {"org": tree.by_id[one.org_id].code, "reason": one.reason, "at": one.at}

    return {
        "id": request.id,
        "to": tree.by_id[request.to_id].code,
        "bib": request.bib_id,
        "title": request.title,
        "volume": request.volume,
        "item_named": request.item_id is not None,
        "criteria": request.criteria,
        "copies": request.copies,
        "unfilled": request.unfilled,
        "open": request.open_copies,
        "received": request.received,
        "needed_by": request.needed_by,
        "keep_until": request.keep_until,
        "note": request.note,
        "asked_at": request.asked_at,
        "transfers": [
            show_transfer(row, tree) | {"refusals": [no(one) for one in said.get(row.id, ())]} for row in lines
        ],
    }
