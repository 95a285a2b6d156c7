"""Commands of this room: categories and readers. Every act is journalled as `system`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from branches.context import Context
from branches.terminal import Terminal, local, pass_terminal, read_secret
from kernel.i18n import Text
from patrons.privacy import Vault
from patrons.reference import CATEGORIES
from patrons.schemas import PatronSchema
from patrons.service.blocks import BlockService, NewBlock
from patrons.service.cards import CardService
from patrons.service.categories import CategoryService
from patrons.service.imports import ImportedLine, PatronImportService
from patrons.service.profiles import NewPatron, PatronService
from patrons.show import show_patron
from patrons.tables import read_table

DAY = click.DateTime(["%Y-%m-%d"])


def _day(value: datetime | None) -> date | None:
    return value.date() if value is not None else None


@click.group(help=local("读者类别：建立、改名、查看。", "Patron categories: add, rename, list."))
def category() -> None:
    pass


@category.command("add", help=local("建立一个读者类别。", "Add a patron category."))
@click.argument("code")
@click.argument("name")
@pass_terminal
def category_add(terminal: Terminal, code: str, name: str) -> None:
    terminal.run(lambda context: CategoryService(context).create(code, name))
    terminal.say(Text("已建立读者类别 {code}。", "Added the category {code}."), code=code)


@category.command("rename", help=local("给读者类别改名。", "Rename a patron category."))
@click.argument("code")
@click.argument("name")
@pass_terminal
def category_rename(terminal: Terminal, code: str, name: str) -> None:
    terminal.run(lambda context: CategoryService(context).rename(code, name))
    terminal.say(
        Text("读者类别 {code} 现名“{name}”。", "The category {code} is now called {name}."), code=code, name=name
    )


@category.command("list", help=local("列出读者类别。", "List the patron categories."))
@pass_terminal
def category_list(terminal: Terminal) -> None:
    known = terminal.read(lambda context: CATEGORIES.get(context.session))
    terminal.show_table((Text("代码", "Code"), Text("名称", "Name")), known.items())


@click.group(help=local("读者：办证、查看、PIN、停借。", "Readers: add, show, PIN, block."))
def patron() -> None:
    pass


@patron.command("add", help=local("为读者办证。", "Register a reader."))
@click.argument("barcode")
@click.argument("name")
@click.option("--category", "category_code", required=True)
@click.option("--home", required=True, help=local("所属馆代码", "code of the home unit"))
@click.option("--expires-on", type=DAY)
@click.option("--birth-on", type=DAY)
@click.option("--guardian", help=local("监护人的证号", "the guardian's card"))
@click.option("--phone")
@click.option("--pin-stdin", is_flag=True, help=local("从标准输入读 PIN", "read a PIN from standard input"))
@pass_terminal
def patron_add(terminal: Terminal, /, pin_stdin: bool, category_code: str, **given: Any) -> None:
    given |= {name: _day(given[name]) for name in ("expires_on", "birth_on")}
    pin = read_secret(Text("PIN", "PIN"), True, terminal.language) if pin_stdin else None
    new = NewPatron(category=category_code, pin=pin, **given)
    view = terminal.run(lambda context: PatronService(context, Vault(terminal.secret_key)).register(new))
    terminal.say(Text("已办证 {barcode}。", "Registered {barcode}."), barcode=view.barcode)


@patron.command("import", help=local("从 Excel 或 CSV 表批量办证。", "Register the readers of an Excel or CSV table."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help=local("只试算，什么也不改", "tell what would happen, change nothing"))
@click.option("--update", is_flag=True, help=local("按表修改已有的读者", "change readers who are on record already"))
@click.option(
    "--take-good",
    is_flag=True,
    help=local("有行不能办理时，其余照办", "take the good rows where others cannot be done"),
)
@pass_terminal
def patron_import(terminal: Terminal, /, file: Path, **asked: bool) -> None:
    with file.open("rb") as opened:
        table = read_table(opened)
    vault = Vault(terminal.secret_key)
    report = terminal.run(lambda context: PatronImportService(context, vault).take(table, **asked))
    told = [line for line in report.lines if line.result not in ("created", "unchanged")]
    heads = (Text("行", "Line"), Text("证号", "Card"), Text("结果", "Result"), Text("说明", "Why"))
    terminal.show_table(heads, (_told(line, terminal) for line in told))
    terminal.say(IMPORTED, **report.counts)
    if not report.is_written:
        terminal.say(Text("什么也没有改。", "Nothing was changed."))
    if report.counts["refused"] and not asked["dry_run"] and not asked["take_good"]:
        raise SystemExit(1)


IMPORTED = Text(
    "新办 {created}，修改 {updated}，不变 {unchanged}，与记录不同 {differs}，不能办理 {refused}。",
    "{created} new, {updated} changed, {unchanged} as they are, {differs} differ, {refused} cannot be done.",
)


def _told(line: ImportedLine, terminal: Terminal) -> tuple[object, ...]:
    why = " ".join(reason.in_(terminal.language) for reason in line.reasons) or ", ".join(line.fields)
    return (line.number, line.barcode, line.result, why)


@patron.command("show", help=local("查看读者（JSON）。", "Show a reader (JSON)."))
@click.argument("barcode")
@pass_terminal
def patron_show(terminal: Terminal, barcode: str) -> None:
    def act(context: Context) -> dict[str, Any]:
        view = PatronService(context, Vault(terminal.secret_key)).show(barcode)
        return show_patron(view, context.tree)

    terminal.show_json(PatronSchema().dump(terminal.run(act)))


@patron.command("pin", help=local("设置 PIN。", "Set a PIN."))
@click.argument("barcode")
@click.option("--pin-stdin", is_flag=True, help=local("从标准输入读 PIN", "read the PIN from standard input"))
@pass_terminal
def patron_pin(terminal: Terminal, barcode: str, pin_stdin: bool) -> None:
    pin = read_secret(Text("PIN", "PIN"), pin_stdin, terminal.language)
    terminal.run(lambda context: CardService(context).set_pin(barcode, pin))
    terminal.say(Text("已设置 PIN。", "The PIN is set."))


@patron.command("block", help=local("停借。", "Block a reader."))
@click.argument("barcode")
@click.argument("reason")
@click.option("--until", type=DAY)
@click.option("--at", help=local("只在这个馆及其下级停借", "only at this unit and below it"))
@pass_terminal
def patron_block(terminal: Terminal, barcode: str, reason: str, until: datetime | None, at: str | None) -> None:
    new = NewBlock(reason=reason, scope="local" if at else "network", until=_day(until), at=at)
    row = terminal.run(lambda context: BlockService(context).block(barcode, new))
    terminal.say(Text("已停借，记录号 {id}。", "Blocked; the block's number is {id}."), id=row.id)


@patron.command("unblock", help=local("解除停借。", "Lift a block."))
@click.argument("barcode")
@click.argument("block_id", type=int)
@pass_terminal
def patron_unblock(terminal: Terminal, barcode: str, block_id: int) -> None:
    terminal.run(lambda context: BlockService(context).unblock(barcode, block_id))
    terminal.say(Text("已解除停借。", "The block is lifted."))


COMMANDS = (category, patron)
