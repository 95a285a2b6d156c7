"""One ranked list of what readers want a unit to buy, from four kinds of asking. Pure: who asked is unknown here.

Asked for are: suggestions with the votes of readers, books that a shop could not give out, titles searched for in vain, and holds that
no copy will fill soon. The same title from several of them is one line: by its ISBN, else by its name and author.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal

from catalog.fold import plain
from kernel.i18n import Text

Source = Literal["suggestions", "refused", "missed", "holds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What one asking of a kind counts, and how the page says so."""

    points: int
    label: Text
    count: Text
    why: Text


WEIGHTS: Final[Mapping[Source, Weight]] = {
    "suggestions": Weight(
        points=3,
        label=Text("荐购", "suggested"),
        count=Text("{n} 人荐购", "suggestions: {n}"),
        why=Text("每位荐购或附议的读者 {n} 分", "{n} points for each reader who suggested or seconded it"),
    ),
    "holds": Weight(
        points=3,
        label=Text("预约", "on hold"),
        count=Text("{n} 人预约等不到", "waiting for a copy: {n}"),
        why=Text(
            "预约排队太长或没有册可等时，每位在等的读者 {n} 分",
            "{n} points for each reader who waits where there is no copy, or too many wait for each",
        ),
    ),
    "refused": Weight(
        points=2,
        label=Text("书店没借成", "refused in a shop"),
        count=Text("书店 {n} 次没借成", "refused in shops: {n}"),
        why=Text(
            "读者在书店选了而没办成，每家店每天算一次，{n} 分",
            "{n} points for each day on which a shop had to refuse it to a reader",
        ),
    ),
    "missed": Weight(
        points=1,
        label=Text("没检索到", "searched in vain"),
        count=Text("{n} 天有人检索不到", "days searched in vain: {n}"),
        why=Text(
            "有人检索而没有结果，每天算一次，{n} 分", "{n} point for each day on which somebody searched for it in vain"
        ),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One title as one source asks for it: how many times, last when, and what is known of it. `about` are keys of what stands behind it:
    suggestions."""

    source: Source
    title: str
    count: int
    last_at: datetime
    isbn: str | None = None
    author: str = ""
    publisher: str = ""
    year: int | None = None
    bib_id: int | None = None
    about: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A title that is wanted: all askings of it together. `keys` are those by which it may have been put aside."""

    key: str
    keys: frozenset[str]
    isbn: str | None
    title: str
    author: str
    publisher: str
    year: int | None
    bib_ids: tuple[int, ...]
    counts: Mapping[Source, int]
    suggestions: tuple[int, ...]
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What there is of a title: copies in the network that count, copies on order, copies on orders not placed yet, a price, from where."""

    copies: int = 0
    on_order: int = 0
    in_draft: int = 0
    price_fen: int | None = None
    price_from: str | None = None
    bib_id: int | None = None


NO_SUPPLY: Final = Supply()
name_key = lru_cache(maxsize=32_768)(plain)  # a name is compared many times while the list is made


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A line of the list: its place from 1, its points, and why."""

    rank: int
    points: int
    wanted: Wanted
    supply: Supply = field(default=NO_SUPPLY)

    @property
    def score(self) -> Fraction:
        return _score(self.points, self.supply)


# --- which askings are one title ----------------------------------------------------------------------------------------


def key_of(isbn: str | None, title: str, author: str = "") -> str:
    """How a title is named on lists and orders: by its ISBN, else by its name and author as they are compared."""
    return f"isbn:{isbn}" if isbn else f"title:{name_key(title)}|{name_key(author)}"[:500]


def gather(askings: Iterable[Asking]) -> list[Wanted]:
    """One line a title. An asking without an ISBN, or without an author, joins the one title that bears the same name and is by nobody
    else; where there are several, it stays on its own rather than be given to the wrong one."""
    groups: dict[str, list[Asking]] = {}
    names: dict[str, list[str]] = {}
    for asking in sorted(askings, key=_precision):
        name = name_key(asking.title)
        key = key_of(asking.isbn, asking.title, asking.author)
        if not asking.isbn:
            fitting = [one for one in names.get(name, ()) if _may_be_by(asking.author, groups[one])]
            key = fitting[0] if len(fitting) == 1 else key
        groups.setdefault(key, []).append(asking)
        if key not in names.setdefault(name, []):
            names[name].append(key)
    return [_wanted(key, group) for key, group in groups.items()]


def _precision(asking: Asking) -> tuple[bool, bool, datetime]:
    """Those that say most first, so that the others find them."""
    return (asking.isbn is None, not asking.author, asking.last_at)


def _may_be_by(author: str, group: Sequence[Asking]) -> bool:
    """Whether an author as somebody wrote it may be the one of these askings; who is not named may be anybody."""
    name, authors = name_key(author), {name_key(one.author) for one in group if one.author}
    return not name or not authors or any(name in one or one in name for one in authors)


def _wanted(key: str, group: Sequence[Asking]) -> Wanted:
    counts: dict[Source, int] = {}
    for asking in group:
        counts[asking.source] = counts.get(asking.source, 0) + asking.count
    return Wanted(
        key=key,
        keys=frozenset({key, *(key_of(one.isbn, one.title, one.author) for one in group)}),
        isbn=next((one.isbn for one in group if one.isbn), None),
        title=next((one.title for one in group if one.title), ""),
        author=next((one.author for one in group if one.author), ""),
        publisher=next((one.publisher for one in group if one.publisher), ""),
        year=next((one.year for one in group if one.year), None),
        bib_ids=tuple(sorted({one.bib_id for one in group if one.bib_id is not None})),
        counts=counts,
        suggestions=tuple(sorted({id_ for one in group for id_ in one.about})),
        last_at=max(one.last_at for one in group),
    )


# --- in which order -----------------------------------------------------------------------------------------------------


def points_of(counts: Mapping[Source, int]) -> int:
    return sum(WEIGHTS[source].points * count for source, count in counts.items())


def rank(wanted: Iterable[Wanted], supply: Mapping[str, Supply]) -> list[Ranked]:
    """The most wanted first: its points divided by one more than the copies that there are or that come. Among equals what is cheaper to
    get wrong comes later: fewer points, then what was asked for longer ago, then the title."""
    rows = [
        Ranked(rank=0, points=points_of(one.counts), wanted=one, supply=supply.get(one.key, NO_SUPPLY))
        for one in wanted
    ]
    rows.sort(key=lambda row: row.wanted.key)
    rows.sort(key=lambda row: (row.score, row.points, row.wanted.last_at), reverse=True)
    return [replace(row, rank=place) for place, row in enumerate(rows, start=1)]


def _score(points: int, supply: Supply) -> Fraction:
    return Fraction(points, 1 + supply.copies + supply.on_order)


def explain(counts: Mapping[Source, int]) -> Text:
    """Why a title is wanted, in words, what counts most first."""
    said = [WEIGHTS[source].count.format(n=counts[source]) for source in WEIGHTS if counts.get(source)]
    return Text("，", ", ").join(said)


# --- what is put aside --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A title that a unit put aside, when and why."""

    key: str
    title: str
    reason: str
    at: datetime
    author: str


def is_aside(wanted: Wanted, aside: Mapping[str, Aside]) -> Aside | None:
    """What keeps a title off the list: it was put aside, and nobody asked again since."""
    found = [aside[key] for key in wanted.keys if key in aside]
    return next((one for one in found if one.at >= wanted.last_at), None)


# --- holds that no copy fills soon --------------------------------------------------------------------------------------


def is_unmet(waiting: int, copies: int, per_copy: int | None) -> bool:
    """Whether too many wait for a title: any where no copy can be waited for, else more than `per_copy` for each; None: only the first."""
    if waiting == 0:
        return False
    return copies == 0 or (per_copy is not None and waiting > copies * per_copy)


# --- words that somebody searched for -----------------------------------------------------------------------------------

NAMES_A_TITLE: Final = frozenset({"", "any", "all", "title", "isbn"})
_SHORTEST, _LONGEST = 2, 60


def asks_for_title(words: str, field_name: str | None) -> bool:
    """Whether what was searched for may be the name of a book. An author, a subject, a letter or a whole sentence is none."""
    return (field_name or "") in NAMES_A_TITLE and _SHORTEST <= len(name_key(words)) <= _LONGEST


# A refusal that says something of the reader, the money or the price leaves the wish; these say that the library does not want the book,
# has it, that the number was misread, or that a volume has to be named first.
NO_DEMAND: Final = frozenset({
    "purchase.isbn", "purchase.barcode", "purchase.no_barcodes", "purchase.copies", "purchase.class", "purchase.kind",
    "purchase.volume", "purchase.volume_unclear",
})  # fmt: skip


def is_wish(codes: Iterable[str]) -> bool:
    return not NO_DEMAND & set(codes)
