"""Withdrawing and handing over by pages: a look, the deed, the paper, and undoing it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.pages import Sheet, Visitor, visit


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)


def deed(seen: Sheet) -> dict[str, str]:
    form = next(one for one in seen.html.xpath("//main//form") if one.xpath(".//input[@name='step']"))
    return {name: value for name, value in form.form_values() if name != "csrf_token"}


def test_a_copy_is_withdrawn_printed_and_taken_back(visitor: Visitor, desk: Desk) -> None:
    assert "/stock/lists/new/withdrawal?item=B0001" in set(visitor.get("/items/B0001").links())
    address = "/stock/lists/new/withdrawal"
    form = visitor.get(f"{address}?item=B0001").values(address)
    assert (form["barcodes"], form["at"]) == ("B0001", "ZG")
    seen = visitor.send(address, form | {"reason": "破损"})
    assert "可以办理 1" in seen.text
    assert "已剔除" not in visitor.get("/items/B0001").text
    done = visitor.send(address, deed(seen))
    page = visitor.open(done)
    assert "TJ2026-0001" in page.text
    assert "已剔除" in visitor.get("/items/B0001").text
    assert "TJ2026-0001" in visitor.get("/stock/lists").text
    assert "破损" in visitor.get(f"{done.address}/paper").text
    visitor.send(f"{done.address}/undo", {"barcode": "B0001"})
    assert "已撤销" in visitor.get(done.address).text
    assert "在架" in visitor.get("/items/B0001").text


def test_what_a_reader_has_stays(visitor: Visitor, desk: Desk) -> None:
    desk.check_out()
    seen = visitor.send("/stock/lists/new/withdrawal", {"barcodes": "B0001", "at": "ZG", "reason": "旧"})
    assert "这一册现在「借出」，不能剔旧" in seen.text
    assert not seen.html.xpath("//input[@name='step']")


def test_a_copy_is_handed_over(visitor: Visitor, desk: Desk) -> None:
    form = {"barcodes": "B0001", "at": "ZG", "to": "CG", "reason": "支援分馆", "moves_home": "1"}
    done = visitor.send("/stock/lists/new/handover", deed(visitor.send("/stock/lists/new/handover", form)))
    assert "城关总馆 → 城关分馆" in visitor.open(done).text
    history = visitor.get("/items/B0001").text
    assert "划拨出" in history
    assert "划拨入" in history


def test_what_is_missing_is_said(visitor: Visitor) -> None:
    wrong = visitor.send("/stock/lists/new/handover", {"at": "ZG"})
    assert wrong.status == 422
    assert {"wrong-barcodes", "wrong-to", "wrong-reason"} <= {
        one.get("id") for one in wrong.html.xpath("//p[@class='wrong']")
    }
    assert visitor.get("/stock/lists/999").status == 404
