"""Commands of the desk: lending, returning, renewing, loans, and receiving a transfer; with those of the rest of the room. Each calls what
the desk calls."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from branches.cli import policy
from branches.context import Context
from branches.terminal import Terminal, json_option, local, pass_terminal
from circ import queries
from circ.cli_options import MOST_ROWS, at_option, override_option
from circ.commands import CheckIn, CheckOut, Renew, SetStatus, UseHere
from circ.hold_cli import HOLD_COMMANDS
from circ.policy_cli import policy_lab
from circ.reader_cli import READER_COMMANDS
from circ.request_cli import REQUEST_COMMANDS
from circ.schemas import LOAN_LISTS, SAYINGS, CheckInResultSchema, LoanSchema
from circ.service import CirculationService, Lent, Returned
from circ.show import show_lent, show_loan, show_returned
from kernel.clock import parse_instant
from kernel.i18n import Text
from kernel.money import show_money
from patrons.cli import patron
from patrons.queries import find_patron
from transit.cli import transfer


class InstantType(click.ParamType[datetime]):
    """An ISO 8601 instant with an offset."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            return value if isinstance(value, datetime) else parse_instant(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command("check-out", help=local("把书借给读者。", "Lend a copy to a reader."))
@click.argument("patron")
@click.argument("item")
@at_option
@override_option
@click.option("--overflow", is_flag=True, help=local("借满时同意短借", "for a short time where the card is full"))
@click.option("--dry-run", is_flag=True, help=local("只看能不能借，不写入", "only say whether it could be lent"))
@json_option
@pass_terminal
def check_out(terminal: Terminal, /, as_json: bool, **asked_for: Any) -> None:
    asked = CheckOut(**asked_for)
    if asked.dry_run:
        lent = terminal.read(lambda context: CirculationService(context).preview_check_out(asked))
    else:
        lent = terminal.run(lambda context: CirculationService(context).check_out(asked))
    _say_lent(terminal, lent, as_json=as_json)


@click.command("check-in", help=local("还书：收下这本书，并说明放到哪里。", "Take a copy in and say where it goes."))
@click.argument("item")
@at_option
@override_option
@click.option("--returned-at", type=InstantType(), help=local("实际归还的时间", "when it really came back"))
@click.option(
    "--use",
    "counts_use",
    is_flag=True,
    help=local("没有借出的书，计一次馆内阅览", "a book that was not out was read here"),
)
@json_option
@pass_terminal
def check_in(
    terminal: Terminal,
    item: str,
    at: str,
    override: tuple[str, ...],
    returned_at: datetime | None,
    counts_use: bool,
    as_json: bool,
) -> None:
    asked = CheckIn(item=item, at=at, override=override, returned_at=returned_at, counts_use=counts_use)

    def act(context: Context) -> tuple[Returned, dict[str, Any]]:
        returned = CirculationService(context).check_in(asked)
        return returned, show_returned(returned, context.tree, terminal.language)

    _say_returned(terminal, *terminal.run(act), as_json=as_json)


@click.command(help=local("续借一笔借阅（借阅号见 loans）。", "Renew a loan; `loans` shows its number."))
@click.argument("loan_id", type=int)
@click.option("--at", help=local("按哪个馆点的日历", "whose calendar counts"))
@override_option
@json_option
@pass_terminal
def renew(terminal: Terminal, loan_id: int, at: str | None, override: tuple[str, ...], as_json: bool) -> None:
    asked = Renew(loan_id=loan_id, at=at, override=override)
    _say_lent(terminal, terminal.run(lambda context: CirculationService(context).renew(asked)), as_json=as_json)


@click.command("use", help=local("计一次馆内阅览。", "Count that a copy was read in the library."))
@click.argument("item")
@at_option
@pass_terminal
def use(terminal: Terminal, item: str, at: str) -> None:
    terminal.say(terminal.run(lambda context: CirculationService(context).use_here(UseHere(item=item, at=at))).message)


@click.command(
    help=local("撤销十分钟内办的一件事（号码见业务日志）。", "Undo an act of the last minutes, by its journal number.")
)
@click.argument("entry_id", type=int)
@pass_terminal
def undo(terminal: Terminal, entry_id: int) -> None:
    terminal.say(terminal.run(lambda context: CirculationService(context).undo(entry_id)).message)


@click.command(
    "item-status",
    help=local(
        "登记一册书的状况：找不到、破损、送修、读者报失等。", "Say what a copy is: missing, damaged, mended, lost."
    ),
)
@click.argument("item")
@click.argument("act", type=click.Choice(SAYINGS))
@click.option("--at", help=local("书在哪个馆点（代码）", "the unit where the book is (code)"))
@click.option("--reason", help=local("说明", "a remark"))
@pass_terminal
def item_status(terminal: Terminal, item: str, act: str, at: str | None, reason: str | None) -> None:
    asked = SetStatus(item=item, act=act, at=at, reason=reason)
    terminal.say(terminal.run(lambda context: CirculationService(context).set_status(asked)).message)


@click.command(help=local("列出借阅。", "List loans."))
@click.option("--patron", help=local("读者证号", "a card number"))
@click.option("--at", help=local("借出馆及其下级", "lent at this unit or below"))
@click.option("--status", type=click.Choice(LOAN_LISTS), default="open", show_default=True)
@json_option
@pass_terminal
def loans(terminal: Terminal, patron: str | None, at: str | None, status: str, as_json: bool) -> None:
    def read(context: Context) -> list[dict[str, Any]]:
        tree = context.tree
        units = tree.subtree(tree.unit(at).id) if at else None
        rows = queries.list_loans(
            context.session,
            seen_at=None,
            at_ids=units,
            patron_id=find_patron(context.session, patron, tree, at=None).id if patron else None,
            status=status,
            now=context.now,
            limit=MOST_ROWS,
        )
        return [show_loan(row, tree) for row in rows]

    shown = LoanSchema(many=True).dump(terminal.read(read))
    if as_json:
        terminal.show_json(shown)
        return
    heads = (
        Text("号", "No."),
        Text("应还", "Due"),
        Text("馆点", "Unit"),
        Text("读者证", "Card"),
        Text("条码", "Barcode"),
        Text("书名", "Title"),
    )
    terminal.show_table(heads, [(r["id"], r["due_at"], r["at"], r["patron"], r["item"], r["title"]) for r in shown])


@transfer.command("receive", help=local("在目的馆收到一笔调拨。", "Receive a transfer where it was going."))
@click.argument("transfer_id", type=int)
@json_option
@pass_terminal
def transfer_receive(terminal: Terminal, transfer_id: int, as_json: bool) -> None:
    def act(context: Context) -> tuple[Returned, dict[str, Any]]:
        returned = CirculationService(context).receive_transfer(transfer_id)
        return returned, show_returned(returned, context.tree, terminal.language)

    _say_returned(terminal, *terminal.run(act), as_json=as_json)


def _say_lent(terminal: Terminal, lent: Lent, *, as_json: bool) -> None:
    shown = LoanSchema().dump(show_lent(lent, terminal.language))
    if as_json:
        terminal.show_json(shown)
        return
    for refusal in (*lent.notices, *lent.refusals):
        terminal.say(refusal.message)
    if lent.id is not None:
        click.echo(shown["message"])
    elif not lent.refusals:
        terminal.say(Text("可以借，应还：{due}。", "It can be lent, due {due}."), due=shown["due_at"])


def _say_returned(terminal: Terminal, returned: Returned, shown: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        terminal.show_json(CheckInResultSchema().dump(shown))
        return
    for notice in returned.notices:
        terminal.say(notice.message)
    for fee in returned.fees:
        terminal.say(Text("逾期费 {fen} 元。", "A fine of {fen} yuan."), fen=show_money(fee.amount_fen))
    terminal.say(returned.message)


COMMANDS: tuple[click.Command, ...] = (check_out, check_in, use, undo, renew, item_status, loans, *HOLD_COMMANDS)
policy.add_command(policy_lab)
for _command in REQUEST_COMMANDS:
    transfer.add_command(_command)
for _command in READER_COMMANDS:
    patron.add_command(_command)
