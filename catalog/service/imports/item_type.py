"""What kind of material a copy is when its record does not say."""

from __future__ import annotations

from typing import Final

from branches.context import Context
from catalog.models import ItemType
from catalog.reference import ITEM_TYPES

BOOK: Final = "book"


def ensure_default_type(context: Context) -> str:
    """The type `book`, made if the county has none of that code yet, so that an import never fails for it."""
    if BOOK not in ITEM_TYPES.get(context.session).by_code:
        context.session.add(ItemType(code=BOOK, name="图书"))
        ITEM_TYPES.changed(context.session)
    return BOOK
