"""Commands of readers' accounts: shown, charged, paid, waived. Each calls what the desk calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from branches.context import Context
from branches.terminal import Terminal, json_option, local, pass_terminal
from circ.commands import Charge, LetGo, Pay
from circ.ledger import METHODS
from circ.ledger_schemas import AccountSchema, ApprovalSchema, PostedSchema
from circ.ledger_sentences import name_entry
from circ.ledger_show import show_account, show_approval, show_posted
from circ.queries import ledger as queries
from circ.queries.ledger import EntryRow
from circ.service.ledger import LedgerService
from kernel.i18n import Text
from kernel.money import MAX_MONEY_FEN, MONEY, read_money


class AmountType(click.ParamType[int]):
    """Yuan such as 12.50, whole fen inside."""

    name = "yuan"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        fen = read_money(value) if MONEY.match(value) else 0
        if not 0 < fen <= MAX_MONEY_FEN:
            self.fail(str(local("金额请写成 12.50", "write an amount as 12.50")), param, ctx)
        return fen


at_option = click.option("--at", help=local("在哪个馆点办理（代码）", "the unit where it is done (code)"))


@click.group(help=local("读者账目：查看、收费、减免。", "Readers’ accounts: show, charge, take payments, waive."))
def account() -> None: ...


@account.command("show", help=local("显示读者欠什么、为什么。", "Show what a reader owes and why."))
@click.argument("patron")
@json_option
@pass_terminal
def account_show(terminal: Terminal, patron: str, as_json: bool) -> None:
    def read(context: Context) -> tuple[dict[str, Any], list[EntryRow]]:
        view = LedgerService(context).look_at(patron)
        return show_account(view, None, context.tree), view.entries

    shown, entries = terminal.run(read)
    dumped = AccountSchema().dump(shown)
    if as_json:
        terminal.show_json(dumped)
        return
    said = Text("欠费 {balance} 元，押金 {deposit} 元。", "Owed: {balance} yuan; deposit: {deposit} yuan.")
    terminal.say(said, balance=dumped["balance"], deposit=dumped["deposit"])
    names = {entry.id: name_entry(entry.kind, entry.cause).in_(terminal.language) for entry in entries}
    heads = (
        Text("号", "No."),
        Text("时间", "When"),
        Text("馆点", "Unit"),
        Text("事项", "What"),
        Text("金额", "Amount"),
        Text("未结", "Open"),
        Text("说明", "Note"),
    )
    rows = [
        (e["id"], e["at"], e["org"], names[e["id"]], e["amount"], e["open"], e["note"] or e["title"])
        for e in dumped["entries"]
    ]
    terminal.show_table(heads, rows)


@account.command("charge", help=local("记一笔收费。", "Charge a fee."))
@click.argument("patron")
@click.argument("amount", type=AmountType())
@click.option("--reason", required=True, help=local("为什么", "why"))
@click.option("--item", help=local("图书条码", "barcode of the book"))
@at_option
@json_option
@pass_terminal
def account_charge(
    terminal: Terminal, patron: str, amount: int, reason: str, item: str | None, at: str | None, as_json: bool
) -> None:
    asked = Charge(patron=patron, fen=amount, reason=reason, item=item, at=at)
    _say(terminal, lambda context: LedgerService(context).charge(asked), as_json=as_json)


@account.command("pay", help=local("收一笔费。", "Take a payment."))
@click.argument("patron")
@click.argument("amount", type=AmountType())
@click.option("--method", type=click.Choice(list(METHODS)), default="cash", show_default=True)
@click.option(
    "--against", type=int, multiple=True, help=local("只付这笔，可多次给出", "settle this fee; may be repeated")
)
@at_option
@json_option
@pass_terminal
def account_pay(
    terminal: Terminal,
    patron: str,
    amount: int,
    method: str,
    against: tuple[int, ...],
    at: str | None,
    as_json: bool,
) -> None:
    asked = Pay(patron=patron, fen=amount, method=method, against=against, at=at)
    _say(terminal, lambda context: LedgerService(context).pay(asked), as_json=as_json)


@account.command(
    "waive", help=local("减免一笔收费（号码见 account show）。", "Waive a fee; `account show` shows its number.")
)
@click.argument("fee", type=int)
@click.option("--reason", required=True, help=local("为什么", "why"))
@click.option("--amount", type=AmountType(), help=local("只减免这么多", "only so much of it"))
@json_option
@pass_terminal
def account_waive(terminal: Terminal, fee: int, reason: str, amount: int | None, as_json: bool) -> None:
    def act(context: Context) -> dict[str, Any]:
        outcome = LedgerService(context).waive(LetGo(entry_id=fee, reason=reason, fen=amount))
        if outcome.approval is not None:
            return {"approval": ApprovalSchema().dump(show_approval(outcome.approval, context.tree))}
        assert outcome.entry is not None
        return {"entry": _dump(context, outcome.entry)}

    done = terminal.run(act)
    if as_json:
        terminal.show_json(done.get("entry") or done["approval"])
    elif "approval" in done:
        waits = Text("{amount} 元已申请，等另一个人批准。", "{amount} yuan wait for another person to approve.")
        terminal.say(waits, amount=done["approval"]["amount"])
    else:
        _tell(terminal, done["entry"])


def _say(terminal: Terminal, act: Callable[[Context], EntryRow], *, as_json: bool) -> None:
    shown = terminal.run(lambda context: _dump(context, act(context)))
    if as_json:
        terminal.show_json(shown)
    else:
        _tell(terminal, shown)


def _dump(context: Context, entry: EntryRow) -> dict[str, Any]:
    moves = queries.moves_of(context.session, entry.id)
    account_row = queries.account_of(context.session, entry.patron_id)
    dumped: dict[str, Any] = PostedSchema().dump(show_posted(entry, moves, account_row, context.tree))
    return dumped


def _tell(terminal: Terminal, shown: dict[str, Any]) -> None:
    said = Text(
        "第 {id} 笔：{what} {amount} 元，现欠 {balance} 元。", "No. {id}: {what}, {amount} yuan; now owed: {balance}."
    )
    what = name_entry(shown["kind"], shown["cause"])
    terminal.say(said, id=shown["id"], what=what, amount=shown["amount"], balance=shown["balance"])


COMMANDS: tuple[click.Command, ...] = (account,)
