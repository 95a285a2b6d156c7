"""Commands of purchasers: the list of what readers want, as the page and the API show it."""

from __future__ import annotations

from typing import Any, Final

import click

from branches.context import Context
from branches.terminal import Terminal, local, pass_terminal
from kernel.i18n import Text
from purchasing.demand_show import show_wanted
from purchasing.schemas.demand import WantedSchema
from purchasing.service.demand import DemandService

_HEADS: Final = (
    Text("名次", "Rank"),
    Text("题名", "Title"),
    Text("ISBN", "ISBN"),
    Text("为什么要", "Why"),
    Text("网内册数", "Copies"),
    Text("在订", "On order"),
    Text("参考价", "Price"),
)


@click.command("demand", help=local("读者想让一个馆买的书，按名次。", "What readers want a unit to buy, ranked."))
@click.argument("org")
@click.option("--limit", type=click.IntRange(1, 2000), default=50, show_default=True, help=local("最多几种", "at most"))
@click.option("--json", "as_json", is_flag=True, help=local("输出 JSON", "print JSON"))
@pass_terminal
def demand(terminal: Terminal, org: str, limit: int, as_json: bool) -> None:
    def read(context: Context) -> list[dict[str, Any]]:
        lines = DemandService(context).of_unit(org).lines[:limit]
        return [WantedSchema().dump(show_wanted(row, None, terminal.language)) for row in lines]

    rows = terminal.read(read)
    if as_json:
        terminal.show_json({"org": org, "items": rows})
        return
    shown = [
        (row["rank"], row["title"], row["isbn"] or "", row["why"], row["copies"], row["on_order"], row["price"] or "")
        for row in rows
    ]
    terminal.show_table(_HEADS, shown)


COMMANDS: Final[tuple[click.Command, ...]] = (demand,)
