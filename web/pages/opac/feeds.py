"""What is new as Atom and RSS: in the county, at a library, of a class, and for any search, so that a reader is told and need not look."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from functools import partial
from typing import Any, Final, Literal, cast
from urllib.parse import urlencode

from flask import Response, g, request, url_for
from lxml import etree
from sqlalchemy import select

from branches.http import context
from branches.rights import PUBLIC
from catalog.models import Bib
from catalog.reference import CLASSES
from kernel.clock import show_instant
from kernel.http import right
from search.api import engine
from search.labels import class_label
from search.service import SearchService
from web.pages.layout import site_name
from web.pages.opac import asking, picks
from web.pages.opac.addresses import absolute, site
from web.pages.opac.blueprint import page
from web.pages.opac.picks import Pick
from web.presentation import translate as t

Form = Literal["atom", "rss"]

ATOM: Final = "http://www.w3.org/2005/Atom"
HALF_AN_HOUR: Final = 1800
_ATOM_ITSELF: Final[dict[Any, str]] = {None: ATOM}  # the stubs know no namespace without a prefix
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """`page` is the address for people, `own` the feed's. Of each title `at` is when it came."""

    title: str
    page: str
    own: str
    entries: Sequence[Pick]
    now: datetime

    @property
    def updated_at(self) -> datetime:
        return max((entry.at for entry in self.entries), default=self.now)


@page.route("/feeds/new.<any(atom,rss):form>", methods=["GET"])
@right(PUBLIC)
def new_feed(form: Form) -> Response:
    asked = context()
    wanted = picks.read_wanted(asked)
    names = [wanted.unit.name] if wanted.unit else []
    names += [class_label(wanted.class_, CLASSES.get(asked.session)).in_(g.language)] if wanted.class_ else []
    found = picks.newest(asked, wanted)
    return _answer(
        form,
        Feed(
            title=" · ".join([site_name(), *names, t("新书", "New books")]),
            page=absolute("opac.new", **wanted.address),
            own=absolute("opac.new_feed", form=form, **wanted.address),
            entries=found,
            now=asked.now,
        ),
    )


@page.route("/feeds/search.<any(atom,rss):form>", methods=["GET"])
@right(PUBLIC)
def search_feed(form: Form) -> Response:
    """The first titles of a search, what came last first unless the address says otherwise."""
    asked = context()
    question = asking.read_question(sort="newest")
    found = SearchService(asked, engine()).search(replace(question.question, page=1), notes_misses=False)
    ids = [title.id for title in found.titles]
    columns = select(*picks.COLUMNS, Bib.created_at.label("at")).where(Bib.id.in_(ids))
    rows = {row.id: Pick(**row._mapping) for row in asked.session.execute(columns)}
    return _answer(
        form,
        Feed(
            title=f"{site_name()} · {question.question.text or t('全部书目', 'All titles')}",
            page=site() + question.address(),
            own=f"{site()}{url_for('opac.search_feed', form=form)}?{urlencode(question.values)}",
            entries=[rows[id_] for id_ in ids if id_ in rows],
            now=asked.now,
        ),
    )


def _answer(form: Form, feed: Feed) -> Response:
    """With a tag of its content: a reader program that asks every hour is told in two lines that nothing changed."""
    tree = _as_atom(feed) if form == "atom" else _as_rss(feed)
    body = etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
    response = Response(body, content_type=f"application/{form}+xml; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={HALF_AN_HOUR}"
    response.headers["Vary"] = "Accept-Language, Cookie"
    response.add_etag()
    return cast(Response, response.make_conditional(request))


def _as_atom(feed: Feed) -> etree._Element:
    root = etree.Element(f"{{{ATOM}}}feed", nsmap=_ATOM_ITSELF)
    add = partial(_add, namespace=ATOM)
    add(root, "id", feed.own)
    add(root, "title", feed.title)
    add(root, "updated", show_instant(feed.updated_at))
    add(root, "link", rel="self", href=feed.own, type="application/atom+xml")
    add(root, "link", rel="alternate", href=feed.page, type="text/html")
    add(add(root, "author"), "name", site_name())
    for entry in feed.entries:
        made, address = add(root, "entry"), absolute("opac.bib", bib_id=entry.id)
        add(made, "id", address)
        add(made, "title", entry.title)
        add(made, "updated", show_instant(entry.at))
        add(made, "link", rel="alternate", href=address, type="text/html")
        add(made, "summary", entry.summary)
        if entry.class_number:
            add(made, "category", term=entry.class_number)
    return root


def _as_rss(feed: Feed) -> etree._Element:
    root = etree.Element("rss", version="2.0", nsmap={"atom": ATOM})
    channel = _add(root, "channel")
    _add(channel, "title", feed.title)
    _add(channel, "link", feed.page)
    _add(channel, "description", feed.title)
    _add(channel, "lastBuildDate", format_datetime(feed.updated_at))
    _add(channel, "link", namespace=ATOM, rel="self", href=feed.own, type="application/rss+xml")
    for entry in feed.entries:
        made, address = _add(channel, "item"), absolute("opac.bib", bib_id=entry.id)
        _add(made, "title", entry.title)
        _add(made, "link", address)
        _add(made, "guid", address)
        _add(made, "pubDate", format_datetime(entry.at))
        _add(made, "description", entry.summary)
    return root


def _add(
    parent: etree._Element, name: str, text: str | None = None, *, namespace: str = "", **attributes: str
) -> etree._Element:
    """A child with its text and attributes, freed of characters that no XML may hold and records now and then do."""
    made = etree.SubElement(parent, f"{{{namespace}}}{name}" if namespace else name)
    made.text = None if text is None else _clean(text)
    for key, value in attributes.items():
        made.set(key, _clean(value))
    return made


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
