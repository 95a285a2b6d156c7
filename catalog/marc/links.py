"""Addresses in 856 and who may open them: $9 says `anyone`, `card` or `inside`; MARC21 may say $7 1, restricted."""

from __future__ import annotations

import re
from typing import Final, cast

from catalog.bibdata import ACCESSES, BibData, UrlAccess
from catalog.marc.parts import made
from catalog.marc.record import Field
from catalog.marc.tidy import clean

_WEB: Final = re.compile(r"(?:https?|ftp)://", re.I)


def urls(found: list[Field]) -> tuple[str, ...]:
    return tuple(_accesses(found))


def accesses(found: list[Field]) -> tuple[UrlAccess, ...]:
    """One for each address; none where anyone may open all."""
    known = tuple(_accesses(found).values())
    return known if any(access != "anyone" for access in known) else ()


def links(data: BibData, existing: list[Field], indicators: str) -> list[Field]:
    """A field an address; one that stands already keeps what else it says."""
    standing = {clean(text): field for field in existing for text in field.every("u")}
    return [_link(url, data.access_of(url), standing.get(url), indicators) for url in data.urls]


def _link(url: str, access: UrlAccess, standing: Field | None, indicators: str) -> Field:
    mark = None if access == "anyone" else access
    if standing is None or len(standing.every("u")) != 1:
        return made("856", indicators, ("u", url), ("9", mark))
    if _access(standing) == access:
        return standing
    kept = tuple((code, text) for code, text in standing.subfields if code not in "79")
    return standing._replace(subfields=(*kept, *((("9", mark),) if mark else ())))


def _accesses(found: list[Field]) -> dict[str, UrlAccess]:
    pairs = ((clean(text), _access(field)) for field in found for text in field.every("u"))
    known: dict[str, UrlAccess] = {}
    for url, access in pairs:
        if _WEB.match(url):
            known.setdefault(url, access)
    return known


def _access(field: Field) -> UrlAccess:
    for text in field.every("9"):
        if text.strip() in ACCESSES:
            return cast(UrlAccess, text.strip())
    return "card" if "1" in (text.strip() for text in field.every("7")) else "anyone"
