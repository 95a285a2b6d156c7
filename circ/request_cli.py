"""Commands of what units ask each other to send; they stand beside `tongjie transfer list`. Each calls what the page calls."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click

from branches.context import Context
from branches.terminal import Terminal, json_option, local, pass_terminal
from catalog.description import marked
from catalog.readership import READERSHIPS
from circ.commands import AskForCopies, Criteria
from circ.request_schemas import ApprovedSchema, RefusedSchema, RequestedSchema
from circ.request_show import show_answered, show_asked, show_refused
from circ.service.request_service import RequestService
from kernel.i18n import Text
from transit.queries import TransferRow
from transit.queries import requests as queries
from transit.schemas import TransferSchema
from transit.show import show_transfer
from transit.states import TRANSFER_STATUSES, ending

DAY = click.DateTime(["%Y-%m-%d"])


@click.command("ask", help=local("向别的馆申请图书。", "Ask other libraries to send copies."))
@click.option("--to", required=True, help=local("送到哪里（馆点代码）", "where they are wanted (unit code)"))
@click.option("--item", help=local("只要这一册（条码）", "this copy alone (barcode)"))
@click.option("--bib", "bib_id", type=int, help=local("书目号", "the title’s number"))
@click.option("--volume", help=local("成套书的哪一卷", "which volume of a set"))
@click.option("--copies", type=int, default=1, show_default=True, help=local("要几册", "how many"))
@click.option("--type", "item_type", help=local("文献类型及其下级", "an item type and those below"))
@click.option("--class", "class_number", help=local("分类号开头", "how the class begins"))
@click.option("--audience", type=click.Choice(list(READERSHIPS)), help=local("读者对象", "for whom it was made"))
@click.option("--from", "from_", help=local("向哪个馆及其下级申请", "ask this unit and those below"))
@click.option("--needed-by", type=DAY, help=local("最晚哪天要", "the day by which they are needed"))
@click.option("--keep-until", type=DAY, help=local("留到哪天，然后归还", "the last day to keep them"))
@click.option("--note", help=local("说明", "a note"))
@click.option("--override", "override", multiple=True, metavar="CODE")
@json_option
@pass_terminal
def ask(
    terminal: Terminal,
    to: str,
    item: str | None,
    bib_id: int | None,
    volume: str | None,
    copies: int,
    item_type: str | None,
    class_number: str | None,
    audience: str | None,
    from_: str | None,
    needed_by: datetime | None,
    keep_until: datetime | None,
    note: str | None,
    override: tuple[str, ...],
    as_json: bool,
) -> None:
    criteria = Criteria(item_type=item_type, class_number=class_number, audience=audience)
    command = AskForCopies(
        to=to,
        item=item,
        bib_id=bib_id,
        volume=volume,
        criteria=criteria if criteria.as_json() else None,
        copies=copies,
        from_=from_,
        needed_by=_day(needed_by),
        keep_until=_day(keep_until),
        note=note,
        override=override,
    )

    def run(context: Context) -> tuple[dict[str, Any], list[TransferRow]]:
        rows = RequestService(context).ask(command)
        request = queries.request_by_id(context.session, rows[0].request_id or 0)
        assert request is not None
        return show_asked(request, rows, context.tree), rows

    shown, rows = terminal.run(run)
    if as_json:
        terminal.show_json(RequestedSchema().dump(shown))
        return
    _show_lines(terminal, rows, shown["requests"])
    if shown["unfilled"]:
        terminal.say(Text("还有 {n} 册没有馆能提供。", "No library has the other {n}."), n=shown["unfilled"])


@click.command(
    "to-answer", help=local("列出要找来送出的书，按架位排序。", "List what to fetch for others, in shelf order.")
)
@click.option("--at", required=True, help=local("馆点及其下级", "this unit and those below"))
@json_option
@pass_terminal
def to_answer(terminal: Terminal, at: str, as_json: bool) -> None:
    def read(context: Context) -> tuple[list[dict[str, Any]], list[TransferRow]]:
        rows = queries.to_answer(context.session, context.tree.subtree(context.tree.unit(at).id))
        return [show_transfer(row, context.tree) for row in rows], rows

    shown, rows = terminal.read(read)
    if as_json:
        terminal.show_json(TransferSchema(many=True).dump(shown))
        return
    _show_lines(terminal, rows, shown)


@click.command("approve", help=local("同意一笔申请，书已在手。", "Approve a request with the copies in hand."))
@click.argument("transfer_id", type=int)
@click.argument("items", nargs=-1)
@json_option
@pass_terminal
def approve(terminal: Terminal, transfer_id: int, items: tuple[str, ...], as_json: bool) -> None:
    def run(context: Context) -> tuple[dict[str, Any], list[TransferRow], list[Text]]:
        answered = RequestService(context).approve(transfer_id, items)
        shown = show_answered(answered, context.tree, terminal.language)
        return shown, list(answered.approved), [one.message for one in answered.held]

    shown, rows, held = terminal.run(run)
    if as_json:
        terminal.show_json(ApprovedSchema().dump(shown))
        return
    for message in held:
        terminal.say(message)
    _show_lines(terminal, rows, shown["approved"])


@click.command("refuse", help=local("拒绝一笔申请，并转给下一个馆。", "Refuse a request and pass it on."))
@click.argument("transfer_id", type=int)
@click.argument("reason")
@click.option("--keep", is_flag=True, help=local("不转给别的馆", "do not pass it on"))
@click.option("--rest", is_flag=True, help=local("同一申请的其余各册也拒绝", "the rest of the same request, too"))
@json_option
@pass_terminal
def refuse(terminal: Terminal, transfer_id: int, reason: str, keep: bool, rest: bool, as_json: bool) -> None:
    def run(context: Context) -> tuple[dict[str, Any], list[TransferRow]]:
        rows = RequestService(context).refuse(transfer_id, reason, pass_on=not keep, rest=rest)
        return show_refused(transfer_id, rows, context.tree), rows

    shown, rows = terminal.run(run)
    if as_json:
        terminal.show_json(RefusedSchema().dump(shown))
        return
    _show_lines(terminal, rows, shown["refused"])


@click.command("missing", help=local("把在途没到的一笔记为途中遗失。", "Give up what was sent and has not arrived."))
@click.argument("transfer_id", type=int)
@click.argument("reason")
@pass_terminal
def missing(terminal: Terminal, transfer_id: int, reason: str) -> None:
    lost = terminal.run(lambda context: RequestService(context).give_up(transfer_id, reason))
    said = Text("{title}记为途中遗失，扫到它就算找到。", "{title} is given up; a scan anywhere finds it again.")
    terminal.say(said, title=marked(lost.title))


def _day(given: datetime | None) -> date | None:
    return given.date() if given is not None else None


def _show_lines(terminal: Terminal, rows: list[TransferRow], shown: list[dict[str, Any]]) -> None:
    heads = (
        Text("号", "No."),
        Text("状态", "State"),
        Text("从", "From"),
        Text("到", "To"),
        Text("架位", "Shelf"),
        Text("索书号", "Call number"),
        Text("条码", "Barcode"),
        Text("书名", "Title"),
        Text("原因", "Why"),
    )
    lines = []
    for row, one in zip(rows, shown, strict=True):
        why = ending(row.cancel_reason)
        status = TRANSFER_STATUSES[row.status].in_(terminal.language)
        fetched = (one["shelf"], one["call_number"], row.barcode, one["title"])
        lines.append((row.id, status, one["from_"], one["to"], *fetched, why.in_(terminal.language) if why else ""))
    terminal.show_table(heads, lines)


REQUEST_COMMANDS: tuple[click.Command, ...] = (ask, to_answer, approve, refuse, missing)
