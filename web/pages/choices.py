"""What a person may choose from in a form: units, categories, item types, as (value, label)."""

from __future__ import annotations

from collections.abc import Collection

from branches.context import Context
from catalog.reference import ITEM_TYPES
from patrons.reference import CATEGORIES
from purchasing.service.programmes import is_of_programme

Choices = list[tuple[str, str]]


def units(context: Context, ids: Collection[int] | None = None) -> Choices:
    """Units in the order of the tree, set in by depth; `ids` None: all of them."""
    tree = context.tree
    return [
        (unit.code, "　" * tree.depth(unit.id) + unit.name) for unit in tree.in_order if ids is None or unit.id in ids
    ]


def but_shops(context: Context, ids: Collection[int]) -> Choices:
    """Those of these units that have readers and books of their own."""
    return units(context, [one for one in ids if context.tree.by_id[one].kind != "shop"])


def categories(context: Context) -> Choices:
    return list(CATEGORIES.get(context.session).items())


def item_types(context: Context) -> Choices:
    return [(one.code, one.name) for one in ITEM_TYPES.get(context.session).by_code.values()]


def lasting_types(context: Context) -> Choices:
    """The types that a catalogued copy may be of: those of programmes hold only until then."""
    return [(code, name) for code, name in item_types(context) if not is_of_programme(code)]


def libraries(context: Context) -> Choices:
    """Units where a copy may be at home: neither shops nor the network as a whole."""
    places = [one.id for one in context.tree.by_id.values() if one.kind not in ("shop", "network")]
    return units(context, places)
