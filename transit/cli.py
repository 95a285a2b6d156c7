"""Commands of this room: transfers seen, sent and called off. Receiving one is `circ`'s."""

from __future__ import annotations

from collections.abc import Sequence

import click

from branches.context import Context
from branches.terminal import Terminal, json_option, local, pass_terminal
from catalog.description import marked
from kernel.i18n import Text
from transit.queries import TransferRow, list_transfers
from transit.schemas import TransferSchema
from transit.service import TransferService
from transit.show import show_transfer
from transit.states import OPEN, TRANSFER_STATUSES

MOST_ROWS = 1000


@click.group(help=local("调拨：查看、发出、取消、接收。", "Transfers: list, send, cancel, receive."))
def transfer() -> None:
    pass


@transfer.command("list", help=local("列出未完的调拨，最早的在前。", "List the open transfers, oldest first."))
@click.option("--from", "from_code", help=local("发出馆及其下级", "from this unit and those below"))
@click.option("--to", "to_code", help=local("收到馆及其下级", "to this unit and those below"))
@click.option("--status", type=click.Choice(list(TRANSFER_STATUSES)))
@json_option
@pass_terminal
def transfer_list(
    terminal: Terminal, from_code: str | None, to_code: str | None, status: str | None, as_json: bool
) -> None:
    def read(context: Context) -> tuple[list[dict[str, object]], Sequence[TransferRow]]:
        tree = context.tree
        rows = list_transfers(
            context.session,
            seen_at=frozenset(tree.by_id),
            from_ids=tree.subtree(tree.unit(from_code).id) if from_code else None,
            to_ids=tree.subtree(tree.unit(to_code).id) if to_code else None,
            statuses=[status] if status else OPEN,
            limit=MOST_ROWS,
        )
        return [show_transfer(row, tree) for row in rows], rows

    shown, rows = terminal.read(read)
    if as_json:
        terminal.show_json(TransferSchema(many=True).dump(shown))
        return
    heads = (
        Text("号", "No."),
        Text("状态", "State"),
        Text("从", "From"),
        Text("到", "To"),
        Text("条码", "Barcode"),
        Text("书名", "Title"),
    )
    status_of = [TRANSFER_STATUSES[row.status].in_(terminal.language) for row in rows]
    terminal.show_table(
        heads,
        [(s["id"], name, s["from_"], s["to"], s["item"], s["title"]) for s, name in zip(shown, status_of, strict=True)],
    )


@transfer.command("send", help=local("发出一笔调拨。", "Send a transfer."))
@click.argument("transfer_id", type=int)
@pass_terminal
def transfer_send(terminal: Terminal, transfer_id: int) -> None:
    sent = terminal.run(lambda context: TransferService(context).dispatch(transfer_id))
    terminal.say(Text("{title}已发出。", "{title} is on its way."), title=marked(sent.title))


@transfer.command("cancel", help=local("取消一笔调拨。", "Call a transfer off."))
@click.argument("transfer_id", type=int)
@click.argument("reason")
@click.option(
    "--force",
    is_flag=True,
    help=local("已发出的也取消：书没有离开或已退回", "also one on its way: the book never left or came back"),
)
@pass_terminal
def transfer_cancel(terminal: Terminal, transfer_id: int, reason: str, force: bool) -> None:
    ended = terminal.run(lambda context: TransferService(context).cancel(transfer_id, reason, force=force))
    terminal.say(Text("{title}的调拨已取消。", "The transfer of {title} is called off."), title=marked(ended.title))


COMMANDS: tuple[click.Command, ...] = (transfer,)
