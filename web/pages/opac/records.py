"""A title's page: can I have it, where, when; then what it is, what is like it, and how to take it along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from flask import render_template, request

from branches.context import Context
from branches.http import context
from branches.rights import PUBLIC
from branches.tree import Unit
from catalog.bibdata import ACCESSES, KINDS
from catalog.citing import as_gbt7714
from catalog.description import authors_text, full_title
from catalog.marc.reader import read_one
from catalog.marc.record import MarcRecord, ReadRecord
from catalog.queries.bibs import BibRow, SourceRow, current_sources
from catalog.queries.shelves import Standing, place_of, titles_beside
from catalog.queries.void import find_shown
from catalog.reference import CLASSES
from catalog.resources import can_be_opened
from catalog.service.resources import times_opened
from catalog.states import ITEM_STATUSES
from circ.queries.holds import count_waiting
from kernel.http import right
from kernel.i18n import Text
from search.api import engine
from search.related import RelatedTitle, editions_of, same_series, series_name
from web.pages.opac import linked, mine, titles
from web.pages.opac.addresses import absolute
from web.pages.opac.blueprint import page
from web.pages.opac.pictures import qr_code
from web.pages.opac.titles import Shelf

EDITIONS: Final = 6
IN_SERIES: Final = 6
BESIDE: Final = 3
COPIES_SHOWN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands left and right of a title at a library."""

    unit: Unit
    item_id: int
    call_number: str
    before: Sequence[Standing]
    after: Sequence[Standing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address of a digital resource, as the page offers it."""

    number: int
    host: str
    access: Text


@page.route("/bibs/<int:bib_id>", methods=["GET"])
@right(PUBLIC)
def bib(bib_id: int) -> str:
    asked = context()
    title = find_shown(asked.session, bib_id)
    shelves = titles.shelves_of(asked, bib_id)
    shows_all = request.args.get("copies") == "all"
    near, rest = (shelves, []) if shows_all else titles.near_and_far(shelves)
    return render_template(
        "opac/bib.html",
        bib=title,
        data=title.data,
        heading=full_title(title.data),
        authors=authors_text(title.data),
        near=near,
        rest=rest,
        copies_shown=None if shows_all else COPIES_SHOWN,
        mine=mine.my_library(asked),
        waiting=count_waiting(asked.session, bib_id),
        can_hold=any(ITEM_STATUSES[copy.row.status].holdable for shelf in shelves for copy in shelf.copies),
        available=sum(shelf.available for shelf in shelves),
        total=sum(len(shelf.copies) for shelf in shelves),
        places=len(shelves),
        has_source=bool(current_sources(asked.session, [bib_id])),
        address=absolute("opac.bib", bib_id=bib_id),
        cited=as_gbt7714(title.data),
        summary=linked.summary(title.data),
        coins=linked.coins(bib_id, title.data),
        json_ld=linked.json_ld(bib_id, title.data, shelves),
        editions=editions_of(asked.session, engine(), bib_id, title.data, EDITIONS),
        series=_series(asked, title),
        beside=_beside(asked, bib_id, shelves),
        series_name=series_name,
        qr_code=qr_code,
        links=_links(title),
        kind=KINDS[title.data.kind],
        classes=CLASSES.get(asked.session).path(title.data.class_number) if title.data.class_number else [],
        opened=times_opened(asked.session, bib_id) if title.data.urls and asked.caller.kind == "staff" else None,
        may_open=lambda copy: any(
            asked.caller.may("item.read", unit, asked.tree) for unit in (copy.home_id, copy.location_id)
        ),
    )


def _links(title: BibRow) -> list[Link]:
    """The addresses that can be opened, each under its number."""
    numbered = enumerate(title.data.urls, 1)
    return [
        Link(number=number, host=urlsplit(url).hostname or "", access=ACCESSES[title.data.access_of(url)])
        for number, url in numbered
        if can_be_opened(url)
    ]


def _series(asked: Context, title: BibRow) -> list[RelatedTitle]:
    """Of the first series that has other titles."""
    for name in title.data.series:
        found = same_series(asked.session, engine(), title.id, name, IN_SERIES)
        if found:
            return found
    return []


def _beside(asked: Context, bib_id: int, shelves: Sequence[Shelf]) -> Beside | None:
    """At the first library shown whose copy has a call number."""
    copies = (copy.row for shelf in shelves for copy in shelf.copies if copy.row.call_number)
    copy = next(copies, None)
    place = place_of(asked.session, copy.id) if copy is not None else None
    if copy is None or place is None:
        return None
    home = asked.tree.by_id[copy.home_id]
    before = titles_beside(asked.session, home.id, place, "before", BESIDE, but=bib_id)
    after = titles_beside(asked.session, home.id, place, "after", BESIDE, but=bib_id)
    if not before and not after:
        return None
    return Beside(unit=home, item_id=copy.id, call_number=copy.call_number or "", before=before, after=after)


@page.route("/bibs/<int:bib_id>/marc", methods=["GET"])
@right(PUBLIC)
def marc(bib_id: int) -> str:
    asked = context()
    title = find_shown(asked.session, bib_id)
    sources = current_sources(asked.session, [bib_id]).get(bib_id, [])
    records = [(source, _parse(source)) for source in sources]
    return render_template("opac/marc.html", bib=title, heading=full_title(title.data), records=records)


def _parse(source: SourceRow) -> MarcRecord | None:
    """The fields of a record kept as it came; None for a description typed into a form."""
    if source.container == "form":
        return None
    result = read_one(source.raw, source.container, source.format, declared=source.encoding)
    return result.record if isinstance(result, ReadRecord) else None
