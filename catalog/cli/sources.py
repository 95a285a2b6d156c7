"""Commands of the sources of records."""

from __future__ import annotations

from dataclasses import replace

import click

from branches.context import Context
from branches.terminal import Terminal, local, pass_terminal
from catalog.service.describing_anew import ask_to_describe_anew, describe_anew_now
from catalog.service.sources import HIGHEST_PRIORITY, Source, SourceService
from kernel.i18n import Text


@click.group("source", help=local("数据来源：优先级和所用方案。", "Sources of records: priority and profile."))
def source() -> None:
    pass


@source.command("set", help=local("设置一个来源的优先级。", "Set up a source or change it."))
@click.argument("code")
@click.option("--name", help=local("名称", "its name"))
@click.option(
    "--priority",
    type=click.IntRange(0, HIGHEST_PRIORITY),
    help=local("优先级，高者说了算", "the higher one describes a title"),
)
@click.option("--profile", help=local("默认的导入方案代码", "code of the import profile of its files"))
@pass_terminal
def source_set(terminal: Terminal, code: str, name: str | None, priority: int | None, profile: str | None) -> None:
    given = {"name": name, "priority": priority, "profile": profile}

    def save(context: Context) -> Source:
        service = SourceService(context)
        before = next((one for one in service.all() if one.code == code), Source(code=code))
        changed = {key: value for key, value in given.items() if value is not None}
        return service.save(replace(before, **changed))  # type: ignore[arg-type]

    saved = terminal.run(save)
    terminal.say(
        Text("来源 {code} 的优先级是 {n}。", "The source {code} has priority {n}."), code=code, n=saved.priority
    )


@source.command("list", help=local("列出来源，优先的在前。", "List the sources, the most trusted first."))
@pass_terminal
def source_list(terminal: Terminal) -> None:
    found = terminal.read(lambda context: SourceService(context).all())
    heads = (Text("代码", "Code"), Text("名称", "Name"), Text("优先级", "Priority"), Text("方案", "Profile"))
    terminal.show_table(heads, [(one.code, one.name, str(one.priority), one.profile) for one in found])


@source.command(
    "redescribe",
    help=local(
        "按现在的优先级重新著录一个来源的书目。", "Describe the titles of a source anew, by its priority of now."
    ),
)
@click.argument("code")
@pass_terminal
def source_redescribe(terminal: Terminal, code: str) -> None:
    terminal.run(lambda context: ask_to_describe_anew(context, code))
    describe_anew_now(terminal.database, code, channel="cli")
    found = terminal.read(lambda context: SourceService(context).find(code))
    terminal.say(
        Text("看了 {seen} 种书目，改了 {changed} 种。", "{seen} titles seen, {changed} changed."),
        seen=found.redescribe_seen,
        changed=found.redescribe_changed,
    )
