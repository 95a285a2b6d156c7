"""Readers' pages: search, a title and where its copies are, the libraries and their hours. Open to everyone, without scripts."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, current_app, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from branches.context import Context
from branches.http import context
from branches.queries import find_unit
from branches.rights import PUBLIC
from branches.tree import LENDING_KINDS, Unit
from catalog.description import authors_text, full_title
from catalog.marc.reader import read_one
from catalog.marc.record import MarcRecord, ReadRecord
from catalog.queries.bibs import SourceRow, current_sources, find_bib
from kernel.errors import Invalid, NotFound, Unavailable
from kernel.http import right
from kernel.schema import is_storable
from search.api import engine
from search.fields import GROUPS, SORTS
from search.pages import SearchPage
from search.service import SearchService
from web.pages.opac import asking, hours, mine, titles
from web.pages.opac.asking import Asked
from web.settings import Settings

page = Blueprint("opac", __name__)

FACET_VALUES: Final = 8  # shown at once; the rest behind a fold
PLACES_A_HIT: Final = 3


@page.before_request
def _name_channel() -> None:
    g.channel = "opac"


@page.route("/", methods=["GET"])
@right(PUBLIC)
def home() -> str:
    asked = context()
    own = mine.my_library(asked)
    return render_template(
        "opac/home.html",
        libraries=[(unit, hours.today(asked, unit.id)) for unit in _near(asked, own)[:6]],
        mine=own,
        count=len(_open_units(asked)),
        new_titles=titles.newest_titles(asked.session),
    )


@page.route("/search", methods=["GET"])
@right(PUBLIC)
def search() -> ResponseReturnValue:
    asked, context_ = asking.read_question(), context()
    if not is_storable(asked.question.text):
        raise NotFound("page", "search")
    try:
        found = SearchService(context_, engine()).search(asked.question)
    except Unavailable as error:
        return _without_results(asked, error), 503
    except Invalid as error:
        return _without_results(asked, error), 422
    return _results(context_, asked, found)


def _results(context_: Context, asked: Asked, found: SearchPage) -> str:
    own = mine.my_library(context_)
    nearness = mine.by_nearness(context_, own)
    out = [title.id for title in found.titles if title.available == 0]
    pages = -(-min(found.total, 10_000) // asking.PAGE_SIZE)
    number = asked.question.page
    return render_template(
        "opac/results.html",
        asked=asked,
        query_text=asked.question.text,
        found=found,
        facets=asking.show_facets(asked, found.facets),
        chips=asking.chips(asked, found.facets),
        shown_values=FACET_VALUES,
        places=PLACES_A_HIT,
        nearest=lambda holdings: sorted(holdings, key=lambda held: nearness(held.org_id)),
        mine=own,
        returns=titles.earliest_returns(context_.session, out),
        groups=GROUPS,
        sorts=SORTS,
        number=number,
        pages=pages,
        before=asked.address(page=str(number - 1)) if number > 1 else None,
        after=asked.address(page=str(number + 1)) if number < pages else None,
        error=None,
    )


def _without_results(asked: Asked, error: Unavailable | Invalid) -> str:
    return render_template(
        "opac/results.html",
        asked=asked,
        query_text=asked.question.text[:256],
        found=None,
        problem=error,
        groups=GROUPS,
        sorts=SORTS,
    )


@page.route("/bibs/<int:bib_id>", methods=["GET"])
@right(PUBLIC)
def bib(bib_id: int) -> str:
    asked = context()
    own = mine.my_library(asked)
    title = find_bib(asked.session, bib_id)
    shelves = titles.shelves_of(asked, bib_id, own)
    return render_template(
        "opac/bib.html",
        bib=title,
        data=title.data,
        heading=full_title(title.data),
        authors=authors_text(title.data),
        shelves=shelves,
        mine=own,
        available=sum(shelf.available for shelf in shelves),
        total=sum(len(shelf.copies) for shelf in shelves),
        has_source=bool(current_sources(asked.session, [bib_id])),
        may_open=lambda copy: any(
            asked.caller.may("item.read", unit, asked.tree) for unit in (copy.home_id, copy.location_id)
        ),
    )


@page.route("/bibs/<int:bib_id>/marc", methods=["GET"])
@right(PUBLIC)
def marc(bib_id: int) -> str:
    asked = context()
    title = find_bib(asked.session, bib_id)
    sources = current_sources(asked.session, [bib_id]).get(bib_id, [])
    records = [(source, _parse(source)) for source in sources]
    return render_template("opac/marc.html", bib=title, heading=full_title(title.data), records=records)


def _parse(source: SourceRow) -> MarcRecord | None:
    """The fields of a record kept as it came; None for a description typed into a form."""
    if source.container == "form":
        return None
    result = read_one(source.raw, source.container, source.format, declared=source.encoding)
    return result.record if isinstance(result, ReadRecord) else None


@page.route("/libraries", methods=["GET"])
@right(PUBLIC)
def libraries() -> str:
    asked = context()
    own = mine.my_library(asked)
    return render_template(
        "opac/libraries.html",
        libraries=[(unit, hours.today(asked, unit.id)) for unit in _near(asked, own)],
        mine=own,
        tree=asked.tree,
    )


@page.route("/libraries/<code>", methods=["GET"])
@right(PUBLIC)
def library(code: str) -> str:
    asked = context()
    unit = asked.tree.unit(code)
    return render_template(
        "opac/library.html",
        unit=unit,
        view=find_unit(asked.session, asked.tree, code),
        path=[asked.tree.by_id[step] for step in reversed(asked.tree.path(unit.id))],
        today_=hours.today(asked, unit.id),
        week=asked.calendars.week(unit.id),
        closures=hours.closures_ahead(asked, unit.id),
        is_mine=(own := mine.my_library(asked)) is not None and own.id == unit.id,
        below=[other for other in _open_units(asked) if other.parent_id == unit.id],
        show_spans=hours.show_spans,
    )


@page.route("/libraries/<code>", methods=["POST"])
@right(PUBLIC)
def choose_library(code: str) -> ResponseReturnValue:
    """From now on this browser shows this library first."""
    g.reads_only = True
    unit = context().tree.unit(code)
    settings: Settings = current_app.extensions["tongjie_settings"]
    response = redirect(url_for("opac.library", code=unit.code), 303)
    response.set_cookie(
        mine.COOKIE, unit.code, max_age=mine.KEEP, secure=settings.secure_cookies, httponly=True, samesite="Lax"
    )
    return response


def _open_units(asked: Context) -> list[Unit]:
    return [unit for unit in asked.tree.in_order if unit.kind in LENDING_KINDS and not unit.is_closed]


def _near(asked: Context, own: Unit | None) -> list[Unit]:
    nearness = mine.by_nearness(asked, own)
    return sorted(_open_units(asked), key=lambda unit: nearness(unit.id))
