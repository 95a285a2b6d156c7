"""What policies are called on pages: groups, criteria, settings and their order. Pure."""

from __future__ import annotations

from typing import Final

from branches.policy import REGISTRY, Setting
from kernel.i18n import Text

GROUPS: Final[dict[str, Text]] = {
    "time": Text("时间", "Time"),
    "renewal": Text("续借", "Renewal"),
    "limits": Text("限制", "Limits"),
    "who": Text("谁和什么", "Who and what"),
    "holds": Text("预约", "Holds"),
    "way_home": Text("归还之后", "After the return"),
    "money": Text("费用", "Money"),
    "notices": Text("通知", "Notices"),
}
CRITERION_LABELS: Final[dict[str, Text]] = {
    "org": Text("办理馆", "at"),
    "item_org": Text("图书属于", "book of"),
    "patron_org": Text("读者属于", "reader of"),
    "category": Text("读者类别", "category"),
    "item_type": Text("文献类型", "item type"),
}


def settings_in_order() -> list[Setting]:
    """All settings, group by group."""
    known: list[Setting] = list(REGISTRY)
    order = list(GROUPS)
    return sorted(known, key=lambda setting: order.index(setting.group) if setting.group in order else len(order))


def label_of(name: str) -> Text:
    """What a setting is called; one that the program knows no more keeps its name."""
    return REGISTRY[name].label if name in REGISTRY else Text(name, name)
