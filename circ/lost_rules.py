"""What a lost book costs, and what is given back when it is found. Pure: whole fen, no I/O, `now` is an argument."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from circ.worth import worth
from kernel.money import read_money

HUNDREDTHS: Final = 100
NOTHING: Final[Mapping[str, Any]] = {}
BELIEVED: Final = "读者确已归还 / the reader did return it"


@dataclass(frozen=True, slots=True, kw_only=True)
class LostTerms:
    """What the setting `lost` says. `factor` is in hundredths of the price; `within_hours` how long after the charge it is given back,
    None for ever."""

    charges: bool = False
    factor: int = HUNDREDTHS
    processing_fen: int = 0
    forgives_overdue: bool = False
    ends_loan: bool = False
    gives_back: bool = True
    gives_back_paid: bool = True
    within_hours: int | None = None


def read_terms(value: Mapping[str, Any] | None) -> LostTerms:
    """The terms of a checked value; without one nothing is charged and the loan stays open."""
    asked = value if value is not None else NOTHING
    return LostTerms(
        charges=asked.get("charge", False),
        factor=read_money(str(asked.get("factor", "1"))),
        processing_fen=read_money(asked["processing"]) if asked.get("processing") else 0,
        forgives_overdue=asked.get("forgive_overdue", False),
        ends_loan=asked.get("ends_loan", False),
        gives_back=asked.get("on_return", "refund") == "refund",
        gives_back_paid=asked.get("refund_paid", True),
        within_hours=asked.get("refund_within_hours"),
    )


def costs(terms: LostTerms, price_fen: int | None, default_price_fen: int | None) -> list[tuple[str, int]]:
    """The fees for a lost book, each with its cause: so many times its price, or the price that stands for an unknown one, rounded to the
    nearest fen; and what it takes to replace it."""
    price = worth(price_fen, default_price_fen)
    replacement = (price * terms.factor * 2 + HUNDREDTHS) // (2 * HUNDREDTHS) if terms.charges and price else 0
    fees = [("lost", replacement), ("processing", terms.processing_fen)]
    return [(cause, fen) for cause, fen in fees if fen > 0]


def gives_back(terms: LostTerms, charged_at: datetime, now: datetime) -> bool:
    """Whether a book that is found undoes the charge for its price. What it took to replace it was spent."""
    if not terms.gives_back:
        return False
    return terms.within_hours is None or now - charged_at <= timedelta(hours=terms.within_hours)
