"""HTTP routes of funds: money for buying, and what became of it."""

from __future__ import annotations

from typing import Any

from branches.context import Context
from branches.http import context
from branches.schemas import PageQuerySchema
from kernel.http import command, decode_position, encode_cursor, right
from kernel.routes import Blueprint
from purchasing.queries.funds import EntryRow, FundRow, entries_of, find_fund, list_funds
from purchasing.schemas.funds import (
    AllocationSchema,
    FundEntryPageSchema,
    FundListSchema,
    FundSchema,
    NewFundSchema,
)
from purchasing.service.funds import FundService

blueprint = Blueprint("funds", __name__, description="Money for buying books")


@blueprint.route("/funds", methods=["GET"])
@right("fund.read")
@blueprint.response(200, FundListSchema)
def list_all() -> dict[str, Any]:
    """The funds of the caller's units, by code."""
    asked = context()
    units = asked.caller.units("fund.read", asked.tree)
    return {"items": [_show(fund, asked) for fund in list_funds(asked.session, units)]}


@blueprint.route("/funds", methods=["POST"])
@right("fund.write")
@blueprint.arguments(NewFundSchema)
@command
@blueprint.response(201, FundSchema)
def create(body: dict[str, Any]) -> dict[str, Any]:
    """Set a fund up, with what is allocated to it."""
    asked = context()
    fund = FundService(asked).create(body["code"], body["name"], body["org"], body["allocated"])
    return _show(fund, asked)


@blueprint.route("/funds/<code>", methods=["GET"])
@right("fund.read")
@blueprint.response(200, FundSchema)
def show(code: str) -> dict[str, Any]:
    """A fund as it stands."""
    asked = context()
    return _show(find_fund(asked.session, code, asked.caller.units("fund.read", asked.tree)), asked)


@blueprint.route("/funds/<code>/allocations", methods=["POST"])
@right("fund.write")
@blueprint.arguments(AllocationSchema)
@command
@blueprint.response(201, FundSchema)
def allocate(body: dict[str, Any], code: str) -> dict[str, Any]:
    """Give a fund money, or take back what it has not spent."""
    asked = context()
    fen = -body["amount"] if body["take_back"] else body["amount"]
    return _show(FundService(asked).allocate(code, fen, body["reason"]), asked)


@blueprint.route("/funds/<code>/entries", methods=["GET"])
@right("fund.read")
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, FundEntryPageSchema)
def list_entries(query: dict[str, Any], code: str) -> dict[str, Any]:
    """Every sum given, taken and put back, the newest first."""
    asked, limit = context(), query["limit"]
    fund = find_fund(asked.session, code, asked.caller.units("fund.read", asked.tree))
    rows = entries_of(asked.session, fund.id, before=decode_position(query.get("cursor")) or None, limit=limit + 1)
    more = encode_cursor(rows[limit - 1].id) if len(rows) > limit else None
    return {"items": [_show_entry(row) for row in rows[:limit]], "next": more}


def _show(fund: FundRow, asked: Context) -> dict[str, Any]:
    return {
        "code": fund.code,
        "name": fund.name,
        "org": asked.tree.by_id[fund.org_id].code,
        "allocated": fund.allocated_fen,
        "spent": fund.spent_fen,
        "left": fund.left_fen,
        "created_at": fund.created_at,
    }


def _show_entry(row: EntryRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "at": row.at,
        "kind": row.kind,
        "amount": row.fen,
        "selection": row.selection_id,
        "order_line": row.order_line_id,
        "note": row.note,
        "author": row.author,
    }
