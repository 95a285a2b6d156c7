"""What a bibliographic record says, whichever format it came in. Pure values; MARC is read into them by `catalog.marc`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from kernel.i18n import Text

HIGHEST_PRICE_FEN: Final = 10_000_000_00  # ten million yuan: dearer is a slip, and more than twice that no column holds
MarcFormat = Literal["cnmarc", "marc21"]
BibKind = Literal[
    "book", "ancient", "serial", "article", "music", "audio", "video", "map", "picture", "electronic", "mixed"
]
UrlAccess = Literal["anyone", "card", "inside"]

KINDS: Final[dict[BibKind, Text]] = {
    "book": Text("图书", "Book"),
    "ancient": Text("古籍", "Old book"),
    "serial": Text("期刊报纸", "Serial"),
    "article": Text("文章", "Article"),
    "music": Text("乐谱", "Music"),
    "audio": Text("录音", "Sound recording"),
    "video": Text("录像", "Video"),
    "map": Text("地图", "Map"),
    "picture": Text("图片", "Picture"),
    "electronic": Text("电子资源", "Electronic resource"),
    "mixed": Text("其他与混合", "Other, mixed"),
}
ACCESSES: Final[dict[UrlAccess, Text]] = {
    "anyone": Text("人人可看", "open to everybody"),
    "card": Text("持证读者", "for readers with a card"),
    "inside": Text("馆内可看", "inside a library"),
}

Readership = Literal["preschool", "children", "young"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributor:
    """A person or body. `role` is text as the record gives it (著, 主编, 译), `main` marks the first responsibility."""

    name: str
    role: str | None = None
    main: bool = False
    body: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BibData:
    """The normalised description of one title. Text is NFC and trimmed; nothing here is an index token.

    `isbns` are valid ISBN-13 as 13 digits, the record's first one first; what did not validate is kept in `isbn_invalid` as written.
    `isbns_other` are valid ones that the record sets aside ($z), as cancelled or another's: people find by them, nothing is matched.
    `language` is ISO 639-2/B, `class_number` the Chinese Library Classification number (690$a, 084$a with $2 clc, 093$a).
    `readership` is the young group for whom the coded data say it was made, None for everybody.
    An `ancient` title (古籍) was written or printed in China until 1911. `url_access` says of each of `urls`, in their order, who may open
    it; it is empty where anyone may open all of them. `year` is the first year of publication, `price_fen` the price of one copy in fen.
    """

    format: MarcFormat
    title: str
    control_number: str | None = None
    subtitle: str | None = None
    volume: str | None = None
    parallel_titles: tuple[str, ...] = ()
    variant_titles: tuple[str, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    responsibility: str | None = None
    edition: str | None = None
    place: str | None = None
    publisher: str | None = None
    year: int | None = None
    year_text: str | None = None
    extent: str | None = None
    series: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    abstract: str | None = None
    contents: str | None = None
    audience: str | None = None
    readership: Readership | None = None
    isbns: tuple[str, ...] = ()
    isbn_invalid: tuple[str, ...] = ()
    isbns_other: tuple[str, ...] = ()
    issns: tuple[str, ...] = ()
    price_fen: int | None = None
    language: str | None = None
    country: str | None = None
    class_number: str | None = None
    other_classes: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    kind: BibKind = "book"
    urls: tuple[str, ...] = ()
    url_access: tuple[UrlAccess, ...] = ()

    def access_of(self, url: str) -> UrlAccess:
        """Who may open one of `urls`."""
        return dict(zip(self.urls, self.url_access, strict=False)).get(url, "anyone")


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingData:
    """One copy as a holdings field names it. `library` is the code as written; `barcode` is None where only a count was given."""

    library: str | None
    barcode: str | None
    call_number: str | None = None
    shelf: str | None = None
    item_type: str | None = None
    volume: str | None = None
    price_fen: int | None = None
    acquired_on: str | None = None
    tag: str = ""
