"""What is asked when a reader chooses a book, as a frozen value that every channel builds."""

from __future__ import annotations

from dataclasses import dataclass

from purchasing.presence import Proof
from purchasing.programmes import Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Whom a parcel goes to."""

    name: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How a book chosen online comes to its reader: collected at the unit `pickup`, or posted; neither: that is still to be said."""

    pickup: str | None = None
    address: Address | None = None

    @property
    def way(self) -> Way | None:
        return "pickup" if self.pickup is not None else "post" if self.address is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A book in a shop and the reader who wants it. What is left out is taken from the shop's list, else from the catalogue; `programme`
    None: the best one for the reader. `item_barcode` is the label in the clerk's hand, None: the next one of the shop. `override` names the
    refusals to lift, `reason` says why. `delivery`: the book is chosen from the shop's list, and to be sent. `proof` is that the
    reader stands there, where the programme asks for it."""

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
    delivery: Delivery | None = None
    proof: Proof | None = None
