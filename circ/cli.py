"""Commands of this room: lending, returning, renewing, loans, holds, and receiving a transfer. Each calls what the desk calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from branches.cli import policy
from branches.context import Context
from branches.terminal import Terminal, local, pass_terminal
from circ import queries
from circ.commands import CheckIn, CheckOut, PlaceHold, Renew, SetStatus, UseHere
from circ.policy_cli import policy_lab
from circ.queries import holds as hold_queries
from circ.queries.holds import HoldRow
from circ.reader_cli import READER_COMMANDS
from circ.request_cli import REQUEST_COMMANDS
from circ.schemas import LOAN_LISTS, SAYINGS, CheckInResultSchema, HoldSchema, LoanSchema
from circ.service import CirculationService, Lent, Returned
from circ.service.holds import HoldService
from circ.show import show_hold, show_lent, show_loan, show_pull, show_returned
from circ.states import HOLD_STATUSES
from kernel.clock import parse_instant
from kernel.i18n import Text
from kernel.money import show_money
from patrons.cli import patron
from patrons.queries import find_patron
from transit.cli import transfer

MOST_ROWS = 1000


class InstantType(click.ParamType[datetime]):
    """An ISO 8601 instant with an offset."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            return value if isinstance(value, datetime) else parse_instant(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


at_option = click.option(
    "--at", required=True, help=local("在哪个馆点办理（代码）", "the unit where it is done (code)")
)
override_option = click.option(
    "--override",
    "override",
    multiple=True,
    metavar="CODE",
    help=local("越过这个限制，可多次给出", "lift this refusal; may be given more than once"),
)
json_option = click.option("--json", "as_json", is_flag=True, help=local("输出 JSON", "print JSON"))


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


@click.group(help=local("预约：替读者预约、查看、取消。", "Holds: place them for readers, list them, call them off."))
def hold() -> None: ...


@hold.command("place", help=local("为读者预约一种书或一册书。", "Place a hold for a reader on a title or a copy."))
@click.argument("patron")
@click.option("--bib", "bib_id", type=int, help=local("书目号", "the title’s number"))
@click.option("--item", help=local("只要这一册（条码）", "only this copy (barcode)"))
@click.option("--volume", help=local("一部书里的哪一卷", "which volume of a set"))
@click.option("--pickup", required=True, help=local("在哪里取书（馆点代码）", "where it is collected (unit code)"))
@override_option
@json_option
@pass_terminal
def hold_place(
    terminal: Terminal,
    patron: str,
    bib_id: int | None,
    item: str | None,
    volume: str | None,
    pickup: str,
    override: tuple[str, ...],
    as_json: bool,
) -> None:
    command = PlaceHold(patron=patron, bib_id=bib_id, item=item, volume=volume, pickup=pickup, override=override)
    _say_hold(terminal, lambda context: HoldService(context).place(command), as_json=as_json)


@hold.command(
    "cancel", help=local("取消一个预约（号码见 hold list）。", "Call a hold off; `hold list` shows its number.")
)
@click.argument("hold_id", type=int)
@json_option
@pass_terminal
def hold_cancel(terminal: Terminal, hold_id: int, as_json: bool) -> None:
    _say_hold(terminal, lambda context: HoldService(context).cancel(hold_id), as_json=as_json)


@hold.command("recall", help=local("为一个预约催还借出的书。", "Call a lent copy back for a hold."))
@click.argument("hold_id", type=int)
@json_option
@pass_terminal
def hold_recall(terminal: Terminal, hold_id: int, as_json: bool) -> None:
    _say_hold(terminal, lambda context: HoldService(context).recall(hold_id), as_json=as_json)


@hold.command("list", help=local("列出未完的预约。", "List open holds."))
@click.option("--patron", help=local("读者证号", "a card number"))
@click.option("--bib", "bib_id", type=int, help=local("书目号", "the title’s number"))
@click.option("--pickup", help=local("取书馆点及其下级", "collected at this unit or below"))
@json_option
@pass_terminal
def hold_list(terminal: Terminal, patron: str | None, bib_id: int | None, pickup: str | None, as_json: bool) -> None:
    def read(context: Context) -> list[dict[str, Any]]:
        tree = context.tree
        rows = hold_queries.list_holds(
            context.session,
            seen_at=None,
            patron_id=find_patron(context.session, patron, tree, at=None).id if patron else None,
            bib_id=bib_id,
            pickup_ids=tree.subtree(tree.unit(pickup).id) if pickup else None,
            limit=MOST_ROWS,
        )
        return [show_hold(row, tree) for row in rows]

    _show_holds(terminal, terminal.read(read), as_json=as_json)


@click.command(
    "pull-list",
    help=local("要从架上取出来的预约图书，按架位排序。", "Books to fetch for holds, in the order of the shelves."),
)
@at_option
@json_option
@pass_terminal
def pull_list(terminal: Terminal, at: str, as_json: bool) -> None:
    def read(context: Context) -> list[dict[str, Any]]:
        tree = context.tree
        rows = hold_queries.pull_list(context.session, tree.subtree(tree.unit(at).id))
        return [show_pull(row, tree) for row in rows]

    _show_holds(terminal, terminal.read(read), as_json=as_json)


def _say_hold(terminal: Terminal, act: Callable[[Context], HoldRow], *, as_json: bool) -> None:
    def run(context: Context) -> dict[str, Any]:
        return show_hold(act(context), context.tree)

    shown = HoldSchema().dump(terminal.run(run))
    if as_json:
        terminal.show_json(shown)
        return
    said = Text("预约 {id}《{title}》：{status}。", "Hold {id}, {title}: {status}.")
    terminal.say(said, id=shown["id"], title=shown["title"], status=HOLD_STATUSES[shown["status"]])


def _show_holds(terminal: Terminal, rows: list[dict[str, Any]], *, as_json: bool) -> None:
    shown = HoldSchema(many=True).dump(rows)
    if as_json:
        terminal.show_json(shown)
        return
    heads = (
        Text("号", "No."),
        Text("状态", "Status"),
        Text("位置", "Place"),
        Text("取书处", "Pickup"),
        Text("在", "At"),
        Text("索书号", "Call number"),
        Text("条码", "Barcode"),
        Text("书名", "Title"),
    )
    names = ("id", "status", "position", "pickup", "location", "call_number", "item", "title")
    terminal.show_table(heads, [[row[name] for name in names] for row in shown])


COMMANDS: tuple[click.Command, ...] = (check_out, check_in, use, undo, renew, item_status, loans, hold, pull_list)
policy.add_command(policy_lab)
for _command in REQUEST_COMMANDS:
    transfer.add_command(_command)
for _command in READER_COMMANDS:
    patron.add_command(_command)
