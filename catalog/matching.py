"""Whether two descriptions are of one title, and why: points for what agrees, points off for what differs. Pure.

Merged without asking is only what reaches the upper threshold and differs in nothing that tells editions apart; what lies between the
thresholds, or differs so, is shown to a librarian. Other volumes, other kinds of material and other titles under one ISBN, which
publishers do use twice, are never one title; nor are books of one name with numbers and years of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final, Literal

from catalog.bibdata import BibData
from catalog.matchkeys import (
    edition_form,
    may_share_a_name,
    names,
    pages,
    part_of,
    publishers,
    title_forms,
    title_numbers,
    volume_form,
)
from kernel.i18n import Text

Agreement = Literal["agrees", "partly", "differs", "missing"]
Verdict = Literal["same", "doubtful", "different"]

LABELS: Final[dict[str, Text]] = {
    "number": Text("ISBN/ISSN", "ISBN/ISSN"),
    "title": Text("题名", "Title"),
    "volume": Text("分卷", "Volume"),
    "author": Text("责任者", "Author"),
    "publisher": Text("出版者", "Publisher"),
    "year": Text("出版年", "Year"),
    "edition": Text("版次", "Edition"),
    "extent": Text("页数", "Pages"),
}
_PAGES_UNCOUNTED: Final = 4  # plates and prefaces, counted by one and left out by the other
_ALIKE: Final = 0.75  # this share of characters in the same order: one title with a slip, or two of a series
_LONGEST_ALIKE: Final = 300  # of longer titles the beginning: the comparison takes time by the square


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Points of each criterion where it agrees; half of them where it does so partly. `same` and `doubtful` are the thresholds."""

    number: int = 10
    title: int = 8
    volume: int = 2
    author: int = 5
    publisher: int = 3
    year: int = 3
    edition: int = 2
    extent: int = 3
    same: int = 17
    doubtful: int = 11


DEFAULT_WEIGHTS: Final = Weights()
# Points off where both sides say something and it is not the same.
_PENALTIES: Final[dict[str, int]] = {
    "number": 6,
    "title": 12,
    "volume": 4,
    "author": 6,
    "publisher": 3,
    "year": 4,
    "edition": 8,
    "extent": 4,
}
# What tells editions of a work apart: where one of these differs, nothing is merged without asking.
_TELLING_WITHOUT_NUMBER: Final = frozenset(_PENALTIES)
_TELLING: Final = _TELLING_WITHOUT_NUMBER - {"extent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """How one criterion speaks: what the incoming record says (`theirs`), what the title says (`ours`), and the points it gives."""

    criterion: str
    agreement: Agreement
    points: int
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The verdict on a pair, with its points and all reasons."""

    verdict: Verdict
    score: int
    reasons: tuple[Reason, ...]


def compare(theirs: BibData, ours: BibData, weights: Weights = DEFAULT_WEIGHTS) -> Match:
    """Whether an incoming description (`theirs`) is of the title described by `ours`."""
    reasons = tuple(_reason(name, theirs, ours, weights) for name in _CRITERIA)
    score = sum(reason.points for reason in reasons)
    return Match(verdict=_verdict(theirs, ours, score, reasons, weights), score=score, reasons=reasons)


def find_match(theirs: BibData, ours: BibData, weights: Weights = DEFAULT_WEIGHTS) -> Match | None:
    """What `compare` says, or None where the two are different, which is told without looking at the names if the rest suffices: they
    take longest, and of a title like 总目录 there are many."""
    if theirs.kind != ours.kind or _are_two_volumes(theirs, ours):
        return None
    others = sum(
        _points(name, _CRITERIA[name].agreement(theirs, ours), weights) for name in _CRITERIA if name != "author"
    )
    if others + weights.author < weights.doubtful:
        return None
    match = compare(theirs, ours, weights)
    return None if match.verdict == "different" else match


def _verdict(theirs: BibData, ours: BibData, score: int, reasons: tuple[Reason, ...], weights: Weights) -> Verdict:
    by_name = {reason.criterion: reason.agreement for reason in reasons}
    if theirs.kind != ours.kind or by_name["title"] == "differs" or _are_two_volumes(theirs, ours):
        return "different"
    if by_name["number"] == by_name["year"] == "differs":
        return "different"
    telling = _TELLING if by_name["number"] == "agrees" else _TELLING_WITHOUT_NUMBER
    if score >= weights.same and not any(
        agreement in ("differs", "partly") and name in telling for name, agreement in by_name.items()
    ):
        return "same"
    return "doubtful" if score >= weights.doubtful else "different"


def _are_two_volumes(theirs: BibData, ours: BibData) -> bool:
    one, other = volume_form(part_of(theirs)), volume_form(part_of(ours))
    return bool(one and other and one != other)


def _reason(name: str, theirs: BibData, ours: BibData, weights: Weights) -> Reason:
    agreement = _CRITERIA[name].agreement(theirs, ours)
    points, shown = _points(name, agreement, weights), _CRITERIA[name].shown
    return Reason(criterion=name, agreement=agreement, points=points, ours=shown(ours), theirs=shown(theirs))


def _points(name: str, agreement: Agreement, weights: Weights) -> int:
    if agreement == "missing":
        return 0
    weight: int = getattr(weights, name)
    return {"agrees": weight, "partly": weight // 2, "differs": -_PENALTIES[name]}[agreement]


def _number(theirs: BibData, ours: BibData) -> Agreement:
    """One shared ISBN or ISSN is enough: records of one book list those of its bindings and of its set."""
    one, other = ({*data.isbns, *data.issns} for data in (theirs, ours))
    if not one or not other:
        return "missing"
    return "agrees" if one & other else "differs"


def _title(theirs: BibData, ours: BibData) -> Agreement:
    one, other = title_forms(theirs), title_forms(ours)
    if not one or not other:
        return "missing"
    if set(one) & set(other):
        return "agrees"
    if (ours_numbered := title_numbers(ours)) and (numbered := title_numbers(theirs)) and ours_numbered != numbered:
        return "differs"  # 数学1 and 数学2, the parts of a set under one ISBN
    return "partly" if any(_are_alike(a, b) for a in one for b in other) else "differs"


def _are_alike(one: str, other: str) -> bool:
    """One within the other, the same characters in another order, or mostly alike."""
    if one in other or other in one or sorted(one) == sorted(other):
        return True
    one, other = one[:_LONGEST_ALIKE], other[:_LONGEST_ALIKE]
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _volume(theirs: BibData, ours: BibData) -> Agreement:
    one, other = volume_form(part_of(theirs)), volume_form(part_of(ours))
    if not one and not other:
        return "missing"
    return "agrees" if one == other else "differs"


def _author(theirs: BibData, ours: BibData) -> Agreement:
    """Who publishes a serial changes while it lasts."""
    one, other = names(theirs.contributors), names(ours.contributors)
    if not one or not other:
        return "missing"
    if may_share_a_name(theirs, ours):
        return "agrees"
    return "missing" if theirs.kind == "serial" else "differs"


def _publisher(theirs: BibData, ours: BibData) -> Agreement:
    one, other = publishers(theirs.publisher), publishers(ours.publisher)
    if not one or not other:
        return "missing"
    return "agrees" if any(a in b or b in a for a in one for b in other) else "differs"


def _year(theirs: BibData, ours: BibData) -> Agreement:
    """Printings of one edition lie a year apart; of serials the year says when a set begins, which differs by what a library has."""
    return "missing" if theirs.kind == "serial" else compare_years(theirs.year, ours.year)


def compare_years(one: int | None, other: int | None) -> Agreement:
    if one is None or other is None:
        return "missing"
    return "agrees" if abs(one - other) <= 1 else "differs"


def _edition(theirs: BibData, ours: BibData) -> Agreement:
    if not theirs.edition and not ours.edition:
        return "missing"
    return "agrees" if edition_form(theirs.edition) == edition_form(ours.edition) else "differs"


def _extent(theirs: BibData, ours: BibData) -> Agreement:
    one, other = pages(theirs.extent), pages(ours.extent)
    if one is None or other is None:
        return "missing"
    return "agrees" if abs(one - other) <= _PAGES_UNCOUNTED else "differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Criterion:
    agreement: Callable[[BibData, BibData], Agreement]
    shown: Callable[[BibData], str] = field(default=lambda _data: "")


_CRITERIA: Final[Mapping[str, _Criterion]] = {
    "number": _Criterion(agreement=_number, shown=lambda data: "; ".join((*data.isbns, *data.issns))),
    "title": _Criterion(
        agreement=_title, shown=lambda data: f"{data.title}: {data.subtitle}" if data.subtitle else data.title
    ),
    "volume": _Criterion(agreement=_volume, shown=lambda data: data.volume or ""),
    "author": _Criterion(agreement=_author, shown=lambda data: "; ".join(one.name for one in data.contributors)),
    "publisher": _Criterion(agreement=_publisher, shown=lambda data: data.publisher or ""),
    "year": _Criterion(agreement=_year, shown=lambda data: data.year_text or str(data.year or "")),
    "edition": _Criterion(agreement=_edition, shown=lambda data: data.edition or ""),
    "extent": _Criterion(agreement=_extent, shown=lambda data: data.extent or ""),
}
