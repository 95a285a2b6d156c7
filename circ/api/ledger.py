"""HTTP routes of readers' accounts. Each shows three steps: schema in, one service call, schema out."""

from __future__ import annotations

from typing import Any

from flask import jsonify

from branches.http import context
from circ.commands import Charge, Deposit, LetGo, Pay, PayOut
from circ.ledger_schemas import (
    AccountQuerySchema,
    AccountSchema,
    ApprovalPageSchema,
    ApprovalSchema,
    ChargeSchema,
    DepositReturnSchema,
    DepositSchema,
    LetGoSchema,
    PaymentSchema,
    PayOutSchema,
    PostedSchema,
    ReversalSchema,
)
from circ.ledger_show import show_account, show_approval, show_posted
from circ.queries import ledger as queries
from circ.queries.ledger import EntryRow
from circ.service.ledger import AccountView, LedgerService, Outcome
from kernel.http import command, decode_position, encode_cursor, right
from kernel.routes import Blueprint
from kernel.schema import EmptySchema

blueprint = Blueprint("ledger", __name__, description="What readers owe and pay, deposits, and what two persons decide")


@blueprint.route("/patrons/<barcode>/account", methods=["GET"])
@right("fee.read")
@blueprint.arguments(AccountQuerySchema, location="query")
@command
@blueprint.response(200, AccountSchema)
def account(query: dict[str, Any], barcode: str) -> dict[str, Any]:
    """What a reader owes and why, the newest entry first. A command, because the journal remembers who looked."""
    before = decode_position(query.get("cursor"))
    return _show_account(LedgerService(context()).look_at(barcode, before_id=before or None))


@blueprint.route("/me/account", methods=["GET"])
@right("self")
@blueprint.arguments(AccountQuerySchema, location="query")
@blueprint.response(200, AccountSchema)
def my_account(query: dict[str, Any]) -> dict[str, Any]:
    """What the reader who asks owes and why."""
    before = decode_position(query.get("cursor"))
    return _show_account(LedgerService(context()).own(before_id=before or None))


@blueprint.route("/patrons/<barcode>/charges", methods=["POST"])
@right("fee.charge")
@blueprint.arguments(ChargeSchema)
@command
@blueprint.response(201, PostedSchema)
def charge(body: dict[str, Any], barcode: str) -> dict[str, Any]:
    """Charge a fee by hand. Credit settles it at once."""
    return _show(LedgerService(context()).charge(Charge(patron=barcode, **body)))


@blueprint.route("/patrons/<barcode>/payments", methods=["POST"])
@right("fee.take")
@blueprint.arguments(PaymentSchema)
@command
@blueprint.response(201, PostedSchema)
def pay(body: dict[str, Any], barcode: str) -> dict[str, Any]:
    """Take a payment: the oldest fees are settled first, or those named in `against`. More than is owed stays as credit."""
    return _show(LedgerService(context()).pay(Pay(patron=barcode, **body)))


@blueprint.route("/payments/<int:entry_id>/reversal", methods=["POST"])
@right("fee.waive")
@blueprint.arguments(ReversalSchema)
@command
@blueprint.response(201, PostedSchema)
@blueprint.alt_response(202, ApprovalSchema)
def reverse(body: dict[str, Any], entry_id: int) -> Any:
    """Undo a payment entered by mistake: what it settled is open again. 202: it waits for another person."""
    return _show_outcome(LedgerService(context()).reverse(LetGo(entry_id=entry_id, **body)))


@blueprint.route("/fees/<int:entry_id>/waiver", methods=["POST"])
@right("fee.waive")
@blueprint.arguments(LetGoSchema)
@command
@blueprint.response(201, PostedSchema)
@blueprint.alt_response(202, ApprovalSchema)
def waive(body: dict[str, Any], entry_id: int) -> Any:
    """Let go of what is open of a fee, or of `amount` of it. 202: it waits for another person."""
    return _show_outcome(LedgerService(context()).waive(LetGo(entry_id=entry_id, **body)))


@blueprint.route("/fees/<int:entry_id>/refund", methods=["POST"])
@right("fee.waive")
@blueprint.arguments(LetGoSchema)
@command
@blueprint.response(201, PostedSchema)
@blueprint.alt_response(202, ApprovalSchema)
def refund(body: dict[str, Any], entry_id: int) -> Any:
    """Take back a fee that was paid, or `amount` of it: it becomes credit. 202: it waits for another person."""
    return _show_outcome(LedgerService(context()).refund(LetGo(entry_id=entry_id, **body)))


@blueprint.route("/patrons/<barcode>/payouts", methods=["POST"])
@right("fee.waive")
@blueprint.arguments(PayOutSchema)
@command
@blueprint.response(201, PostedSchema)
@blueprint.alt_response(202, ApprovalSchema)
def pay_out(body: dict[str, Any], barcode: str) -> Any:
    """Hand out credit, all of it or `amount`. 202: it waits for another person."""
    return _show_outcome(LedgerService(context()).pay_out(PayOut(patron=barcode, **body)))


@blueprint.route("/patrons/<barcode>/deposits", methods=["POST"])
@right("fee.take")
@blueprint.arguments(DepositSchema)
@command
@blueprint.response(201, PostedSchema)
def take_deposit(body: dict[str, Any], barcode: str) -> dict[str, Any]:
    """Take a deposit, or add to it."""
    return _show(LedgerService(context()).take_deposit(Deposit(patron=barcode, **body)))


@blueprint.route("/patrons/<barcode>/deposit-returns", methods=["POST"])
@right("deposit.return")
@blueprint.arguments(DepositReturnSchema)
@command
@blueprint.response(201, PostedSchema)
@blueprint.alt_response(202, ApprovalSchema)
def give_back_deposit(body: dict[str, Any], barcode: str) -> Any:
    """Give the deposit back, all of it or `amount`, to a reader who owes nothing. 202: it waits for another person."""
    return _show_outcome(LedgerService(context()).give_back_deposit(Deposit(patron=barcode, **body)))


@blueprint.route("/approvals", methods=["GET"])
@right("fee.waive")
@blueprint.response(200, ApprovalPageSchema)
def approvals() -> dict[str, Any]:
    """What waits for a second person at the caller's units, the oldest first."""
    asked = context()
    rows = LedgerService(asked).waiting()
    return {"items": [show_approval(row, asked.tree) for row in rows], "next": None}


@blueprint.route("/approvals/<int:approval_id>/confirmation", methods=["POST"])
@right("fee.approve")
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(201, PostedSchema)
def confirm(_body: dict[str, Any], approval_id: int) -> dict[str, Any]:
    """Confirm what another person asked for; it is done at once."""
    return _show(LedgerService(context()).confirm(approval_id))


@blueprint.route("/approvals/<int:approval_id>/refusal", methods=["POST"])
@right("fee.waive")
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(200, ApprovalSchema)
def turn_down(_body: dict[str, Any], approval_id: int) -> dict[str, Any]:
    """Refuse what another person asked for, or take back what one asked for oneself."""
    asked = context()
    return show_approval(LedgerService(asked).turn_down(approval_id), asked.tree)


def _show(entry: EntryRow) -> dict[str, Any]:
    asked = context()
    moves = queries.moves_of(asked.session, entry.id)
    return show_posted(entry, moves, queries.account_of(asked.session, entry.patron_id), asked.tree)


def _show_outcome(outcome: Outcome) -> Any:
    if outcome.entry is not None:
        return _show(outcome.entry)
    assert outcome.approval is not None
    response = jsonify(ApprovalSchema().dump(show_approval(outcome.approval, context().tree)))
    response.status_code = 202
    return response


def _show_account(view: AccountView) -> dict[str, Any]:
    following = encode_cursor(view.next_before_id) if view.next_before_id is not None else None
    return show_account(view, following, context().tree)
