"""For machines that come by themselves: what they may read, where every title stands, and how a browser searches here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

from flask import Response, jsonify, render_template, request, stream_with_context
from sqlalchemy import func, select

from branches.http import context
from branches.rights import PUBLIC
from catalog.models import Bib
from catalog.queries.void import is_found
from kernel import http
from kernel.clock import show_instant
from kernel.db import Database
from kernel.errors import NotFound
from kernel.http import right
from search.api import engine
from search.query import LONGEST_QUERY
from search.service import SearchService
from web.pages.opac.addresses import absolute, site
from web.pages.opac.blueprint import page

A_FILE: Final = 50_000  # addresses a sitemap may hold (sitemaps.org)
BATCH: Final = 2_000
A_DAY: Final = 24 * 3600
SUGGESTED: Final = 8
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_HEAD: Final = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{_NAMESPACE}">\n'
_FOR_NOBODY: Final = (
    "/api/",
    "/search",
    "/feeds/search",
    "/libraries/*/shelf",
    "/lists/",
    "/me",
    "/login",
    "/bibs/*/access",
    "/*?copies=all",
)


@page.route("/robots.txt", methods=["GET"])
@right(PUBLIC)
def robots() -> Response:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _FOR_NOBODY), f"Sitemap: {absolute('opac.sitemap')}"]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@page.route("/sitemap.xml", methods=["GET"])
@right(PUBLIC)
def sitemap() -> Response:
    """The index. The file of number 0 names the libraries, each other one the titles whose numbers lie in its fifty thousand."""
    files = "".join(
        f"<sitemap><loc>{escape(absolute('opac.sitemap_file', number=number))}</loc></sitemap>\n"
        for number in range(_count_files() + 1)
    )
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{_NAMESPACE}">\n'
    return _xml(Response(f"{head}{files}</sitemapindex>\n"))


@page.route("/sitemaps/<int:number>.xml", methods=["GET"])
@right(PUBLIC)
def sitemap_file(number: int) -> Response:
    if number > _count_files():
        raise NotFound("page", request.path)
    lines = _places() if number == 0 else _titles(http.database(), (number - 1) * A_FILE, number * A_FILE)
    return _xml(Response(stream_with_context(_wrapped(lines))))


@page.route("/opensearch.xml", methods=["GET"])
@right(PUBLIC)
def opensearch() -> Response:
    body = render_template("opac/opensearch.xml", site=site())
    return Response(body, content_type="application/opensearchdescription+xml; charset=utf-8")


@page.route("/search/suggestions", methods=["GET"])
@right(PUBLIC)
def suggestions() -> Response:
    """What a browser's own search box shows while somebody types (OpenSearch Suggestions)."""
    typed = request.args.get("q", "")[:LONGEST_QUERY]
    found = SearchService(context(), engine()).suggest(typed, SUGGESTED)
    response = jsonify([typed, [heading.text for heading in found]])
    response.content_type = "application/x-suggestions+json"
    return response


def _count_files() -> int:
    last = context().session.scalar(select(func.max(Bib.id))) or 0
    return -(-last // A_FILE)


def _places() -> Iterator[str]:
    yield from (_line(absolute(name)) for name in ("opac.home", "opac.libraries", "opac.new", "opac.most_lent"))
    tree = context().tree
    yield from (_line(absolute("opac.library", code=unit.code)) for unit in tree.in_order if not unit.is_closed)


def _titles(database: Database, after: int, last: int) -> Iterator[str]:
    """A short reading for each batch: a crawler that reads slowly holds nothing of the database."""
    columns = select(Bib.id, Bib.updated_at).where(is_found()).order_by(Bib.id).limit(BATCH)
    while True:
        with database.reading() as session:
            rows = session.execute(columns.where(Bib.id > after, Bib.id <= last)).all()
        if not rows:
            return
        yield "".join(_line(absolute("opac.bib", bib_id=row.id), row.updated_at) for row in rows)
        after = rows[-1].id


def _line(address: str, changed_at: datetime | None = None) -> str:
    changed = f"<lastmod>{show_instant(changed_at)}</lastmod>" if changed_at else ""
    return f"<url><loc>{escape(address)}</loc>{changed}</url>\n"


def _wrapped(lines: Iterator[str]) -> Iterator[str]:
    yield _HEAD
    yield from lines
    yield "</urlset>\n"


def _xml(response: Response) -> Response:
    response.content_type = "application/xml; charset=utf-8"
    response.headers["Cache-Control"] = f"public, max-age={A_DAY}"
    return response
