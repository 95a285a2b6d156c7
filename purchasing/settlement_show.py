"""Settlements as answers: rows in, JSON of the schemas out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from branches.context import Context
from kernel.i18n import Language
from purchasing.queries.settlement_shares import ShareRow
from purchasing.queries.settlements import DifferenceRow, LineRow, SettlementRow
from purchasing.settling import DIFFERENCES, Side


def show_head(row: SettlementRow, open_differences: int, asked: Context) -> dict[str, Any]:
    return {
        "id": row.id,
        "shop": asked.tree.by_id[row.shop_id].code,
        "period": str(row.span),
        "first_on": row.first_on,
        "last_on": row.last_on,
        "status": row.status,
        "version": row.version,
        "total": row.total_fen,
        "open": open_differences,
        "invoice": None
        if row.invoice_number is None
        else {"number": row.invoice_number, "date": row.invoice_on, "total": row.invoice_fen},
        "library": _show_side(row, "library"),
        "shop_side": _show_side(row, "shop"),
        "frozen_at": row.frozen_at,
        "payment": None
        if row.paid_on is None
        else {"paid_on": row.paid_on, "reference": row.paid_reference, "by": row.paid_by},
        "made_at": row.made_at,
        "made_by": row.made_by,
        "discard_reason": row.discard_reason,
    }


def show_settlement(
    row: SettlementRow,
    lines: Sequence[LineRow],
    shares: Sequence[ShareRow],
    asked: Context,
    language: Language,
    taken_back: Sequence[Side] = (),
) -> dict[str, Any]:
    return show_head(row, sum(line.open_count for line in lines), asked) | {
        "copies": sum(line.is_paid for line in lines),
        "list_total": sum(line.listed_fen for line in lines if line.is_paid),
        "lines": [_show_line(line) for line in lines],
        "differences": [_show_difference(one, language) for line in lines for one in line.differences],
        "funds": [_show_share(share, asked) for share in seen_shares(asked, row, shares)],
        "taken_back": list(taken_back),
    }


def seen_shares(asked: Context, row: SettlementRow, shares: Sequence[ShareRow]) -> list[ShareRow]:
    """Those the caller may see: all for who settles with the shop, else those of funds of their units. The shop sees none."""
    caller, tree = asked.caller, asked.tree
    if caller.may("settlement.write", row.shop_id, tree):
        return list(shares)
    return [share for share in shares if caller.may("fund.read", share.org_id, tree)]


def _show_share(share: ShareRow, asked: Context) -> dict[str, Any]:
    return {
        "fund": share.code,
        "org": asked.tree.by_id[share.org_id].code,
        "more": share.more_fen,
        "agreed_by": share.agreed_by,
        "agreed_at": share.agreed_at,
    }


def _show_side(row: SettlementRow, side: Side) -> dict[str, Any]:
    return {name: getattr(row, f"{side}_{column}") for name, column in _SIDE.items()}


_SIDE = {"by": "confirmed_by", "at": "confirmed_at", "taken_back_at": "taken_back_at"}


def _show_line(line: LineRow) -> dict[str, Any]:
    return {
        "n": line.number,
        "selection": line.selection_id,
        "item": line.item,
        "isbn": line.isbn,
        "title": line.title,
        "programme": line.programme,
        "chosen_on": line.chosen_on,
        "price": line.price_fen,
        "cost": line.cost_fen,
        "invoice": None
        if line.invoice_row is None
        else {"row": line.invoice_row, "price": line.invoiced_price_fen, "asked": line.charged_fen},
        "differences": [one.kind for one in line.differences],
        "outcome": line.outcome,
        "paid": line.paid_fen,
    }


def _show_difference(row: DifferenceRow, language: Language) -> dict[str, Any]:
    difference = DIFFERENCES[row.kind]
    return {
        "n": row.number,
        "kind": row.kind,
        "message": difference.label.in_(language),
        "options": list(difference.options),
        "resolution": row.resolution,
        "reason": row.reason,
        "by": row.resolved_by,
        "at": row.resolved_at,
    }
