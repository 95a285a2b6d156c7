"""Commands of purchasers: what readers want, and how the money for their choices is spent, as page and API show it."""

from __future__ import annotations

from typing import Any, Final

import click

from branches.context import Context
from branches.terminal import Terminal, json_option, local, pass_terminal
from kernel.errors import Invalid
from kernel.i18n import Text
from purchasing.demand_show import show_wanted
from purchasing.oversight import reader_figure
from purchasing.oversight_show import show_oversight
from purchasing.schemas.demand import WantedSchema
from purchasing.schemas.oversight import OversightSchema
from purchasing.service.demand import DemandService
from purchasing.service.oversight import OversightService
from purchasing.spans import NO_SPAN, read_span

_HEADS: Final = (
    Text("名次", "Rank"),
    Text("题名", "Title"),
    Text("ISBN", "ISBN"),
    Text("为什么要", "Why"),
    Text("网内册数", "Copies"),
    Text("在订", "On order"),
    Text("参考价", "Price"),
)

_FIGURES: Final = (Text("项目", "Figure"), Text("数", "Number"))
_SPAN, _BOOKS, _COST = Text("时间", "Span"), Text("选书", "Books chosen"), Text("费用（元）", "Cost (yuan)")
_READERS, _CANCELLED = Text("读者", "Readers"), Text("撤销", "Called off")
_LENT_AGAIN: Final = Text("再借过 / 已上架", "Lent again / on the shelf")


@click.command("demand", help=local("读者想让一个馆买的书，按名次。", "What readers want a unit to buy, ranked."))
@click.argument("org")
@click.option("--limit", type=click.IntRange(1, 2000), default=50, show_default=True, help=local("最多几种", "at most"))
@json_option
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


@click.command("oversight", help=local("一个活动的经费和选书情况。", "How a programme is spent, and what was chosen."))
@click.argument("programme")
@click.option(
    "--span",
    "written",
    help=local("年、季或月：2026、2026-Q4、2026-11", "a year, quarter or month: 2026, 2026-Q4, 2026-11"),
)
@json_option
@pass_terminal
def oversight(terminal: Terminal, programme: str, written: str | None, as_json: bool) -> None:
    span = None if written is None else read_span(written)
    if written is not None and span is None:
        raise Invalid("oversight.span", NO_SPAN, {"span": [NO_SPAN]})

    def read(context: Context) -> dict[str, Any]:
        seen = OversightService(context).show(programme, span)
        shown: dict[str, Any] = OversightSchema().dump(show_oversight(seen, context, terminal.language))
        return shown

    told = terminal.read(read)
    if as_json:
        terminal.show_json(told)
        return
    rows = [
        (_SPAN, told["span"]),
        (_BOOKS, told["books"]),
        (_COST, told["cost"] or ""),
        (_READERS, reader_figure(told["readers"])),
        (_CANCELLED, told["cancelled"]),
        (_LENT_AGAIN, f"{told['lent_again']['chosen']['lent']} / {told['lent_again']['chosen']['copies']}"),
        *((Text(one["name"], one["name"]), f"{one['left']} / {one['allocated']}") for one in told["funds"] or ()),
    ]
    terminal.show_table(_FIGURES, [(name.in_(terminal.language), value) for name, value in rows])


COMMANDS: Final[tuple[click.Command, ...]] = (demand, oversight)
