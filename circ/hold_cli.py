"""Commands of holds: placed for readers, listed, called off, called back, and what is to be fetched. Each calls what the page calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import click

from branches.context import Context
from branches.terminal import Terminal, json_option, local, pass_terminal
from circ.cli_options import MOST_ROWS, at_option, override_option
from circ.commands import PlaceHold
from circ.queries import holds as hold_queries
from circ.queries.holds import HoldRow
from circ.schemas import HoldSchema
from circ.service.holds import HoldService
from circ.show import show_hold, show_pull
from circ.states import HOLD_STATUSES
from kernel.i18n import Text
from patrons.queries import find_patron


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


HOLD_COMMANDS: Final[tuple[click.Command, ...]] = (hold, pull_list)
