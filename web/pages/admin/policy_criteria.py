"""The criteria of policy rows on pages: what a row asks for in words, what there is to choose from, and what codes are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from branches.context import Context
from branches.policy import CRITERIA, Row, in_words
from branches.service.policies import NewRow
from kernel.i18n import Text
from web.pages import choices
from web.pages.admin.policy_words import CRITERION_LABELS

INDENT = "　"


def criteria_in_words(asked: Context) -> Callable[[Row | NewRow], list[tuple[Text, str]]]:
    """What tells what a row asks for; an empty list: it holds everywhere, for a criterion that names the whole network asks nothing."""
    names = _names(asked)
    root = asked.tree.root.code if asked.tree.root else None
    return lambda row: [
        (CRITERION_LABELS[name], names[name].get(code, code))
        for name in CRITERIA
        if (code := getattr(row, name)) not in (None, root)
    ]


def value_in_words(asked: Context) -> Callable[[str, Any], Text]:
    """What tells a setting's value, with units, types and categories by their names."""
    names = _names(asked)
    return lambda setting, value: in_words(setting, value, lambda kind, code: names[kind].get(code, code))


def criterion_choices(asked: Context) -> dict[str, choices.Choices]:
    everywhere = choices.units(asked)
    return {
        "org": everywhere,
        "item_org": everywhere,
        "patron_org": everywhere,
        "category": choices.categories(asked),
        "item_type": choices.item_types(asked),
    }


def _names(asked: Context) -> dict[str, dict[str, str]]:
    return {
        name: {code: said.strip(INDENT) for code, said in options} for name, options in criterion_choices(asked).items()
    }
