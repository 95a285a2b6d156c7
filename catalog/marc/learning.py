"""Learns from a sample of records how their source writes its copies: the tag, the mode and what each subfield means. Pure.

What is proposed is read back over the same sample, so that a librarian sees the copies it would make and corrects it before loading.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from catalog.marc.holdings import COMMON, HoldingsProfile, Mode, read_holdings
from catalog.marc.record import Field, MarcRecord
from catalog.marc.tidy import clean

LAYOUTS: Final[dict[str, HoldingsProfile]] = {layout.tag: layout for layout in COMMON}
OTHER_TAGS: Final = ("985", "906", "990", "999")  # seen in the wild without one meaning
_BARCODE: Final = re.compile(r"[A-Za-z]{0,4}[-.]?\d{4,18}[A-Za-z]?")
_RANGE: Final = re.compile(r"[A-Za-z]*\d{4,18}\s*[-~—–～至]\s*[A-Za-z]*\d{2,18}")
_CALL_NUMBER: Final = re.compile(r"[A-Z]{1,2}\d[\d.\-=():+]*([/ ].+)?")
_COUNT: Final = re.compile(r"\d{1,2}")
_PRICE: Final = re.compile(r"(?:CNY|RMB|[￥¥])?\d{1,5}\.\d{2}(?:元)?")
_LIBRARY: Final = re.compile(r"[^\s/]{1,16}")
_MOSTLY: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """The layout that a sample speaks for. `is_common`: one that is recognised without a profile."""

    profile: HoldingsProfile
    is_common: bool
    copies: int


def learn(records: Sequence[MarcRecord]) -> Learned | None:
    """The layout that makes most copies with barcodes of the sample, a common one before a learned one; None without holdings."""
    tags = Counter(field.tag for record in records for field in record.fields if field.subfields)
    found = [_weigh(records, layout, is_common=True) for tag, layout in LAYOUTS.items() if tags[tag]]
    for tag in (*LAYOUTS, *OTHER_TAGS):
        if not tags[tag] or (tag == "906" and tags["905"]):
            continue
        guessed = _guess([field for record in records for field in record.named(tag)], tag, has_906=bool(tags["906"]))
        if guessed is not None:
            found.append(_weigh(records, guessed, is_common=False))
    best = max(found, key=lambda one: (one[0], one[1].is_common), default=None)
    return best[1] if best is not None and best[1].copies else None


def _weigh(records: Sequence[MarcRecord], profile: HoldingsProfile, *, is_common: bool) -> tuple[int, Learned]:
    copies = [copy for record in records for copy in read_holdings(record, profile)]
    named = sum(bool(copy.barcode and _BARCODE.fullmatch(copy.barcode)) for copy in copies)
    known = sum(bool(copy.library) for copy in copies)
    weight = 100 * named + 10 * known + (1 if profile.tag == "905" else 0)
    sure = [copy for copy in copies if copy.barcode] if profile.tag != "905" else copies
    return weight, Learned(profile=profile, is_common=is_common, copies=len(sure))


def _guess(fields: Sequence[Field], tag: str, *, has_906: bool) -> HoldingsProfile | None:
    """What each subfield of these fields seems to hold; None where nothing looks like a barcode."""
    values = _values(fields)
    taken: set[str] = set()

    def first(fits: re.Pattern[str], *, distinct: bool = False) -> str:
        for code, texts in sorted(values.items(), key=lambda pair: (-len(pair[1]), pair[0])):
            if code not in taken and _mostly(texts, fits) and (not distinct or _are_distinct(texts)):
                taken.add(code)
                return code
        return ""

    ranges = first(_RANGE)
    barcode = ranges or first(_BARCODE, distinct=True)
    if not barcode:
        return None
    call_number = first(_CALL_NUMBER)
    price = first(_PRICE)
    copies = first(_COUNT) if "f" in values else ""
    library = next((code for code, texts in sorted(values.items()) if code not in taken and _is_library(texts)), "")
    base = LAYOUTS.get(tag, HoldingsProfile(tag=tag, mode="field", shelf="", volume="", copies=""))
    return replace(
        base,
        mode=_mode(fields, barcode, is_range=bool(ranges), with_906=tag == "905" and has_906),
        library=library or base.library,
        barcode=barcode,
        call_number=call_number or base.call_number,
        price=price or base.price,
        copies=copies or base.copies,
    )


def _mode(fields: Iterable[Field], barcode: str, *, is_range: bool, with_906: bool) -> Mode:
    if with_906:
        return "copies"
    if is_range:
        return "range"
    again = [Counter(code for code, _ in field.subfields) for field in fields]
    if any(counts[barcode] > 1 and sum(n > 1 for n in counts.values()) > 1 for counts in again):
        return "run"
    return "repeat" if any(counts[barcode] > 1 for counts in again) else "field"


def _values(fields: Iterable[Field]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for field in fields:
        for code, text in field.subfields:
            if tidy := clean(text):
                values.setdefault(code, []).append(tidy)
    return values


def _mostly(texts: Sequence[str], fits: re.Pattern[str]) -> bool:
    return sum(bool(fits.fullmatch(text)) for text in texts) >= _MOSTLY * len(texts)


def _are_distinct(texts: Sequence[str]) -> bool:
    return len(set(texts)) >= _MOSTLY * len(texts)


def _is_library(texts: Sequence[str]) -> bool:
    """A code that comes again and again, however many copies there are."""
    return _mostly(texts, _LIBRARY) and (len(texts) == 1 or len(set(texts)) <= max(1, len(texts) // 2))
