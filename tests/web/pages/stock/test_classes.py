"""Choosing a class by pages: down the tree, by words, by what other books carry."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from catalog.service.classes import ClassService
from search.api import EXTENSION
from search.indexer import Indexer
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_bib, make_context, make_item
from tests.pages import visit


def test_a_class_is_found_by_tree_words_and_books(app: Flask, client: FlaskClient, desk: Desk) -> None:
    def stock(session: object) -> None:
        for n in range(3):
            bib = make_bib(session, f"乡村养鸡{n}", class_number="S831")  # type: ignore[arg-type]
            make_item(session, desk.county.hub, f"C{n}", bib)  # type: ignore[arg-type]

    desk.write(stock)
    Indexer(desk.database, app.extensions[EXTENSION]).work()
    visitor = visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)
    top = visitor.get("/stock/classes")
    assert "/stock/classes?under=S" in set(top.links())
    below = visitor.get("/stock/classes", under="S")
    assert "畜牧兽医" in below.text
    assert "S8 畜牧兽医 3" in below.text
    books = visitor.get("/stock/classes", q="养鸡")
    assert "S831 畜牧兽医 3 3" in books.text
    assert "TS972 烹饪" in visitor.get("/stock/classes", q="烹饪").text
    assert "不像一个中图分类号" in visitor.get("/stock/classes", under="L78").text
    assert "没有查到" in visitor.get("/stock/classes", q="没有这样的书").text


def test_a_class_with_many_below_it_is_shown_page_by_page(client: FlaskClient, desk: Desk) -> None:
    lines = "\n".join(f"S{n},作物{n},S" for n in range(100, 200))
    desk.write(lambda session: ClassService(make_context(session)).load(lines))
    visitor = visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)
    first = visitor.get("/stock/classes", under="S")
    assert "S100 作物100" in first.text
    assert "S199" not in first.text
    assert "共 1" in first.text
    following = next(link for link in first.links() if "after=" in link)
    second = visitor.get(following)
    assert "S199 作物199" in second.text
    assert "S100 作物100" not in second.text
    found = visitor.get("/stock/classes", q="作物")
    assert "共 101 个" in found.text
    assert any("after=" in link and "q=" in link for link in found.links())
