"""`tongjie import`: files into the catalogue, run here and now, with a bar on a terminal and plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from branches.context import Context
from branches.terminal import Terminal, local, pass_terminal
from catalog.cli.previews import NO_MARC, preview, say_repairs
from catalog.marc.record import FormatChoice
from catalog.queries import imports as queries
from catalog.schemas.imports import ImportSchema
from catalog.service.imports import NewImport, queue_import, run_now
from catalog.service.imports.running import Progress as Step
from catalog.show import show_import
from kernel.errors import Invalid
from kernel.i18n import Text
from kernel.memory import leave_loaded_objects_alone

PLAIN_EVERY = 10  # per cent between two plain lines


@click.command(
    "import",
    help=local("导入 MARC 文件（ISO 2709、MARCXML 或文本）。", "Import MARC files (ISO 2709, MARCXML or text)."),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "format_", type=click.Choice(get_args(FormatChoice)), default="auto", show_default=True)
@click.option("--profile", help=local("馆藏方案代码", "code of the import profile"))
@click.option("--source", help=local("控制号属于哪个来源；默认为方案或馆点", "whose control numbers these are"))
@click.option("--org", help=local("馆藏不明时归哪个馆点（代码）", "the unit for copies of unknown libraries (code)"))
@click.option(
    "--json", "as_json", is_flag=True, help=local("最后一行输出 JSON 报告", "print the report as JSON, last line")
)
@click.option(
    "--preview", "previews", is_flag=True, help=local("只看识别到什么，不导入", "only say what was recognised")
)
@pass_terminal
def import_files(
    terminal: Terminal,
    files: tuple[Path, ...],
    format_: FormatChoice,
    profile: str | None,
    source: str | None,
    org: str | None,
    as_json: bool,
    previews: bool,
) -> None:
    code = 0
    if previews:
        sys.exit(max(preview(terminal, file, format_, profile, as_json=as_json) for file in files))
    leave_loaded_objects_alone()
    for file in files:
        unit = org or terminal.read(_only_hub)
        new = NewImport(
            path=file.resolve(), filename=file.name, org=unit, format=format_, profile=profile, source=source
        )
        report = import_one(terminal, new)
        code = code or (NO_MARC if report["status"] == "failed" else 0)
        if as_json:
            terminal.show_json(ImportSchema().dump(report))
        else:
            _say_report(terminal, report)
    sys.exit(code)


def import_one(terminal: Terminal, new: NewImport) -> dict[str, Any]:
    """Import one file to its end and return its report."""
    import_id = terminal.run(lambda context: queue_import(context, new, starts_now=True))
    with show_progress(new.filename, new.path.stat().st_size, terminal) as advance:
        run_now(terminal.database, import_id, on_progress=advance)
    return terminal.read(
        lambda context: show_import(queries.find_import(context.session, import_id), context.tree, terminal.language)
    )


@contextmanager
def show_progress(label: str, size: int, terminal: Terminal) -> Iterator[Callable[[Step], None]]:
    """How far a file is, on standard error: a bar for eyes, a line each tenth for logs."""
    if sys.stderr.isatty():
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task(label, total=size)
            yield lambda step: bar.update(task, completed=step.offset)
        return
    said = 0

    def tell(step: Step) -> None:
        nonlocal said
        share = 100 * step.offset // max(step.size, 1)
        if share >= said + PLAIN_EVERY:
            said = share - share % PLAIN_EVERY
            line = Text("{label}：{share}%，已读 {read} 条", "{label}: {share} %, {read} records read")
            click.echo(line.format(label=label, share=said, read=step.read).in_(terminal.language), err=True)

    yield tell


def _only_hub(context: Context) -> str:
    hubs = [unit.code for unit in context.tree.in_order if unit.kind == "hub"]
    if len(hubs) == 1:
        return hubs[0]
    detail = Text("请用 --org 指明馆点（代码）：{codes}", "Name the unit with --org (a code): {codes}")
    raise Invalid("import.org", detail.format(codes=", ".join(hubs) or "-"))


def _say_report(terminal: Terminal, report: dict[str, Any]) -> None:
    if report["status"] == "failed":
        terminal.say(
            Text("{filename} 没有导入（{code}）。", "{filename} was not imported ({code})."),
            filename=report["filename"],
            code=report["code"],
        )
        for problem in report["errors"]:
            terminal.say(Text("  {message}", "  {message}"), message=problem["message"])
        return
    terminal.say(
        Text(
            "{filename}：读 {read}，新增 {created}，更新 {updated}，并入 {merged}，未变 {unchanged}，待审 {review}，另存待查 {rejected}；"
            "新增馆藏 {items_created}，更新 {items_updated}。",
            "{filename}: read {read}, created {created}, updated {updated}, merged {merged}, unchanged {unchanged}, "
            "for review {review}, kept aside {rejected}; "
            "copies created {items_created}, updated {items_updated}.",
        ),
        **report,
    )
    say_repairs(terminal, report["repaired"])
    for problem in report["errors"][:20]:
        terminal.say(Text("  第 {record} 条：{message}", "  record {record}: {message}"), **problem)


COMMANDS = (import_files,)
