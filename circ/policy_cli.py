"""The command of the policy lab; it stands among those of the policies."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from branches.context import Context
from branches.schemas import PolicyBookSchema
from branches.service.policies import NewRow
from branches.terminal import Terminal, json_option, load_json, local, pass_terminal
from circ.lab_schemas import LabReportSchema
from circ.lab_show import show_replayed
from circ.service.policy_lab import replay
from kernel.i18n import Text


@click.command(
    "lab",
    help=local(
        "演算政策草案：这段时间的哪些决定会不同。不写入任何东西。",
        "Try out a draft: which decisions of a period would change. Writes nothing.",
    ),
)
@click.argument("draft", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "from_on", required=True, type=click.DateTime(["%Y-%m-%d"]), help=local("从哪天", "first day"))
@click.option("--to", "to_on", required=True, type=click.DateTime(["%Y-%m-%d"]), help=local("到哪天", "last day"))
@json_option
@pass_terminal
def policy_lab(terminal: Terminal, draft: Path, from_on: datetime, to_on: datetime, as_json: bool) -> None:
    body = load_json(PolicyBookSchema(), draft.read_text(encoding="utf-8"))
    rows = [NewRow(**row) for row in body["rows"]]

    def look(context: Context) -> dict[str, Any]:
        replayed = replay(context, rows, from_on.date(), to_on.date(), most_acts=None)
        return show_replayed(replayed, context.tree, terminal.language)

    told = terminal.read(look)
    if as_json:
        terminal.show_json(LabReportSchema().dump(told))
        return
    said = Text(
        "{acts} 笔业务，其中 {judged} 笔可以演算，{changed} 笔会不同。",
        "{acts} acts, {judged} of which could be judged; {changed} would change.",
    )
    terminal.say(said, acts=told["acts"], judged=told["judged"], changed=told["changed"])
    heads = (Text("会怎样不同", "What would change"), Text("笔数", "Acts"), Text("原因", "Codes"))
    terminal.show_table(
        heads,
        [(k["label"], k["count"], " ".join(f"{code} {n}" for code, n in k["codes"].items())) for k in told["kinds"]],
    )
    for line in told["not_judged"]:
        terminal.say(Text("没有演算：{n} 笔，{why}。", "Not judged: {n}; {why}."), n=line["count"], why=line["label"])
    for sentence in told["cannot_know"]:
        terminal.say(Text(f"· {sentence}", f"· {sentence}"))
