"""The staff menu says where one is, on every page that belongs to one of its places."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.pages import visit
from web.pages.layout import STAFF_MENU

# Pages of readers and of everybody: they have no staff menu, or are reached from its head and foot.
ELSEWHERE = {
    "account",
    "choose_pages",
    "family",
    "list_pages",
    "login",
    "online_choices",
    "opac",
    "own_money_pages",
    "preferences",
    "privacy_pages",
}


def test_every_page_of_staff_belongs_to_one_place(app: Flask) -> None:
    placed = [name for place in STAFF_MENU for name in (place.endpoint.partition(".")[0], *place.also)]
    pages = {name for name, blueprint in app.blueprints.items() if blueprint.import_name.startswith("web.pages")}
    assert sorted(placed) == sorted(pages - ELSEWHERE)


def test_a_copy_lies_below_the_stock(client: FlaskClient, desk: Desk) -> None:
    barcode = desk.item().barcode
    page = visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller).get(f"/items/{barcode}")
    (current,) = page.html.xpath("//nav//a[@aria-current='page']/@href")
    assert current == "/stock"
