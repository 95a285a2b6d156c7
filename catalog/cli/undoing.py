"""`tongjie undo-import`: takes an import back here and now, or says what that would do."""

from __future__ import annotations

from typing import Final

import click

from branches.terminal import Terminal, json_option, local, pass_terminal
from catalog.schemas.imports import UndoSchema
from catalog.service.imports.undoing import UndoPlan, ask_for_undo, look_at_undo, undo_now
from catalog.show import show_undo
from catalog.undoing import REASONS
from kernel.i18n import Text

PLANNED: Final = Text(
    "会撤走 {titles_removed} 种书目、{copies_removed} 册复本，恢复 {titles_restored} 种书目；"
    "保留 {titles_kept} 种书目、{copies_kept} 册复本。",
    "Would take out {titles_removed} titles and {copies_removed} copies and restore {titles_restored} titles; {titles_kept} titles and "
    "{copies_kept} copies stay.",
)
DONE: Final = Text(
    "已撤走 {titles_removed} 种书目、{copies_removed} 册复本，恢复 {titles_restored} 种书目；"
    "保留 {titles_kept} 种书目、{copies_kept} 册复本。",
    "Took out {titles_removed} titles and {copies_removed} copies and restored {titles_restored} titles; {titles_kept} titles and "
    "{copies_kept} copies stay.",
)


@click.command("undo-import", help=local("撤销一次导入。", "Take an import back where nobody has built on it."))
@click.argument("import_id", type=click.IntRange(1, 2**63 - 1))
@click.option("--dry-run", is_flag=True, help=local("只看会怎样，不写入", "only say what would happen"))
@json_option
@pass_terminal
def undo_import(terminal: Terminal, import_id: int, dry_run: bool, as_json: bool) -> None:
    if not dry_run:
        terminal.run(lambda context: ask_for_undo(context, import_id))
        undo_now(terminal.database, import_id)
    plan = terminal.read(lambda context: look_at_undo(context, import_id))
    if as_json:
        terminal.show_json(UndoSchema().dump(show_undo(plan, terminal.language)))
    else:
        _say(terminal, plan)


def _say(terminal: Terminal, plan: UndoPlan) -> None:
    counts = show_undo(plan, terminal.language)
    terminal.say(PLANNED if plan.status == "planned" else DONE, **counts)
    if plan.status == "planned" and plan.looked_at < plan.titles:
        note = Text("  只数了最新的 {a} 种，共 {b} 种。", "  Only the newest {a} of {b} titles were counted.")
        terminal.say(note, a=plan.looked_at, b=plan.titles)
    for one in plan.left:
        named = f"{one.title} ({one.barcode})" if one.barcode else one.title
        terminal.say(Text("  {named}：{why}", "  {named}: {why}"), named=named, why=REASONS[one.code])
