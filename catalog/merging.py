"""One description of a title from the records of several sources: which source is heard for which field. Pure.

Sources speak in the order of their priority. What was made or changed by hand stands above them all and is taken whole, so that
nothing a cataloguer took away comes back with the next delivery.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Literal

from catalog.bibdata import BibData
from catalog.fold import plain

DEFAULT_PRIORITY: Final = 50
FORM_SOURCE: Final = "form"  # descriptions changed in the form
DESK_SOURCE: Final = "desk"  # records written or changed at the cataloguing desk
BY_HAND: Final = (FORM_SOURCE, DESK_SOURCE)
Rule = Literal["first", "longest", "union"]


def hand_identity(bib_id: int) -> str:
    """Under which name the records stand that were made by hand for a title."""
    return f"bib:{bib_id}"


# A field is heard from the first source that fills it, but for these.
RULES: Final[dict[str, Rule]] = {
    "abstract": "longest",
    "contents": "longest",
    "parallel_titles": "union",
    "variant_titles": "union",
    "notes": "union",
    "isbns": "union",
    "isbn_invalid": "union",
    "isbns_other": "union",
    "issns": "union",
    "other_classes": "union",
    "subjects": "union",
    "keywords": "union",
    "urls": "union",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """A description and whom it comes from. `age` tells, among sources of one priority, which was first: the lower, the earlier."""

    data: BibData
    priority: int = DEFAULT_PRIORITY
    age: int = 0
    is_by_hand: bool = False

    @classmethod
    def of_record(cls, data: BibData, record_id: int, source: str, priority: int | None) -> Sourced:
        """What a record says. Of sources of one priority the first that came is heard first; of what was made by hand the last."""
        is_by_hand = source in BY_HAND
        return cls(
            data=data,
            priority=DEFAULT_PRIORITY if priority is None else priority,
            age=-record_id if is_by_hand else record_id,
            is_by_hand=is_by_hand,
        )

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Sorts the one to be heard first to the front."""
        return (not self.is_by_hand, -self.priority, self.age)


def merge(records: Iterable[Sourced]) -> BibData:
    """The description that follows from the current records of a title; there must be at least one."""
    heard = sorted(records, key=lambda one: one.rank)
    if heard[0].is_by_hand or len(heard) == 1:
        return heard[0].data
    said = [one.data for one in heard]
    values = {
        field.name: _COMBINE[RULES.get(field.name, "first")]([getattr(d, field.name) for d in said])
        for field in fields(BibData)
    }
    return BibData(**values | _together(said))


def _together(said: Sequence[BibData]) -> dict[str, Any]:
    """What makes sense only as one source says it: a title with its subtitle, a year as text and number, names with their roles, and who
    may open an address."""
    first = said[0]
    named = next((data for data in said if data.contributors), first)
    dated = next((data for data in said if data.year is not None), first)
    urls = _union([data.urls for data in said])
    accesses = tuple(next(data.access_of(url) for data in said if url in data.urls) for url in urls)
    return {
        "url_access": accesses if set(accesses) - {"anyone"} else (),
        "subtitle": first.subtitle,
        "volume": first.volume,
        "control_number": first.control_number,
        "contributors": named.contributors,
        "responsibility": first.responsibility or named.responsibility,
        "year": dated.year,
        "year_text": dated.year_text,
    }


def _first(values: Sequence[Any]) -> Any:
    return next((value for value in values if value not in (None, ())), values[0])


def _longest(values: Sequence[str | None]) -> str | None:
    """Of two of one length the first."""
    return max((value for value in values if value), key=len, default=None)


def _union(values: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Each once, as the first source writes it."""
    seen: dict[str, str] = {}
    for text in (text for value in values for text in value):
        seen.setdefault(plain(text) or text, text)
    return tuple(seen.values())


_COMBINE: Final[dict[Rule, Callable[[Sequence[Any]], Any]]] = {"first": _first, "longest": _longest, "union": _union}
