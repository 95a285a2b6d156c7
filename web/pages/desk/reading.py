"""What a scan is: a card, a copy or a unit. Which comes first hangs on what the desk is doing; a scanner's full-width digits count too."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final, Literal

from branches.context import Context
from branches.tree import Unit
from catalog.queries import ItemRow, find_item
from kernel.barcodes import LONGEST_ASKED
from kernel.errors import NotFound
from kernel.schema import is_storable
from patrons.queries import PatronRow, find_patron

Mode = Literal["lend", "return", "look"]
RIGHTS: Final[dict[Mode, str]] = {
    "lend": "loan.lend",
    "return": "loan.return",
    "look": "card.check",
}  # each at the desk
Found = ItemRow | PatronRow | Unit


def normalise(text: str) -> str:
    """As a scanner would have typed it: half-width, no blanks around, nothing a database cannot keep."""
    plain = unicodedata.normalize("NFKC", text).strip()[:LONGEST_ASKED]
    return plain if is_storable(plain) else ""


def identify(context: Context, text: str, place: Unit, *, expects: Literal["item", "card"]) -> Found:
    """The thing a scan names, a card only for who may see whether it serves. Raises NotFound where there is none, Conflict where there are
    several."""
    readers: dict[str, Callable[[], Found]] = {
        "item": lambda: find_item(context.session, text, context.tree, at=place.id),
        "card": lambda: find_patron(context.session, text, context.tree, at=place.id),
    }
    order = ("item", "card") if expects == "item" else ("card", "item")
    for kind in order:
        if kind == "card" and not context.caller.holds("card.check"):
            continue
        try:
            return readers[kind]()
        except NotFound:
            continue
    unit = context.tree.by_code.get(text) or context.tree.by_code.get(text.upper())
    if unit is not None:
        return unit
    raise NotFound("item" if expects == "item" else "patron", text)


def expected(mode: Mode, *, has_reader: bool) -> Literal["item", "card"]:
    return "card" if mode == "lend" and not has_reader else "item"
