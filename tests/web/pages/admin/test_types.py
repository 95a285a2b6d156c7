"""Item types and patron categories by pages."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.pages import visit


@pytest.mark.parametrize("path", ["/admin/item-types", "/admin/categories"])
def test_a_kind_is_added_and_renamed(client: FlaskClient, desk: Desk, path: str) -> None:
    visitor = visit(client, desk, desk.staffed(("sysadmin", desk.county.network)).caller)
    assert "新的" in visitor.open(visitor.send(path, {"code": "new", "name": "新的"})).text
    assert visitor.send(path, {"code": "new", "name": "再来"}).status == 409
    renamed = visitor.open(visitor.send(path, {"code": "new", "name": "改过的", "rename": "1"})).text
    assert "改过的" in renamed
    assert "新的" not in renamed.replace("新的名称", "")
    assert visitor.send(path, {"code": "", "name": ""}).status == 422


def test_an_item_type_lies_below_another(client: FlaskClient, desk: Desk) -> None:
    visitor = visit(client, desk, desk.staffed(("sysadmin", desk.county.network)).caller)
    page = visitor.open(visitor.send("/admin/item-types", {"code": "atlas", "name": "地图册", "parent": "reference"}))
    assert "地图册 atlas · 属于 工具书" in page.text


def test_who_may_not_change_them_sees_no_form(client: FlaskClient, desk: Desk) -> None:
    visitor = visit(client, desk, desk.staffed(("branch_librarian", desk.county.branch)).caller)
    page = visitor.get("/admin/categories")
    assert "成人" in page.text
    assert not page.html.xpath("//main//form")
    assert visitor.send("/admin/categories", {"code": "x", "name": "X"}).status == 403
