"""No page offers what its user may not do: everybody follows every link and looks at every form they are shown."""

from __future__ import annotations

from collections import deque
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import MethodNotAllowed, NotFound

from branches.access import Caller
from branches.rights import ANYONE, PUBLIC, ROLES, SELF
from kernel.http import declared_right
from search.api import EXTENSION
from search.indexer import Indexer
from tests.desk import Desk
from tests.desk import desk as desk
from tests.pages import visit

MOST_PAGES = 150
LANGUAGES = ("zh", "en")


@pytest.fixture
def busy(app: Flask, desk: Desk) -> Desk:
    """A county with something on every page: a loan, a late one, books to send, on the way and to receive, a block."""
    for barcode, home in (("B0011", desk.county.branch), ("B0012", desk.county.branch), ("B0013", desk.county.point)):
        desk.add_item(barcode, home)
    desk.check_out("B0001", at="CG")
    desk.later(days=-40).check_out("B0013", at="LX")
    desk.check_in("B0011", at="LX")
    desk.check_in("B0012", at="LX")
    desk.dispatch(1)
    Indexer(desk.database, app.extensions[EXTENSION]).work()
    return desk


def start(busy: Desk, who: str) -> Caller | None:
    county = busy.county
    if who == "anonymous":
        return None
    if who == "reader":
        return busy.reading(busy.preview("B0012").patron.id).caller
    at = {"sysadmin": county.network, "volunteer": county.point, "self_check": county.point}.get(who, county.branch)
    return busy.staffed((who, at), username=who.replace("_", ".")).caller


def may(caller: Caller | None, right: str | None) -> bool:
    if right == PUBLIC:
        return True
    if caller is None or right is None:
        return False
    if right in (ANYONE, SELF):
        return right == ANYONE or caller.kind == "patron"
    return caller.holds(right)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["anonymous", "reader", *ROLES])
def test_every_link_opens_and_every_form_is_allowed(
    app: Flask, client: FlaskClient, busy: Desk, who: str, language: str
) -> None:
    caller = start(busy, who)
    visitor = visit(client, busy, caller, language=language)
    waiting, seen, wrong = deque(["/", "/admin" if caller is not None else "/"]), set[str](), []
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.popleft()
        if address in seen:
            continue
        seen.add(address)
        page = visitor.get(address)
        if page.status in (302, 303):
            waiting.append(page.address)
            continue
        if page.status != 200:
            wrong.append((address, page.status))
            continue
        if page.response.mimetype != "text/html":
            continue
        waiting.extend(link for link in page.links() if urlsplit(link).path != "/search" or address == "/")
        wrong += [
            (address, path) for method, path in page.actions() if not _allowed(app, caller, method, path or address)
        ]
    assert not wrong
    assert len(seen) > (5 if who == "shop_clerk" else 8)


def _allowed(app: Flask, caller: Caller | None, method: str, path: str) -> bool:
    """Whether a form's address exists and its right is held; leaving and preferences are everybody's."""
    try:
        endpoint, _ = app.url_map.bind("localhost").match(urlsplit(path).path, method=method)
    except (NotFound, MethodNotAllowed):
        return False
    return may(caller, declared_right(app.view_functions[endpoint]))
