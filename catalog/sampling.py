"""What the first records of a file show before it is loaded: its kind, how it writes copies, whose they are, and some titles. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalog.bibdata import HoldingData
from catalog.description import authors_text, full_title
from catalog.marc import HoldingsProfile, ReadRecord, RejectedRecord, bib_data, read_holdings, repairs_of
from catalog.marc.learning import Learned, learn
from kernel.barcodes import is_barcode
from kernel.i18n import Text

SAMPLE: Final = 20
TITLES: Final = 5
COPIES: Final = 4

LAYOUT_NAMES: Final[dict[str, Text]] = {
    "field": Text("一个字段一册", "one field a copy"),
    "run": Text("一个字段内几组子字段，一组一册", "runs of subfields in one field, one a copy"),
    "repeat": Text("条码子字段重复，一个一册", "the barcode repeated, one a copy"),
    "range": Text("条码写成起止号", "a range of barcodes"),
    "count": Text("只有册数，没有条码", "only a number of copies"),
    "copies": Text("每馆一个字段，后随 906 一册一个", "a field per library, then a 906 per copy"),
    "auto": Text("逐个字段判断", "decided field by field"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleTitle:
    """A title of the sample, with its first copies."""

    title: str
    authors: str
    publisher: str | None
    year: int | None
    isbn: str | None
    copies: tuple[HoldingData, ...]
    more_copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryCode:
    """A code the source writes for a library, how many copies have it, and the unit it means as far as that is known."""

    code: str
    copies: int
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What was recognised. Counts are of the sample, not of the file."""

    read: int
    rejected: int
    container: str
    formats: Mapping[str, int]
    encodings: Mapping[str, int]
    profile: HoldingsProfile | None
    is_learned: bool
    copies: int
    without_barcode: int
    unusable_barcodes: int
    without_library: int
    barcode_shapes: Mapping[str, int]
    item_types: Mapping[str, int]
    libraries: tuple[LibraryCode, ...]
    titles: tuple[SampleTitle, ...]
    repairs: Mapping[str, int]
    problems: tuple[RejectedRecord, ...]


def look(
    results: Iterable[ReadRecord | RejectedRecord], profile: HoldingsProfile | None, units: Mapping[str, str]
) -> Sample:
    """What these records show. `profile` is one that somebody chose; without it the layout is learned. `units` maps codes to names."""
    found = list(results)
    read = [one for one in found if isinstance(one, ReadRecord)]
    rejected = tuple(one for one in found if isinstance(one, RejectedRecord))
    learned = None if profile is not None else learn([one.record for one in read])
    used = profile or (learned.profile if learned else None)
    holdings = [read_holdings(one.record, used) for one in read]
    copies = [copy for some in holdings for copy in some]
    barcodes = [copy.barcode for copy in copies if copy.barcode]
    return Sample(
        read=len(read),
        rejected=len(rejected),
        container=found[0].container if found else "",
        formats=Counter(one.format for one in read),
        encodings=Counter(one.encoding for one in read),
        profile=used,
        is_learned=_is_learned(learned),
        copies=len(copies),
        without_barcode=sum(copy.barcode is None for copy in copies),
        unusable_barcodes=sum(not is_barcode(barcode) for barcode in barcodes),
        without_library=sum(copy.library is None for copy in copies),
        barcode_shapes=Counter(map(shape, barcodes)),
        item_types=Counter(copy.item_type for copy in copies if copy.item_type),
        libraries=_libraries(copies, units),
        titles=tuple(_title(one, some) for one, some in list(zip(read, holdings, strict=True))[:TITLES]),
        repairs=Counter(kind for one in read for kind in repairs_of(one, bib_data(one))),
        problems=rejected,
    )


def shape(barcode: str) -> str:
    """What a barcode looks like: letters stand, runs of digits become their number. `TS0012345` is `TS` and seven digits: `TS9{7}`."""
    return re.sub(r"\d+", lambda found: f"9{{{len(found.group())}}}", barcode)


def propose_unit(code: str, units: Mapping[str, str]) -> str | None:
    """The unit that a source's code means: the same code whatever its case, or the one unit whose name holds it or is held by it."""
    same = [unit for unit in units if unit.casefold() == code.casefold()]
    if same:
        return same[0]
    if len(code) < 2 or code.isascii():
        return None
    alike = [unit for unit, name in units.items() if code in name or name in code]
    return alike[0] if len(alike) == 1 else None


def _is_learned(learned: Learned | None) -> bool:
    return learned is not None and not learned.is_common


def _libraries(copies: Sequence[HoldingData], units: Mapping[str, str]) -> tuple[LibraryCode, ...]:
    counts = Counter(copy.library for copy in copies if copy.library)
    return tuple(
        LibraryCode(code=code, copies=number, unit=propose_unit(code, units)) for code, number in counts.most_common()
    )


def _title(one: ReadRecord, copies: Sequence[HoldingData]) -> SampleTitle:
    data = bib_data(one)
    return SampleTitle(
        title=full_title(data),
        authors=authors_text(data),
        publisher=data.publisher,
        year=data.year,
        isbn=next(iter(data.isbns), None),
        copies=tuple(copies[:COPIES]),
        more_copies=max(0, len(copies) - COPIES),
    )
