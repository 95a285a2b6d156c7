"""What was agreed with a shop. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`pays_percent` is which part of a book's price the library pays. `stock_binds`: at the counter too nothing is chosen of which the
    shop's list says that there is none; else the book in hand is worth more than the list."""

    pays_percent: int = 100
    stock_binds: bool = False

    @property
    def version(self) -> int:
        """They are small enough to be their own version."""
        return self.pays_percent + 1000 * self.stock_binds
