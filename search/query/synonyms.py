"""What readers call a kind of book, and what the subject headings call it. Pairs for whole words of a query, looked up under subjects."""

from __future__ import annotations

from typing import Final

from search.analysis.tokens import Run, query_tokens
from search.fields import Group
from search.port import Leaf
from search.query.matching import row
from search.query.syntax import Clause

HEADINGS: Final[dict[str, str]] = {
    "武侠": "侠义",
    "武侠小说": "侠义小说",
    "科幻": "科学幻想",
    "科幻小说": "科学幻想小说",
    "绘本": "图画故事",
    "图画书": "图画故事",
    "悬疑小说": "推理小说",
    "养花": "花卉",
    "电脑": "计算机",
    "菜谱": "食谱",
    "炒股": "股票",
    "作文": "作文课",
}


def as_heading(clause: Clause, group: Group) -> list[Leaf]:
    heading = HEADINGS.get(clause.runs[0].text) if len(clause.runs) == 1 and not clause.is_phrase else None
    if heading is None or group.name not in ("any", "subject"):
        return []
    return [row("subject", tuple(query_tokens(Run(heading, True, 0, len(heading)))))]
