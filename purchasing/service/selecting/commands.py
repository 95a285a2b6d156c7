"""What is asked when a reader chooses a book, as a frozen value that every channel builds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A book in a shop and the reader who wants it. What is left out is taken from the shop's list, else from the catalogue; `programme`
    None: the best one for the reader. `item_barcode` is the label in the clerk's hand, None: the next one of the shop. `override` names the
    refusals to lift, `reason` says why."""

    patron: str
    isbn: str
    shop: str
    price_fen: int | None = None
    programme: str | None = None
    title: str = ""
    author: str = ""
    publisher: str = ""
    year: int | None = None
    volume: str | None = None
    class_number: str | None = None
    language: str | None = None
    item_barcode: str | None = None
    override: tuple[str, ...] = ()
    reason: str | None = None
