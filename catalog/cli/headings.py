"""Commands of controlled headings."""

from __future__ import annotations

from pathlib import Path

import click

from branches.terminal import Terminal, local, pass_terminal
from catalog.marc import NotMarc
from catalog.service.headings import HeadingService
from kernel.errors import Invalid
from kernel.i18n import Text


@click.group("headings", help=local("规范标目：导入规范记录。", "Controlled headings: load authority records."))
def headings() -> None:
    pass


@headings.command(
    "load", help=local("从规范 MARC 文件装入标目。", "Load headings from a file of authority records in MARC.")
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_terminal
def headings_load(terminal: Terminal, file: Path) -> None:
    try:
        with file.open("rb") as stream:
            counts = terminal.run(lambda context: HeadingService(context).load(stream))
    except NotMarc as error:
        raise Invalid(error.code, error.message) from error
    terminal.say(
        Text(
            "新建 {created}，补充 {updated}，没有变化 {unchanged}，不是规范记录 {skipped}。",
            "{created} made, {updated} added to, {unchanged} unchanged, {skipped} were no authority records.",
        ),
        **{name: counts[name] for name in ("created", "updated", "unchanged", "skipped")},
    )
