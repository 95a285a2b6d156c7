"""What a copy is worth. Pure: whole fen."""

from __future__ import annotations


def worth(price_fen: int | None, default_fen: int | None) -> int | None:
    """Its price, or the price that stands for an unknown one; None where there is neither. A price of nought is one that nobody entered."""
    return price_fen or default_fen
