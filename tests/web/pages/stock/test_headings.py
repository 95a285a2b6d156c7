"""鲁迅 and 周树人: one heading made by hand, and readers find the books by either name."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from search.api import EXTENSION
from search.indexer import Indexer
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_bib, make_item
from tests.pages import visit


def test_books_are_found_by_any_form_of_a_name(app: Flask, client: FlaskClient, desk: Desk) -> None:
    desk.write(lambda s: make_item(s, desk.county.hub, "C1", make_bib(s, "呐喊", authors="鲁迅")))
    indexer = Indexer(desk.database, app.extensions[EXTENSION])
    indexer.work()
    visitor = visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)
    assert "呐喊" not in visitor.get("/search", q="周树人", field="author").text
    form = visitor.get("/stock/headings/new").values()
    sent = form | {"name": "鲁迅", "kind": "person", "variants": "周树人；迅行", "see_also": "周作人"}
    made = visitor.open(visitor.send("/stock/headings/new", sent))
    assert "周树人、迅行" in made.text or "迅行、周树人" in made.text
    indexer.work()
    found = visitor.get("/search", q="周树人", field="author")
    assert "呐喊" in found.text
    assert "「周树人」见 鲁迅" in found.text
    assert "参见 周作人" in found.text
    assert "呐喊" in visitor.get("/search", q="周樹人").text
    again = visitor.send("/stock/headings/new", sent | {"key": "0" * 32})
    assert again.status == 409
    assert "已经有了" in again.text
    edit = visitor.get("/stock/headings/1").values()
    visitor.send("/stock/headings/1", edit | {"variants": ""})
    indexer.work()
    assert "呐喊" not in visitor.get("/search", q="周树人", field="author").text
