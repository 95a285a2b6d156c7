"""Whether the reader stands at the counter: a PIN typed there counts for a while, for one reader, shop and clerk. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

LASTS: Final = timedelta(minutes=15)  # one visit: several books, one PIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That a reader's PIN was given to this caller in this shop."""

    caller: str
    patron_id: int
    shop_id: int
    at: datetime

    @property
    def until(self) -> datetime:
        return self.at + LASTS


def is_present(proof: Proof | None, *, caller: str, patron_id: int, shop_id: int, now: datetime) -> bool:
    """Whether the proof is this caller's, of this reader in this shop, and still good."""
    if proof is None:
        return False
    fits = (proof.caller, proof.patron_id, proof.shop_id) == (caller, patron_id, shop_id)
    return fits and proof.at <= now <= proof.until
