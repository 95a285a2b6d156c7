"""What becomes of a record whose source and control number are known already. Pure.

Whether a record of a number that is not known is of a title that is there is decided by `catalog.matching`.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from catalog.fold import plain

_ALIKE: Final = 0.5  # two forms of one title share at least half of their characters in order; another book's rarely do

_LONGEST: Final = 300  # of longer titles the beginning is compared: it takes time by the square


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The current record of a source under a control number."""

    bib_id: int
    digest: str
    title: str


def judge(known: Known, digest: str, title: str) -> Literal["unchanged", "updated", "rejected"]:
    """The same as before, a newer version, or, under a reused number, kept aside."""
    if known.digest == digest:
        return "unchanged"
    return "updated" if is_same_title(known.title, title) else "rejected"


def is_same_title(one: str, other: str) -> bool:
    """Whether two titles may be two forms of one: equal but for punctuation, one within the other, or mostly alike."""
    a, b = plain(one), plain(other)
    if not a or not b or a in b or b in a:
        return True
    return SequenceMatcher(None, a[:_LONGEST], b[:_LONGEST], autojunk=False).ratio() >= _ALIKE
