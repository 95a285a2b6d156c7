"""Which title an incoming record is of. Pure.

For now a record is known only by its source and control number. Matching across sources (ISBN, title and author, with doubtful pairs
sent to review) belongs here too: `match` is the one place that decides, and its answers are the report's counters.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

Outcome = Literal["created", "updated", "merged", "unchanged", "review", "rejected"]

_NO_WORD: Final = re.compile(r"[\W_]+")
_ALIKE: Final = 0.5  # two forms of one title share at least half of their characters in order; another book's rarely do


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The current record of a source under a control number."""

    record_id: int
    bib_id: int
    digest: str
    title: str


def match(known: Known | None, digest: str, title: str) -> Outcome:
    """What becomes of a record: new, the same as before, a newer version, or, under a reused number, kept aside."""
    if known is None:
        return "created"
    if known.digest == digest:
        return "unchanged"
    return "updated" if is_same_title(known.title, title) else "rejected"


def is_same_title(one: str, other: str) -> bool:
    """Whether two titles may be two forms of one: equal but for punctuation, one within the other, or mostly alike."""
    a, b = (_NO_WORD.sub("", unicodedata.normalize("NFKC", title).casefold()) for title in (one, other))
    if not a or not b or a in b or b in a:
        return True
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= _ALIKE
