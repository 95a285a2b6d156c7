"""A title as machines read it within a page: schema.org for search engines, COinS for reference managers, Open Graph for chats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from catalog.bibdata import BibData, BibKind
from catalog.description import authors_text, full_title
from catalog.marc.codes import web_language
from search.pages import FoundTitle
from web.pages.opac.addresses import absolute
from web.pages.opac.titles import Shelf

SCHEMA: Final = "https://schema.org"
MOST_OFFERS: Final = 40  # of the nearest libraries: a page stays small however many hold the title
LONGEST_SUMMARY: Final = 200
_TYPES: Final[dict[BibKind, str]] = {
    "serial": "Periodical", "article": "Article", "music": "MusicComposition", "audio": "AudioObject", "video": "VideoObject", "map": "Map",
    "picture": "VisualArtwork",
}  # fmt: skip


def json_ld(bib_id: int, data: BibData, shelves: Sequence[Shelf]) -> dict[str, Any]:
    """schema.org: the book, and an offer to lend for each library that holds it."""
    address = absolute("opac.bib", bib_id=bib_id)
    known = {
        "@context": SCHEMA,
        "@type": _TYPES.get(data.kind, "Book"),
        "@id": address,
        "url": address,
        "name": full_title(data),
        "alternateName": [*data.parallel_titles, *data.variant_titles],
        "author": [_person(one.name, one.body) for one in data.contributors if one.main],
        "contributor": [_person(one.name, one.body) for one in data.contributors if not one.main],
        "publisher": {"@type": "Organization", "name": data.publisher} if data.publisher else None,
        "datePublished": str(data.year) if data.year else None,
        "bookEdition": data.edition,
        "isbn": list(data.isbns),
        "issn": list(data.issns),
        "inLanguage": web_language(data.language) if data.language else None,
        "about": list(data.subjects),
        "description": data.abstract,
        "offers": [_offer(shelf) for shelf in shelves[:MOST_OFFERS]],
    }
    return {name: value for name, value in known.items() if value}


def _person(name: str, is_body: bool) -> dict[str, str]:
    return {"@type": "Organization" if is_body else "Person", "name": name}


def _offer(shelf: Shelf) -> dict[str, Any]:
    offer = {
        "@type": "Offer",
        "businessFunction": "http://purl.org/goodrelations/v1#LeaseOut",
        "availability": f"{SCHEMA}/{'InStock' if shelf.available else 'OutOfStock'}",
        "price": "0",
        "priceCurrency": "CNY",
        "offeredBy": {
            "@type": "Library",
            "@id": absolute("opac.library", code=shelf.unit.code),
            "name": shelf.unit.name,
        },
        "sku": shelf.call_number,
    }
    return {name: value for name, value in offer.items() if value}


def coins(bib_id: int, data: BibData) -> str:
    """The `title` of a COinS span (OpenURL 1.0, Z39.88-2004), which Zotero and NoteExpress look for."""
    is_journal = data.kind == "serial"
    given = {
        "rft.jtitle" if is_journal else "rft.btitle": full_title(data),
        "rft.pub": data.publisher,
        "rft.place": data.place,
        "rft.date": data.year,
        "rft.edition": data.edition,
        "rft.isbn": next(iter(data.isbns), None),
        "rft.issn": next(iter(data.issns), None),
    }
    return _open_url("journal" if is_journal else "book", bib_id, [one.name for one in data.contributors], given)


def coins_of_hit(hit: FoundTitle) -> str:
    """The same of a title in a list, as far as the list knows it."""
    given = {"rft.btitle": hit.title, "rft.pub": hit.publisher, "rft.date": hit.year, "rft.isbn": hit.isbn}
    return _open_url("book", hit.id, [name for name in hit.authors.split("; ") if name], given)


def _open_url(kind: str, bib_id: int, people: Sequence[str], given: Mapping[str, object]) -> str:
    pairs = [("ctx_ver", "Z39.88-2004"), ("rft_val_fmt", f"info:ofi/fmt:kev:mtx:{kind}"), ("rft.genre", kind)]
    pairs += [("rft.au", name) for name in people]
    pairs += [(name, str(value)) for name, value in given.items() if value]
    return urlencode([*pairs, ("rft_id", absolute("opac.bib", bib_id=bib_id))])


def summary(data: BibData) -> str:
    """What a chat shows under the title of a link."""
    said = " · ".join(str(part) for part in (authors_text(data), data.publisher, data.year) if part)
    about = " ".join((data.abstract or "").split())
    text = f"{said}。{about}" if said and about else said or about
    return text if len(text) <= LONGEST_SUMMARY else text[: LONGEST_SUMMARY - 1] + "…"
