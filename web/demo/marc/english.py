"""Catalogues a work in another language as MARC21 in UTF-8, with 952 holdings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from web.demo.classics import Creator, Work
from web.demo.marc.fields import ENTERED_ON, LIBRARY, RecordFields
from web.demo.marc.shelving import Shelf

_ARTICLES = re.compile(r"(?:The|A|An|Le|La|Les|Die|Der|Das|El) |L'")
_FULLER_FORM = re.compile(r"(?P<name>.+?) (?P<fuller>\(.*\))")
_ITEM_TYPES = {"picture": "picture_book"}
_LANGUAGES = {"grc": "Greek, Ancient", "rus": "Russian", "chi": "Chinese"}
_ROLES = {"translator": "translated by {}", "illustrator": "illustrated by {}"}


def write_marc21(work: Work, shelves: Sequence[Shelf], book_number: str, places: Mapping[str, str]) -> bytes:
    """The record in ISO 2709, UTF-8. The title's language is taken to be that of the original."""
    out = RecordFields()
    out.control("001", f"{LIBRARY}{work.number:06d}")
    out.control("003", f"CN-{LIBRARY}")
    out.control("005", f"{ENTERED_ON}090000.0")
    out.control("008", _fixed_data(work))
    out.add("020", "  ", ("a", work.isbn))
    out.add("040", "  ", ("a", f"CN-{LIBRARY}"), ("b", "chi"), ("c", f"CN-{LIBRARY}"))
    if work.original_language:
        out.add("041", "1 ", ("a", work.languages[0]), ("h", work.original_language))
    out.add("082", "04", ("a", work.dewey), ("2", "23" if work.dewey else None))
    out.add("084", "  ", ("a", work.class_number), ("2", "clc"))
    first, *others = work.creators
    out.add("100", "1 ", *_heading(first))
    _add_titles(out, work)
    place = places.get(work.publisher or "")
    if work.publisher:
        year = ("c", f"{work.year}." if work.year else None)
        out.add("264", " 1", ("a", f"{place} :"), ("b", work.publisher + ("," if work.year else ".")), year)
    out.add("490", "1 ", ("a", work.series))
    out.add("520", "  ", ("a", work.abstract))
    if work.audience == "children":
        out.add("521", "  ", ("a", "For children."))
    for subject in work.subjects:
        out.add("650", " 0", ("a", subject.heading), *subject.divisions)
    for creator in others:
        out.add("700", "1 ", *_heading(creator))
    out.add("830", " 0", ("a", work.series))
    for shelf in shelves:
        _add_items(out, work, shelf, book_number)
    return out.iso2709("nam ", "marc21", "utf-8")


def _fixed_data(work: Work) -> str:
    date = f"s{work.year}    " if work.year else "nuuuuuuuu"
    audience = "j" if work.audience == "children" else " "
    return f"{ENTERED_ON[2:]}{date}xx     {audience}      000 {_literary_form(work)} {work.languages[0]} d"


def _literary_form(work: Work) -> str:
    is_fiction = any(("v", word) in subject.divisions for subject in work.subjects for word in _FICTION)
    return "1" if is_fiction else "u"


_FICTION = ("Fiction", "Juvenile fiction")


def _heading(creator: Creator) -> tuple[tuple[str, str | None], ...]:
    """$a, the fuller form in $q, dates in $d, the role in $e; an open date ends in its hyphen."""
    match = _FULLER_FORM.fullmatch(creator.entry)
    name, fuller = (match["name"], match["fuller"]) if match else (creator.entry, None)
    ending = "" if creator.dates and creator.dates.endswith("-") else ","
    parts = [("a", name), ("q", fuller), ("d", creator.dates)]
    given = [(code, text) for code, text in parts if text]
    punctuated = [(code, f"{text},") for code, text in given[:-1]]
    if fuller:
        punctuated = [(code, text.removesuffix(",") if code == "a" else text) for code, text in punctuated]
    last_code, last_text = given[-1]
    return (*punctuated, (last_code, last_text + ending), ("e", f"{creator.role}."))


def _add_titles(out: RecordFields, work: Work) -> None:
    if work.original_title:
        language = _LANGUAGES.get(work.original_language or "")
        if work.languages == ("eng",) and language:
            out.add("240", "10", ("a", f"{work.original_title}."), ("l", "English"))
    article = _ARTICLES.match(work.title)
    skip = len(article.group()) if article else 0
    subtitle = f"{work.subtitle} /" if work.subtitle else None
    title = f"{work.title} :" if subtitle else f"{work.title} /"
    out.add("245", f"1{skip}", ("a", title), ("b", subtitle), ("c", f"{_responsibility(work.creators)}."))


def _responsibility(creators: Sequence[Creator]) -> str:
    authors = ", ".join(one.name for one in creators if one.role == "author")
    others = [_ROLES[one.role].format(one.name) for one in creators if one.role in _ROLES]
    return " ; ".join([authors, *others])


def _add_items(out: RecordFields, work: Work, shelf: Shelf, book_number: str) -> None:
    item_type = _ITEM_TYPES.get(work.material) or ("child_book" if work.audience == "children" else "book")
    call = f"{work.class_number}/{book_number}"
    for barcode in shelf.barcodes:
        place = (("a", shelf.unit), ("b", shelf.unit), ("c", "外文图书"))
        out.add("952", "  ", *place, ("o", call), ("p", barcode), ("y", item_type))
