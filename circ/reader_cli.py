"""Commands of acts on readers that also touch loans, holds or money; they join the group `tongjie patron`."""

from __future__ import annotations

from typing import TextIO

import click
from sqlalchemy import select

from branches.terminal import Terminal, local, pass_terminal
from circ.service import leaving
from circ.service.merging_readers import merge_readers
from kernel.i18n import Text
from kernel.journal import JournalEntry
from kernel.money import show_money
from kernel.schema import row_number


@click.command(
    "merge", help=local("把一位读者的账户并入另一位，不能撤销。", "Merge a reader's account into another. Final.")
)
@click.argument("barcode")
@click.argument("into")
@pass_terminal
def merge(terminal: Terminal, barcode: str, into: str) -> None:
    done = terminal.run(lambda context: merge_readers(context, barcode, into))
    said = Text("已合并：在借 {loans} 册、预约 {holds} 个转入。", "Merged: {loans} loans and {holds} holds went along.")
    terminal.say(said, loans=done.loans, holds=done.holds)


@click.command("close", help=local("注销读者，退还押金。", "Close an account and pay its deposit back."))
@click.argument("barcode")
@pass_terminal
def close(terminal: Terminal, barcode: str) -> None:
    left = terminal.run(lambda context: leaving.close(context, barcode))
    said = Text("已注销，退押金 {deposit} 元。", "Closed; {deposit} yuan of deposit are paid back.")
    terminal.say(said, deposit=show_money(left.deposit_fen))


@click.command("reopen", help=local("恢复注销的读者。", "Open a closed account again."))
@click.argument("barcode")
@pass_terminal
def reopen(terminal: Terminal, barcode: str) -> None:
    terminal.run(lambda context: leaving.reopen(context, barcode))
    terminal.say(Text("已恢复。", "The account is open again."))


@click.command(
    "erase", help=local("删除读者的全部个人资料，不能撤销。", "Erase everything personal of a reader. Final.")
)
@click.argument("barcode")
@pass_terminal
def erase(terminal: Terminal, barcode: str) -> None:
    patron_id = terminal.run(lambda context: leaving.erase(context, barcode))
    terminal.say(Text("已删除，编号 {id}。", "Erased; its number is {id}."), id=patron_id)


@click.command(
    "erased", help=local("列出已删除读者的编号，一行一个。", "List the numbers of those erased, one a line.")
)
@pass_terminal
def erased(terminal: Terminal) -> None:
    told = select(JournalEntry.data).where(JournalEntry.act == "patron_erased").order_by(JournalEntry.id)
    for data in terminal.read(lambda context: list(context.session.scalars(told))):
        click.echo((data or {})["patron"])


@click.command(
    "erase-again", help=local("恢复备份后，再次删除名单上的读者。", "After a restore, erase anew those on a list.")
)
@click.argument("file", type=click.File(encoding="utf-8"))
@pass_terminal
def erase_again(terminal: Terminal, file: TextIO) -> None:
    numbers = [number for line in file.read().split() if (number := row_number(line)) is not None]
    done = terminal.run(lambda context: leaving.erase_again(context, numbers))
    terminal.say(
        Text("名单上 {n} 位，重新删除 {done} 位。", "Of {n} on the list, {done} were erased again."),
        n=len(numbers),
        done=done,
    )


READER_COMMANDS: tuple[click.Command, ...] = (merge, close, reopen, erase, erased, erase_again)
