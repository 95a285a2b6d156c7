"""What an engine must do, and the values that go in and come out. No engine is named here.

Documents are whole and already cut into tokens, so that every engine matches alike; engines answer with ids,
the rows come from the database. Writing belongs to one session at a time; whoever comes with an older
version of a document loses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from kernel.i18n import Text

DEEPEST_HIT = 10_000
MOST_HEADINGS = 2_000
HEADING = "heading"

Mode = Literal["term", "phrase", "prefix"]
Sort = Literal["relevance", "newest", "year", "title", "popular"]


class EngineUnavailable(Exception):
    """The engine does not answer, or has no index that this program can read."""


class EngineUnfit(EngineUnavailable):
    """It answers, but is none that this program speaks to; `detail` says so to the administrator."""

    def __init__(self, detail: Text) -> None:
        super().__init__(detail.en)
        self.detail = detail


class WriterBusy(Exception):
    """Another process is writing the index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """Tokens in the fields of a group. `term`: the one token; `phrase`: the tokens in a row; `prefix`: any
    token that begins so.

    A field of keywords, and any prefix, scores its boost alone; a field of text scores BM25 times its boost.
    Of several fields the best counts, the others by a tenth (dis_max).
    """

    group: str
    mode: Mode
    tokens: tuple[str, ...]
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the parts, none of none; the scores of those that match add up."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Only inside an And that has another part."""

    part: Query


@dataclass(frozen=True, slots=True)
class All:
    """Everything, each with score 1."""


Query = And | Or | Not | All | Leaf


@dataclass(frozen=True, slots=True)
class Filter:
    """One of the values in a keyword field. Filters never change a score."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FacetRequest:
    """Count the values of a field among the matches, the filter on this very field left out, so that
    others can be chosen too. The answer stands under `name`. `only` counts just these values.
    """

    name: str
    field: str
    size: int = 20
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """`years` is inclusive, either end may be open. Score = BM25 x log2(2 + weight of the document)."""

    query: Query
    filters: tuple[Filter, ...] = ()
    years: tuple[int | None, int | None] | None = None
    facets: tuple[FacetRequest, ...] = ()
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 20

    def __post_init__(self) -> None:
        if self.offset < 0 or self.limit < 1 or self.offset + self.limit > DEEPEST_HIT:
            raise ValueError(f"hits {self.offset} to {self.offset + self.limit} lie outside 0 to {DEEPEST_HIT}")


@dataclass(frozen=True, slots=True)
class Hit:
    """`score` is for the order only; under another sort than relevance it is 0."""

    id: int
    score: float


@dataclass(frozen=True, slots=True)
class Bucket:
    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """`total` is exact. Buckets stand by falling count, then by value; those of years by year, newest first. An engine may still be
    counting the facets when it gives the hits: whoever looks at them waits.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[Bucket, ...]]
    generation: str


class WrittenDoc(NamedTuple):
    """A document as an engine takes it (`search.written`): `body` is JSON with the id, the weight and the values, but not the version."""

    id: int
    version: int
    body: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document the engine would not take, and why in its own words."""

    id: int
    reason: str


@dataclass(frozen=True, slots=True)
class IndexStats:
    generation: str
    documents: int
    bytes: int


class IndexSession(Protocol):
    """The right to write, held by one at a time. Before `commit` nothing is visible and nothing certain to be kept."""

    def index(self, docs: Sequence[WrittenDoc], generation: str) -> Sequence[Refusal]:
        """Write those that are newer than what is there; returns those that cannot be kept."""

    def delete(self, versions: Mapping[int, int], generation: str) -> None:
        """Document id -> version of the deletion: what is not newer stays away."""

    def commit(self) -> None:
        """Durable, and visible to searches of this engine object at once, to others within a second."""

    def create(self) -> str:
        """A new and empty generation beside the live one."""

    def activate(self, generation: str) -> None:
        """Make a committed generation the live one, without a moment in which searches fail."""

    def drop(self, generation: str) -> None: ...


class SearchEngine(Protocol):
    """Thread-safe for searching. Every method may raise EngineUnavailable."""

    def check(self) -> None:
        """Raises EngineUnavailable where the engine cannot be reached, EngineUnfit where it is the wrong one."""

    def search(self, request: SearchRequest) -> SearchResult: ...

    def search_each(self, requests: Sequence[SearchRequest]) -> Iterator[SearchResult]:
        """The answers in their order. An engine far away is asked once for all of them, one in this process for each as it is taken."""

    def headings(self, prefix: str, size: int) -> Sequence[Bucket]:
        """Keywords of the field `heading` that begin so, most frequent first among the first MOST_HEADINGS of
        them in their order.
        """

    def frequencies(self, fields: Sequence[str], tokens: Iterable[str]) -> Mapping[str, int]:
        """In how many documents each token stands, added up over these fields of one type; those in none are left out."""

    def versions(self) -> Iterator[tuple[int, int]]:
        """Id and version of every document, by rising id."""

    def stats(self) -> IndexStats: ...

    def live_generation(self) -> str | None:
        """None where there is no index yet, or one made by another version of the fields."""

    def session(self, wait_seconds: float) -> AbstractContextManager[IndexSession]:
        """Raises WriterBusy when another session does not end in time."""

    def close(self) -> None: ...
