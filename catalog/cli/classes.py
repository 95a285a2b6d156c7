"""Commands of the table of classes."""

from __future__ import annotations

from pathlib import Path

import click

from branches.terminal import Terminal, local, pass_terminal
from catalog.service.classes import ClassService
from kernel.decoding import decoded
from kernel.i18n import Text


@click.group("classes", help=local("分类表：装入本县自己的类名。", "Classes: load the county's own names."))
def classes() -> None:
    pass


@classes.command(
    "load",
    help=local(
        "从 CSV（分类号,类名,上位类）装入。",
        "Load code,label,parent from a CSV.",
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_terminal
def classes_load(terminal: Terminal, file: Path) -> None:
    text = decoded(file.read_bytes()) or ""
    loaded = terminal.run(lambda context: ClassService(context).load(text))
    for number, reason in loaded.passed_over[:20]:
        terminal.say(Text("第 {n} 行：{why}", "line {n}: {why}"), n=number, why=reason)
    terminal.say(
        Text("已装入 {n} 个类，跳过 {m} 行。", "Loaded {n} classes, passed over {m} lines."),
        n=loaded.count,
        m=len(loaded.passed_over),
    )
