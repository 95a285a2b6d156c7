"""The pages of an application as its visitors find them: from where they land along the links, one address for each view and tab."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from tests.pages import Visitor

TRIED = 3  # of one view: another import or order may lead on to what the first one has not


@dataclass(frozen=True, kw_only=True)
class Found:
    """A page, and who comes to it first: a role, or "" for everybody."""

    role: str
    endpoint: str
    address: str


def find_pages(app: Flask, visitors: Mapping[str, Visitor], starts: Mapping[str, str]) -> tuple[list[Found], set[str]]:
    """What each visitor can reach, in their order, and the views that links led to, files included.

    A page that one has found is not told again for the next. `starts`: the address where each begins.
    """
    adapter = app.url_map.bind("localhost")
    found: dict[tuple[str, str], Found] = {}
    met: set[str] = set()
    for role, visitor in visitors.items():
        tried, todo, seen = Counter[tuple[str, str]](), deque([starts[role], "/"]), set[str]()
        while todo:
            address = todo.popleft()
            view = _view(app, adapter, address)
            if view is None or address in seen or tried[view] >= TRIED:
                continue
            seen.add(address)
            tried[view] += 1
            sheet = visitor.get(address)
            if sheet.status in (302, 303):
                todo.append(sheet.response.location or "/")
            elif sheet.status == 200 and sheet.response.mimetype == "text/html":
                found.setdefault(view, Found(role=role, endpoint=view[0], address=address))
                todo.extend(sheet.links())
        met |= {endpoint for endpoint, _ in tried}
    return list(found.values()), met


def page_views(app: Flask) -> set[str]:
    """The views of all pages that can be asked for, but those that show a refused form again at its own address."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    views = {rule.endpoint for rule in rules if _is_page(app, rule.endpoint)}
    return {view for view in views if not view.endswith(("_again", "_once_more"))}


def _is_page(app: Flask, endpoint: str) -> bool:
    return app.view_functions[endpoint].__module__.startswith("web.pages")


def _view(app: Flask, adapter: MapAdapter, address: str) -> tuple[str, str] | None:
    """The view and its tab, where the address is one of a page."""
    parts = urlsplit(address)
    try:
        endpoint, _ = adapter.match(parts.path, method="GET")
    except HTTPException:
        return None
    if not _is_page(app, endpoint):
        return None
    return endpoint, parse_qs(parts.query).get("tab", [""])[0]
