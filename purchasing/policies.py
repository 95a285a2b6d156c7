"""The settings this room obeys. Pure."""

from __future__ import annotations

from typing import Final

from branches.policy import REGISTRY, PolicyBook, Setting, about_reader
from branches.tree import OrgTree
from circ.policies.checks import check_count
from kernel.i18n import Text

MAX_SUGGESTIONS: Final = Setting(
    name="max_suggestions",
    group="limits",
    label=Text("最多可有几条荐购待办", "most suggestions waiting at once"),
    check=check_count,
    default=10,
    help=Text(
        "读者提出的和附议的一起算，已买到和未采纳的不算；0 表示不收荐购。",
        "Made and seconded ones together, without those bought or declined; 0: none are taken.",
    ),
)


def register() -> None:
    REGISTRY.register(MAX_SUGGESTIONS)


def most_suggestions(book: PolicyBook, tree: OrgTree, *, home_id: int, category: str) -> int | None:
    """How many a reader of this library and category may have waiting; None for no limit."""
    asked = about_reader(tree, org_id=home_id, home_id=home_id, category=category)
    limit: int | None = book.resolve(MAX_SUGGESTIONS.name, asked).value
    return limit
