"""A reader's account at the desk: what is owed and why, taking money and letting it go, deposits, receipts.

What takes two persons stands on a page of its own, where another one approves it.
"""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from branches.context import Context
from branches.http import context
from circ import ledger
from circ.commands import Charge, Deposit, LetGo, Pay, PayOut
from circ.ledger import CAUSES, KINDS, METHODS
from circ.ledger_sentences import name_entry, tell_why
from circ.queries import ledger as queries
from circ.queries.ledger import EntryRow
from circ.service.ledger import AccountView, LedgerService, Outcome
from circ.service.ledger.access import find_account, find_debtor
from kernel.barcodes import LONGEST_ASKED
from kernel.clock import local_day
from kernel.errors import Invalid, NotFound
from kernel.http import decode_position, encode_cursor, right
from kernel.i18n import Text
from kernel.money import show_money
from patrons.service.finding import name_for
from web.pages.acts import Done, act, in_transaction
from web.pages.forms import EMPTY, NEEDED, Form

ABOVE_NOUGHT: Final = Text("金额要大于 0。", "The amount must be more than 0.")

page = Blueprint("money_pages", __name__, url_prefix="/patrons")

MOST_REASON: Final = 200
GIVEN: Final = {name: label for name, label in METHODS.items() if name != "deposit"}
BY_HAND: Final = {name: CAUSES[name] for name in ("other", "lost", "damaged", "processing")}
RECEIPTS: Final = ("payment", "deposit", "deposit_return", "payout")


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("/<barcode>/account", methods=["GET"])
@right("fee.read")
def show(barcode: str, form: Form = EMPTY) -> str:
    """The account; that somebody looked at it goes into the journal."""
    before = decode_position(request.args.get("cursor"))
    view = in_transaction(lambda: LedgerService(context()).look_at(barcode, before_id=before or None))
    return _render(view, form)


@page.route("/fees/<int:entry_id>", methods=["GET"])
@right("fee.read")
def of_fee(entry_id: int) -> ResponseReturnValue:
    """The account that a fee stands in: what the desk says of a late return names the fee, and not the reader."""
    return redirect(url_for("money_pages.show", barcode=find_debtor(context(), entry_id).barcode))


def again(barcode: str, form: Form, **_: object) -> str:
    """The page again, with what was wrong."""
    return show(barcode, form)


@page.route("/<barcode>/account/<any(payments,charges,deposits,'deposit-returns',payouts):what>", methods=["GET"])
@page.route(
    "/<barcode>/account/<any(fees,payments):what>/<int:entry_id>/<any(waiver,refund,reversal):how>", methods=["GET"]
)
@right("fee.read")
def show_again(barcode: str, **_: object) -> str:
    """A reload of a refused act shows the page."""
    return show(barcode)


def _render(view: AccountView, form: Form) -> str:
    asked = context()
    fees, following = view.open_fees, view.next_before_id
    if not form.has("pay_method"):
        form = form.with_defaults({"pay_amount": show_money(sum(fee.left_fen for fee in fees)), "pay_method": "cash"})
    return render_template(
        "money/show.html",
        view=view,
        patron=view.patron,
        name=name_for(asked, view.patron),
        owed=max(view.account.balance_fen, 0),
        credit=max(-view.account.balance_fen, 0),
        fees=fees,
        next_page=url_for("money_pages.show", barcode=view.patron.barcode, cursor=encode_cursor(following))
        if following is not None
        else None,
        kinds=KINDS,
        methods=[(code, label) for code, label in METHODS.items() if code != "deposit" or view.account.deposit_fen],
        given=list(GIVEN.items()),
        by_hand=list(BY_HAND.items()),
        receipts=RECEIPTS,
        tree=asked.tree,
        name_entry=name_entry,
        why=lambda entry: _why(asked, entry),
        form=form,
        may=lambda right: _may(asked, right, view),
        may_read=asked.caller.may("patron.read", view.patron.home_id, asked.tree),
        may_reverse=_reversible(asked, view),
        own=asked.caller.author,
        may_approve=lambda one: asked.caller.may("fee.approve", one.org_id, asked.tree),
    )


def _reversible(asked: Context, view: AccountView) -> set[int]:
    payments = [entry.id for entry in view.entries if entry.kind == "payment"]
    settled = queries.kinds_settled_by(asked.session, payments)
    return {payment_id for payment_id in payments if ledger.bars_reversal(settled[payment_id]) is None}


def _may(asked: Context, right: str, view: AccountView) -> bool:
    """At the reader's home, or, of one at home elsewhere, wherever the caller holds it: then only fees of their own units are shown."""
    return asked.caller.holds(right) if view.is_part else asked.caller.may(right, view.patron.home_id, asked.tree)


def _why(asked: Context, entry: EntryRow) -> Text | None:
    names = {code: unit.name for code, unit in asked.tree.by_code.items()}
    return tell_why(entry.told_why, names, local_day(asked.now))


# --- money in -----------------------------------------------------------------------------------------------------------


@page.route("/<barcode>/account/payments", methods=["POST"])
@right("fee.take")
@act(again)
def pay(barcode: str) -> Done:
    form = Form.sent()
    fen = _amount(form, "pay_amount")
    method = form.choice("pay_method", METHODS) or ""
    against = form.rows("fee")
    form.check()
    entry = LedgerService(context()).pay(Pay(patron=barcode, fen=fen or 0, method=method, against=against))
    return _done(barcode, entry, Text("已收 {amount} 元。", "{amount} yuan taken."))


@page.route("/<barcode>/account/deposits", methods=["POST"])
@right("fee.take")
@act(again)
def take_deposit(barcode: str) -> Done:
    form = Form.sent()
    fen = _amount(form, "deposit_amount")
    method = form.choice("deposit_method", GIVEN) or ""
    form.check()
    entry = LedgerService(context()).take_deposit(Deposit(patron=barcode, fen=fen, method=method))
    return _done(barcode, entry, Text("已收押金 {amount} 元。", "A deposit of {amount} yuan taken."))


@page.route("/<barcode>/account/charges", methods=["POST"])
@right("fee.charge")
@act(again)
def charge(barcode: str) -> Done:
    form = Form.sent()
    fen = _amount(form, "charge_amount")
    reason = form.text("charge_reason", MOST_REASON)
    cause = form.choice("cause", BY_HAND) or "other"
    item = form.text("item", LONGEST_ASKED, required=False) or None
    form.check()
    made = Charge(patron=barcode, fen=fen or 0, reason=reason, cause=cause, item=item)
    entry = LedgerService(context()).charge(made)
    return _done(barcode, entry, Text("已记收费 {amount} 元。", "{amount} yuan charged."))


# --- money let go or given back -----------------------------------------------------------------------------------------


@page.route("/<barcode>/account/fees/<int:entry_id>/waiver", methods=["POST"])
@right("fee.waive")
@act(again)
def waive(barcode: str, entry_id: int) -> Done:
    asked = _let_go(barcode, entry_id)
    outcome = LedgerService(context()).waive(asked)
    return _decided(barcode, outcome, Text("已减免 {amount} 元。", "{amount} yuan waived."))


@page.route("/<barcode>/account/fees/<int:entry_id>/refund", methods=["POST"])
@right("fee.waive")
@act(again)
def refund(barcode: str, entry_id: int) -> Done:
    asked = _let_go(barcode, entry_id)
    outcome = LedgerService(context()).refund(asked)
    return _decided(barcode, outcome, Text("已退费 {amount} 元，记为余额。", "{amount} yuan refunded, now credit."))


@page.route("/<barcode>/account/payments/<int:entry_id>/reversal", methods=["POST"])
@right("fee.waive")
@act(again)
def reverse(barcode: str, entry_id: int) -> Done:
    form = Form.sent()
    reason = form.text("reason", MOST_REASON)
    form.check()
    outcome = LedgerService(context()).reverse(LetGo(entry_id=_of(barcode, entry_id), reason=reason))
    return _decided(barcode, outcome, Text("已冲正 {amount} 元的缴费。", "The payment of {amount} yuan is reversed."))


@page.route("/<barcode>/account/payouts", methods=["POST"])
@right("fee.waive")
@act(again)
def pay_out(barcode: str) -> Done:
    form = Form.sent()
    reason = form.text("payout_reason", MOST_REASON)
    method = form.choice("payout_method", GIVEN) or ""
    form.check()
    outcome = LedgerService(context()).pay_out(PayOut(patron=barcode, method=method, reason=reason))
    return _decided(barcode, outcome, Text("已退还余额 {amount} 元。", "Credit of {amount} yuan handed out."))


@page.route("/<barcode>/account/deposit-returns", methods=["POST"])
@right("deposit.return")
@act(again)
def give_back_deposit(barcode: str) -> Done:
    form = Form.sent()
    method = form.choice("return_method", GIVEN) or ""
    reason = form.text("return_reason", MOST_REASON, required=False)
    form.check()
    outcome = LedgerService(context()).give_back_deposit(Deposit(patron=barcode, method=method, reason=reason))
    return _decided(barcode, outcome, Text("已退押金 {amount} 元。", "The deposit of {amount} yuan is given back."))


def _let_go(barcode: str, entry_id: int) -> LetGo:
    form = Form.sent()
    reason = form.text("reason", MOST_REASON)
    fen = form.money("amount")  # none: all of it
    form.check()
    if fen == 0:  # one of many small forms of the page: said above them all
        raise Invalid("amount.none", ABOVE_NOUGHT)
    return LetGo(entry_id=_of(barcode, entry_id), reason=reason, fen=fen)


def _of(barcode: str, entry_id: int) -> int:
    """The entry of the reader whose page this is; another's is none of it."""
    patron_id = find_account(context(), barcode, "fee.waive").patron.id
    entry = queries.entry_by_id(context().session, entry_id)
    if entry is None or entry.patron_id != patron_id:
        raise NotFound("fee", entry_id)
    return entry_id


def _amount(form: Form, name: str) -> int | None:
    fen = form.money(name)
    if fen == 0:
        form.wrong(name, ABOVE_NOUGHT)
    elif fen is None and not form.has(name):
        form.wrong(name, NEEDED)
    return fen


def _decided(barcode: str, outcome: Outcome, sentence: Text) -> Done:
    if outcome.entry is not None:
        return _done(barcode, outcome.entry, sentence)
    assert outcome.approval is not None
    waits = Text(
        "{amount} 元超过一人可定的数额，已申请，等另一个人批准。", "{amount} yuan wait for another person to approve."
    )
    amount = show_money(outcome.approval.amount_fen)
    return Done(url_for("money_pages.show", barcode=barcode), waits.format(amount=amount), "warn")


def _done(barcode: str, entry: EntryRow, sentence: Text) -> Done:
    amount = show_money(abs(entry.amount_fen))
    return Done(url_for("money_pages.show", barcode=barcode, new=entry.id), sentence.format(amount=amount))


# --- paper --------------------------------------------------------------------------------------------------------------


@page.route("/<barcode>/account/<int:entry_id>/receipt", methods=["GET"])
@right("fee.read")
def receipt(barcode: str, entry_id: int) -> str:
    """For an 80 mm roll: what was taken or given back, and what it settled."""
    view = in_transaction(lambda: LedgerService(context()).look_at(barcode))
    asked = context()
    entry = queries.entry_by_id(asked.session, entry_id)
    if entry is None or entry.kind not in RECEIPTS or not view.shows(entry):
        raise NotFound("payment", entry_id)
    return render_template(
        "money/receipt.html",
        entry=entry,
        patron=view.patron,
        name=name_for(asked, view.patron),
        account=view.account,
        place=asked.tree.by_id[entry.org_id],
        settled=_settled(asked, entry),
        kind=KINDS[entry.kind],
        method=METHODS.get(entry.method or ""),
        name_entry=name_entry,
    )


def _settled(asked: Context, entry: EntryRow) -> list[dict[str, Any]]:
    """The fees that a payment settled when it was taken, with how much of each."""
    found = []
    for move in queries.moves_of(asked.session, entry.id):
        fee = queries.entry_by_id(asked.session, move.owed_id)
        if move.fen > 0 and fee is not None and fee.kind == "charge":
            found.append({"fee": fee, "fen": move.fen})
    return found


# --- what waits for another person --------------------------------------------------------------------------------------


@page.route("/approvals", methods=["GET"])
@right("fee.waive")
def approvals(form: Form = EMPTY) -> str:
    asked = context()
    return render_template(
        "money/approvals.html",
        waiting=LedgerService(asked).waiting(),
        kinds=KINDS,
        causes=CAUSES,
        tree=asked.tree,
        own=asked.caller.author,
        may_approve=lambda one: asked.caller.may("fee.approve", one.org_id, asked.tree),
        form=form,
    )


def approvals_again(form: Form, **_: object) -> str:
    return approvals(form)


@page.route("/approvals/<int:approval_id>/<any(confirmation,refusal):how>", methods=["GET"])
@right("fee.waive")
def approvals_once_more(approval_id: int, how: str) -> str:  # noqa: ARG001 - a reload of a refused act shows the page
    return approvals()


@page.route("/approvals/<int:approval_id>/confirmation", methods=["POST"])
@right("fee.approve")
@act(approvals_again)
def confirm(approval_id: int) -> Done:
    entry = LedgerService(context()).confirm(approval_id)
    said = Text("已批准并入账：{what} {amount} 元。", "Approved and entered: {what}, {amount} yuan.")
    amount = show_money(abs(entry.amount_fen))
    return Done(url_for("money_pages.approvals"), said.format(what=KINDS[entry.kind], amount=amount))


@page.route("/approvals/<int:approval_id>/refusal", methods=["POST"])
@right("fee.waive")
@act(approvals_again)
def turn_down(approval_id: int) -> Done:
    LedgerService(context()).turn_down(approval_id)
    return Done(url_for("money_pages.approvals"), Text("申请已退回，没有入账。", "Turned down; nothing was entered."))
