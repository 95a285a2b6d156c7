"""The criteria of policy rows on pages: what a row asks for in words, and what there is to choose from."""

from __future__ import annotations

from branches.context import Context
from branches.policy import CRITERIA, Row
from kernel.i18n import Text
from web.pages import choices
from web.pages.admin.policy_words import CRITERION_LABELS


def criteria_in_words(asked: Context, row: Row) -> list[tuple[Text, str]]:
    """What a row asks for, in words; an empty list: it holds everywhere, for a criterion that names the whole network asks nothing."""
    names = {name: dict(options) for name, options in criterion_choices(asked).items()}
    root = asked.tree.root.code if asked.tree.root else None
    return [
        (CRITERION_LABELS[name], names[name].get(getattr(row, name), getattr(row, name)).strip("　"))
        for name in CRITERIA
        if getattr(row, name) not in (None, root)
    ]


def criterion_choices(asked: Context, units: frozenset[int] | None = None) -> dict[str, choices.Choices]:
    everywhere = choices.units(asked)
    return {
        "org": choices.units(asked, units),
        "item_org": everywhere,
        "patron_org": everywhere,
        "category": choices.categories(asked),
        "item_type": choices.item_types(asked),
    }
