"""Accounts and their entries as the plain shapes that the schemas write out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from branches.tree import OrgTree
from circ.ledger import Move
from circ.queries.ledger import AccountRow, ApprovalRow, EntryRow
from circ.service.ledger import AccountView


def show_entry(entry: EntryRow, tree: OrgTree) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": entry.told_at,
        "org": tree.by_id[entry.org_id].code,
        "kind": entry.kind,
        "cause": entry.cause,
        "amount": entry.amount_fen,
        "open": entry.left_fen,
        "loan": entry.loan_id,
        "item": entry.barcode,
        "title": entry.title,
        "about": entry.about_id,
        "method": entry.method,
        "note": entry.note,
        "why": entry.told_why,
        "author": entry.author,
    }


def show_posted(entry: EntryRow, moves: Sequence[Move], account: AccountRow, tree: OrgTree) -> dict[str, Any]:
    return show_entry(entry, tree) | {
        "settles": [{"entry": m.owed_id if m.favour_id == entry.id else m.favour_id, "amount": m.fen} for m in moves],
        "balance": account.balance_fen,
        "deposit": account.deposit_fen,
    }


def show_approval(approval: ApprovalRow, tree: OrgTree) -> dict[str, Any]:
    return {
        "approval": approval.id,
        "status": "awaiting_approval" if approval.status == "waiting" else approval.status,
        "act": approval.act,
        "patron": approval.card,
        "about": approval.about_id,
        "amount": approval.amount_fen,
        "reason": approval.reason,
        "org": tree.by_id[approval.org_id].code,
        "asked_by": approval.asked_by,
        "asked_at": approval.asked_at,
    }


def show_account(view: AccountView, following: str | None, tree: OrgTree) -> dict[str, Any]:
    return {
        "patron": view.patron.barcode,
        "balance": view.account.balance_fen,
        "deposit": view.account.deposit_fen,
        "entries": [show_entry(entry, tree) for entry in view.entries],
        "accruing": [
            {"loan": fine.loan_id, "amount": fine.amount_fen, "days": fine.late_days, "as_of": fine.as_of}
            for fine in view.accruing
        ],
        "waiting": [show_approval(one, tree) for one in view.waiting],
        "next": following,
    }
