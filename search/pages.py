"""What a search is asked and what it answers, as values for the API and the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kernel.i18n import Text
from search.analysis.highlight import Segment
from search.port import Sort

LARGEST_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`org` is a unit's code: its subtree. `available` narrows to copies to be had now, within `org` if there is one. Several values of
    one filter mean any of them. `years` is inclusive, either end may be open. `near` is the code of the unit from which nearness
    counts; the home of the reader who asks where it is not given. `facets` names those to count, None means all."""

    text: str = ""
    field: str = "any"
    org: str | None = None
    available: bool = False
    languages: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    item_types: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    years: tuple[int | None, int | None] | None = None
    near: str | None = None
    facets: tuple[str, ...] | None = None
    sort: Sort = "relevance"
    page: int = 1
    size: int = 20

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAt:
    """Copies that a unit holds itself, and how many of them can be had now."""

    org_id: int
    code: str
    name: str
    total: int
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    total: int
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A title as seen from one unit: its copies `here`, those `below` (here and at all units below it), and the nearest unit with one in,
    which may be this one; `km` to it, where that is known."""

    org: str
    here: Copies
    below: Copies
    nearest: HeldAt | None
    km: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTitle:
    """`title_segments` is the title cut where it matches, ready to be marked. `free` are the holdings with a copy in, the nearest first;
    `near` is None where nobody knows from which unit nearness counts."""

    id: int
    title: str
    title_segments: tuple[Segment, ...]
    authors: str
    publisher: str | None
    year: int | None
    isbn: str | None
    class_number: str | None
    holdings: tuple[HeldAt, ...]
    free: tuple[HeldAt, ...]
    near: Near | None

    @property
    def total(self) -> int:
        return sum(held.total for held in self.holdings)

    @property
    def available(self) -> int:
        return sum(held.available for held in self.holdings)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    value: str
    label: Text
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetList:
    """`name` is that of the filter which takes these values."""

    name: str
    label: Text
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """`is_degraded`: the engine is gone and the database answered, without facets. `ignored`: words beyond what a query may hold.
    `suggestion` is another query that finds something, where this one found nothing. `is_partial`: no title has all the words, these have
    all but one. `alone`: what is known of single words of a query that found nothing, see `search.finding`."""

    total: int
    titles: tuple[FoundTitle, ...]
    facets: tuple[FacetList, ...]
    suggestion: str | None
    is_partial: bool
    ignored: tuple[str, ...]
    took_ms: int
    is_degraded: bool
    alone: Mapping[str, bool] = field(default_factory=dict)
