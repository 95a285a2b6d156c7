"""Copies out of holdings fields. 905 in the wild is not one format, so a profile per source says how its field is to be read;
without one the common layouts are recognised: 905 (with 906), 952, 995, 949, 852."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from catalog.bibdata import HoldingData
from catalog.marc.prices import price_fen
from catalog.marc.record import Field, MarcRecord, Subfield
from catalog.marc.tidy import clean

Mode = Literal["auto", "field", "run", "repeat", "range", "count", "copies"]
"""How copies stand in a field: decided field by field; one field a copy; runs of subfields, one a copy; the barcode repeated;
a range of barcodes; only a number of copies; a field per library with a further field (906) per copy."""

_RANGE = re.compile(r"(?P<prefix>[A-Za-z]*)(?P<first>\d{1,18})\s*[-~—–～至]\s*(?P<last>\d{1,18})")
_COUNT = re.compile(r"\d{1,3}")
_DATE = re.compile(r"(\d{4})[-./年]?(\d{2})[-./月]?(\d{2})")
_MOST_COPIES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingsProfile:
    """How one source writes its holdings. The letters are subfield codes; several letters are tried in order.

    `call_number` may join parts: `d/e` is $d, a slash and $e. `barcode_pattern` must match a whole barcode; its first group, if it has
    one, is what counts. `libraries` and `item_types` turn a source's codes into ours, `prefixes` takes the library from a barcode.
    `other_library` is the unit of codes that nobody knows, which only the loader can tell: it knows the units."""

    tag: str = "905"
    mode: Mode = "auto"
    library: str = "a"
    barcode: str = "b"
    call_number: str = "s"
    call_number_parts: str = "d/e"
    shelf: str = "c"
    item_type: str = ""
    volume: str = "v"
    price: str = ""
    acquired: str = ""
    copies: str = "f"
    copy_tag: str = "906"
    copy_barcode: str = "b"
    copy_price: str = "r"
    default_library: str | None = None
    other_library: str | None = None
    default_item_type: str | None = None
    barcode_pattern: str | None = None
    libraries: dict[str, str] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)
    item_types: dict[str, str] = field(default_factory=dict)


COMMON: tuple[HoldingsProfile, ...] = (
    HoldingsProfile(),
    HoldingsProfile(
        tag="952", mode="field", library="ab", barcode="p", call_number="o", call_number_parts="", shelf="c", item_type="y",
        volume="h", price="gv", acquired="d", copies="",
    ),  # Koha
    HoldingsProfile(
        tag="995", mode="field", library="cb", barcode="f", call_number="k", call_number_parts="", shelf="e", item_type="r",
        volume="v", price="p", acquired="5", copies="",
    ),  # Koha UNIMARC, Sudoc
    HoldingsProfile(
        tag="949", mode="field", library="m", barcode="i", call_number="a", call_number_parts="", shelf="l", item_type="t",
        volume="v", price="p", copies="",
    ),  # Sirsi
    HoldingsProfile(
        tag="852", mode="field", library="ba", barcode="p", call_number="j", call_number_parts="h i", shelf="c", item_type="g",
        volume="", price="y9", copies="",
    ),  # Evergreen and the MARC21 standard
)  # fmt: skip


def read_holdings(record: MarcRecord, profile: HoldingsProfile | None = None) -> list[HoldingData]:
    """The copies a record names, in its order. A copy without a barcode is one of which only the existence is known."""
    if profile is not None:
        return _adjusted(list(_copies(record, profile)), profile)
    for layout in COMMON:
        found = list(_copies(record, layout))
        if layout.tag != "905":  # only 905 is certain to be holdings; the other tags serve other ends too
            found = [copy for copy in found if copy.barcode]
        if found:
            return found
    return []


def _copies(record: MarcRecord, profile: HoldingsProfile) -> Iterator[HoldingData]:
    if profile.mode == "copies" or (profile.mode == "auto" and profile.tag in record and profile.copy_tag in record):
        yield from _with_copy_fields(record, profile)
        return
    for found in record.named(profile.tag):
        yield from _of_field(found, profile)


def _of_field(found: Field, profile: HoldingsProfile) -> Iterator[HoldingData]:
    if profile.mode == "run":
        for run in _runs(found.subfields):
            yield _one(Field(found.tag, found.indicators, run), profile, _text(Field("", "", run), profile.barcode))
        return
    shared = _one(found, profile, None)
    barcodes = [tidy for code in profile.barcode for text in found.every(code) if (tidy := clean(text))]
    count = _count(found, profile)
    if profile.mode in ("auto", "range", "repeat"):
        barcodes = [barcode for written in barcodes for barcode in _expanded(written, count, profile.mode)]
    elif profile.mode == "field":
        barcodes = barcodes[:1]
    if profile.mode != "count":
        for barcode in barcodes:
            yield replace(shared, barcode=barcode)
    if profile.mode in ("auto", "count", "field") and (profile.mode == "count" or not barcodes):
        for _ in range(count or 1):
            yield shared


def _with_copy_fields(record: MarcRecord, profile: HoldingsProfile) -> Iterator[HoldingData]:
    """905 says where, each 906 behind it is one copy with its own number, call number and price."""
    shared = HoldingData(library=None, barcode=None, tag=profile.copy_tag)
    alone: HoldingData | None = None
    for found in record.fields:
        if found.tag == profile.tag:
            if alone is not None:
                yield alone
            shared = alone = _one(found, profile, None)
        elif found.tag == profile.copy_tag:
            alone = None
            own = _one(found, profile, _text(found, profile.copy_barcode))
            yield replace(
                shared,
                barcode=own.barcode,
                call_number=own.call_number or shared.call_number,
                price_fen=price_fen(_text(found, profile.copy_price) or "", bare=True),
                tag=profile.copy_tag,
            )
    if alone is not None:
        yield alone


def _runs(subfields: tuple[Subfield, ...]) -> Iterator[tuple[Subfield, ...]]:
    """A new run begins where a code comes round again: $a $b $d $h $a $b $d $h is two copies."""
    run: list[Subfield] = []
    seen: set[str] = set()
    for code, text in subfields:
        if code in seen:
            yield tuple(run)
            run, seen = [], set()
        run.append((code, text))
        seen.add(code)
    if run:
        yield tuple(run)


def _one(found: Field, profile: HoldingsProfile, barcode: str | None) -> HoldingData:
    price = _text(found, profile.price)
    return HoldingData(
        library=_text(found, profile.library),
        barcode=barcode,
        call_number=_call_number(found, profile),
        shelf=_text(found, profile.shelf),
        item_type=_text(found, profile.item_type),
        volume=_text(found, profile.volume),
        price_fen=price_fen(price, bare=True) if price else None,
        acquired_on=_date(_text(found, profile.acquired)),
        tag=found.tag,
    )


def _text(found: Field, codes: str) -> str | None:
    for code in codes:
        for text in found.every(code):
            tidy = clean(text)
            if tidy:
                return tidy
    return None


def _call_number(found: Field, profile: HoldingsProfile) -> str | None:
    whole = _text(found, profile.call_number)
    if whole or not profile.call_number_parts:
        return whole
    separator = profile.call_number_parts[1]
    parts = [_text(found, code) for code in profile.call_number_parts[::2]]
    return separator.join(part for part in parts if part) or None


def _count(found: Field, profile: HoldingsProfile) -> int | None:
    text = _text(found, profile.copies)
    if text is None or not _COUNT.match(text):
        return None
    count = int(text) if text.isdigit() and text.isascii() else 0
    return count if 0 < count <= _MOST_COPIES else None


def _expanded(written: str, count: int | None, mode: Mode) -> list[str]:
    """`20295403-5408` is six barcodes. A single digit behind a dash may as well be a check digit: only the number of copies tells."""
    found = _RANGE.fullmatch(written)
    if found is None:
        return [written]
    first, last = found.group("first"), found.group("last")
    end = int(first[: max(0, len(first) - len(last))] + last)
    size = end - int(first) + 1
    sound = mode == "range" or size == count or (len(last) >= 2 and len(first) >= 6)
    if not (1 < size <= _MOST_COPIES and len(last) <= len(first) and sound):
        return [written]
    return [f"{found.group('prefix')}{number:0{len(first)}d}" for number in range(int(first), end + 1)]


def _date(text: str | None) -> str | None:
    found = _DATE.match(text or "")
    if found is None or not ("01" <= found.group(2) <= "12" and "01" <= found.group(3) <= "31"):
        return None
    return "-".join(found.groups())


def _adjusted(copies: list[HoldingData], profile: HoldingsProfile) -> list[HoldingData]:
    """The copies with the profile's defaults, code map and barcode pattern applied."""
    pattern = re.compile(profile.barcode_pattern) if profile.barcode_pattern else None
    adjusted = []
    for copy in copies:
        barcode = _matched(copy.barcode, pattern)
        library = profile.libraries.get(copy.library or "", copy.library) or _by_prefix(barcode, profile.prefixes)
        adjusted.append(
            replace(
                copy,
                barcode=barcode,
                library=library or profile.default_library,
                item_type=profile.item_types.get(copy.item_type or "", copy.item_type) or profile.default_item_type,
            )
        )
    return adjusted


def _matched(barcode: str | None, pattern: re.Pattern[str] | None) -> str | None:
    if barcode is None or pattern is None:
        return barcode
    found = pattern.fullmatch(barcode)
    if found is None:
        return None
    return found.group(1) if pattern.groups else barcode


def _by_prefix(barcode: str | None, prefixes: dict[str, str]) -> str | None:
    if barcode is None:
        return None
    fitting = [prefix for prefix in prefixes if barcode.startswith(prefix)]
    return prefixes[max(fitting, key=len)] if fitting else None
