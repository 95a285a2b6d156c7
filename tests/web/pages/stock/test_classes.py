"""Choosing a class by pages: down the tree, by words, by what other books carry."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from search.api import EXTENSION
from search.indexer import Indexer
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_bib, make_item
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
