"""Readers' pages: search, a title and where its copies are, the libraries and their hours. Open to everyone, without scripts."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flask import current_app, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from branches.context import Context
from branches.http import context
from branches.queries import find_unit
from branches.rights import PUBLIC
from branches.tree import LENDING_KINDS, Unit
from kernel.errors import Invalid, NotFound, Unavailable
from kernel.http import right
from kernel.schema import is_storable
from search.api import engine
from search.fields import GROUPS, SORTS
from search.pages import SearchPage
from search.port import DEEPEST_HIT
from search.service import SearchService, names_of
from web.pages.opac import (
    advanced,
    asking,
    feeds,
    holding,
    hours,
    linked,
    mine,
    picks,
    records,
    resources,
    robots,
    see,
    shelf,
    taking,
    titles,
)
from web.pages.opac.asking import Asked
from web.pages.opac.blueprint import page
from web.settings import Settings

__all__ = [
    "advanced",
    "feeds",
    "holding",
    "page",
    "records",
    "resources",
    "robots",
    "shelf",
]  # the pages that stand in modules of their own

FACET_VALUES: Final = 8  # shown at once; the rest behind a fold
PLACES_A_HIT: Final = 3
HERE: Final = 7  # new and popular titles on a library's page


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
        own = mine.my_library(context_)
        service = SearchService(context_, engine())
        found = service.search(replace(asked.question, near=own.code if own else None))
        fewer = service.fewer_words(asked.question, found)
    except Unavailable as error:
        return _without_results(asked, error), 503
    except Invalid as error:
        return _without_results(asked, error), 422
    return _results(context_, asked, found, fewer, own)


def _results(context_: Context, asked: Asked, found: SearchPage, fewer: tuple[str, ...], own: Unit | None) -> str:
    out = [title.id for title in found.titles if title.available == 0]
    pages = -(-min(found.total, DEEPEST_HIT) // asking.PAGE_SIZE)
    number = asked.question.page
    return render_template(
        "opac/results.html",
        asked=asked,
        query_text=asked.question.text,
        see=see.references(context_.session, asked.question.text),
        found=found,
        fewer=fewer,
        facets=asking.show_facets(asked, found.facets),
        chips=asking.chips(asked, names_of(context_)),
        shown_values=FACET_VALUES,
        places=PLACES_A_HIT,
        mine=own,
        returns=titles.earliest_returns(context_.session, out),
        groups=GROUPS,
        sorts=SORTS,
        forms_out=taking.FORMS,
        coins=linked.coins_of_hit,
        most_out=taking.most_titles(context_.caller),
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
        new_here=picks.newest(asked, picks.Wanted(unit=unit), HERE),
        popular_here=picks.popular(asked, picks.Wanted(unit=unit), HERE),
        view=find_unit(asked.session, asked.tree, code),
        path=[asked.tree.by_id[step] for step in reversed(asked.tree.path(unit.id))],
        today_=hours.today(asked, unit.id),
        week=asked.calendars.week(unit.id),
        closures=hours.closures_ahead(asked, unit.id),
        is_mine=(own := mine.my_library(asked)) is not None and own.id == unit.id,
        below=[other for other in _open_units(asked) if other.parent_id == unit.id],
        listed_spans=hours.listed_spans,
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
    nearness = asked.tree.by_nearness(own.id if own else None)
    return sorted(_open_units(asked), key=lambda unit: nearness(unit.id))
